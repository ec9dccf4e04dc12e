// SPDX-License-Identifier: Apache-2.0
// Bytes of WebAssembly modules: LEB128 numbers, instructions, sections. No structure is checked
// here; tests run the modules through Binaryen's validator.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

namespace bactrian::wasm {

enum class Type : std::uint8_t { kI32 = 0x7F, kI64 = 0x7E, kF32 = 0x7D, kF64 = 0x7C, kVoid = 0x40 };

enum Instr : std::uint8_t {
#define INSTRUCTION(name, code, text, immediate) k##name = code,
#include "translator/wasm/instructions.def"
#undef INSTRUCTION
};

class Bytes {
 public:
  void byte(unsigned b) { bytes_.push_back(static_cast<std::uint8_t>(b)); }
  void unsigned_leb(std::uint64_t n) {
    while (n >= 0x80) {
      byte(static_cast<unsigned>(n & 0x7F) | 0x80);
      n >>= 7;
    }
    byte(static_cast<unsigned>(n));
  }
  void signed_leb(std::int64_t n) {
    for (;;) {
      unsigned low = static_cast<unsigned>(n & 0x7F);
      n >>= 7;
      bool done = (n == 0 && (low & 0x40) == 0) || (n == -1 && (low & 0x40) != 0);
      byte(done ? low : low | 0x80);
      if (done) return;
    }
  }
  void f64(double d) {
    std::uint64_t u;
    std::memcpy(&u, &d, sizeof u);
    for (int i = 0; i < 8; i++) byte(static_cast<unsigned>(u >> (8 * i)) & 0xFF);
  }
  void name(std::string_view text) {
    unsigned_leb(text.size());
    bytes_.insert(bytes_.end(), text.begin(), text.end());
  }
  void append(const Bytes& other) {
    bytes_.insert(bytes_.end(), other.bytes_.begin(), other.bytes_.end());
  }
  // `section` with its size in front.
  void sized(const Bytes& section) {
    unsigned_leb(section.size());
    append(section);
  }
  void replace(std::size_t at, unsigned b) { bytes_[at] = static_cast<std::uint8_t>(b); }
  std::size_t size() const { return bytes_.size(); }
  const std::uint8_t* data() const { return bytes_.data(); }
  const std::vector<std::uint8_t>& vector() const { return bytes_; }

 private:
  std::vector<std::uint8_t> bytes_;
};

// What a branch does almost always: an entry of the custom section metadata.code.branch_hint.
struct BranchHint {
  std::uint32_t offset;  // Of the `if` or `br_if`, from the function's first byte.
  bool taken;
};

// A function's instructions.
class Code : public Bytes {
 public:
  // For the `if` or `br_if` that is written next.
  void hint(bool taken) { hints_.push_back({static_cast<std::uint32_t>(size()), taken}); }
  const std::vector<BranchHint>& hints() const { return hints_; }
  void op(unsigned instruction) { byte(instruction); }
  void i32_const(std::int32_t n) { op(kI32Const), signed_leb(n); }
  void i64_const(std::int64_t n) { op(kI64Const), signed_leb(n); }
  void f64_const(double d) { op(kF64Const), f64(d); }
  void get(std::uint32_t local) {
    if (size() == set_end_ && local == set_local_) {
      replace(set_start_, kLocalTee);
      set_local_ = kNone;
      return;
    }
    op(kLocalGet), unsigned_leb(local);
  }
  void set(std::uint32_t local) {
    set_start_ = size();
    op(kLocalSet), unsigned_leb(local);
    set_end_ = size();
    set_local_ = local;
  }
  void tee(std::uint32_t local) { op(kLocalTee), unsigned_leb(local); }
  void br(std::uint32_t depth) { op(kBr), unsigned_leb(depth); }
  void br_if(std::uint32_t depth) { op(kBrIf), unsigned_leb(depth); }
  void block(unsigned instruction, Type type = Type::kVoid) {
    op(instruction), byte(static_cast<unsigned>(type));
  }
  void end() { op(kEnd); }
  void access(unsigned instruction, unsigned align_log2, std::uint32_t offset) {
    op(instruction), unsigned_leb(align_log2), unsigned_leb(offset);
  }
  void i64_load(std::uint32_t offset) { access(kI64Load, 3, offset); }
  void i64_store(std::uint32_t offset) { access(kI64Store, 3, offset); }
  void i32_load(std::uint32_t offset) { access(kI32Load, 2, offset); }
  void i32_store(std::uint32_t offset) { access(kI32Store, 2, offset); }
  void f64_load(std::uint32_t offset) { access(kF64Load, 3, offset); }
  void f64_store(std::uint32_t offset) { access(kF64Store, 3, offset); }
  void call_indirect(unsigned instruction, std::uint32_t type, std::uint32_t table) {
    op(instruction), unsigned_leb(type), unsigned_leb(table);
  }

 private:
  std::vector<BranchHint> hints_;
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};
  // The last local.set: a local.get right behind it makes it a local.tee.
  std::size_t set_start_ = 0, set_end_ = 0;
  std::uint32_t set_local_ = kNone;
};

}  // namespace bactrian::wasm
