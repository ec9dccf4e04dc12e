// SPDX-License-Identifier: Apache-2.0
// The exports of bactrian-translator.wasm, as the loader calls them (loader/translate.ts). Between
// translator_translate and the next call of it, either translator_installed or translator_discard.
#ifdef __wasm__

#include "runtime/bytecode/opcodes.h"
#include "runtime/options.h"
#include "runtime/tier/counters.h"
#include "translator/translator.h"

using namespace bactrian;

extern "C" void __wasm_call_ctors();

#define EXPORT(name) extern "C" __attribute__((export_name(#name)))

namespace {

// Of the option "stats": what was done, and why the rest is interpreted.
void print_counters() {
  const TierCounters& c = *tier_interface->counters;
  auto* print = tier_interface->print_line;
  print(
      "tier: functions requested %u installed %u, loops requested %u installed %u, "
      "adapters %u, segments installed %u, refused %u\n"
      "tier: entered %u, loops entered %u, segments entered %u, interpreted calls %u, "
      "unwindings %u, frames unwound %u, forced %u, dropped %u\n",
      c.requested_functions, c.installed_functions, c.requested_loops, c.installed_loops,
      c.requested_adapters, c.installed_segments, c.refused, c.entered, c.entered_loops,
      c.entered_segments, c.interpreted_calls, c.unwindings, c.unwound_frames, c.forced, c.dropped);
  print(
      "tier: modules %u, bytes %u, translating ms %.3f\n"
      "tier: native stack %u\n"
      "tier: %u modules of %u bytes, released %u, evicted %u\n",
      c.modules, c.module_bytes, 1000 * c.seconds, tier_interface->native_stack(), c.live_modules,
      c.live_bytes, c.released, c.evicted);
  // A function that was refused is counted no more.
  bool counts = static_cast<std::uint32_t>(tier_interface->options->tier_up) < kLeastSampledTierUp;
  std::uint32_t functions = 0, translated = 0, cold = 0;
  for (std::uint32_t id = 0; id < *tier_interface->function_table_size; id++) {
    const FunctionInfo& info = (*tier_interface->function_table)[id];
    if (info.fragment == nullptr || info.arity == 0) continue;
    functions++;
    if (info.code != nullptr)
      translated++;
    else
      cold += counts ? *code_at(info.entry) == COUNT_CALL
                     : tier_interface->is_dropped(FunctionId{id}) == 0;
  }
  print("tier: of %u functions: translated %u, cold %u\n", functions, translated, cold);
  for (std::size_t i = 1; i < kRefusalCount; i++)
    if (c.refusals[i] != 0)
      print("tier: interpreted: %s %u\n", refusal_text(static_cast<Refusal>(i)), c.refusals[i]);
}

struct Result {
  const std::uint8_t* bytes;
  std::uint32_t byte_length;
  std::uint32_t slot_end;  // The table has to be that long.
} result;

TranslatedModule* current = nullptr;
TranslatorOptions translator_options;

std::uint32_t function_count() { return static_cast<std::uint32_t>(current->functions.size()); }

}  // namespace

EXPORT(translator_start) void translator_start(const TierInterface* runtime) {
  __wasm_call_ctors();
  tier_interface = runtime;
  *runtime->print_counters = print_counters;
  translator_options.force_unwind = runtime->options->force_unwind != 0;
  translator_options.verify |= runtime->options->verify_ir;
  translator_options.only = runtime->options->translate_only;
  translator_options.first = runtime->options->translate_first;
  auto tier_up = static_cast<std::uint32_t>(runtime->options->tier_up);
  translator_options.warm_calls = tier_up / kWarmPart;
  translator_options.used_calls = tier_up / kUsedPart;
}

EXPORT(translator_translate)
const Result* translator_translate(std::uint32_t id, std::uint32_t pc) {
  FunctionId function{id};
  if (pc != 0 && !is_adapter_request(CodeOffset{pc}))
    function = tier_interface->function_containing(pc_of_request(CodeOffset{pc}));
  delete current;
  current = new TranslatedModule(
      translate(function, CodeOffset{pc}, tier_interface->alloc_slots, translator_options));
  if (current->refusal != Refusal::kNone) {
    tier_interface->counters->refusals[static_cast<std::size_t>(current->refusal)]++;
    return nullptr;
  }
  tier_interface->note_module(static_cast<std::uint32_t>(current->bytes.size()));
  result = {current->bytes.data(), static_cast<std::uint32_t>(current->bytes.size()),
            current->first_slot + function_count()};
  return &result;
}

EXPORT(translator_installed) void translator_installed() {
  NewModule module{current->first_slot,       static_cast<std::uint32_t>(current->bytes.size()),
                   current->functions.data(), function_count(),
                   current->data.data(),      static_cast<std::uint32_t>(current->data.size())};
  tier_interface->install_module(module);
  delete current;
  current = nullptr;
}

// is_refused: by the engine.
EXPORT(translator_discard) void translator_discard(int is_refused) {
  if (is_refused != 0)
    tier_interface->counters->refusals[static_cast<std::size_t>(Refusal::kEngine)]++;
  for (std::int32_t* p : current->data) tier_interface->free(p);
  tier_interface->free_slots(current->first_slot, function_count());
  delete current;
  current = nullptr;
}

#endif
