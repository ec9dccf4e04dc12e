// SPDX-License-Identifier: Apache-2.0
// The hash table of blocks met in a walk.
#include "runtime/prims/position_table.h"

#include <cstring>

#include "runtime/heap/alloc.h"

namespace bactrian {

PositionTable::~PositionTable() {
  if (entries_ != inline_entries_) caml_stat_free(entries_);
}

// Fibonacci hashing (Knuth, TAOCP 6.4).
PositionTable::Entry* PositionTable::slot(std::uintptr_t address) {
  std::size_t mask = (std::size_t{1} << log2_) - 1;
  auto i = static_cast<std::size_t>((std::uint64_t{address} * 0x9E3779B97F4A7C15u) >> (64 - log2_));
  while (entries_[i].address != 0 && entries_[i].address != address) i = (i + 1) & mask;
  return &entries_[i];
}

bool PositionTable::grow() {
  std::size_t old_size = std::size_t{1} << log2_;
  // Eight times as large while small, so that a table is seldom rebuilt; later twice.
  unsigned log2 = log2_ + (log2_ < 18 ? 3 : 1);
  if (log2 >= sizeof(std::size_t) * 8 - 5) return false;
  std::size_t byte_size = sizeof(Entry) << log2;
  auto* grown = static_cast<Entry*>(caml_stat_alloc_noexc(byte_size));
  if (grown == nullptr) return false;
  std::memset(grown, 0, byte_size);
  Entry* old = entries_;
  entries_ = grown;
  log2_ = log2;
  for (std::size_t i = 0; i < old_size; i++)
    if (old[i].address != 0) *slot(old[i].address) = old[i];
  if (old != inline_entries_) caml_stat_free(old);
  return true;
}

PositionTable::Entry* PositionTable::find_or_add(Value block, bool* is_new) {
  auto address = reinterpret_cast<std::uintptr_t>(Op_val(block));
  Entry* entry = slot(address);
  *is_new = entry->address == 0;
  if (!*is_new) return entry;
  if (count_ >= (std::size_t{1} << log2_) / 3 * 2) {
    if (!grow()) return nullptr;
    entry = slot(address);
  }
  *entry = Entry{address, count_++};
  return entry;
}

}  // namespace bactrian
