// SPDX-License-Identifier: Apache-2.0
// Exceptions across the border. What JavaScript throws becomes, in OCaml: the OCaml exception that
// JavaScript only passed on; Stack_overflow; the registered exception that an Error names in
// `raises`; Js.Error with an Error, where the program has registered that exception ("jsError");
// else Failure with the text. What OCaml raises is thrown as the Error that it holds, or as an
// OcamlException (values.ts).
#include "jsapi/errors.h"

#include "jsapi/handles.h"
#include "jsapi/roots.h"

namespace bactrian {

namespace {

Value js_error_tag() {
  const Value* tag = caml_named_value("jsError");
  return tag == nullptr ? kNoValue : *tag;
}

bool is_error(Value exn, Value tag) {
  return tag != kNoValue && Is_block(exn) && Tag_val(exn) == 0 && Wosize_val(exn) == 2 &&
         Field(exn, 0) == tag;
}

}  // namespace

namespace {

// words[0] is the exception's argument, a string, words[2] its name.
Value raise_registered() {
  Value values[2] = {Val_unit, Val_unit};
  RootedSpan rooted(values, 2);
  words[1] = words[2];
  if (!take_values(values, 2)) return kNoValue;
  for (Value& v : values) {
    v = string_of(word_of(v, 0), true);
    if (v == kNoValue) {
      v = Val_unit;
      return kNoValue;
    }
  }
  std::string_view name{String_val(values[1]), caml_string_length(values[1])};
  const Value* tag = caml_named_value(name);
  if (tag == nullptr) return caml_failwith_value(values[0]);
  Value exn = caml_alloc_small(2, 0);
  Field(exn, 0) = *tag;
  Field(exn, 1) = values[0];
  return caml_raise(exn);
}

}  // namespace

Value raise_thrown() {
  auto thrown = static_cast<Thrown>(words[1]);
  if (thrown == Thrown::kOcaml) return caml_raise(value_of(words[0]));
  if (thrown == Thrown::kStackOverflow) return caml_raise_stack_overflow();
  if (thrown == Thrown::kError && js_error_tag() != kNoValue) {
    Value error = value_of(words[0]);
    Root rooted(error);
    Value exn = caml_alloc_small(2, 0);
    Field(exn, 0) = js_error_tag();
    Field(exn, 1) = rooted;
    return caml_raise(exn);
  }
  if (thrown == Thrown::kRegistered) return raise_registered();
  // With a handle, so that its slot is given back.
  Value text = string_of(word_of(value_of(words[0]), 0), true);
  return text == kNoValue ? kNoValue : caml_failwith_value(text);
}

Value thrown_exception() {
  if (raise_thrown() != kNoValue || dom().exn_bucket == kNoValue) return kNoValue;
  Value exn = dom().exn_bucket;
  dom().exn_bucket = kNoValue;
  return exn;
}

void put_exception(Value exn) {
  if (is_error(exn, js_error_tag())) {
    put_word(Field(exn, 1), 0);
    words[1] = static_cast<word_t>(Thrown::kError);
    return;
  }
  put_word(exn, 0);
  words[1] = static_cast<word_t>(Thrown::kOcaml);
}

word_t word_of_exception() {
  Value exn = dom().exn_bucket;
  if (exn == kNoValue) return kExit;
  dom().exn_bucket = kNoValue;
  put_exception(exn);
  return kThrown;
}

bool holds_error(Value exn) { return is_error(exn, js_error_tag()); }

}  // namespace bactrian
