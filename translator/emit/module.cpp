// SPDX-License-Identifier: Apache-2.0
#include "translator/emit/module.h"

namespace bactrian {

using wasm::Bytes;
using wasm::Type;

namespace {

void add_type(Bytes& out, std::initializer_list<Type> first, std::int32_t i64_count, Type result) {
  out.byte(0x60);
  out.unsigned_leb(first.size() + static_cast<std::uint32_t>(i64_count));
  for (Type t : first) out.byte(static_cast<unsigned>(t));
  for (std::int32_t i = 0; i < i64_count; i++) out.byte(static_cast<unsigned>(Type::kI64));
  out.unsigned_leb(result == Type::kVoid ? 0 : 1);
  if (result != Type::kVoid) out.byte(static_cast<unsigned>(result));
}

Bytes type_section() {
  Bytes s;
  s.unsigned_leb(types::kForceUnwind + 1);
  for (std::int32_t n = 0; n <= kMaxTranslatedArity; n++)
    add_type(s, {Type::kI32}, n + 1, Type::kI64);
  for (std::int32_t n = 1; n <= 5; n++) add_type(s, {}, n, Type::kI64);
  add_type(s, {Type::kI32, Type::kI32}, 0, Type::kI64);
  add_type(s, {Type::kI32, Type::kI32, Type::kI32}, 0, Type::kI64);
  add_type(s, {Type::kI32}, 1, Type::kVoid);
  add_type(s, {}, 0, Type::kI32);
  return s;
}

void import_table(Bytes& s, std::string_view name) {
  s.name("b");
  s.name(name);
  s.byte(0x01);
  s.byte(0x70);
  s.byte(0x00);
  s.unsigned_leb(0);
}

Bytes import_section(const RuntimeImports& imports, const ArityTables& tables) {
  Bytes s;
  s.unsigned_leb(2 + tables.arities().size() + imports.count());
  s.name("b");
  s.name("m");
  s.byte(0x02);
  s.byte(0x00);
  s.unsigned_leb(0);
  import_table(s, "c");
  for (std::int32_t n : tables.arities()) import_table(s, "t" + std::to_string(n));
  for (const RuntimeImports::Import& i : imports.all()) {
    s.name("b");
    s.name("f" + std::to_string(i.index));
    s.byte(0x00);
    s.unsigned_leb(i.type);
  }
  return s;
}

void add_element(Bytes& s, std::uint32_t table, std::uint32_t offset, std::uint32_t first,
                 std::uint32_t count) {
  s.unsigned_leb(2);  // Active, with a table's index.
  s.unsigned_leb(table);
  s.byte(wasm::kI32Const);
  s.signed_leb(static_cast<std::int32_t>(offset));
  s.byte(wasm::kEnd);
  s.byte(0x00);
  s.unsigned_leb(count);
  for (std::uint32_t i = 0; i < count; i++) s.unsigned_leb(first + i);
}

// Functions are numbered from `first` on.
Bytes element_section(const std::vector<ModuleFunction>& functions, std::uint32_t first,
                      ArityTables& tables, std::uint32_t slot_base) {
  Bytes s;
  std::uint32_t count = 1;
  for (auto& f : functions) count += f.arity > 0;
  s.unsigned_leb(count);
  add_element(s, kRuntimeTable, slot_base, first, static_cast<std::uint32_t>(functions.size()));
  for (std::uint32_t i = 0; i < functions.size(); i++)
    if (functions[i].arity > 0)
      add_element(s, tables.use(functions[i].arity), static_cast<std::uint32_t>(functions[i].id),
                  first + i, 1);
  return s;
}

// Engines keep what is unlikely out of the way, and its calls away from the registers of the rest.
Bytes hint_section(const std::vector<ModuleFunction>& functions, std::uint32_t first) {
  Bytes s;
  s.name("metadata.code.branch_hint");
  std::uint32_t count = 0;
  for (auto& f : functions) count += !f.hints.empty();
  s.unsigned_leb(count);
  for (std::uint32_t i = 0; i < functions.size(); i++) {
    if (functions[i].hints.empty()) continue;
    s.unsigned_leb(first + i);
    s.unsigned_leb(functions[i].hints.size());
    for (const wasm::BranchHint& h : functions[i].hints) {
      s.unsigned_leb(h.offset);
      s.byte(1);
      s.byte(h.taken ? 1 : 0);
    }
  }
  return s;
}

Bytes name_section(const std::vector<ModuleFunction>& functions, std::uint32_t first) {
  Bytes names, s;
  names.unsigned_leb(functions.size());
  for (std::uint32_t i = 0; i < functions.size(); i++) {
    names.unsigned_leb(first + i);
    names.name(functions[i].name);
  }
  s.name("name");
  s.byte(1);
  s.sized(names);
  return s;
}

}  // namespace

std::vector<std::uint8_t> write_module(const std::vector<ModuleFunction>& functions,
                                       const RuntimeImports& imports, ArityTables& tables,
                                       std::uint32_t slot_base) {
  std::uint32_t first = imports.count();
  Bytes elements = element_section(functions, first, tables, slot_base);
  Bytes out;
  for (unsigned b : {0x00u, 0x61u, 0x73u, 0x6Du, 1u, 0u, 0u, 0u}) out.byte(b);
  auto section = [&](unsigned id, const Bytes& content) {
    out.byte(id);
    out.sized(content);
  };
  section(1, type_section());
  section(2, import_section(imports, tables));
  Bytes kinds, code;
  kinds.unsigned_leb(functions.size());
  code.unsigned_leb(functions.size());
  for (auto& f : functions) {
    kinds.unsigned_leb(f.is_segment ? types::kSegment : types::function(f.arity));
    code.sized(f.body);
  }
  section(3, kinds);
  section(9, elements);
  section(0, hint_section(functions, first));
  section(10, code);
  section(0, name_section(functions, first));
  return out.vector();
}

}  // namespace bactrian
