// SPDX-License-Identifier: Apache-2.0
// Old strings that have become JavaScript strings, by their addresses: a literal that is passed
// again, or a long text, is not decoded again. All that writes into strings says so first
// (note_bytes_change). What is written to is forgotten; so is everything when a sweep begins, or
// when much else is written between the lowest and the highest of them.
#pragma once

#include "jsapi/border.h"
#include "runtime/side/side.h"

namespace bactrian {

struct RememberedString {
  std::uint32_t key;  // Address, and 1 for UTF-8; 0: free.
  std::int32_t slot;  // Pinned.
};
struct RememberedStrings {
  RememberedString* places;  // Those of a string are two, side by side.
  int shift;                 // From a hash to a place.
  std::uint32_t sweeps;      // dom().sweeps when the first was entered.
  int patience;              // Writes that are noted yet, before all is forgotten.
};
extern RememberedStrings remembered;

// To which one string found sets it.
inline constexpr int kPatience = 64;

inline RememberedString* remembered_places(std::uint32_t key) {
  std::uint32_t hash = (key >> 3) * 0x9E3779B1u;
  return remembered.places + ((hash >> remembered.shift) & ~1u);
}

// The slot of the JavaScript string; -1: not known. s is old.
inline std::int32_t remembered_slot(Value s, bool utf8) {
  if (remembered.sweeps != dom().sweeps) return -1;
  std::uint32_t key = static_cast<std::uint32_t>(bits(s)) | (utf8 ? 1 : 0);
  const RememberedString* places = remembered_places(key);
  if (places[0].key != key && (++places)->key != key) return -1;
  remembered.patience = kPatience;
  return places->slot;
}

void remember_string(Value s, bool utf8, std::int32_t slot);
void start_remembering();

}  // namespace bactrian
