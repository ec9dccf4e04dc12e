// SPDX-License-Identifier: Apache-2.0
// The native command of the translator, for looking at what it makes and for tests:
//
//   bactrian-translate app.byte                     translates each function and loop by itself;
//   counts bactrian-translate app.byte --out=DIRECTORY     writes the modules there, as fID.wasm
//   and loopPC.wasm bactrian-translate app.byte --ir=ID[:PC]        prints the IR of a function (of
//   its loop at PC)
//
// The code refers to this process's addresses: it is for reading and validating, not for running.
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

class Command {
 public:
  explicit Command(std::string directory) : directory_(std::move(directory)) {}

  void translate_all() {
    for (std::uint32_t id = 1; id < function_table_size; id++) {
      const FunctionInfo& info = function_table[id];
      if (info.fragment == nullptr) continue;
      bool is_start = info.fragment->is_program && info.entry == info.fragment->start;
      if (info.arity > 0 && !is_start) one(FunctionId{id}, CodeOffset{});
      if (info.arity > 0) loops_of(FunctionId{id});
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

  void one(FunctionId id, CodeOffset pc) {
    TranslatedModule m = translate(id, pc, 0, verified());
    if (m.refusal != Refusal::kNone) {
      refusals_[m.refusal]++;
      return;
    }
    modules_++;
    functions_ += m.functions.size();
    bytes_ += m.bytes.size();
    for (std::int32_t* p : m.data) tier_interface->free(p);
    if (directory_.empty()) return;
    char name[64];
    std::snprintf(name, sizeof name, pc == CodeOffset{} ? "/f%u.wasm" : "/loop%u_%u.wasm",
                  static_cast<std::uint32_t>(id), static_cast<std::uint32_t>(pc));
    std::FILE* file = std::fopen((directory_ + name).c_str(), "wb");
    if (file == nullptr) return;
    std::fwrite(m.bytes.data(), 1, m.bytes.size(), file);
    std::fclose(file);
  }

  std::string directory_;
  std::size_t modules_ = 0, functions_ = 0, bytes_ = 0;
  std::map<Refusal, std::size_t> refusals_;
};

}  // namespace

int main(int argc, char** argv) {
  const char* path = nullptr;
  std::string directory, ir;
  for (int i = 1; i < argc; i++) {
    if (std::strncmp(argv[i], "--out=", 6) == 0)
      directory = argv[i] + 6;
    else if (std::strncmp(argv[i], "--ir=", 5) == 0)
      ir = argv[i] + 5;
    else
      path = argv[i];
  }
  std::vector<std::uint8_t> file;
  if (path == nullptr || !read_whole_file(path, file)) {
    std::fprintf(stderr, "usage: bactrian-translate app.byte [--out=DIRECTORY] [--ir=ID[:PC]]\n");
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
    std::printf("%s", dump_ir(id, pc, TranslatorOptions{}).c_str());
    return 0;
  }
  Command command(directory);
  command.translate_all();
  command.report();
  return 0;
}
