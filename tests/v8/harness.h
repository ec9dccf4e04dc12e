// SPDX-License-Identifier: Apache-2.0
// Runs WebAssembly bytes inside V8, for tests of emitted modules: one fixture that has a memory,
// tables and functions to import, compiles and instantiates modules against them, reads and writes
// the memory, and calls exports or table elements.
//
// Every import is a field of the module "b" (a module takes what it names and leaves the rest):
//   "m"            the memory
//   "c"            a table of continuation entries
//   "t1" … "t11"   the arity tables T_1 … T_11
//   other names    what a test gives with import_function() or import_global()
// All tables hold anyfunc and can grow. Integers cross into JavaScript as numbers (i32) and BigInts
// (i64): fine here, not a thing to do in the runtime.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "tests/v8/v8_headers.h"

namespace bactrian::v8test {

using Bytes = std::vector<std::uint8_t>;

// A number as wasm has them. An i32 result is sign-extended by as_int().
using Number = std::variant<std::int32_t, std::int64_t, double>;
using Numbers = std::vector<Number>;

std::int64_t as_int(const Number& number);
double as_double(const Number& number);

// What a call gave: a result (none for a function without), or the trap or exception that ended it.
struct Outcome {
  std::optional<Number> result;
  std::string error;
  bool ok() const { return error.empty(); }
};

struct WorldSize {
  std::uint32_t memory_pages = 16;  // Of 64 KB.
  std::uint32_t max_memory_pages = 1024;
  std::uint32_t table_size = 64;
};

// An imported function: arguments of type i32 and f64 come as double, i64 as int64_t.
using HostFunction = std::function<Number(const Numbers&)>;
enum class ResultType { kNone, kI32, kI64, kF64 };

// A module instance; lives as long as its test.
class Instance {
 public:
  explicit Instance(int index) : index_(index) {}

 private:
  friend class V8Test;
  int index_;
};

class V8Test : public testing::Test {
 public:
  static constexpr int kArityTables = 11;

 protected:
  void SetUp() override { make_world(WorldSize{}); }
  void TearDown() override;

  // A new memory and new tables; for a test that wants another size, before its first module.
  void make_world(const WorldSize& size);

  void import_function(const std::string& name, ResultType result, HostFunction function);
  // Immutable, or to be read with read_global() after the module has changed it.
  void import_global(const std::string& name, const Number& value, bool is_mutable = false);
  Number read_global(const std::string& name);

  // "" if V8 accepts the bytes, else its message.
  std::string validate(const Bytes& bytes);
  // Fails the test if the bytes are not a module or do not fit the imports; calls on the instance
  // then fail too.
  Instance instantiate(const Bytes& bytes);

  // An exported function by its name; a table's element by its index. call() fails the test when
  // the call traps and returns 0; try_call() gives the trap's message.
  std::int64_t call(Instance instance, std::string_view name, const Numbers& arguments = {});
  double call_double(Instance instance, std::string_view name, const Numbers& arguments = {});
  Outcome try_call(Instance instance, std::string_view name, const Numbers& arguments = {});
  std::int64_t call_table(std::string_view table, std::uint32_t index, const Numbers& arguments);
  Outcome try_call_table(std::string_view table, std::uint32_t index, const Numbers& arguments);

  bool table_slot_is_null(std::string_view table, std::uint32_t index);
  void set_table_slot(std::string_view table, std::uint32_t index, Instance instance,
                      std::string_view name);
  std::uint32_t table_size(std::string_view table);
  void grow_table(std::string_view table, std::uint32_t by);

  // Byte addresses; out of bounds fails the test and reads 0.
  std::int64_t read_i64(std::uint32_t address);
  std::int32_t read_i32(std::uint32_t address);
  double read_double(std::uint32_t address);
  void write_i64(std::uint32_t address, std::int64_t value);
  void write_i32(std::uint32_t address, std::int32_t value);
  void write_double(std::uint32_t address, double value);
  void write_bytes(std::uint32_t address, std::string_view bytes);
  std::string read_bytes(std::uint32_t address, std::uint32_t length);

 private:
  struct Host {
    HostFunction function;
    ResultType result;
  };
  static void call_host(const v8::FunctionCallbackInfo<v8::Value>& info);
  v8::Local<v8::Object> imports();
  v8::Local<v8::Value> import_named(std::string_view name);
  std::uint8_t* memory_at(std::uint32_t address, std::uint32_t length);
  v8::Local<v8::Value> export_named(Instance instance, std::string_view name);
  v8::Local<v8::Value> table_slot(std::string_view table, std::uint32_t index);
  Outcome apply(v8::Local<v8::Value> function, const Numbers& arguments);

  v8::Global<v8::Object> imports_;  // The object of the module "b".
  std::vector<v8::Global<v8::Object>> exports_;
  std::deque<Host> hosts_;  // Their addresses are in the JavaScript functions.
};

// The isolate that the addon runs in; its context is entered while tests run.
v8::Isolate* isolate();

}  // namespace bactrian::v8test
