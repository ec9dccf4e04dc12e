// SPDX-License-Identifier: Apache-2.0
// A growable array in malloc's memory, for the collector's own lists. Growth can fail, and says so:
// the collector must go on without memory. Items are plain data.
#pragma once

#include <cstddef>

#include "runtime/heap/alloc.h"

namespace bactrian {

// Makes room for at least `wanted` items. False: no memory, nothing changed.
bool grow_table(void** items, std::size_t* capacity, std::size_t item_size, std::size_t wanted);

template <class T>
struct Table {
  T* items = nullptr;
  std::size_t count = 0;
  std::size_t capacity = 0;

  bool reserve(std::size_t wanted) {
    if (wanted <= capacity) return true;
    void* p = items;
    if (!grow_table(&p, &capacity, sizeof(T), wanted)) return false;
    items = static_cast<T*>(p);
    return true;
  }
  bool push(const T& item) {
    if (count == capacity && !reserve(count + 1)) [[unlikely]]
      return false;
    items[count++] = item;
    return true;
  }
  T pop() { return items[--count]; }
  T* begin() { return items; }
  T* end() { return items + count; }
  void release() {
    caml_stat_free(items);
    items = nullptr;
    count = capacity = 0;
  }
};

}  // namespace bactrian
