// SPDX-License-Identifier: Apache-2.0
// See install.h.
#include "runtime/tier/install.h"

#include <algorithm>
#include <boost/container/flat_map.hpp>
#include <cstdarg>
#include <cstdio>
#include <utility>
#include <vector>

#include "runtime/bytecode/decode.h"
#include "runtime/bytecode/prim_table.h"
#include "runtime/bytecode/program.h"
#include "runtime/domain.h"
#include "runtime/heap/heap.h"
#include "runtime/host/host.h"
#include "runtime/options.h"
#include "runtime/tier/activation.h"
#include "runtime/tier/counters.h"
#include "runtime/tier/modules.h"
#include "runtime/tier/policy.h"
#include "runtime/tier/segments.h"

namespace bactrian {

TierCounters tier_counters;
void (*print_tier_counters)() = nullptr;

namespace {

using CodeKey = std::uint32_t;  // A CodeOffset.
constexpr CodeKey key_of(CodeOffset offset) { return static_cast<CodeKey>(offset); }

struct Tables {
  boost::container::flat_map<CodeKey, Continuation> continuations;
  boost::container::flat_map<CodeKey, std::uint32_t> loop_turns;    // Inferred from samples.
  boost::container::flat_map<CodeKey, std::uint32_t> loop_unwound;  // By their pc, this epoch.
  boost::container::flat_map<CodeKey, std::uint32_t> mismatches;    // By adapter_key.
  boost::container::flat_map<CodeKey, TranslatedCode> adapters;     // By adapter_key.
  std::vector<FunctionId> not_entered;  // Because of their nested calls,
  std::uint32_t not_entered_epoch = 0;  // in this epoch.
};
Tables& tables() {
  static Tables* the_tables = new Tables;
  return *the_tables;
}

constexpr std::uint32_t kNever = ~std::uint32_t{0};
constexpr std::uint16_t kDropped = 0xFFFF;

constexpr CodeKey adapter_key(FunctionId id, int count) {
  return static_cast<CodeKey>(id) << 4 | static_cast<CodeKey>(count);
}

bool is_tier_entry(opcode_t op) { return op == COUNT_CALL || op == ENTER_TRANSLATED; }
bool is_tier_loop(opcode_t op) { return op == COUNT_LOOP || op == ENTER_CONTINUATION; }

FunctionInfo* function_at_pc(const opcode_t* pc) {
  CodeOffset offset = offset_of_code(pc);
  const Fragment* fragment = find_fragment_by_pc(offset);
  if (fragment == nullptr) return nullptr;
  std::uint32_t at =
      static_cast<std::uint32_t>(offset) - static_cast<std::uint32_t>(fragment->start);
  FunctionId id = function_id_at(*fragment, at);
  return id == kNoFunction ? nullptr : function_table + static_cast<std::uint32_t>(id);
}

template <class Visit>
void for_each_function(const Fragment& fragment, Visit visit) {
  FunctionInfo* first = function_table + static_cast<std::uint32_t>(fragment.first_function);
  for (std::uint32_t i = 0; i < fragment.function_count; i++) visit(first[i]);
}

bool counts_every_loop() { return options().loop_up <= 1 || options().tier_up <= 1; }

bool counts_every_call() { return options().tier_up < kLeastSampledTierUp; }

void count_loops_of(Fragment& fragment) {
  opcode_t* words = code_at(fragment.start);
  for (std::uint32_t at = 0; at < fragment.word_count(); at += instruction_size(words + at))
    if (words[at] == CHECK_SIGNALS) words[at] = COUNT_LOOP;
}

// What has a part of the keys in [first, end) goes.
void drop_adapters(CodeKey first, CodeKey end) {
  auto& adapters = tables().adapters;
  for (;;) {
    auto at = adapters.lower_bound(first);
    if (at == adapters.end() || at->first >= end) return;
    TranslatedCode code = at->second;
    adapters.erase(at);
    code_dropped(code);
  }
}

void drop_continuations(CodeKey first, CodeKey end) {
  auto& continuations = tables().continuations;
  for (;;) {
    auto at = continuations.lower_bound(first);
    if (at == continuations.end() || at->first >= end) return;
    TranslatedCode code = at->second.code;
    continuations.erase(at);
    code_dropped(code);
  }
}

// `calls` or turns of what is to be translated.
bool has_budget(std::uint32_t calls) {
  if (counts_every_call()) return true;
  bool is_awake = tier_counters.modules > 0;
  if (calls * kHotPart >= tier_counters.ticks) return is_awake || calls >= kLeastCallsToWake;
  return tier_counters.ticks >= kTicksPerByte * (kStartBytes + tier_counters.module_bytes);
}

enum class Answer { kInstalled, kNever, kNotNow };
Answer request(FunctionId id, CodeOffset pc) {
  if (is_code_full()) return Answer::kNotNow;
  double before = host_now();
  std::int32_t answer =
      host_translate(static_cast<std::int32_t>(id), static_cast<std::int32_t>(pc));
  tier_counters.seconds += host_now() - before;
  if (answer > 0) return Answer::kInstalled;
  if (answer < 0) return Answer::kNotNow;
  tier_counters.refused++;
  return Answer::kNever;
}

Answer request_function(FunctionId id) {
  tier_counters.requested_functions++;
  return request(id, CodeOffset{0});
}

Answer request_loop(const opcode_t* pc) {
  tier_counters.requested_loops++;
  CodeOffset offset = offset_of_code(pc);
  return request(function_containing(offset), offset);
}

}  // namespace

bool request_segments(FunctionId id, CodeOffset pc) {
  return request(id, segment_request(pc)) != Answer::kNotNow;
}

FunctionId function_containing(CodeOffset pc) {
  const Fragment* fragment = find_fragment_by_pc(pc);
  if (fragment == nullptr) return kNoFunction;
  auto first_id = static_cast<std::uint32_t>(fragment->first_function);
  const FunctionInfo* first = function_table + first_id;
  const FunctionInfo* behind = std::upper_bound(
      first, first + fragment->function_count, pc,
      [](CodeOffset offset, const FunctionInfo& info) { return offset < info.entry; });
  return behind == first ? kNoFunction
                         : FunctionId{first_id + static_cast<std::uint32_t>(behind - first) - 1};
}

bool translation_enabled() { return options().translate && host_has_translator(); }

// ---- Counting -----------------------------------------------------------------------------------

void count_calls_of(Fragment& fragment) {
  if (!translation_enabled()) return;
  if (counts_every_loop()) count_loops_of(fragment);
  if (!counts_every_call()) return;
  for_each_function(fragment, [&](FunctionInfo& info) {
    // The start of a fragment runs once, and the program's without a closure.
    if (info.entry == fragment.start || info.arity == 0) return;
    opcode_t* word = code_at(info.entry);
    if (is_tier_loop(*word)) return;
    info.original = static_cast<std::uint16_t>(*word);
    *word = COUNT_CALL;
  });
}

void forget_translations_of(const Fragment& fragment) {
  auto first = key_of(fragment.start), end = first + fragment.byte_size;
  auto forget = [&](auto& map) { map.erase(map.lower_bound(first), map.lower_bound(end)); };
  drop_continuations(first, end);
  forget(tables().loop_turns);
  forget(tables().loop_unwound);
  drop_segments(fragment.start, CodeOffset{end});
  for_each_function(fragment, [](FunctionInfo& info) {
    if (info.code != nullptr) code_dropped(std::exchange(info.code, nullptr));
  });
  auto& mismatches = tables().mismatches;
  FunctionId behind{static_cast<std::uint32_t>(fragment.first_function) + fragment.function_count};
  drop_adapters(adapter_key(fragment.first_function, 0), adapter_key(behind, 0));
  mismatches.erase(mismatches.lower_bound(adapter_key(fragment.first_function, 0)),
                   mismatches.lower_bound(adapter_key(behind, 0)));
  if (translation_enabled())
    host_functions_freed(static_cast<std::int32_t>(fragment.first_function),
                         static_cast<std::int32_t>(fragment.function_count), 0);
}

void restore_untiered(const Fragment& fragment, opcode_t* words) {
  restore_under_segments(
      fragment.start, CodeOffset{static_cast<std::uint32_t>(fragment.start) + fragment.byte_size},
      words);
  for_each_function(fragment, [&](const FunctionInfo& info) {
    opcode_t& word = words[code_at(info.entry) - fragment.words()];
    if (is_tier_entry(word)) word = info.original;
  });
  for (std::uint32_t at = 0; at < fragment.word_count(); at += instruction_size(words + at))
    if (is_tier_loop(words[at])) words[at] = CHECK_SIGNALS;
}

std::int32_t untiered_opcode(const std::int32_t* pc) {
  if (is_segment_word(*pc)) return opcode_under_segment(offset_of_code(pc));
  if (is_tier_loop(*pc)) return CHECK_SIGNALS;
  if (!is_tier_entry(*pc)) return *pc;
  const FunctionInfo* info = function_at_pc(pc);
  return info == nullptr ? *pc : info->original;
}

const FunctionInfo* function_at_entry(const opcode_t* pc, Value env) {
  if (!Is_block(env)) return function_at_pc(pc);
  auto id = static_cast<std::uint32_t>(function_id_of_field(Field(env, 0)));
  if (id < function_table_size && function_table[id].entry == offset_of_code(pc))
    return function_table + id;
  return function_at_pc(pc);
}

FunctionId restart_at(const opcode_t* entry, Value env) {
  const FunctionInfo* info = function_at_entry(entry, env);
  if (info == nullptr) return kNoFunction;
  return restart_of_function(FunctionId{static_cast<std::uint32_t>(info - function_table)});
}

bool is_dropped(const FunctionInfo& info) { return info.calls == kDropped; }

opcode_t count_call(opcode_t* pc, Value env) {
  auto* info = const_cast<FunctionInfo*>(function_at_entry(pc, env));
  if (info == nullptr) caml_fatal_error("a counted call of no function");
  if (++info->calls < options().tier_up) return info->original;
  auto id = FunctionId{static_cast<std::uint32_t>(info - function_table)};
  Answer answer = request_function(id);
  info = function_table + static_cast<std::uint32_t>(id);
  if (answer == Answer::kNotNow) info->calls = 0;
  if (answer == Answer::kNever && *pc == COUNT_CALL) *pc = info->original;
  return *pc == ENTER_TRANSLATED ? opcode_t{ENTER_TRANSLATED} : info->original;
}

namespace {

std::uint32_t epoch_now() { return tier_counters.slices / kSlicesInEpoch; }

// By where the next function of the fragment begins.
bool is_short(const FunctionInfo& info) {
  if (&info + 1 == function_table + function_table_size) return false;
  const FunctionInfo& next = *(&info + 1);
  return next.fragment == info.fragment && next.entry > info.entry &&
         code_at(next.entry) - code_at(info.entry) <= std::ptrdiff_t{kShortWords};
}

void enter_again() {
  Tables& t = tables();
  if (t.not_entered.empty() || t.not_entered_epoch == epoch_now()) return;
  for (FunctionId id : t.not_entered) {
    FunctionInfo& info = function_table[static_cast<std::uint32_t>(id)];
    info.nested = 0;
    opcode_t* word = code_at(info.entry);
    if (info.code != nullptr && *word == info.original) *word = ENTER_TRANSLATED;
  }
  t.not_entered.clear();
}

// More calls of a function.
void add_calls(FunctionInfo& info, std::uint32_t count) {
  if (info.code != nullptr || is_dropped(info) || info.entry == info.fragment->start ||
      info.arity == 0)
    return;
  std::uint32_t calls = info.calls + count;
  info.calls = static_cast<std::uint16_t>(std::min<std::uint32_t>(calls, kDropped - 1));
  if (calls < options().tier_up || !has_budget(calls)) return;
  auto id = FunctionId{static_cast<std::uint32_t>(&info - function_table)};
  Answer answer = request_function(id);
  FunctionInfo& now = function_table[static_cast<std::uint32_t>(id)];
  if (answer == Answer::kNotNow) now.calls = 0;
  if (answer == Answer::kNever && now.code == nullptr) now.calls = kDropped;
}

void add_turns(opcode_t* pc, std::uint32_t count) {
  std::uint32_t& turns = tables().loop_turns[key_of(offset_of_code(pc))];
  if (turns == kNever || (turns += count) < options().loop_up || !has_budget(turns)) return;
  Answer answer = request_loop(pc);
  tables().loop_turns[key_of(offset_of_code(pc))] = answer == Answer::kNotNow ? 0 : kNever;
}

}  // namespace

void sample_tick(opcode_t* pc, Value env) {
  if (!translation_enabled() || is_segment_word(*pc)) return;
  enter_again();
  if (*pc == CHECK_SIGNALS) {
    add_turns(pc, kTicksPerSample);
  } else if (!counts_every_call() && !is_tier_entry(*pc) && !is_tier_loop(*pc)) {
    auto* info = const_cast<FunctionInfo*>(function_at_entry(pc, env));
    if (info != nullptr) add_calls(*info, kTicksPerSample);
  }
}

void note_interpreted_call(FunctionId id) {
  if (!translation_enabled() || counts_every_call()) return;
  tier_counters.ticks += kTicksPerNestedCall;
  add_calls(function_table[static_cast<std::uint32_t>(id)], 1);
}

void note_nested(FunctionInfo& info, bool some) {
  if (!some) {
    info.nested--;
    return;
  }
  if (++info.nested < kNestedToLeave) return;
  info.nested = 0;
  opcode_t* word = code_at(info.entry);
  if (*word != ENTER_TRANSLATED || counts_every_call() || !is_short(info)) return;
  *word = info.original;
  tables().not_entered.push_back(FunctionId{static_cast<std::uint32_t>(&info - function_table)});
  tables().not_entered_epoch = epoch_now();
}

opcode_t count_loop(opcode_t* pc) {
  Answer answer = request_loop(pc);
  if (answer == Answer::kNever && *pc == COUNT_LOOP) *pc = CHECK_SIGNALS;
  return *pc == ENTER_CONTINUATION ? opcode_t{ENTER_CONTINUATION} : opcode_t{CHECK_SIGNALS};
}

void count_mismatch(FunctionId id, int count) {
  if (!translation_enabled() || count > kMaxTranslatedArity) return;
  std::uint32_t& calls = tables().mismatches[adapter_key(id, count)];
  if (calls == kNever || ++calls < options().tier_up) return;
  // Adapters are small, but do not wake the translator.
  if (tier_counters.modules == 0 && !has_budget(calls)) return;
  tier_counters.requested_adapters++;
  Answer answer = request(id, CodeOffset{static_cast<std::uint32_t>(count)});
  tables().mismatches[adapter_key(id, count)] = answer == Answer::kNotNow ? 0 : kNever;
}

// ---- Dropping -----------------------------------------------------------------------------------

namespace {

void drop_function(FunctionInfo& info) {
  opcode_t* word = code_at(info.entry);
  if (is_tier_entry(*word)) *word = info.original;
  FunctionId id{static_cast<std::uint32_t>(&info - function_table)};
  drop_adapters(adapter_key(id, 0), adapter_key(id, kMaxTranslatedArity + 1));
  if (info.code != nullptr) code_dropped(std::exchange(info.code, nullptr));
  info.calls = kDropped;
  tier_counters.dropped++;
  host_functions_freed(static_cast<std::int32_t>(id), 1, 0);
}

void drop_loop(CodeOffset pc) {
  drop_continuations(key_of(pc), key_of(pc) + 1);
  tables().loop_turns[key_of(pc)] = kNever;
  opcode_t* word = code_at(pc);
  if (*word == ENTER_CONTINUATION) *word = CHECK_SIGNALS;
  tier_counters.dropped++;
}

std::uint32_t unwound_to_drop() {
  return counts_every_loop() ? kUnwoundToDropAtOnce : kUnwoundToDrop;
}

void begin_epoch() {
  static std::uint32_t epoch = 0;
  std::uint32_t now = epoch_now();
  if (now == epoch) return;
  epoch = now;
  tables().loop_unwound.clear();
  for (std::uint32_t id = 0; id < function_table_size; id++) {
    FunctionInfo& info = function_table[id];
    if (info.code != nullptr) info.calls = 0;
  }
}

}  // namespace

void note_unwound(std::int32_t owner) {
  begin_epoch();
  if (owner > 0) {
    FunctionInfo& info = function_table[owner];
    if (info.code == nullptr || ++info.calls < unwound_to_drop()) return;
    drop_function(info);
    want_segments(FunctionId{static_cast<std::uint32_t>(owner)}, behind_grab(info));
    return;
  }
  CodeOffset pc{static_cast<std::uint32_t>(-owner)};
  if (++tables().loop_unwound[key_of(pc)] != unwound_to_drop()) return;
  drop_loop(pc);
  want_segments(function_containing(pc), pc);
}

namespace {

// Adapters call a function by its id, which is no longer what its closure's code says.
void drop_partial_applications(FunctionId id) {
  FunctionId restart = restart_of_function(id);
  drop_adapters(adapter_key(restart, 0), adapter_key(restart, kMaxTranslatedArity + 1));
  for (int count = 1; count <= kMaxTranslatedArity; count++)
    tables().mismatches[adapter_key(restart, count)] = kNever;
  host_functions_freed(static_cast<std::int32_t>(restart), 1, 0);
}

}  // namespace

void keep_interpreted(FunctionId id) {
  auto index = static_cast<std::uint32_t>(id);
  if (!translation_enabled() || index >= function_table_size) return;
  FunctionInfo& info = function_table[index];
  if (!is_dropped(info)) drop_function(info);
  if (info.arity > 1) drop_partial_applications(id);
}

// ---- Installing ---------------------------------------------------------------------------------

void install_function(FunctionId id, TranslatedCode code, std::int32_t native_wosize,
                      bool is_quick) {
  FunctionInfo& info = function_table[static_cast<std::uint32_t>(id)];
  TranslatedCode older = std::exchange(info.code, code);
  if (older != nullptr) code_dropped(older);
  info.calls = info.nested = 0;
  info.native_wosize = static_cast<std::uint16_t>(native_wosize);
  tier_counters.installed_functions++;
  opcode_t* word = code_at(info.entry);
  // A loop, or a segment: the function is called by translated code only.
  if (is_tier_loop(*word) || is_segment_word(*word)) return;
  if (!is_tier_entry(*word)) info.original = static_cast<std::uint16_t>(*word);
  *word = is_quick ? opcode_t{info.original} : opcode_t{ENTER_TRANSLATED};
}

void install_continuation(const Continuation& continuation) {
  drop_continuations(key_of(continuation.pc), key_of(continuation.pc) + 1);
  tables().continuations[key_of(continuation.pc)] = continuation;
  tier_counters.installed_loops++;
  opcode_t* word = code_at(continuation.pc);
  if (*word == CHECK_SIGNALS || *word == COUNT_LOOP) *word = ENTER_CONTINUATION;
}

void install_adapter(FunctionId id, int count, TranslatedCode code) {
  drop_adapters(adapter_key(id, count), adapter_key(id, count) + 1);
  tables().adapters[adapter_key(id, count)] = code;
}

// ---- Evicting -----------------------------------------------------------------------------------

void uninstall_function(FunctionId id) {
  FunctionInfo& info = function_table[static_cast<std::uint32_t>(id)];
  opcode_t* word = code_at(info.entry);
  if (!is_tier_loop(*word) && !is_segment_word(*word)) {
    if (!is_tier_entry(*word)) info.original = static_cast<std::uint16_t>(*word);
    *word = counts_every_call() ? opcode_t{COUNT_CALL} : opcode_t{info.original};
  }
  info.calls = 0;
  host_functions_freed(static_cast<std::int32_t>(id), 1, table_of_arity(info.arity));
  code_dropped(std::exchange(info.code, nullptr));
}

void uninstall_continuation(CodeOffset pc) {
  opcode_t* word = code_at(pc);
  if (*word == ENTER_CONTINUATION)
    *word = counts_every_loop() ? opcode_t{COUNT_LOOP} : opcode_t{CHECK_SIGNALS};
  tables().loop_turns.erase(key_of(pc));
  drop_continuations(key_of(pc), key_of(pc) + 1);
}

void uninstall_adapter(FunctionId id, int count) {
  tables().mismatches.erase(adapter_key(id, count));
  host_functions_freed(static_cast<std::int32_t>(id), 1, count);
  drop_adapters(adapter_key(id, count), adapter_key(id, count) + 1);
}

const Continuation* find_continuation(const opcode_t* pc) {
  auto& map = tables().continuations;
  auto it = map.find(key_of(offset_of_code(pc)));
  return it == map.end() ? nullptr : &it->second;
}

void print_tier_line(const char* format, ...) {
  char text[600];
  va_list args;
  va_start(args, format);
  int length = std::vsnprintf(text, sizeof text, format, args);
  va_end(args);
  host_write(2, text, static_cast<std::size_t>(length));
}

}  // namespace bactrian
