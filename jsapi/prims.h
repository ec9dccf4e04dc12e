// SPDX-License-Identifier: Apache-2.0
// prims.def → declarations, and the numbers of the operations that JavaScript does.
#pragma once

#include "jsapi/border.h"

namespace bactrian {

template <int N>
struct Args;
template <>
struct Args<1> {
  using type = Value(Value);
};
template <>
struct Args<2> {
  using type = Value(Value, Value);
};
template <>
struct Args<3> {
  using type = Value(Value, Value, Value);
};
template <>
struct Args<4> {
  using type = Value(Value, Value, Value, Value);
};
template <>
struct Args<5> {
  using type = Value(Value, Value, Value, Value, Value);
};

#define PRIM(name, arity, versions) Args<arity>::type name;
#define ALIAS(name, target, arity, versions)
#define OPERATION(name, arity, shape, versions)
#define INTERNAL(name)
#include "jsapi/prims.def"
#undef PRIM
#undef ALIAS
#undef OPERATION
#undef INTERNAL

enum Operation {
#define PRIM(name, arity, versions)
#define ALIAS(name, target, arity, versions)
#define OPERATION(name, arity, shape, versions) kOp_##name,
#define INTERNAL(name) kOp_##name,
#include "jsapi/prims.def"
#undef PRIM
#undef ALIAS
#undef OPERATION
#undef INTERNAL
};

// Of a call from JavaScript that waited (prims/callbacks.cpp).
void call_has_ended(int call, Value value, bool raised);

// The OCaml value that js_of_ocaml has this JavaScript array for, with all that is in it.
// typed: strings, booleans and undefined among the fields become OCaml's.
Value block_of_array(Value js_array, bool typed = false);

// Does what the shape says (prims.def) with the arguments.
Value run_operation(Operation op, const char* shape, const Value* args);

}  // namespace bactrian
