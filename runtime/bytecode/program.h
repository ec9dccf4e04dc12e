// SPDX-License-Identifier: Apache-2.0
// The program: an image that has been loaded. There is one in an instance.
#pragma once

#include "runtime/bytecode/fragments.h"
#include "runtime/bytecode/image.h"
#include "runtime/heap/roots.h"
#include "runtime/value/value.h"

namespace bactrian {

// The global data: a block with a field for each module, predefined exception and constant.
extern GlobalRoot caml_global_data;

// Links the primitives, unmarshals DATA, loads CODE. Replaces the program that there was. Returns
// where to start, null: see error. The heap must be ready.
const opcode_t* load_program(const Image& image, ImageError& error);

Fragment* program_fragment();  // Null before load_program.
OcamlVersion program_version();
// A section's bytes, fetched when it was not handed over. Empty: there is none.
Bytes program_section(const char* name);
// The image could fetch sections, but not this one.
bool program_section_failed(const char* name);

}  // namespace bactrian
