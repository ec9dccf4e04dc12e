// SPDX-License-Identifier: Apache-2.0
// See inspect.h. The IR's text is in ir_text.cpp.
#include <cstring>

#include "runtime/options.h"
#include "runtime/prims/prim.h"
#include "translator/frontend/names.h"
#include "translator/inspect/inspect.h"

namespace bactrian {

namespace {

bool is_wanted(const char* pattern, FunctionId id) {
  return pattern != nullptr && is_function_named(id, pattern);
}

void print_stage(const char* stage, FunctionId id, CodeOffset pc, const std::string& text) {
  std::string title = std::string("==== ") + stage + ": " + function_title(id, pc);
  if (pc != CodeOffset{}) title += " (loop)";
  tier_interface->print((title + "\n" + text).c_str());
}

// ---- Bytecode -----------------------------------------------------------------------------------

void append_operand(std::string& out, OperandKind kind, std::int32_t value, const opcode_t* word,
                    const Bytecode& code) {
  switch (kind) {
    case OperandKind::kNone:
    case OperandKind::kCache: return;
    case OperandKind::kLabel: out += " L" + std::to_string(word - code.base + value); return;
    case OperandKind::kFunction:
      out += ' ' + function_name(FunctionId{static_cast<std::uint32_t>(value)});
      return;
    case OperandKind::kPrim: {
      const Primitive* prim = tier_interface->prim_at(value);
      out += prim == nullptr ? " ?" : std::string(" ") + prim->name;
      return;
    }
    case OperandKind::kSwitchSizes:
      out += ' ' + std::to_string(value & 0xFFFF) + ' ' +
             std::to_string(static_cast<std::uint32_t>(value) >> 16);
      return;
    default: out += ' ' + std::to_string(value);
  }
}

void append_instruction(std::string& out, const BytecodeInstruction& bi, const Bytecode& code) {
  const Instruction& in = bi.in;
  out += "  " + std::to_string(bi.word) + "  " + opcode_name(plain_opcode(in.op));
  const opcode_t* word = in.operands;
  if (in.info->implied == kExplicit) {
    append_operand(out, in.info->a, in.a, word, code);
    if (in.info->a != OperandKind::kNone) word++;
  }
  append_operand(out, in.info->b, in.b, word, code);
  bool is_switch = in.info->a == OperandKind::kSwitchSizes;
  for (std::uint32_t i = 0; i < in.table_size; i++)
    append_operand(out, is_switch ? OperandKind::kLabel : OperandKind::kFunction, in.table()[i],
                   in.table(), code);
  if (is_left_to_interpreter(in)) out += "  ; left to the interpreter";
  out += '\n';
}

// ---- Wasm ---------------------------------------------------------------------------------------

enum class Immediate : std::uint8_t {
  kNone,
  kIndex,
  kBlock,
  kLabels,
  kIndirect,
  kMemory,
  kI32,
  kI64,
  kF64
};

struct InstructionInfo {
  std::uint8_t code;
  Immediate immediate;
  const char* text;
};
constexpr InstructionInfo instructions[] = {
#define INSTRUCTION(name, code, text, immediate) {code, Immediate::k##immediate, text},
#include "translator/wasm/instructions.def"
#undef INSTRUCTION
};

const InstructionInfo* find_instruction(std::uint8_t code) {
  for (const InstructionInfo& i : instructions)
    if (i.code == code) return &i;
  return nullptr;
}

// Of bytes that the emitter wrote: they are not checked.
class WasmText {
 public:
  explicit WasmText(const wasm::Bytes& body) : at_(body.data()), end_(at_ + body.size()) {}

  std::string write() {
    write_locals();
    while (at_ < end_ && write_instruction()) {
    }
    return out_;
  }

 private:
  std::uint64_t unsigned_leb() {
    std::uint64_t n = 0;
    for (int shift = 0;; shift += 7) {
      std::uint8_t b = *at_++;
      n |= static_cast<std::uint64_t>(b & 0x7F) << shift;
      if ((b & 0x80) == 0) return n;
    }
  }
  std::int64_t signed_leb() {
    std::uint64_t n = 0;
    for (int shift = 0;;) {
      std::uint8_t b = *at_++;
      n |= static_cast<std::uint64_t>(b & 0x7F) << shift;
      shift += 7;
      if ((b & 0x80) != 0) continue;
      if ((b & 0x40) != 0 && shift < 64) n |= ~std::uint64_t{0} << shift;
      return static_cast<std::int64_t>(n);
    }
  }
  static const char* type_text(std::uint64_t type) {
    switch (static_cast<wasm::Type>(type)) {
      case wasm::Type::kI32: return "i32";
      case wasm::Type::kI64: return "i64";
      case wasm::Type::kF32: return "f32";
      case wasm::Type::kF64: return "f64";
      default: return "";
    }
  }

  void number(std::uint64_t n) { out_ += ' ' + std::to_string(n); }

  void write_locals() {
    out_ += "  locals";
    for (std::uint64_t runs = unsigned_leb(); runs > 0; runs--) {
      number(unsigned_leb());
      out_ += std::string(" × ") + type_text(*at_++);
    }
    out_ += '\n';
  }

  bool write_instruction() {
    std::uint8_t code = *at_++;
    const InstructionInfo* info = find_instruction(code);
    if (info == nullptr) {
      out_ += "  ? " + std::to_string(code) + '\n';
      return false;
    }
    bool closes = code == wasm::kEnd || code == wasm::kElse;
    if (closes && depth_ > 0) depth_--;
    out_.append(2 + 2 * depth_, ' ');
    out_ += info->text;
    write_immediate(info->immediate);
    out_ += '\n';
    if (info->immediate == Immediate::kBlock || code == wasm::kElse) depth_++;
    return true;
  }

  void write_immediate(Immediate immediate) {
    switch (immediate) {
      case Immediate::kNone: return;
      case Immediate::kIndex: number(unsigned_leb()); return;
      case Immediate::kBlock: {
        std::int64_t type = signed_leb();
        if (type >= 0)
          out_ += " (type " + std::to_string(type) + ')';
        else if (*type_text(static_cast<std::uint64_t>(type) & 0x7F) != 0)
          out_ += std::string(" ") + type_text(static_cast<std::uint64_t>(type) & 0x7F);
        return;
      }
      case Immediate::kLabels:
        for (std::uint64_t left = unsigned_leb() + 1; left > 0; left--) number(unsigned_leb());
        return;
      case Immediate::kIndirect:
        out_ += " type";
        number(unsigned_leb());
        out_ += " table";
        number(unsigned_leb());
        return;
      case Immediate::kMemory:
        unsigned_leb();  // The alignment is the natural one.
        number(unsigned_leb());
        return;
      case Immediate::kI32:
      case Immediate::kI64: out_ += ' ' + std::to_string(signed_leb()); return;
      case Immediate::kF64: write_f64(); return;
    }
  }

  // Its bits: exact.
  void write_f64() {
    std::uint64_t bits;
    std::memcpy(&bits, at_, sizeof bits);
    at_ += sizeof bits;
    out_ += " 0x";
    for (int i = 60; i >= 0; i -= 4) out_ += "0123456789abcdef"[bits >> i & 15];
  }

  const std::uint8_t* at_;
  const std::uint8_t* end_;
  std::string out_;
  std::size_t depth_ = 0;
};

}  // namespace

std::string bytecode_text(const Bytecode& code) {
  std::string out;
  for (std::uint32_t b : code.rpo) {
    const BytecodeBlock& block = code.blocks[b];
    out += "L" + std::to_string(block.start) + ": depth " + std::to_string(block.state.depth);
    if (block.is_cut) out += ", left to the interpreter";
    out += '\n';
    if (block.is_cut) continue;
    for (const BytecodeInstruction& bi : block.instructions) append_instruction(out, bi, code);
  }
  return out;
}

std::string wasm_text(const wasm::Bytes& body) { return WasmText(body).write(); }

void dump_bytecode(const Bytecode& code, CodeOffset pc) {
  if (is_wanted(tier_interface->options->dump_bytecode, code.id))
    print_stage("bytecode", code.id, pc, bytecode_text(code));
}

void dump_ir(const ir::Function& f) {
  if (is_wanted(tier_interface->options->dump_ir, f.id))
    print_stage("IR", f.id, f.pc, ir::print(f));
}

void dump_wasm(const ModuleFunction& f) {
  if (is_wanted(tier_interface->options->dump_wasm, f.id))
    print_stage("wasm", f.id, f.pc, wasm_text(f.body));
}

namespace {

void report(const std::string& problem, const ir::Function& f) {
  if (problem.empty()) return;
  tier_interface->print((problem + "\n" + ir::print(f)).c_str());
  __builtin_trap();
}

}  // namespace

void check_ir(const ir::Function& f, bool represented) { report(ir::verify(f, represented), f); }

void check_locals(const ir::Function& f, const ir::Order& order, const Liveness& liveness,
                  const std::vector<std::uint32_t>& local_of) {
  report(verify_locals(f, order, liveness, local_of), f);
}

}  // namespace bactrian
