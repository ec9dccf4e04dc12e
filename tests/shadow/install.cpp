// SPDX-License-Identifier: Apache-2.0
// Makes the native command one that translates, by the stand-in of unit/shadow_translator.h.
#include <cstdlib>

#include "runtime/host/host.h"
#include "tests/unit/shadow_translator.h"

namespace bactrian {
namespace {

[[maybe_unused]] const bool installed = [] {
  set_translate_hook(shadow_translate);
  if (const char* text = std::getenv("SHADOW_REFUSE_EVERY"))
    shadow_refuse_every = static_cast<std::uint32_t>(std::atoi(text));
  shadow_trace = std::getenv("SHADOW_TRACE") != nullptr;
  return true;
}();

}  // namespace
}  // namespace bactrian
