// SPDX-License-Identifier: Apache-2.0
// See remembered.h.
#include "jsapi/remembered.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "jsapi/handles.h"

namespace bactrian {

namespace {

constexpr int kFirstBits = 8, kLastBits = 16;
// JavaScript's strings are kept alive: at most for so many bytes of OCaml's, evicted ones included.
constexpr mlsize_t kMaxHeld = 4 << 20;
// Before the first string is found.
constexpr int kFirstPatience = 8;

RememberedString first_places[1 << kFirstBits];
int place_bits = kFirstBits;
int evicted = 0;
// Since all was forgotten last: bytes; strings, and where the first of them are, so that forgetting
// a few does not take a look at the whole table.
mlsize_t held = 0;
constexpr unsigned kListed = 256;
unsigned count = 0;
RememberedString* listed[kListed];

void clear(RememberedString& place) {
  if (place.key == 0) return;
  place.key = 0;
  unpin_slot(place.slot);
}

void forget_all() {
  if (count <= kListed)
    for (unsigned i = 0; i < count; i++) clear(listed[i][0]), clear(listed[i][1]);
  else
    for (std::size_t i = 0; i < std::size_t{1} << place_bits; i++) clear(remembered.places[i]);
  held = 0;
  count = 0;
  evicted = 0;
  dom().watched_size = 0;
  remembered.sweeps = dom().sweeps;
  remembered.patience = kFirstPatience;
}

void watch(std::uintptr_t address) {
  Domain& d = dom();
  std::uintptr_t end = d.watched_from + d.watched_size;
  if (d.watched_size == 0) d.watched_from = end = address;
  d.watched_from = std::min(d.watched_from, address);
  d.watched_size = std::max(end, address + 1) - d.watched_from;
}

// Empty: what was in the old one is soon found again.
void grow() {
  std::size_t size = sizeof(RememberedString) << (place_bits + 2);
  void* memory = caml_stat_alloc_noexc(size);
  forget_all();
  if (memory == nullptr) return;
  std::memset(memory, 0, size);
  auto* old = std::exchange(remembered.places, static_cast<RememberedString*>(memory));
  place_bits += 2;
  remembered.shift -= 2;
  if (old != first_places) caml_stat_free(old);
}

Value forget_changed(Value s) {
  auto address = static_cast<std::uint32_t>(bits(s));
  RememberedString* places = remembered_places(address);
  for (int i = 0; i < 2; i++)
    if ((places[i].key & ~1u) == address) clear(places[i]);
  // A program that goes on writing, and finds nothing, is not to be slowed down.
  if (--remembered.patience < 0) forget_all();
  return s;
}

}  // namespace

RememberedStrings remembered;

void start_remembering() {
  remembered.places = first_places;
  remembered.shift = 32 - kFirstBits;
  forget_all();
  dom().bytes_change = forget_changed;
}

void remember_string(Value s, bool utf8, std::int32_t slot) {
  mlsize_t length = caml_string_length(s);
  if (length > kMaxHeld) return;
  if (remembered.sweeps != dom().sweeps || (held += length + 1) > kMaxHeld) {
    forget_all();
    held = length + 1;
  }
  auto address = static_cast<std::uint32_t>(bits(s));
  std::uint32_t key = address | (utf8 ? 1 : 0);
  // Pinned before the one is given up whose place it takes: that may be the same.
  pin_slot(slot);
  RememberedString* places = remembered_places(key);
  if (count < kListed) listed[count] = places;
  count++;
  if (places[1].key != 0) evicted++;
  clear(places[1]);
  places[1] = std::exchange(places[0], {key, slot});
  watch(address);
  if (evicted > 1 << place_bits && place_bits < kLastBits) grow();
}

}  // namespace bactrian
