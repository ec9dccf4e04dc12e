// SPDX-License-Identifier: Apache-2.0
// Atomic.t: a block with one field. Domains take turns on one thread, so plain accesses are atomic;
// what is left is the write barrier.
#include "runtime/prims/prim.h"

namespace bactrian {

Value caml_atomic_load(Value ref) { return Field(ref, 0); }

Value caml_atomic_exchange(Value ref, Value v) {
  Value old = Field(ref, 0);
  caml_modify(&Field(ref, 0), v);
  return old;
}

Value caml_atomic_cas(Value ref, Value old_value, Value new_value) {
  if (Field(ref, 0) != old_value) return Val_false;
  caml_modify(&Field(ref, 0), new_value);
  return Val_true;
}

// An integer in the place of an integer needs no barrier.
Value caml_atomic_fetch_add(Value ref, Value increment) {
  Value old = Field(ref, 0);
  auto sum = static_cast<uintnat>(Long_val(old)) + static_cast<uintnat>(Long_val(increment));
  Field(ref, 0) = Val_long(static_cast<intnat>(sum));
  return old;
}

// As large as OCaml makes it, so that its size looks the same: header and fields fill a cache line
// of 128 bytes.
Value caml_atomic_make_contended(Value v) {
  constexpr mlsize_t kWosize = 15;
  Root init(v);
  Value ref = caml_alloc_shr(kWosize, 0);
  if (ref == kNoValue) return kNoValue;
  caml_initialize(&Field(ref, 0), init);
  return ref;
}

}  // namespace bactrian
