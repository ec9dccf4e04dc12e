// SPDX-License-Identifier: Apache-2.0
// Error numbers of the host → Sys_error, with OCaml's messages: "NAME: No such file or directory",
// or the text alone.
#include <cstring>

#include "runtime/host/errors.h"
#include "runtime/prims/prim.h"

namespace bactrian {

Value caml_sys_error(int errno_number, Value name) {
  const char* text = host_error_text(errno_number);
  if (name == kNoValue) return caml_raise_sys_error(caml_copy_string(text));
  Root rooted_name(name);
  mlsize_t name_len = caml_string_length(name);
  mlsize_t text_len = std::strlen(text);
  Value message = caml_alloc_string(name_len + 2 + text_len);
  if (message == kNoValue) return kNoValue;
  char* p = String_val(message);
  std::memcpy(p, String_val(rooted_name), name_len);
  std::memcpy(p + name_len, ": ", 2);
  std::memcpy(p + name_len + 2, text, text_len);
  return caml_raise_sys_error(message);
}

Value caml_sys_io_error(int errno_number, Value name) {
  return errno_number == kEAGAIN ? caml_raise_sys_blocked_io() : caml_sys_error(errno_number, name);
}

}  // namespace bactrian
