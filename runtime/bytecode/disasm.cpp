// SPDX-License-Identifier: Apache-2.0
// See disasm.h.
#include "runtime/bytecode/disasm.h"

#include "runtime/bytecode/decode.h"
#include "runtime/bytecode/prim_table.h"
#include "runtime/bytecode/program.h"

namespace bactrian {

namespace {

class Disassembler {
 public:
  Disassembler(const Fragment& fragment, std::FILE* out)
      : fragment_(fragment), out_(out), words_(fragment.word_count()), is_label_(words_.size()) {
    restore_code(fragment, words_.data());
  }

  void run() {
    for_each_instruction([this](std::uint32_t, const Instruction& in) { find_labels(in); });
    for_each_instruction([this](std::uint32_t at, const Instruction& in) { print(at, in); });
  }

 private:
  template <class Visit>
  void for_each_instruction(Visit visit) {
    for (std::uint32_t at = 0; at < words_.size();) {
      Instruction in = decode(&words_[at]);
      visit(at, in);
      at += in.size;
    }
  }

  std::uint32_t target(const opcode_t* from, std::int32_t distance) const {
    return static_cast<std::uint32_t>(from + distance - words_.data());
  }

  void find_labels(const Instruction& in) {
    if (in.info->a == OperandKind::kSwitchSizes) {
      for (std::uint32_t i = 0; i < in.table_size; i++)
        is_label_[target(in.table(), in.table()[i])] = true;
    } else if (in.info->a == OperandKind::kLabel || in.info->b == OperandKind::kLabel) {
      is_label_[target(in.last_operand(), *in.last_operand())] = true;
    }
  }

  void print_labels(std::uint32_t at) {
    FunctionId id = function_id_at(fragment_, at * static_cast<std::uint32_t>(sizeof(opcode_t)));
    if (id != kNoFunction && function_info(id).arity > 0 && (at > 0 || !fragment_.is_program))
      std::fprintf(out_, "F%-26u ; function of %d parameter%s\n", at, function_info(id).arity,
                   function_info(id).arity == 1 ? "" : "s");
    if (is_label_[at]) std::fprintf(out_, "L%u:\n", at);
  }

  void print_operand(OperandKind kind, std::int32_t value, const opcode_t* word) {
    switch (kind) {
      case OperandKind::kNone:
      case OperandKind::kCache: break;
      case OperandKind::kLabel: std::fprintf(out_, " L%u", target(word, value)); break;
      case OperandKind::kFunction: std::fprintf(out_, " F%u", target(word, value)); break;
      case OperandKind::kPrim: std::fprintf(out_, " %s", prim_name(value)); break;
      case OperandKind::kSwitchSizes:
        std::fprintf(out_, " %u %u", static_cast<unsigned>(value) & 0xFFFF,
                     static_cast<unsigned>(value) >> 16);
        break;
      default: std::fprintf(out_, " %d", value);
    }
  }

  void print_table(const Instruction& in) {
    char letter = in.info->a == OperandKind::kSwitchSizes ? 'L' : 'F';
    std::uint32_t constants = letter == 'L' ? static_cast<std::uint32_t>(in.a) & 0xFFFF : 0;
    for (std::uint32_t i = 0; i < in.table_size; i++)
      std::fprintf(out_, "%s %c%u", i == constants && letter == 'L' ? " |" : "", letter,
                   target(in.table(), in.table()[i]));
  }

  void print(std::uint32_t at, const Instruction& in) {
    print_labels(at);
    std::fprintf(out_, "%8u  %s", at, opcode_name(in.op));
    const opcode_t* word = in.operands;
    if (in.info->implied == kExplicit) {
      print_operand(in.info->a, in.a, word);
      if (in.info->a != OperandKind::kNone) word++;
    }
    print_operand(in.info->b, in.b, word);
    print_table(in);
    std::fputc('\n', out_);
  }

  const Fragment& fragment_;
  std::FILE* out_;
  std::vector<opcode_t> words_;
  std::vector<bool> is_label_;
};

}  // namespace

void disassemble_fragment(const Fragment& fragment, std::FILE* out) {
  Disassembler(fragment, out).run();
}

void disassemble_program(std::FILE* out) {
  if (program_fragment() != nullptr) disassemble_fragment(*program_fragment(), out);
}

}  // namespace bactrian
