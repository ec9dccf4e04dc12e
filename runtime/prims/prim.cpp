// SPDX-License-Identifier: Apache-2.0
// prims.def → the table of primitives, and a hash table of their names. Declares every function
// from its line in the table, so that a primitive is written down in two places only: its table
// line and its definition.
#include "runtime/prims/prim.h"

#include <bit>
#include <cstring>
#include <iterator>

namespace bactrian {

namespace {
template <int N>
struct Signature;
template <>
struct Signature<1> {
  using type = Value(Value);
};
template <>
struct Signature<2> {
  using type = Value(Value, Value);
};
template <>
struct Signature<3> {
  using type = Value(Value, Value, Value);
};
template <>
struct Signature<4> {
  using type = Value(Value, Value, Value, Value);
};
template <>
struct Signature<5> {
  using type = Value(Value, Value, Value, Value, Value);
};
}  // namespace

#define PRIM(name, arity, flags) Signature<arity>::type name;
#define PRIM_N(name, flags) Value name(Value* args, int count);
#define PRIM_ALIAS(name, target, arity, flags)
#include "runtime/prims/prims.def"
#undef PRIM
#undef PRIM_N
#undef PRIM_ALIAS

namespace {

using Function = void (*)();

// A column of the table each, for a small module: all names in one string, a zero behind each.
constexpr char kNames[] =
#define PRIM(name, arity, flags) #name "\0"
#define PRIM_N(name, flags) #name "\0"
#define PRIM_ALIAS(name, target, arity, flags) #name "\0"
#include "runtime/prims/prims.def"
#undef PRIM
#undef PRIM_N
#undef PRIM_ALIAS
    ;

constexpr std::int8_t kArities[] = {
#define PRIM(name, arity, flags) arity,
#define PRIM_N(name, flags) kArityN,
#define PRIM_ALIAS(name, target, arity, flags) arity,
#include "runtime/prims/prims.def"
#undef PRIM
#undef PRIM_N
#undef PRIM_ALIAS
};

constexpr std::uint8_t kFlags[] = {
#define PRIM(name, arity, flags) flags,
#define PRIM_N(name, flags) flags,
#define PRIM_ALIAS(name, target, arity, flags) flags,
#include "runtime/prims/prims.def"
#undef PRIM
#undef PRIM_N
#undef PRIM_ALIAS
};

const Function functions[] = {
#define PRIM(name, arity, flags) reinterpret_cast<Function>(&name),
#define PRIM_N(name, flags) reinterpret_cast<Function>(&name),
#define PRIM_ALIAS(name, target, arity, flags) reinterpret_cast<Function>(&target),
#include "runtime/prims/prims.def"
#undef PRIM
#undef PRIM_N
#undef PRIM_ALIAS
};

constexpr std::size_t kCount = std::size(kArities);
constexpr std::size_t kSlots = std::bit_ceil(2 * kCount);

Primitive table[kCount];  // The columns, put together at the first use.
std::span<const Primitive> added;
std::uint16_t slots[kSlots];  // Hash table with open addressing: 1 + index into `table`, or 0.

// The slot of the first primitive of that name, or the free one that it would get.
std::uint16_t* slot_of(std::string_view name) {
  std::uint32_t hash = 0;
  for (char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
  for (;; hash++) {
    std::uint16_t* slot = &slots[hash % kSlots];
    if (*slot == 0 || table[*slot - 1].name == name) return slot;
  }
}

void fill_table() {
  if (table[0].name != nullptr) return;
  const char* name = kNames;
  for (std::size_t i = 0; i < kCount; i++) {
    table[i] = {name, kArities[i], kFlags[i], functions[i]};
    std::uint16_t* slot = slot_of(name);
    if (*slot == 0) *slot = static_cast<std::uint16_t>(i + 1);
    name += std::strlen(name) + 1;
  }
}

}  // namespace

std::span<const Primitive> all_primitives() {
  fill_table();
  return table;
}

void add_primitives(std::span<const Primitive> primitives) { added = primitives; }
std::span<const Primitive> added_primitives() { return added; }

const Primitive* find_primitive(std::string_view name) {
  for (const Primitive& p : added)
    if (p.name == name) return &p;
  fill_table();
  std::uint16_t slot = *slot_of(name);
  return slot == 0 ? nullptr : &table[slot - 1];
}

}  // namespace bactrian
