// SPDX-License-Identifier: Apache-2.0
// Each operation of operations.mjs against its interpreter meaning. run.mjs has let the real pair
// of wasm modules run the program in this V8, interpreted and translated, before the tests start.
// One test for each operation: all its functions were installed, their IR has the operations that
// the table names, and every line is what the interpreter printed. The IR comes from the same
// translator, linked in here: it numbers functions alike. And three tests that the table misses no
// IR operation, no inlined primitive and no opcode.
#include "tests/v8/operations.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "runtime/bytecode/prim_table.h"
#include "runtime/main/start.h"
#include "runtime/tier/segments.h"
#include "translator/frontend/bytecode.h"
#include "translator/translator.h"

namespace bactrian::v8test {

namespace {

// A function of the table: "NAME/VARIANT", its operations, a line for each call.
struct Section {
  FunctionId id{};
  std::vector<std::string> ops;
  std::vector<std::string> lines;
};

struct RunOfTable {
  std::string name;
  std::map<std::string, Section> sections;
  std::set<std::uint32_t> installed;
};

std::vector<RunOfTable> runs;
std::string program;

using Names = std::set<std::string>;

std::map<std::string, Section> parse(const std::string& output) {
  std::map<std::string, Section> sections;
  Section* section = nullptr;
  std::istringstream in(output);
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with("# ")) {
      if (section != nullptr) section->lines.push_back(line);
      continue;
    }
    std::istringstream words(line.substr(2));
    std::string name, ops, op;
    std::uint32_t id = 0;
    words >> name >> id >> ops;
    section = &sections[name];
    section->id = FunctionId{id};
    for (std::istringstream list(ops); std::getline(list, op, ',');) section->ops.push_back(op);
  }
  return sections;
}

// The program is loaded into this process, to be looked at.
void load_program() {
  static bool loaded = false;
  if (loaded) return;
  loaded = true;
  auto* file = new std::vector<std::uint8_t>;
  std::FILE* stream = std::fopen(program.c_str(), "rb");
  ASSERT_NE(nullptr, stream) << program;
  std::uint8_t piece[65536];
  for (std::size_t n; (n = std::fread(piece, 1, sizeof piece, stream)) > 0;)
    file->insert(file->end(), piece, piece + n);
  std::fclose(stream);
  StartRequest request;
  request.file = {file->data(), file->size()};
  request.executable_name = program.c_str();
  ImageError error;
  ASSERT_TRUE(start_from_file(request, error)) << error.message;
  tier_interface = get_tier_interface();
}

TranslatorOptions verified() {
  TranslatorOptions options;
  options.verify = true;
  return options;
}

void add_words(const std::string& text, Names& words) {
  std::istringstream in(text);
  for (std::string word; in >> word;) words.insert(word);
}

Names ir_words(FunctionId id, CodeOffset pc = {}) {
  Names words;
  add_words(ir_text(id, pc, verified()), words);
  return words;
}

class OperationTest : public testing::Test {
 public:
  explicit OperationTest(std::string operation) : operation_(std::move(operation)) {}

  void TestBody() override {
    load_program();
    ASSERT_GE(runs.size(), 2u);
    std::string prefix = operation_ + "/";
    for (auto& [name, section] : runs[0].sections) {
      if (!name.starts_with(prefix)) continue;
      Names words = ir_words(section.id);
      for (const std::string& op : section.ops)
        EXPECT_TRUE(words.contains(op)) << name << " without " << op;
      EXPECT_GE(section.lines.size(), 2u) << name;
      for (std::size_t i = 1; i < runs.size(); i++) compare(name, section, runs[i]);
    }
  }

 private:
  static void compare(const std::string& name, const Section& expected, const RunOfTable& run) {
    auto at = run.sections.find(name);
    ASSERT_NE(run.sections.end(), at) << name << ", " << run.name;
    EXPECT_TRUE(run.installed.contains(static_cast<std::uint32_t>(expected.id)))
        << name << " was not translated, " << run.name;
    const auto& lines = at->second.lines;
    ASSERT_EQ(expected.lines.size(), lines.size()) << name << ", " << run.name;
    int shown = 0;
    for (std::size_t i = 0; i < lines.size() && shown < 3; i++) {
      EXPECT_EQ(expected.lines[i], lines[i]) << name << ", " << run.name;
      if (expected.lines[i] != lines[i]) shown++;
    }
  }

  std::string operation_;
};

// What the table's functions are made of, and those inside them, which have numbers between theirs.
struct Coverage {
  Names ir, primitives;
  std::set<int> opcodes;

  Coverage() {
    load_program();
    std::uint32_t first = ~0u, last = 0;
    for (auto& [name, section] : runs[0].sections) {
      first = std::min(first, static_cast<std::uint32_t>(section.id));
      last = std::max(last, static_cast<std::uint32_t>(section.id));
    }
    for (std::uint32_t id = first; id <= last; id++) add(FunctionId{id});
  }

 private:
  void add(FunctionId id) {
    ir.merge(ir_words(id));
    Bytecode code;
    if (read_bytecode(id, CodeOffset{}, 1 << 24, code) != Refusal::kNone) return;
    if (code.arity > 1) opcodes.insert(GRAB);
    for (const BytecodeBlock& b : code.blocks)
      for (const BytecodeInstruction& i : b.instructions) {
        int action = i.in.info->action;
        opcodes.insert(action);
        if (i.in.info->push) opcodes.insert(PUSH);
        if (action == C_CALLN) primitives.insert(prim_name(i.in.b));
        if (action == CHECK_SIGNALS) ir.merge(ir_words(id, code.offset(i.word)));
        if (is_effect(i.in) || i.in.info->flow == Flow::kCall) {
          const FunctionInfo& info =
              (*tier_interface->function_table)[static_cast<std::uint32_t>(id)];
          ir.merge(ir_words(id, segment_request(behind_grab(info))));
        }
      }
  }
};

// Names that are not in `found`, but for the excepted ones, which must not be there.
std::string missing(const Names& wanted, const Names& found, const Names& excepted) {
  std::string result;
  for (const std::string& name : wanted)
    if (found.contains(name) == excepted.contains(name)) result += name + " ";
  return result;
}

TEST(OperationsTable, HasEveryIrOperation) {
  const Names all = {
#define IR_OP(name, result, args, flags) #name,
#include "translator/ir/ops.def"
#undef IR_OP
  };
  // Only code outside functions sets globals; nothing makes a ConstFloat yet; guards are about what
  // a running loop's frame holds (tests/programs/loop_guards.ml, tests/node/tiers.test.mjs).
  EXPECT_EQ("", missing(all, Coverage().ir, {"SetGlobal", "ConstFloat", "GuardInt", "GuardFloat"}));
}

TEST(OperationsTable, HasEveryInlinedPrimitive) {
  const Names all = {
#define SIMPLE(primitive, op) #primitive,
#define FAST(primitive, check, op) #primitive,
#define SPECIAL(primitive, method) #primitive,
#define WIDE(primitive, op, result, from) #primitive,
#include "translator/frontend/inline_prims.def"
#undef SIMPLE
#undef FAST
#undef SPECIAL
#undef WIDE
  };
  EXPECT_EQ("", missing(all, Coverage().primitives, {}));
}

TEST(OperationsTable, HasEveryOpcode) {
  std::map<int, std::string> names;
#define OPCODE(name, first, second, pops, pushes, flow, since) names[name] = #name;
#define SHORT(name, action, push, implied)
#define INTERNAL(...)
#include "runtime/bytecode/opcodes.def"
#undef OPCODE
#undef SHORT
#undef INTERNAL
  Names all, found;
  Coverage coverage;
  for (auto& [number, name] : names) {
    all.insert(name);
    if (coverage.opcodes.contains(number)) found.insert(name);
  }
  // The debugger's, those outside functions, and two that ocamlc has branches for instead.
  EXPECT_EQ("", missing(all, found, {"EVENT", "BREAK", "SETGLOBAL", "STOP", "ULTINT", "UGEINT"}));
}

std::string text_of(v8::Local<v8::Context> context, v8::Local<v8::Object> object, const char* key) {
  v8::Isolate* isolate = v8::Isolate::GetCurrent();
  auto name = v8::String::NewFromUtf8(isolate, key).ToLocalChecked();
  v8::String::Utf8Value text(isolate, object->Get(context, name).ToLocalChecked());
  return {*text, static_cast<std::size_t>(text.length())};
}

v8::Local<v8::Array> array_of(v8::Local<v8::Context> context, v8::Local<v8::Object> object,
                              const char* key) {
  auto name = v8::String::NewFromUtf8(v8::Isolate::GetCurrent(), key).ToLocalChecked();
  return object->Get(context, name).ToLocalChecked().As<v8::Array>();
}

}  // namespace

void register_operations(v8::Local<v8::Context> context, v8::Local<v8::Object> given) {
  program = text_of(context, given, "program");
  v8::Local<v8::Array> list = array_of(context, given, "runs");
  for (std::uint32_t i = 0; i < list->Length(); i++) {
    auto run = list->Get(context, i).ToLocalChecked().As<v8::Object>();
    v8::Local<v8::Array> ids = array_of(context, run, "installed");
    std::set<std::uint32_t> installed;
    for (std::uint32_t j = 0; j < ids->Length(); j++)
      installed.insert(ids->Get(context, j).ToLocalChecked()->Uint32Value(context).FromJust());
    runs.push_back({text_of(context, run, "name"), parse(text_of(context, run, "output")),
                    std::move(installed)});
  }
  Names operations;
  for (auto& [name, section] : runs[0].sections) operations.insert(name.substr(0, name.find('/')));
  for (const std::string& operation : operations)
    testing::RegisterTest("Operations", operation.c_str(), nullptr, nullptr, __FILE__, __LINE__,
                          [operation]() -> testing::Test* { return new OperationTest(operation); });
}

}  // namespace bactrian::v8test
