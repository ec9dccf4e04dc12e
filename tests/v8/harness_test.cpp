// SPDX-License-Identifier: Apache-2.0
// The harness itself, with modules assembled by hand: what a test of an emitted module may rely on.
#include "tests/v8/harness.h"

#include <cmath>
#include <limits>

namespace bactrian::v8test {
namespace {

// Just enough of the binary format for bodies shorter than 128 bytes.
enum : std::uint8_t { kI32 = 0x7F, kI64 = 0x7E, kF64 = 0x7C };

Bytes operator+(Bytes a, const Bytes& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}
Bytes with_length(const Bytes& bytes) {
  return Bytes{static_cast<std::uint8_t>(bytes.size())} + bytes;
}
Bytes name(std::string_view text) { return with_length(Bytes(text.begin(), text.end())); }
Bytes section(std::uint8_t id, std::uint8_t count, const Bytes& items) {
  return Bytes{id} + with_length(Bytes{count} + items);
}
Bytes signature(const Bytes& parameters, const Bytes& results) {
  return Bytes{0x60} + with_length(parameters) + with_length(results);
}
Bytes body(const Bytes& code) { return with_length(Bytes{0} + code + Bytes{0x0B}); }
Bytes exported(std::string_view as, std::uint8_t function) { return name(as) + Bytes{0, function}; }
Bytes imported(std::string_view as, const Bytes& what) { return name("b") + name(as) + what; }

const Bytes kMagic = {0, 'a', 's', 'm', 1, 0, 0, 0};
const Bytes kMemoryImport = imported("m", {2, 0, 1});
Bytes table_import(std::string_view as) { return imported(as, {1, 0x70, 0, 1}); }

class Harness : public V8Test {
 protected:
  // One function "f".
  static Bytes one_function(const Bytes& type, const Bytes& code, const Bytes& imports = {},
                            int import_count = 0, std::uint8_t index = 0) {
    return kMagic + section(1, 1, type) +
           section(2, static_cast<std::uint8_t>(import_count), imports) + section(3, 1, {0}) +
           section(7, 1, exported("f", index)) + section(10, 1, body(code));
  }
};

TEST_F(Harness, IntegersAreExact) {
  Instance m = instantiate(one_function(signature({kI64, kI64}, {kI64}), {0x20, 0, 0x20, 1, 0x7C}));
  EXPECT_EQ(42, call(m, "f", {std::int64_t{40}, std::int64_t{2}}));
  constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(std::numeric_limits<std::int64_t>::min(), call(m, "f", {kMax, std::int64_t{1}}));
}

TEST_F(Harness, TypesOfNumbers) {
  Instance wrap = instantiate(one_function(signature({kI64}, {kI32}), {0x20, 0, 0xA7}));
  EXPECT_EQ(-1, call(wrap, "f", {std::int64_t{0xFFFFFFFF}}));
  Instance half = instantiate(
      one_function(signature({kF64}, {kF64}), {0x20, 0, 0x44, 0, 0, 0, 0, 0, 0, 0xE0, 0x3F, 0xA2}));
  EXPECT_EQ(0.75, call_double(half, "f", {1.5}));
  EXPECT_TRUE(std::signbit(call_double(half, "f", {-0.0})));
  EXPECT_TRUE(std::isnan(call_double(half, "f", {std::nan("")})));
}

TEST_F(Harness, Traps) {
  Instance m = instantiate(one_function(signature({kI64, kI64}, {kI64}), {0x20, 0, 0x20, 1, 0x7F}));
  EXPECT_EQ(-3, call(m, "f", {std::int64_t{7}, std::int64_t{-2}}));
  Outcome outcome = try_call(m, "f", {std::int64_t{1}, std::int64_t{0}});
  EXPECT_FALSE(outcome.ok());
  EXPECT_NE(std::string::npos, outcome.error.find("divide by zero")) << outcome.error;
}

TEST_F(Harness, BadModules) {
  EXPECT_NE("", validate({1, 2, 3}));
  EXPECT_NE("", validate(one_function(signature({}, {kI64}), {0x41, 0})));
  EXPECT_EQ("", validate(one_function(signature({}, {kI64}), {0x42, 0})));
}

TEST_F(Harness, Memory) {
  // f(a) = mem[a] * 2, stored at mem[a + 8]
  Instance m = instantiate(one_function(signature({kI32}, {}),
                                        {0x20, 0, 0x20, 0, 0x29, 3, 0, 0x42, 2, 0x7E, 0x37, 3, 8},
                                        kMemoryImport, 1));
  write_i64(1024, -(std::int64_t{1} << 61) + 1);
  call(m, "f", {1024});
  EXPECT_EQ(-(std::int64_t{1} << 62) + 2, read_i64(1032));
  write_double(64, 0.1);
  EXPECT_EQ(0.1, read_double(64));
  write_bytes(8, "hump");
  EXPECT_EQ("hump", read_bytes(8, 4));
  EXPECT_EQ(0x706D7568, read_i32(8));
}

// f(x, y) = x - y is put into t2[5] by an element segment; g(x, y) = t2[5](y, x) finds it there,
// and so do we.
TEST_F(Harness, Tables) {
  Bytes imports = table_import("c") + table_import("t2");
  Bytes element = {2, 1, 0x41, 5, 0x0B, 0, 1, 0};  // Active, table 1 (t2), at 5, function 0.
  Bytes bytes =
      kMagic + section(1, 1, signature({kI64, kI64}, {kI64})) + section(2, 2, imports) +
      section(3, 2, {0, 0}) + section(7, 1, exported("g", 1)) + section(9, 1, element) +
      section(10, 2,
              body({0x20, 0, 0x20, 1, 0x7D}) + body({0x20, 1, 0x20, 0, 0x41, 5, 0x11, 0, 1}));
  Instance m = instantiate(bytes);
  EXPECT_EQ(7, call_table("t2", 5, {std::int64_t{10}, std::int64_t{3}}));
  EXPECT_EQ(-7, call(m, "g", {std::int64_t{10}, std::int64_t{3}}));
  EXPECT_TRUE(table_slot_is_null("t2", 4));
  set_table_slot("t2", 4, m, "g");
  EXPECT_EQ(-7, call_table("t2", 4, {std::int64_t{10}, std::int64_t{3}}));
  EXPECT_FALSE(try_call_table("c", 0, {}).ok());
  std::uint32_t size = table_size("t2");
  grow_table("t2", 3);
  EXPECT_EQ(size + 3, table_size("t2"));
}

TEST_F(Harness, ImportedFunctionsAndGlobals) {
  std::vector<double> seen;
  import_function("twice", ResultType::kI64, [&](const Numbers& arguments) {
    seen.push_back(as_double(arguments[0]));
    return Number(as_int(arguments[0]) * 2);
  });
  import_global("count", std::int64_t{5}, true);
  // f(x) = twice(x), after count = count + x
  Bytes imports = imported("twice", {0, 0}) + imported("count", {3, kI64, 1});
  Instance m =
      instantiate(one_function(signature({kI64}, {kI64}),
                               {0x23, 0, 0x20, 0, 0x7C, 0x24, 0, 0x20, 0, 0x10, 0}, imports, 2, 1));
  EXPECT_EQ(42, call(m, "f", {std::int64_t{21}}));
  EXPECT_EQ(std::vector<double>{21}, seen);
  EXPECT_EQ(26, as_int(read_global("count")));
}

// Wasm's tail calls must be on: ten million of them need no stack.
TEST_F(Harness, TailCalls) {
  // f(n) = if n = 0 then 0 else f(n - 1)
  Instance m =
      instantiate(one_function(signature({kI64}, {kI64}), {0x20, 0, 0x50, 0x04, kI64, 0x42, 0, 0x05,
                                                           0x20, 0, 0x42, 1, 0x7D, 0x12, 0, 0x0B}));
  EXPECT_EQ(0, call(m, "f", {std::int64_t{10'000'000}}));
}

}  // namespace
}  // namespace bactrian::v8test
