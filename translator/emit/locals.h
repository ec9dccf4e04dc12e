// SPDX-License-Identifier: Apache-2.0
// Values → wasm locals. Engines' baseline compilers keep a state of all locals at each branch, so
// that one local for each value makes them slow: values that are not live at once share one.
#pragma once

#include <string>
#include <vector>

#include "translator/emit/liveness.h"
#include "translator/wasm/writer.h"

namespace bactrian {

inline constexpr std::uint32_t kNoLocal = ~std::uint32_t{0};

wasm::Type type_of_repr(ir::Repr r);

// Local 0 is sp; `local_of` holds those of parameters, which end at `parameters`, and kNoLocal for
// others. All values in `wanted` take one of these, or new ones from `first` on, whose types are
// returned.
std::vector<wasm::Type> assign_locals(const ir::Function& f, const ir::Order& order,
                                      const Liveness& liveness, const ValueSet& wanted,
                                      std::uint32_t parameters, std::uint32_t first,
                                      std::vector<std::uint32_t>& local_of);

// Empty, or where two values that are live at once share a local.
std::string verify_locals(const ir::Function& f, const ir::Order& order, const Liveness& liveness,
                          const std::vector<std::uint32_t>& local_of);

}  // namespace bactrian
