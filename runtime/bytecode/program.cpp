// SPDX-License-Identifier: Apache-2.0
// See program.h.
#include "runtime/bytecode/program.h"

#include <cstring>
#include <utility>

#include "runtime/bytecode/debug_info.h"
#include "runtime/bytecode/prim_table.h"
#include "runtime/host/host.h"
#include "runtime/interp/fail.h"
#include "runtime/prims/intern.h"

namespace bactrian {

GlobalRoot caml_global_data;

namespace {

constexpr mlsize_t kPredefExnCount = 12;

Image image;
bool asked_for_debug_section = false;
Fragment* fragment = nullptr;

// What the runtime itself raises is in the first fields, so that these must be what they should.
bool has_predef_exns(Value globals) {
  if (!Is_block(globals) || Tag_val(globals) != 0 || Wosize_val(globals) < kPredefExnCount)
    return false;
  for (mlsize_t i = 0; i < kPredefExnCount; i++) {
    Value exn = Field(globals, i);
    if (!Is_block(exn) || Tag_val(exn) != Object_tag || Wosize_val(exn) != 2) return false;
    Value name = Field(exn, 0);
    if (!Is_block(name) || Tag_val(name) != String_tag) return false;
  }
  return true;
}

bool find_required(Image& in, const char* name, const Section** out, ImageError& error) {
  if (in.find_section(name) == nullptr) in.section_bytes(name);
  *out = in.find_section(name);
  return *out != nullptr || error.set(0, "damaged bytecode: section %s is missing", name);
}

const char* pending_failure_text() {
  Value exn = dom().exn_bucket;
  dom().exn_bucket = kNoValue;
  if (!Is_block(exn) || Tag_val(exn) != 0 || Wosize_val(exn) < 2) return "out of memory";
  Value text = Field(exn, 1);
  return Is_block(text) && Tag_val(text) == String_tag ? String_val(text) : "not marshalled data";
}

bool load_globals(const Section& data, ImageError& error) {
  Value globals = caml_input_value_from_block(reinterpret_cast<const char*>(data.bytes.data()),
                                              data.bytes.size());
  if (globals == kNoValue)
    return error.set(data.file_offset, "damaged bytecode: section DATA: %s",
                     pending_failure_text());
  if (!has_predef_exns(globals))
    return error.set(data.file_offset,
                     "damaged bytecode: section DATA does not hold a program's global data");
  caml_global_data = globals;
  return true;
}

}  // namespace

const opcode_t* load_program(const Image& new_image, ImageError& error) {
  if (fragment != nullptr) remove_fragment(fragment);
  fragment = nullptr;
  reset_program_debug_info();
  caml_global_data = Val_unit;
  image = new_image;
  asked_for_debug_section = false;
  const Section *code = nullptr, *data = nullptr, *prims = nullptr;
  if (!find_required(image, "CODE", &code, error) || !find_required(image, "PRIM", &prims, error) ||
      !find_required(image, "DATA", &data, error))
    return nullptr;
  if (!build_prim_table(reinterpret_cast<const char*>(prims->bytes.data()), prims->bytes.size())) {
    error.set(0, "no memory for the program");
    return nullptr;
  }
  if (!load_globals(*data, error)) return nullptr;
  FragmentSource source;
  source.code = code->bytes;
  source.version = image.version;
  source.global_count = static_cast<std::uint32_t>(Wosize_val(caml_global_data));
  fragment = add_fragment(source, error);
  if (fragment == nullptr) {
    error.offset += code->file_offset;
    return nullptr;
  }
  return fragment->words();
}

Fragment* program_fragment() { return fragment; }
OcamlVersion program_version() { return image.version; }
Bytes program_section(const char* name) {
  Bytes bytes = image.section_bytes(name);
  // Most of a program, but few ask for it.
  if (std::memcmp(name, "DBUG", 4) == 0 && !std::exchange(asked_for_debug_section, true)) {
    const Section* section = image.find_section(name);
    if (section != nullptr && section->file_offset != 0)
      host_read_program(const_cast<std::uint8_t*>(bytes.data()),
                        static_cast<double>(section->file_offset), bytes.size());
  }
  return bytes;
}
bool program_section_failed(const char* name) {
  return image.fetch != nullptr && image.section_bytes(name).empty();
}

// Before the program's data is there, what is raised has no identity, only its text.
Value caml_predef_exn(PredefExn which) {
  if (!Is_block(caml_global_data)) return Val_unit;
  return Field(caml_global_data, static_cast<mlsize_t>(which));
}

}  // namespace bactrian
