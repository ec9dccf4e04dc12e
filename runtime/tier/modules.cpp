// SPDX-License-Identifier: Apache-2.0
// See modules.h.
#include "runtime/tier/modules.h"

#include <algorithm>
#include <vector>

#include "runtime/heap/alloc.h"
#include "runtime/host/host.h"
#include "runtime/options.h"
#include "runtime/tier/counters.h"
#include "runtime/tier/install.h"
#include "runtime/tier/policy.h"
#include "runtime/tier/segments.h"

namespace bactrian {

namespace {

struct Slots {
  std::uint32_t first, count;
};

struct Entry {
  FunctionId id;
  CodeOffset continuation_pc;  // 0: the function, or an adapter.
  std::int32_t adapter_count;  // 0: none.
  bool is_segment;
  bool is_current;
};

struct Module {
  Slots slots;
  std::uint32_t byte_size;
  std::uint32_t current_count;
  std::vector<Entry> entries;
  std::vector<std::int32_t*> data;
};

struct Modules {
  std::vector<Module*> all;  // The oldest first.
  std::vector<Slots> free_slots;
  std::uint32_t next_slot = kFirstCodeSlot;
  std::vector<std::int32_t*> released_data;
};
Modules& modules() {
  static Modules* the_modules = new Modules;
  return *the_modules;
}

TranslatedCode code_at_slot(std::uint32_t slot) {
  return reinterpret_cast<TranslatedCode>(static_cast<std::uintptr_t>(slot));
}

void release(Module* m) {
  Modules& all = modules();
  all.all.erase(std::find(all.all.begin(), all.all.end(), m));
  tier_counters.live_modules--;
  tier_counters.live_bytes -= m->byte_size;
  tier_counters.released++;
  all.released_data.insert(all.released_data.end(), m->data.begin(), m->data.end());
  host_code_released(static_cast<std::int32_t>(m->slots.first),
                     static_cast<std::int32_t>(m->slots.count));
  free_slots(m->slots.first, m->slots.count);
  delete m;
}

// Ends each entry through its owner, and so the module.
void evict(Module* m) {
  tier_counters.evicted++;
  std::vector<Entry> entries = m->entries;
  for (const Entry& e : entries) {
    if (!e.is_current) continue;
    if (e.adapter_count != 0)
      uninstall_adapter(e.id, e.adapter_count);
    else if (e.is_segment)
      uninstall_segment(e.continuation_pc);
    else if (e.continuation_pc != CodeOffset{})
      uninstall_continuation(e.continuation_pc);
    else
      uninstall_function(e.id);
  }
}

}  // namespace

std::uint32_t alloc_slots(std::uint32_t count) {
  Modules& m = modules();
  for (Slots& free : m.free_slots) {
    if (free.count < count) continue;
    std::uint32_t first = free.first;
    free.first += count;
    free.count -= count;
    return first;
  }
  std::uint32_t first = m.next_slot;
  m.next_slot += count;
  return first;
}

void free_slots(std::uint32_t first, std::uint32_t count) {
  auto& free = modules().free_slots;
  std::erase_if(free, [](const Slots& s) { return s.count == 0; });
  for (Slots& s : free) {
    if (s.first + s.count == first) {
      s.count += count;
      return;
    }
    if (first + count == s.first) {
      s.first = first;
      s.count += count;
      return;
    }
  }
  free.push_back({first, count});
}

void install_module(const NewModule& module) {
  Modules& all = modules();
  auto* m = new Module{{module.first_slot, module.function_count}, module.byte_size, 0, {}, {}};
  m->data.assign(module.data, module.data + module.data_count);
  all.all.push_back(m);
  tier_counters.live_modules++;
  tier_counters.live_bytes += m->byte_size;
  for (std::uint32_t i = 0; i < module.function_count; i++) {
    const TranslatedFunction& f = module.functions[i];
    m->entries.push_back({f.id, f.continuation_pc, f.is_adapter ? f.arity : 0, f.is_segment, true});
    m->current_count++;
  }
  for (std::uint32_t i = 0; i < module.function_count; i++) {
    const TranslatedFunction& f = module.functions[i];
    TranslatedCode code = code_at_slot(module.first_slot + i);
    if (f.is_adapter) {
      install_adapter(f.id, f.arity, code);
    } else if (f.is_segment) {
      install_segment(f.continuation_pc, code);
    } else if (f.continuation_pc == CodeOffset{}) {
      install_function(f.id, code, f.native_wosize, f.is_quick);
    } else {
      install_continuation(
          {f.continuation_pc, f.frame_wosize, f.trap_count, f.native_wosize, code});
    }
  }
  while (tier_counters.live_bytes > options().code_limit && all.all.front() != m)
    evict(all.all.front());
}

void code_dropped(TranslatedCode code) {
  auto slot = static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(code));
  for (Module* m : modules().all) {
    if (slot - m->slots.first >= m->slots.count) continue;
    Entry& entry = m->entries[slot - m->slots.first];
    if (!entry.is_current) return;
    entry.is_current = false;
    if (--m->current_count == 0) release(m);
    return;
  }
}

bool is_code_full() {
  return tier_counters.live_bytes > options().code_limit / 2 &&
         tier_counters.evicted >= kFreeEvictions + tier_counters.slices / kSlicesPerEviction;
}

void free_released_data() {
  auto& data = modules().released_data;
  for (std::int32_t* p : data) caml_stat_free(p);
  data.clear();
}

}  // namespace bactrian
