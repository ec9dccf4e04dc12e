// SPDX-License-Identifier: Apache-2.0
// prims.def → the sorted table of primitives. Declares every function from its line in the table,
// so that a primitive is written down in two places only: its table line and its definition.
#include "runtime/prims/prim.h"

#include <algorithm>
#include <array>

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

#define PRIM(name, arity, flags) \
  Primitive{#name, arity, static_cast<std::uint8_t>(flags), reinterpret_cast<Function>(&name)},
#define PRIM_N(name, flags) \
  Primitive{#name, kArityN, static_cast<std::uint8_t>(flags), reinterpret_cast<Function>(&name)},
#define PRIM_ALIAS(name, target, arity, flags) \
  Primitive{#name, arity, static_cast<std::uint8_t>(flags), reinterpret_cast<Function>(&target)},
Primitive table[] = {
#include "runtime/prims/prims.def"
};
#undef PRIM
#undef PRIM_N
#undef PRIM_ALIAS

bool table_sorted = false;

}  // namespace

std::span<const Primitive> all_primitives() {
  if (!table_sorted) {
    std::sort(std::begin(table), std::end(table), [](const Primitive& a, const Primitive& b) {
      return std::string_view(a.name) < std::string_view(b.name);
    });
    table_sorted = true;
  }
  return table;
}

const Primitive* find_primitive(std::string_view name) {
  auto primitives = all_primitives();
  auto it = std::lower_bound(
      primitives.begin(), primitives.end(), name,
      [](const Primitive& p, std::string_view n) { return std::string_view(p.name) < n; });
  return it != primitives.end() && it->name == name ? &*it : nullptr;
}

}  // namespace bactrian
