// SPDX-License-Identifier: Apache-2.0
// errors.def → texts. One string of all texts would be smaller than pointers to each, but the table
// is short and Unix.error_message wants it too.
#include "runtime/host/errors.h"

#include <cstdio>

namespace bactrian {

const char* host_error_text(int errno_number) {
  switch (errno_number) {
#define HOST_ERROR(name, number, text) \
  case k##name: return text;
#include "runtime/host/errors.def"
#undef HOST_ERROR
  }
  static char unknown[32];
  std::snprintf(unknown, sizeof unknown, "Unknown error %d", errno_number);
  return unknown;
}

}  // namespace bactrian
