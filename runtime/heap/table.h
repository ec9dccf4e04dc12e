// SPDX-License-Identifier: Apache-2.0
// A growable array in malloc's memory, for the collector's own lists. Growth can fail, and says so:
// the collector must go on without memory. Items are plain data.
#pragma once

#include <cstddef>

#include "runtime/heap/alloc.h"

namespace bactrian {

// Doubles *capacity, which is in items. False: no memory, nothing changed.
bool grow_table(void** items, std::size_t* capacity, std::size_t item_size);

template <class T>
struct Table {
  T* items = nullptr;
  std::size_t count = 0;
  std::size_t capacity = 0;

  bool push(const T& item) {
    if (count == capacity) [[unlikely]] {
      void* p = items;
      if (!grow_table(&p, &capacity, sizeof(T))) return false;
      items = static_cast<T*>(p);
    }
    items[count++] = item;
    return true;
  }
  T* begin() { return items; }
  T* end() { return items + count; }
  void release() {
    caml_stat_free(items);
    items = nullptr;
    count = capacity = 0;
  }
};

}  // namespace bactrian
