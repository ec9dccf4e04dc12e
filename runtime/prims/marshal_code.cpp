// SPDX-License-Identifier: Apache-2.0
// Marshal's code pointers, by way of the table of fragments.
#include "runtime/prims/marshal_code.h"

#include "runtime/bytecode/fragments.h"
#include "runtime/bytecode/program.h"
#include "runtime/prims/named_values.h"

namespace bactrian {

std::uint64_t marshalled_color() { return program_version() < 500 ? 0 : kColorMask; }

bool find_marshalled_code(Value code_field, MarshalledCode& out) {
  CodeOffset pc = code_offset_of_field(code_field);
  Fragment* fragment = find_fragment_by_pc(pc);
  if (fragment == nullptr) return false;
  out.offset = static_cast<std::uint32_t>(pc) - static_cast<std::uint32_t>(fragment->start);
  out.digest = fragment_digest(*fragment);
  return true;
}

Value code_field_of_marshalled(const unsigned char digest[16], std::uint32_t offset) {
  if (Fragment* fragment = find_fragment_by_digest(digest)) {
    FunctionId id = function_id_at(*fragment, offset);
    if (id != kNoFunction) return make_code_field(function_entry(id), id);
  }
  // A debugger lets values hold functions that it does not have.
  const Value* placeholder = caml_named_value("Debugger.function_placeholder");
  return placeholder != nullptr ? Field(*placeholder, 0) : kNoValue;
}

}  // namespace bactrian
