// SPDX-License-Identifier: Apache-2.0
// Block → number, for walks over values that must notice what they have met: open addressing with
// linear probing on addresses, which stay put because such walks do not allocate in the OCaml heap.
#pragma once

#include <cstddef>
#include <cstdint>

#include "runtime/value/value.h"

namespace bactrian {

class PositionTable {
 public:
  struct Entry {
    std::uintptr_t address;  // 0: free.
    std::uintptr_t position;
  };

  PositionTable() = default;
  ~PositionTable();
  PositionTable(const PositionTable&) = delete;
  PositionTable& operator=(const PositionTable&) = delete;

  // The block's entry; a new one has position == count() - 1 and `is_new` set. Null: no memory.
  Entry* find_or_add(Value block, bool* is_new);
  std::size_t count() const { return count_; }

 private:
  static constexpr unsigned kInlineLog2 = 6;

  Entry* slot(std::uintptr_t address);
  bool grow();

  unsigned log2_ = kInlineLog2;
  std::size_t count_ = 0;
  Entry* entries_ = inline_entries_;
  Entry inline_entries_[std::size_t{1} << kInlineLog2] = {};
};

}  // namespace bactrian
