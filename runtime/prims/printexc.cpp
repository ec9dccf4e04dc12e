// SPDX-License-Identifier: Apache-2.0
// An exception → the text behind "Fatal error: exception", as ocamlrun writes it when no OCaml code
// (module Printexc) does: its name, and those of its arguments that are integers or strings.
#include <cstdio>
#include <cstring>

#include "runtime/heap/alloc.h"
#include "runtime/interp/backtrace.h"
#include "runtime/interp/fail.h"

namespace bactrian {

namespace {

constexpr std::size_t kMaxText = 255;  // ocamlrun cuts it off there.

struct TextBuffer {
  char text[kMaxText + 1];
  std::size_t length = 0;

  void add(const char* s) {
    std::size_t added = std::strlen(s);
    if (added > kMaxText - length) added = kMaxText - length;
    std::memcpy(text + length, s, added);
    length += added;
  }
};

// Their arguments are one tuple.
bool takes_a_tuple(Value id) {
  return id == caml_predef_exn(PredefExn::Match_failure) ||
         id == caml_predef_exn(PredefExn::Assert_failure) ||
         id == caml_predef_exn(PredefExn::Undefined_recursive_module);
}

void add_argument(TextBuffer& buffer, Value v) {
  if (Is_long(v)) {
    char number[24];
    std::snprintf(number, sizeof number, "%lld", static_cast<long long>(Long_val(v)));
    buffer.add(number);
  } else if (Tag_val(v) == String_tag) {
    buffer.add("\"");
    buffer.add(String_val(v));
    buffer.add("\"");
  } else {
    buffer.add("_");
  }
}

}  // namespace

char* caml_format_exception(Value exn) {
  TextBuffer buffer;
  if (Tag_val(exn) == 0) {
    Value id = Field(exn, 0);
    buffer.add(String_val(Field(id, 0)));
    Value arguments = exn;
    mlsize_t first = 1;
    if (Wosize_val(exn) == 2 && Is_block(Field(exn, 1)) && Tag_val(Field(exn, 1)) == 0 &&
        takes_a_tuple(id)) {
      arguments = Field(exn, 1);
      first = 0;
    }
    buffer.add("(");
    for (mlsize_t i = first; i < Wosize_val(arguments); i++) {
      if (i > first) buffer.add(", ");
      add_argument(buffer, Field(arguments, i));
    }
    buffer.add(")");
  } else {
    buffer.add(String_val(Field(exn, 0)));
  }
  auto* text = static_cast<char*>(caml_stat_alloc_noexc(buffer.length + 1));
  if (text == nullptr) return nullptr;
  std::memcpy(text, buffer.text, buffer.length);
  text[buffer.length] = 0;
  return text;
}

}  // namespace bactrian
