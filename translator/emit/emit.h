// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "translator/emit/module.h"
#include "translator/ir/ir.h"
#include "translator/translator.h"

namespace bactrian {

struct EmitContext {
  const TranslatorOptions* options;
  // The wasm function that is the translation of `id` in this module, or kNotHere.
  static constexpr std::uint32_t kNotHere = ~std::uint32_t{0};
  std::function<std::uint32_t(FunctionId)> local_function;
  // The same of the segment at `pc`.
  std::function<std::uint32_t(CodeOffset pc)> local_segment;
  // The function that a closure value surely is, or probably is.
  struct Callee {
    FunctionId id{};
    bool certain = false;
  };
  std::function<Callee(const ir::Function&, ir::ValueId closure)> callee;
  FunctionId handler = kNoFunction;  // Of effects, probably: where a fiber that performs goes.
  std::vector<std::int32_t*>* data;  // Takes the frame descriptors.
  ArityTables* tables;
  const RuntimeImports* imports;
};

// IR → a wasm function's locals and code. Sets native_wosize.
Refusal emit_function(const ir::Function& f, const EmitContext& context, ModuleFunction& out,
                      std::int32_t& native_wosize);

}  // namespace bactrian
