// SPDX-License-Identifier: Apache-2.0
// OCaml functions as JavaScript functions, and the way from a call there to the OCaml function.
#include "jsapi/errors.h"
#include "jsapi/handles.h"
#include "jsapi/prims.h"
#include "jsapi/roots.h"

namespace bactrian {

namespace {

// How a JavaScript function passes its arguments: bits of a mode (callbacks.ts).
enum Mode { kLoose = 0, kStrict = 1, kThis = 2, kArguments = 4 };

Value wrap(Value f, int mode, int arity) {
  // A JavaScript function stays what it is.
  if (Is_js(f)) return f;
  return value_of(js_callback(add_root(f), mode, arity));
}

// Functions in each other's calls, through JavaScript: the native stack has room for so many.
constexpr int kMaxDepth = 400;
int depth = 0;

// As many arguments as f takes at a time. What is no function takes no more of them.
// The last of them may wait, when there is a `call`.
Value apply_loosely(Value f, Value* args, int count, int* call) {
  for (;;) {
    int arity = count == 1 ? 1 : closure_arity(f);
    if (count <= arity)
      return call != nullptr ? caml_callback_that_may_wait(f, args, count, call)
                             : caml_callback_exn(f, args, count);
    Value result = caml_callback_exn(f, args, arity);
    if (result == kNoValue || Is_long(result)) return result;
    tag_t tag = Tag_val(result);
    if (tag != Closure_tag && tag != Infix_tag) return result;
    f = result;
    args += arity;
    count -= arity;
  }
}

constexpr int kMaxArguments = 32;

// `first` and words[1 .. count - 1] are the arguments.
Value call_root(int id, int arity, int count, word_t first, int* call) {
  // Most often: one argument, an integer or a JavaScript value.
  if (count == 1 && arity == 0 && ((first & 1) != 0 || is_handle(first))) {
    Value arg = value_of(first, 0);
    return arg == kNoValue ? kNoValue : apply_loosely(root_value(id), &arg, 1, call);
  }
  words[0] = first;
  Value f = root_value(id);
  if (arity < 0) arity = closure_arity(f);
  int room = arity > count ? arity : count;
  if (room > kMaxArguments) return caml_invalid_argument("too many arguments from JavaScript");
  Value args[kMaxArguments];
  for (int i = 0; i < room; i++) args[i] = Val_unit;
  RootedSpan rooted(args, static_cast<mlsize_t>(room));
  if (!take_values(args, count)) return kNoValue;
  f = root_value(id);
  if (arity == 0) return apply_loosely(f, args, count, call);
  for (; count < arity; count++) args[count] = handle_of(kUndefined);
  return apply_loosely(f, args, arity, call);
}

}  // namespace

// arity 0: all arguments that there are; below 0: as many as the function takes; else so many.
// may_wait: JavaScript can do with a promise of the result (kWaits).
extern "C" __attribute__((export_name("jsapi_call"))) word_t jsapi_call(int id, int arity,
                                                                        int count, word_t first,
                                                                        int may_wait) {
  Value result;
  int call = 0;
  if (depth >= kMaxDepth || !has_stack_left()) {
    result = caml_raise_stack_overflow();
  } else {
    depth++;
    result = call_root(id, arity, count, first, may_wait != 0 ? &call : nullptr);
    depth--;
  }
  if (result != kNoValue) return word_of(result, 0);
  if (call == 0) return word_of_exception();
  cells[0] = call;
  return kWaits;
}

void call_has_ended(int call, Value value, bool raised) {
  if (raised)
    put_exception(value);
  else
    put_word(value, 0);
  js_call_ended(call, raised ? kThrown : words[0]);
}

Value caml_js_wrap_callback(Value f) { return wrap(f, kLoose, 0); }
Value caml_js_wrap_callback_arguments(Value f) { return wrap(f, kArguments, 1); }
Value caml_js_wrap_callback_strict(Value arity, Value f) {
  return wrap(f, kStrict, Int_val(arity));
}
Value caml_js_wrap_callback_unsafe(Value f) { return wrap(f, kStrict, -1); }
Value caml_js_wrap_meth_callback(Value f) { return wrap(f, kThis, 0); }
Value caml_js_wrap_meth_callback_arguments(Value f) { return wrap(f, kThis | kArguments, 2); }
Value caml_js_wrap_meth_callback_strict(Value arity, Value f) {
  return wrap(f, kThis | kStrict, Int_val(arity) + 1);
}
Value caml_js_wrap_meth_callback_unsafe(Value f) { return wrap(f, kThis | kStrict, -1); }

Value caml_js_pure_expr(Value f) {
  Value unit = Val_unit;
  return caml_callback_exn(f, &unit, 1);
}

}  // namespace bactrian
