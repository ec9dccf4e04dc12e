// SPDX-License-Identifier: Apache-2.0
// The IR as text: for dumps, golden tests and messages.
#include <algorithm>

#include "translator/ir/ir.h"

namespace bactrian::ir {

namespace {

void append_number(std::string& out, std::int64_t n) {
  bool negative = n < 0;
  auto rest = negative ? 0 - static_cast<std::uint64_t>(n) : static_cast<std::uint64_t>(n);
  std::string digits;
  do digits += static_cast<char>('0' + rest % 10);
  while ((rest /= 10) != 0);
  if (negative) digits += '-';
  std::reverse(digits.begin(), digits.end());
  out += digits;
}

void append(std::string& out, const char* text, std::int64_t n) {
  out += text;
  append_number(out, n);
}

const char* repr_suffix(Repr r) {
  switch (r) {
    case Repr::kBool: return ":b";
    case Repr::kFloat: return ":f";
    case Repr::kInt32: return ":i";
    case Repr::kInt64: return ":l";
    case Repr::kNative: return ":n";
    default: return "";
  }
}

void print_value(std::string& out, ValueId v) {
  if (v == kNone)
    out += " _";
  else
    append(out, " v", v);
}

void print_state(std::string& out, const Function& f, std::uint32_t index) {
  if (index == kNone) return;
  const FrameState& s = f.states[index];
  out += s.here ? "  {here" : "  {call";
  append(out, " pc=", static_cast<std::uint32_t>(s.pc));
  out += " env";
  print_value(out, s.env);
  if (s.here) {
    out += " accu";
    print_value(out, s.accu);
  }
  out += " :";
  for (auto& slot : s.slots) {
    if (slot.kind == FrameState::Slot::Kind::kValue)
      print_value(out, slot.value);
    else
      append(out, slot.kind == FrameState::Slot::Kind::kTrap ? " trap=" : " return=", slot.value);
  }
  out += "}";
}

}  // namespace

std::string print(const Function& f) {
  std::string out;
  append(out, "function ", static_cast<std::uint32_t>(f.id));
  append(out, " arity ", f.arity);
  out += "\n";
  for (BlockId b = 0; b < f.blocks.size(); b++) {
    const Block& block = f.blocks[b];
    append(out, "b", b);
    out += ":";
    for (BlockId p : block.preds) append(out, " <b", p);
    out += "\n";
    for (ValueId v : block.nodes) {
      const Node& n = f.node(v);
      out += "  ";
      if (n.repr != Repr::kVoid) {
        append(out, "v", v);
        out += repr_suffix(n.repr);
        out += " = ";
      }
      out += op_info(n.op).name;
      if (n.imm != 0) append(out, " #", n.imm);
      for (std::uint32_t i = 0; i < n.arg_count; i++) print_value(out, f.arg(n, i));
      print_state(out, f, n.state);
      print_state(out, f, n.after_state);
      if ((op_info(n.op).flags & kTerminator) != 0)
        for (BlockId s : block.succs) append(out, " >b", s);
      out += "\n";
    }
  }
  return out;
}

}  // namespace bactrian::ir
