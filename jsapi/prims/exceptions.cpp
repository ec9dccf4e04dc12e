// SPDX-License-Identifier: Apache-2.0
// Exceptions as values.
#include "jsapi/errors.h"
#include "jsapi/handles.h"
#include "jsapi/prims.h"

namespace bactrian {

// A JavaScript value that was thrown → an OCaml exception.
Value caml_wrap_exception(Value thrown) {
  if (!Is_js(thrown)) return thrown;
  put_word(thrown, 0);
  return js_operation(kOp_caml_throw_js_exception) == kThrown ? thrown_exception() : thrown;
}

Value caml_js_error_of_exception(Value exn) {
  return holds_error(exn) ? Field(exn, 1) : handle_of(kNull);
}

Value caml_js_error_option_of_exception(Value exn) {
  if (!holds_error(exn)) return Val_none;
  Root error(Field(exn, 1));
  Value some = caml_alloc_small(1, Some_tag);
  Field(some, 0) = error;
  return some;
}

Value caml_exn_with_js_backtrace(Value exn, Value) { return exn; }

}  // namespace bactrian
