// SPDX-License-Identifier: Apache-2.0
// A wasm module of translated functions: its types, imports and sections. It imports, from module
// "b", memory "m", the runtime's table "c", those of the tables "t1" to "t11" of functions by arity
// that it uses (engines keep a copy of each table for each instance that imports it), and as "f7"
// the function at index 7 of the runtime's table: a call of it needs fewer checks and less code
// than one through the table.
#pragma once

#include <string>
#include <vector>

#include "runtime/tier/tier.h"
#include "translator/wasm/writer.h"

namespace bactrian {

inline constexpr std::uint32_t kRuntimeTable = 0;

// The tables T_n that a module imports, numbered in the order in which they came into use.
class ArityTables {
 public:
  std::uint32_t use(std::int32_t arity) {
    std::uint32_t& index = index_[table_of_arity(arity)];
    if (index == 0) {
      arities_.push_back(table_of_arity(arity));
      index = static_cast<std::uint32_t>(arities_.size());
    }
    return index;
  }
  const std::vector<std::int32_t>& arities() const { return arities_; }

 private:
  std::uint32_t index_[kManyArguments + 1] = {};  // 0: not in use.
  std::vector<std::int32_t> arities_;
};

// The runtime's functions that a module imports, known before any of its code is written: they
// come first among its functions.
class RuntimeImports {
 public:
  static constexpr std::uint32_t kNotHere = ~std::uint32_t{0};
  struct Import {
    std::int32_t index;  // In the runtime's table.
    std::uint32_t type;
  };
  void add(std::int32_t index, std::uint32_t type) {
    if (find(index) == kNotHere) imports_.push_back({index, type});
  }
  std::uint32_t find(std::int32_t index) const {
    for (std::uint32_t i = 0; i < imports_.size(); i++)
      if (imports_[i].index == index) return i;
    return kNotHere;
  }
  std::uint32_t count() const { return static_cast<std::uint32_t>(imports_.size()); }
  const std::vector<Import>& all() const { return imports_; }

 private:
  std::vector<Import> imports_;
};

// Indices of function types.
namespace types {
constexpr std::uint32_t function(std::int32_t arity) {
  return static_cast<std::uint32_t>(arity < kMaxTranslatedArity ? arity : kMaxTranslatedArity);
}
inline constexpr std::uint32_t kSegment = function(1);
constexpr std::uint32_t prim(std::int32_t arity) {
  return kMaxTranslatedArity + static_cast<std::uint32_t>(arity);  // 1 to 5.
}
inline constexpr std::uint32_t kPrimN = kMaxTranslatedArity + 6;
inline constexpr std::uint32_t kUnwind = kPrimN;  // (i32, i32) -> i64
inline constexpr std::uint32_t kAlloc = kPrimN + 1;
inline constexpr std::uint32_t kModify = kPrimN + 2;
inline constexpr std::uint32_t kForceUnwind = kPrimN + 3;
}  // namespace types

struct ModuleFunction {
  FunctionId id{};
  CodeOffset pc{};         // Of a continuation.
  std::int32_t arity = 0;  // 0: a continuation.
  bool is_segment = false;
  std::string name;
  wasm::Bytes body;  // Locals and code.
  std::vector<wasm::BranchHint> hints;
};

// The module's bytes. Function i goes to slot slot_base + i of table 0, and to the table of its
// arity.
std::vector<std::uint8_t> write_module(const std::vector<ModuleFunction>& functions,
                                       const RuntimeImports& imports, ArityTables& tables,
                                       std::uint32_t slot_base);

}  // namespace bactrian
