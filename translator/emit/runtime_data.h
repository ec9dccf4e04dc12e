// SPDX-License-Identifier: Apache-2.0
// What emitted code holds of the runtime: addresses, table indices, and frame descriptors made for
// it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "translator/translator.h"

namespace bactrian {

template <class T>
std::uint32_t address_of(T* p) {
  return static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(p));
}
template <class F>
std::int32_t index_of_function(F* f) {
  return static_cast<std::int32_t>(reinterpret_cast<std::uintptr_t>(f));
}

// The descriptor (runtime/tier/tier.h), owned by `data`. Null: no memory.
inline std::int32_t* keep_descriptor(const std::vector<std::int32_t>& words,
                                     std::vector<std::int32_t*>& data) {
  auto* descriptor =
      static_cast<std::int32_t*>(tier_interface->malloc(words.size() * sizeof(std::int32_t)));
  if (descriptor == nullptr) return nullptr;
  std::copy(words.begin(), words.end(), descriptor);
  data.push_back(descriptor);
  return descriptor;
}

}  // namespace bactrian
