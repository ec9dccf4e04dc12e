// SPDX-License-Identifier: Apache-2.0
// The native command of the translator, for looking at what it makes and for tests:
//
//   bactrian-translate app.byte                     translates each function and loop alone, and
//   the
//                     segments of functions with effects: counts
//       --segments    segments of all functions
//   bactrian-translate app.byte --out=DIRECTORY     writes fID.wasm, loopID_PC.wasm,
//   segmentsID.wasm there
//       --text=ID     from that function on only; beside each module its IR (.ir) and what numbers
//                     in it stand for (.symbols): "number name", a line each
//   bactrian-translate app.byte --ir=ID[:PC]        prints the IR of a function, of its loop at PC
//
// The code refers to this process's addresses: it is for reading and validating, not for running.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>
#include <vector>

#include "runtime/bytecode/fragments.h"
#include "runtime/bytecode/prim_table.h"
#include "runtime/bytecode/program.h"
#include "runtime/domain.h"
#include "runtime/heap/alloc.h"
#include "runtime/main/start.h"
#include "translator/frontend/bytecode.h"
#include "translator/segments/fibers.h"
#include "translator/translator.h"

using namespace bactrian;

extern "C" const char* __asan_default_options() { return "detect_leaks=0"; }

namespace {

bool read_whole_file(const char* path, std::vector<std::uint8_t>& bytes) {
  std::FILE* file = std::fopen(path, "rb");
  if (file == nullptr) return false;
  std::uint8_t piece[65536];
  for (std::size_t n; (n = std::fread(piece, 1, sizeof piece, file)) > 0;)
    bytes.insert(bytes.end(), piece, piece + n);
  std::fclose(file);
  return true;
}

TranslatorOptions verified() {
  TranslatorOptions options;
  options.verify = true;
  return options;
}

// Addresses in the code: i32 ones are cut, in values they are whole.
class Symbols {
 public:
  void add(const void* p, const std::string& name) {
    auto address = reinterpret_cast<std::uintptr_t>(p);
    text_ += std::to_string(static_cast<std::uint32_t>(address)) + " " + name + "\n";
    text_ += std::to_string(address) + " " + name + "\n";
  }
  template <class R, class... A>
  void add(R (*function)(A...), const std::string& name) {
    add(reinterpret_cast<const void*>(function), name);
  }
  void add_runtime() {
    const TierInterface& t = *tier_interface;
#define SYMBOL(field) add(t.field, #field);
    SYMBOL(young_ptr)
    SYMBOL(young_limit)
    SYMBOL(stack_limit)
    SYMBOL(exn_bucket)
    SYMBOL(fuel)
    SYMBOL(young_start)
    SYMBOL(young_end)
    SYMBOL(backtrace_active)
    SYMBOL(attention)
    SYMBOL(current_stack)
    SYMBOL(global_data)
    SYMBOL(unwind_frame)
    SYMBOL(alloc)
    SYMBOL(modify)
    SYMBOL(force_unwind)
#undef SYMBOL
    add(t.function_table, "function_table");
    add(&t.domain->activation, "activation");
    add(t.segment_callee_left, "segment_callee_left");
    add(segment_perform, "segment_perform");
    add(segment_reperform, "segment_reperform");
    add(segment_resume, "segment_resume");
    add(segment_resume_taken, "segment_resume_taken");
    add(leave_by_return, "leave_by_return");
    add(leave_by_call, "leave_by_call");
    for (int n = 1; n <= kManyArguments; n++) add(t.call_stub(n), "call_stub_" + std::to_string(n));
    for (int i = 0; i < kUnwindScratchCount; i++)
      add(t.unwind_scratch + i, "unwind_scratch_" + std::to_string(i));
    for (int i = 0; i < 256; i++) add(t.atom_table + i + 1, "atom_" + std::to_string(i));
    for (const char* name : {"_i", "_j", "_n"})
      add(t.find_custom_operations(name), std::string("custom") + name);
    for (std::int32_t i = 0; i < prim_count(); i++)
      if (const Primitive* prim = prim_at(i)) add(prim->function, prim->name);
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

class Command {
 public:
  // first: 0, or the first function that is written as text too.
  Command(std::string directory, std::uint32_t first, bool all_segments)
      : directory_(std::move(directory)), first_(first), all_segments_(all_segments) {
    if (first_ != 0) symbols_.add_runtime();
  }

  void translate_all() {
    for (std::uint32_t id = std::max(first_, 1u); id < function_table_size; id++) {
      const FunctionInfo& info = function_table[id];
      if (info.fragment == nullptr) continue;
      bool is_start = info.fragment->is_program && info.entry == info.fragment->start;
      if (info.arity > 0 && !is_start) one(FunctionId{id}, CodeOffset{});
      if (info.arity > 0) loops_of(FunctionId{id});
      if (info.arity > 0 && !is_start) segments_of(FunctionId{id});
    }
  }

  void report() {
    std::printf("%zu modules, %zu functions, %zu bytes\n", modules_, functions_, bytes_);
    for (auto& [reason, count] : refusals_)
      std::printf("refused: %-32s %zu\n", refusal_text(reason), count);
  }

 private:
  void loops_of(FunctionId id) {
    Bytecode code;
    if (read_bytecode(id, CodeOffset{}, 1 << 24, code) != Refusal::kNone) return;
    for (const BytecodeBlock& b : code.blocks)
      if (b.instructions[0].in.info->action == CHECK_SIGNALS) one(id, code.offset(b.start));
  }

  void segments_of(FunctionId id) {
    Bytecode code;
    if (read_bytecode(id, CodeOffset{}, TranslatorOptions{}.max_words, code) != Refusal::kNone)
      return;
    bool wanted = all_segments_;
    for (std::uint32_t b : code.rpo)
      for (const BytecodeInstruction& bi : code.blocks[b].instructions) wanted |= is_effect(bi.in);
    if (wanted) one(id, segment_request(code.offset(0)));
  }

  void one(FunctionId id, CodeOffset pc) {
    TranslatedModule m = translate(id, pc, [](std::uint32_t) { return 0u; }, verified());
    if (m.refusal != Refusal::kNone) {
      refusals_[m.refusal]++;
      return;
    }
    modules_++;
    functions_ += m.functions.size();
    bytes_ += m.bytes.size();
    if (!directory_.empty()) write(id, pc, m);
    for (std::int32_t* p : m.data) tier_interface->free(p);
  }

  void write(FunctionId id, CodeOffset pc, const TranslatedModule& m) {
    char name[64];
    std::snprintf(name, sizeof name,
                  pc == CodeOffset{}       ? "/f%u"
                  : is_segment_request(pc) ? "/segments%u"
                                           : "/loop%u_%u",
                  static_cast<std::uint32_t>(id), static_cast<std::uint32_t>(pc));
    write_file(name, ".wasm", m.bytes.data(), m.bytes.size());
    if (first_ == 0) return;
    std::string ir = ir_text(id, pc, verified());
    write_file(name, ".ir", ir.data(), ir.size());
    Symbols symbols = symbols_;
    for (std::size_t i = 0; i < m.data.size(); i++)
      symbols.add(m.data[i], "frame_" + std::to_string(i));
    write_file(name, ".symbols", symbols.text().data(), symbols.text().size());
  }

  void write_file(const char* name, const char* extension, const void* bytes, std::size_t size) {
    std::FILE* file = std::fopen((directory_ + name + extension).c_str(), "wb");
    if (file == nullptr) return;
    std::fwrite(bytes, 1, size, file);
    std::fclose(file);
  }

  std::string directory_;
  std::uint32_t first_;
  bool all_segments_;
  Symbols symbols_;
  std::size_t modules_ = 0, functions_ = 0, bytes_ = 0;
  std::map<Refusal, std::size_t> refusals_;
};

}  // namespace

int main(int argc, char** argv) {
  const char* path = nullptr;
  std::string directory, ir;
  std::uint32_t first = 0;
  bool all_segments = false;
  for (int i = 1; i < argc; i++) {
    if (std::strncmp(argv[i], "--out=", 6) == 0)
      directory = argv[i] + 6;
    else if (std::strncmp(argv[i], "--text=", 7) == 0)
      first = static_cast<std::uint32_t>(std::strtoul(argv[i] + 7, nullptr, 10));
    else if (std::strcmp(argv[i], "--segments") == 0)
      all_segments = true;
    else if (std::strncmp(argv[i], "--ir=", 5) == 0)
      ir = argv[i] + 5;
    else
      path = argv[i];
  }
  std::vector<std::uint8_t> file;
  if (path == nullptr || !read_whole_file(path, file)) {
    std::fprintf(stderr,
                 "usage: bactrian-translate app.byte [--segments] [--out=DIRECTORY [--text=ID]] "
                 "[--ir=ID[:PC]]\n");
    return 2;
  }
  StartRequest request;
  request.file = Bytes(file.data(), file.size());
  request.executable_name = path;
  ImageError error;
  if (!start_from_file(request, error)) {
    std::fprintf(stderr, "bactrian-translate: %s: %s\n", path, error.message);
    return 1;
  }
  tier_interface = get_tier_interface();
  if (!ir.empty()) {
    char* end;
    auto id = FunctionId{static_cast<std::uint32_t>(std::strtoul(ir.c_str(), &end, 10))};
    auto pc = CodeOffset{
        *end == ':' ? static_cast<std::uint32_t>(std::strtoul(end + 1, nullptr, 10)) : 0};
    std::printf("%s", ir_text(id, pc, TranslatorOptions{}).c_str());
    return 0;
  }
  Command command(directory, first, all_segments);
  command.translate_all();
  command.report();
  return 0;
}
