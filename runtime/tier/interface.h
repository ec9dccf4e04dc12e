// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "runtime/tier/tier.h"

namespace bactrian {

TierInterface* make_tier_interface();

}  // namespace bactrian
