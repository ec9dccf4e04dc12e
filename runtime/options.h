// SPDX-License-Identifier: Apache-2.0
// The runtime's options: one struct with a field for each line of options.def.
#pragma once

#include <cstddef>
#include <string_view>

namespace bactrian {

struct Options {
#define OPTION_TYPE_bool bool
#define OPTION_TYPE_size std::size_t
#define OPTION_TYPE_text const char*
#define OPTION(type, field, name, letter, initial, help) OPTION_TYPE_##type field = initial;
#include "runtime/options.def"
#undef OPTION
};

Options& options();

// "b,l=10M,v=0x400": letters of OCAMLRUNPARAM. Unknown ones are passed over, as OCaml does.
void parse_ocamlrunparam(std::string_view text);
// "gc-stress" or "stack-limit=1M". False: no such option, or a bad value.
bool parse_option(std::string_view name_and_value);
// A comma-separated list of the same. Returns the first piece that is no option, or "".
std::string_view parse_options(std::string_view list);

}  // namespace bactrian
