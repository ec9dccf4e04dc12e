// SPDX-License-Identifier: Apache-2.0
// Allocation and mutation, as the interpreter, the primitives and the bindings see the heap.
//
// Failure. A request of at most Max_young_wosize words never fails: the heap keeps a reserve for it
// and, when even that is gone, stops the program with one message. A larger request that cannot be
// met sets the exception Out_of_memory pending and returns kNoValue; the caller returns at once:
//
//     Value s = caml_alloc_string(len);
//     if (s == kNoValue) return kNoValue;
//
// Moving. Every allocation may move young blocks. A value needed after one lives in a Root
// (roots.h). Allocation never runs OCaml code: finalisers, signals and alarms run at the
// interpreter's polls.
#pragma once

#include <string_view>

#include "runtime/domain.h"
#include "runtime/value/value.h"

namespace bactrian {

// In the minor heap, fields not set: the caller sets all of them before it allocates again.
// 1 <= wosize <= Max_young_wosize.
Value caml_alloc_small_dispatch(mlsize_t wosize, tag_t tag);  // Slow path: collects.
inline Value caml_alloc_small(mlsize_t wosize, tag_t tag) {
  Domain& d = dom();
  Value* p = d.young_ptr - Whsize_wosize(wosize);
  if (p < d.young_limit) [[unlikely]]
    return caml_alloc_small_dispatch(wosize, tag);
  d.young_ptr = p;
  *reinterpret_cast<Header*>(p) = Make_header(wosize, tag);
  return val_of_ptr(p + 1);
}

// Any size (0: the atom). Fields are Val_unit where the tag says that they are scanned.
Value caml_alloc(mlsize_t wosize, tag_t tag);
inline Value caml_alloc_tuple(mlsize_t wosize) { return caml_alloc(wosize, 0); }
// In the major heap; fields are set with caml_initialize. Fields are Val_unit if scanned.
Value caml_alloc_shr(mlsize_t wosize, tag_t tag);
// The same without a collection. kNoValue: no memory, nothing pending.
Value caml_alloc_shr_quietly(mlsize_t wosize, tag_t tag);

Value caml_alloc_string(mlsize_t length);  // Content not set, padding set.
Value caml_alloc_initialized_string(mlsize_t length, const char* bytes);  // bytes: not in the heap.
Value caml_copy_string(const char* s);
inline Value caml_alloc_initialized_string(std::string_view s) {
  return caml_alloc_initialized_string(s.size(), s.data());
}
Value caml_alloc_float_array(mlsize_t length);  // wosize 0: Atom(0). Content not set.
inline Value caml_copy_double(double d) {
  Value v = caml_alloc_small(Double_wosize, Double_tag);
  Store_double_val(v, d);
  return v;
}
Value caml_alloc_some(Value v);
Value caml_alloc_cons(Value head, Value tail);  // Roots its arguments.
// Array of OCaml strings.
Value caml_alloc_string_array(const char* const* strings, mlsize_t count);

// Stores into a field of a block that may be old. caml_initialize: the field's first value, in a
// block from caml_alloc_shr or caml_alloc with more than Max_young_wosize words.
void caml_modify(Value* field, Value v);
void caml_initialize(Value* field, Value v);
inline void Store_field(Value block, mlsize_t i, Value v) { caml_modify(&Field(block, i), v); }

// Shortens a block in place (Obj.truncate of 4.x; buffers).
// ---- Custom blocks ----
// Field 0 holds the address of the operations, which are static objects.
struct Serializer;
struct Deserializer;
struct CustomOperations {
  const char* identifier;        // As OCaml writes it in marshalled data.
  void (*finalize)(Value);       // Must not allocate or raise. May be null.
  int (*compare)(Value, Value);  // Null: compare raises. Sets dom().compare_unordered for NaN.
  intnat (*hash)(Value);         // Null: hashed as if constant.
  void (*serialize)(Value, Serializer&, uintnat* bsize_32, uintnat* bsize_64);  // Null: raises.
  uintnat (*deserialize)(void* dst, Deserializer&);  // Returns the size written; ~0: bad data.
  int (*compare_ext)(Value, Value);                  // Against an immediate.
  uintnat fixed_bsize_64;  // 0: not fixed; written as its own length otherwise.
  // A young block with a finaliser has moved, for the last time. Null: nobody wants to know.
  void (*moved)(Value) = nullptr;
};
inline const CustomOperations* Custom_ops_val(Value v) {
  return ptr_of<const CustomOperations>(Field(v, 0));
}
template <class T>
inline T* Data_custom_val(Value v) {
  return reinterpret_cast<T*>(&Field(v, 1));
}
// byte_size: of the data behind the operations. mem/max: as in OCaml, the GC's speed-up by
// resources held outside the heap.
Value caml_alloc_custom(const CustomOperations* ops, mlsize_t byte_size, mlsize_t mem,
                        mlsize_t max);
Value caml_alloc_custom_mem(const CustomOperations* ops, mlsize_t byte_size, mlsize_t mem);
void caml_register_custom_operations(const CustomOperations* ops);
const CustomOperations* caml_find_custom_operations(std::string_view identifier);

// Int32, Int64 and Nativeint are custom blocks (prims/ints.cpp).
Value caml_copy_int32(std::int32_t n);
Value caml_copy_int64(std::int64_t n);
Value caml_copy_nativeint(std::int64_t n);
inline std::int32_t Int32_val(Value v) { return *Data_custom_val<std::int32_t>(v); }
inline std::int64_t Int64_val(Value v) { return *Data_custom_val<std::int64_t>(v); }
inline std::int64_t Nativeint_val(Value v) { return *Data_custom_val<std::int64_t>(v); }

// Memory outside the heap (buffers, bigarray data). Null when there is none left: raise then.
void* caml_stat_alloc_noexc(std::size_t byte_size);
void* caml_stat_resize_noexc(void* p, std::size_t byte_size);
void caml_stat_free(void* p);

}  // namespace bactrian
