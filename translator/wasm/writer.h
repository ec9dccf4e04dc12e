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
  kUnreachable = 0x00,
  kBlock = 0x02,
  kLoop = 0x03,
  kIf = 0x04,
  kElse = 0x05,
  kEnd = 0x0B,
  kBr = 0x0C,
  kBrIf = 0x0D,
  kBrTable = 0x0E,
  kReturn = 0x0F,
  kCall = 0x10,
  kCallIndirect = 0x11,
  kReturnCall = 0x12,
  kReturnCallIndirect = 0x13,
  kDrop = 0x1A,
  kSelect = 0x1B,
  kLocalGet = 0x20,
  kLocalSet = 0x21,
  kLocalTee = 0x22,
  kI32Load = 0x28,
  kI64Load = 0x29,
  kF64Load = 0x2B,
  kI32Load8U = 0x2D,
  kI32Load16U = 0x2F,
  kI64Load8U = 0x31,
  kI64Load16U = 0x33,
  kI64Load32S = 0x34,
  kI64Load32U = 0x35,
  kI32Store = 0x36,
  kI64Store = 0x37,
  kF64Store = 0x39,
  kI64Store8 = 0x3C,
  kI64Store16 = 0x3D,
  kI64Store32 = 0x3E,
  kI32Const = 0x41,
  kI64Const = 0x42,
  kF64Const = 0x44,
  kI32Eqz = 0x45,
  kI32Eq = 0x46,
  kI32Ne = 0x47,
  kI32LtS = 0x48,
  kI32LtU = 0x49,
  kI32GtU = 0x4B,
  kI32LeS = 0x4C,
  kI32GeU = 0x4F,
  kI64Eqz = 0x50,
  kI64Eq = 0x51,
  kI64Ne = 0x52,
  kI64LtS = 0x53,
  kI64LtU = 0x54,
  kI64GtS = 0x55,
  kI64GtU = 0x56,
  kI64LeS = 0x57,
  kI64LeU = 0x58,
  kI64GeS = 0x59,
  kI64GeU = 0x5A,
  kF64Eq = 0x61,
  kF64Ne = 0x62,
  kF64Lt = 0x63,
  kF64Gt = 0x64,
  kF64Le = 0x65,
  kF64Ge = 0x66,
  kI32Add = 0x6A,
  kI32Sub = 0x6B,
  kI32And = 0x71,
  kI32Or = 0x72,
  kI32Shl = 0x74,
  kI32ShrU = 0x76,
  kI64Add = 0x7C,
  kI64Sub = 0x7D,
  kI64Mul = 0x7E,
  kI64DivS = 0x7F,
  kI64RemS = 0x81,
  kI64And = 0x83,
  kI64Or = 0x84,
  kI64Xor = 0x85,
  kI64Shl = 0x86,
  kI64ShrS = 0x87,
  kI64ShrU = 0x88,
  kF64Abs = 0x99,
  kF64Neg = 0x9A,
  kF64Ceil = 0x9B,
  kF64Floor = 0x9C,
  kF64Trunc = 0x9D,
  kF64Sqrt = 0x9F,
  kF64Add = 0xA0,
  kF64Sub = 0xA1,
  kF64Mul = 0xA2,
  kF64Div = 0xA3,
  kF64CopySign = 0xA6,
  kI32WrapI64 = 0xA7,
  kI64ExtendI32S = 0xAC,
  kI64ExtendI32U = 0xAD,
  kI64TruncF64S = 0xB0,
  kF64ConvertI64S = 0xB9,
  kI64ReinterpretF64 = 0xBD,
  kF64ReinterpretI64 = 0xBF,
  kI64Extend32S = 0xC4,
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
  void get(std::uint32_t local) { op(kLocalGet), unsigned_leb(local); }
  void set(std::uint32_t local) { op(kLocalSet), unsigned_leb(local); }
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
};

}  // namespace bactrian::wasm
