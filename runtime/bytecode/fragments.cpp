// SPDX-License-Identifier: Apache-2.0
// See fragments.h. The table of functions grows at its end; runs of ids that removed fragments
// leave are used again.
#include "runtime/bytecode/fragments.h"

#include <algorithm>
#include <cstring>

#include "runtime/bytecode/code_space.h"
#include "runtime/bytecode/debug_info.h"
#include "runtime/bytecode/decode.h"
#include "runtime/bytecode/pieces.h"
#include "runtime/bytecode/prim_table.h"
#include "runtime/bytecode/verify.h"
#include "runtime/host/host.h"
#include "runtime/prims/digest_md5.h"
#include "runtime/tier/install.h"

namespace bactrian {

FunctionInfo* function_table = nullptr;
std::uint32_t function_table_size = 0;

namespace {

struct IdRun {
  std::uint32_t first, count;
};

struct Tables {
  std::vector<Fragment*> fragments;     // By address.
  std::vector<FunctionInfo> functions;  // Id 0 is kNoFunction.
  std::vector<IdRun> free_ids;
};
Tables& tables() {
  static Tables* the_tables = new Tables;
  return *the_tables;
}

// ---- Function ids -------------------------------------------------------------------------------

std::uint32_t alloc_function_ids(std::uint32_t count) {
  Tables& t = tables();
  for (std::size_t i = 0; i < t.free_ids.size(); i++) {
    IdRun& run = t.free_ids[i];
    if (run.count < count) continue;
    std::uint32_t first = run.first;
    run.first += count;
    run.count -= count;
    if (run.count == 0) t.free_ids.erase(t.free_ids.begin() + static_cast<std::ptrdiff_t>(i));
    return first;
  }
  std::uint32_t first = std::max<std::uint32_t>(1, static_cast<std::uint32_t>(t.functions.size()));
  t.functions.resize(first + count);
  function_table = t.functions.data();
  function_table_size = static_cast<std::uint32_t>(t.functions.size());
  if (translation_enabled()) host_functions_grew(static_cast<std::int32_t>(function_table_size));
  return first;
}

void free_function_ids(std::uint32_t first, std::uint32_t count) {
  std::fill_n(function_table + first, count, FunctionInfo{});
  tables().free_ids.push_back({first, count});
}

// The first one is the start of the code.
std::uint32_t next_function(const std::vector<std::uint8_t>& marks, std::uint32_t at) {
  return next_mark(marks, at + 1, kMarkFunction | kMarkRestart);
}

std::uint16_t arity_of_code(const opcode_t* entry) {
  if (*entry == RESTART) return 0;
  return *entry == GRAB ? static_cast<std::uint16_t>(entry[1] + 1) : 1;
}

void number_functions(Fragment& fragment, const std::vector<std::uint8_t>& marks) {
  std::uint32_t count = 0;
  for (std::uint32_t at = 0; at < fragment.word_count(); at = next_function(marks, at)) count++;
  std::uint32_t id = alloc_function_ids(count);
  fragment.first_function = FunctionId{id};
  fragment.function_count = count;
  for (std::uint32_t at = 0; at < fragment.word_count(); at = next_function(marks, at)) {
    const opcode_t* entry = fragment.words() + at;
    FunctionInfo& info = function_table[id++];
    info = FunctionInfo{};
    info.entry = offset_of_code(entry);
    info.arity = arity_of_code(entry);
    info.fragment = &fragment;
  }
}

// ---- The load step ------------------------------------------------------------------------------

FunctionId function_at_word(const Fragment& fragment, const opcode_t* entry) {
  auto offset = static_cast<std::uint32_t>(entry - fragment.words()) * sizeof(opcode_t);
  return function_id_at(fragment, static_cast<std::uint32_t>(offset));
}

// Code operands are relative to `base`; `operands` is `base` itself, or a copy of it.
void rewrite_targets(const Fragment& fragment, const opcode_t* base, opcode_t* operands,
                     std::uint32_t count) {
  for (std::uint32_t i = 0; i < count; i++)
    operands[i] = static_cast<opcode_t>(function_at_word(fragment, base + operands[i]));
}

void restore_targets(const opcode_t* base, opcode_t* operands, std::uint32_t count) {
  for (std::uint32_t i = 0; i < count; i++) {
    CodeOffset entry = function_entry(FunctionId{static_cast<std::uint32_t>(operands[i])});
    operands[i] = static_cast<opcode_t>(code_at(entry) - base);
  }
}

// What the load step changes; all else it passes over.
bool is_rewritten(opcode_t op) {
  switch (opcode_info[static_cast<std::size_t>(op)].action) {
    case CLOSURE:
    case CLOSUREREC:
    case C_CALLN:
    case RESUME:
    case RESUMETERM:
    case RESUME_50:
    case RESUMETERM_50:
    case GETPUBMET: return true;
    default: return false;
  }
}

// The inlined opcode for calls of each entry of the table of primitives, found when first asked
// for.
class InlinedCalls {
 public:
  InlinedCalls() : opcodes_(static_cast<std::size_t>(prim_count()), kUnknown) {}
  Opcode find(std::int32_t prim, Opcode call) {
    if (prim < 0 || prim_at(prim) == nullptr) return kOpcodeCount;
    if ((prim_at(prim)->flags & kReplaced) != 0) return kOpcodeCount;
    std::int16_t& known = opcodes_[static_cast<std::size_t>(prim)];
    if (known == kUnknown) known = static_cast<std::int16_t>(inlined_opcode(prim_name(prim), call));
    return static_cast<Opcode>(known);
  }

 private:
  static constexpr std::int16_t kUnknown = -1;
  std::vector<std::int16_t> opcodes_;
};

void rewrite_call(opcode_t* word, opcode_t* prim, const Instruction& in, InlinedCalls& inlined) {
  *prim = redirect_prim_call(in.b, in.a);
  Opcode op = inlined.find(*prim, static_cast<Opcode>(*word));
  if (op != kOpcodeCount) *word = op;
}

void note_group(const opcode_t* closurerec, const opcode_t* ids, std::uint32_t count) {
  for (std::uint32_t i = 0; i < count; i++) {
    CodeOffset& group = function_table[ids[i]].group;
    group = group == kNoGroup ? offset_of_code(closurerec) : kManyGroups;
  }
}

void rewrite(const Fragment& fragment, opcode_t* word, InlinedCalls& inlined) {
  Instruction in = decode(word);
  opcode_t* last = word + in.info->operand_count;
  switch (in.info->action) {
    case CLOSURE: rewrite_targets(fragment, last, last, 1); break;
    case CLOSUREREC:
      rewrite_targets(fragment, last + 1, last + 1, in.table_size);
      note_group(word, last + 1, in.table_size);
      break;
    case C_CALLN: rewrite_call(word, last, in, inlined); break;
    case GETPUBMET: *last = 0; break;
    default:
      if (fragment.version < 502) *word += RESUME_50 - RESUME;
  }
}

void rewrite_code(const Fragment& fragment) {
  opcode_t* words = code_at(fragment.start);
  InlinedCalls inlined;
  Fuser fuser;
  loop_in_pieces(fragment.word_count(), [&](std::uint32_t at) {
    opcode_t* word = words + at;
    at += instruction_size(word);
    if (is_rewritten(*word)) rewrite(fragment, word, inlined);
    fuser.next(word);
    return at;
  });
}

void unfuse_code(opcode_t* words, std::uint32_t count) {
  for (std::uint32_t at = 0; at < count; at += instruction_size(words + at))
    words[at] = plain_opcode(static_cast<Opcode>(words[at]));
}

static_assert(RESUMETERM - RESUME == RESUMETERM_50 - RESUME_50);

}  // namespace

void restore_code(const Fragment& fragment, opcode_t* out) {
  const opcode_t* words = fragment.words();
  std::memcpy(out, words, fragment.byte_size);
  restore_untiered(fragment, out);
  for (std::uint32_t at = 0; at < fragment.word_count(); at += instruction_size(out + at)) {
    if (!is_rewritten(out[at])) continue;
    Instruction in = decode(out + at);
    std::uint32_t last = at + in.info->operand_count;
    switch (in.info->action) {
      case CLOSURE: restore_targets(words + last, out + last, 1); break;
      case CLOSUREREC: restore_targets(words + last + 1, out + last + 1, in.table_size); break;
      case C_CALLN: out[last] = original_prim_index(in.b); break;
      case GETPUBMET: out[last] = 0; break;
      default:
        if (fragment.version < 502) out[at] -= RESUME_50 - RESUME;
    }
  }
  unfuse_code(out, fragment.word_count());
}

Fragment* add_fragment(const FragmentSource& source, ImageError& error) {
  if (source.code.size() % sizeof(opcode_t) != 0) {
    error.set(source.code.size(), "damaged bytecode: section CODE is no whole number of words");
    return nullptr;
  }
  std::size_t source_count = source.code.size() / sizeof(opcode_t);
  std::size_t word_count = source_count + (source.append_return ? 2 : 0);
  opcode_t* words = alloc_code(word_count);
  if (words == nullptr) {
    error.set(0, "no memory for %zu bytes of code", source.code.size());
    return nullptr;
  }
  if (source_count > 0) std::memcpy(words, source.code.data(), source.code.size());
  if (source.append_return) {
    words[source_count] = RETURN;
    words[source_count + 1] = 1;
  }
  std::vector<std::uint8_t> marks;
  CodeToVerify code;
  code.words = {words, word_count};
  code.version = source.version;
  code.global_count = source.global_count;
  code.prim_count = prim_count();
  code.ensure_stack_prim = find_prim_index("caml_ensure_stack_capacity");
  code.is_program = source.is_program;
  if (!verify_code(code, marks, error)) {
    free_code(words, word_count);
    return nullptr;
  }
  auto* fragment = new Fragment;
  fragment->start = offset_of_code(words);
  fragment->byte_size = static_cast<std::uint32_t>(word_count * sizeof(opcode_t));
  fragment->version = source.version;
  fragment->is_program = source.is_program;
  number_functions(*fragment, marks);
  rewrite_code(*fragment);
  count_calls_of(*fragment);
  auto& list = tables().fragments;
  list.insert(
      std::upper_bound(list.begin(), list.end(), fragment,
                       [](const Fragment* a, const Fragment* b) { return a->start < b->start; }),
      fragment);
  return fragment;
}

void remove_fragment(Fragment* fragment) {
  auto& list = tables().fragments;
  list.erase(std::find(list.begin(), list.end(), fragment));
  forget_translations_of(*fragment);
  free_function_ids(static_cast<std::uint32_t>(fragment->first_function), fragment->function_count);
  free_debug_info(fragment->debug);
  free_code(code_at(fragment->start), fragment->word_count());
  delete fragment;
}

const std::vector<Fragment*>& all_fragments() { return tables().fragments; }

Fragment* find_fragment_by_pc(CodeOffset pc) {
  auto& list = tables().fragments;
  auto it =
      std::upper_bound(list.begin(), list.end(), pc,
                       [](CodeOffset offset, const Fragment* f) { return offset < f->start; });
  if (it == list.begin()) return nullptr;
  Fragment* fragment = *(it - 1);
  return fragment->contains(pc) ? fragment : nullptr;
}

const unsigned char* fragment_digest(Fragment& fragment) {
  if (!fragment.digest_known) {
    std::vector<opcode_t> original(fragment.word_count());
    restore_code(fragment, original.data());
    caml_md5_block(fragment.digest, original.data(), fragment.byte_size);
    fragment.digest_known = true;
  }
  return fragment.digest;
}

Fragment* find_fragment_by_digest(const unsigned char digest[16]) {
  for (Fragment* fragment : tables().fragments)
    if (std::memcmp(fragment_digest(*fragment), digest, 16) == 0) return fragment;
  return nullptr;
}

FunctionId function_id_at(const Fragment& fragment, std::uint32_t byte_offset) {
  if (byte_offset >= fragment.byte_size) return kNoFunction;
  auto entry = CodeOffset{static_cast<std::uint32_t>(fragment.start) + byte_offset};
  const FunctionInfo* first = function_table + static_cast<std::uint32_t>(fragment.first_function);
  const FunctionInfo* end = first + fragment.function_count;
  const FunctionInfo* found = std::lower_bound(
      first, end, entry,
      [](const FunctionInfo& info, CodeOffset offset) { return info.entry < offset; });
  if (found == end || found->entry != entry) return kNoFunction;
  return FunctionId{static_cast<std::uint32_t>(found - function_table)};
}

}  // namespace bactrian
