// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace bactrian {

enum class Refusal : std::uint8_t {
#define REFUSAL(name, text) k##name,
#include "runtime/tier/refusals.def"
#undef REFUSAL
  kCount
};
inline constexpr std::size_t kRefusalCount = static_cast<std::size_t>(Refusal::kCount);

constexpr const char* refusal_text(Refusal refusal) {
  switch (refusal) {
#define REFUSAL(name, text) \
  case Refusal::k##name: return text;
#include "runtime/tier/refusals.def"
#undef REFUSAL
    case Refusal::kCount: break;
  }
  return "?";
}

}  // namespace bactrian
