// SPDX-License-Identifier: Apache-2.0
// See prim_table.h. A name may stand in prims.def more than once, with different arities, where
// OCaml's versions differ: the entry that fits a call is taken.
#include "runtime/bytecode/prim_table.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <vector>

namespace bactrian {

PrimFunction* prim_functions = nullptr;
std::uint32_t missing_prim_calls = 0;

namespace {

struct Entry {
  const char* name;
  const Primitive* primitive;
  bool called;  // By the code, as far as it has been loaded.
};

constexpr std::string_view kLeftOut[] = {
#define EXCLUDED(name, reason) #name,
#include "runtime/prims/excluded.def"
#undef EXCLUDED
};

// OCaml's own modules bring calls of what is left out along (Gc, those of Gc.Memprof): that a
// program uses Gc is no reason to warn of them.
bool is_missing(const Entry& entry) {
  return entry.primitive == nullptr && entry.called &&
         std::ranges::find(kLeftOut, entry.name) == std::end(kLeftOut);
}
struct Redirect {
  std::int32_t index;
  std::int32_t arg_count;
};

struct Table {
  char* names = nullptr;  // Copy of the section.
  std::vector<Entry> entries;
  std::vector<Redirect> redirects;      // n: operand -1 - n.
  std::vector<PrimFunction> functions;  // kMaxMiscalls, then as entries.
};
Table& table() {
  static Table* the_table = new Table;
  return *the_table;
}

bool accepts(const Primitive& primitive, std::int32_t arg_count) {
  return primitive.arity == kArityN ? arg_count > 5 : primitive.arity == arg_count;
}

// The overload of `primitive` for arg_count arguments, or null.
const Primitive* find_overload(const Primitive* primitive, std::int32_t arg_count) {
  if (primitive == nullptr) return nullptr;
  for (auto primitives : {added_primitives(), all_primitives()})
    for (const Primitive& p : primitives)
      if (accepts(p, arg_count) && std::strcmp(p.name, primitive->name) == 0) return &p;
  return nullptr;
}

void append(const char* name, const Primitive* primitive) {
  Table& t = table();
  t.entries.push_back({name, primitive, false});
  t.functions.push_back(primitive != nullptr ? primitive->function : nullptr);
  prim_functions = t.functions.data() + kMaxMiscalls;
}

}  // namespace

bool build_prim_table(const char* names, std::size_t byte_count) {
  Table& t = table();
  caml_stat_free(t.names);
  t.entries.clear();
  t.redirects.clear();
  t.functions.assign(kMaxMiscalls, nullptr);
  prim_functions = t.functions.data() + kMaxMiscalls;
  t.names = static_cast<char*>(caml_stat_alloc_noexc(byte_count + 1));
  if (t.names == nullptr) return false;
  std::memcpy(t.names, names, byte_count);
  t.names[byte_count] = 0;
  for (const char* name = t.names; name < t.names + byte_count; name += std::strlen(name) + 1)
    append(name, find_primitive(name));
  return true;
}

std::int32_t prim_count() { return static_cast<std::int32_t>(table().entries.size()); }

std::int32_t original_prim_index(std::int32_t operand) {
  return operand >= 0 ? operand : table().redirects[static_cast<std::size_t>(-1 - operand)].index;
}

const char* prim_name(std::int32_t index) {
  return table().entries[static_cast<std::size_t>(original_prim_index(index))].name;
}

const Primitive* prim_at(std::int32_t index) {
  return index < 0 ? nullptr : table().entries[static_cast<std::size_t>(index)].primitive;
}

std::int32_t find_prim_index(std::string_view name) {
  auto& entries = table().entries;
  for (std::size_t i = 0; i < entries.size(); i++)
    if (name == entries[i].name) return static_cast<std::int32_t>(i);
  return -1;
}

std::int32_t redirect_prim_call(std::int32_t index, std::int32_t arg_count) {
  Table& t = table();
  const Primitive* primitive = t.entries[static_cast<std::size_t>(index)].primitive;
  if (primitive == nullptr) t.entries[static_cast<std::size_t>(index)].called = true;
  if (primitive == nullptr || accepts(*primitive, arg_count)) return index;
  for (std::size_t n = 0; n < t.redirects.size(); n++)
    if (t.redirects[n].index == index && t.redirects[n].arg_count == arg_count)
      return -1 - static_cast<std::int32_t>(n);
  // Far more wrong calls than a sound program makes share one entry.
  if (t.redirects.size() == kMaxMiscalls) return -kMaxMiscalls;
  const Primitive* overload = find_overload(find_primitive(primitive->name), arg_count);
  t.redirects.push_back({index, arg_count});
  std::int32_t operand = -static_cast<std::int32_t>(t.redirects.size());
  if (overload != nullptr) prim_functions[operand] = overload->function;
  return operand;
}

std::int32_t add_prim(const Primitive* primitive) {
  append(primitive->name, primitive);
  return prim_count() - 1;
}

std::int32_t missing_prim_count() {
  std::int32_t count = 0;
  for (const Entry& entry : table().entries) count += is_missing(entry);
  return count;
}

const char* missing_prim_name(std::int32_t n) {
  for (const Entry& entry : table().entries)
    if (is_missing(entry) && n-- == 0) return entry.name;
  return nullptr;
}

Value raise_missing_primitive(std::int32_t operand) {
  missing_prim_calls++;
  char message[192];
  if (operand >= 0) {
    std::snprintf(message, sizeof message, "primitive %.100s is not implemented (Bactrian)",
                  prim_name(operand));
  } else {
    const Primitive* primitive = prim_at(original_prim_index(operand));
    std::snprintf(message, sizeof message,
                  "primitive %.100s called with %d arguments but takes %s%d (Bactrian)",
                  primitive->name,
                  table().redirects[static_cast<std::size_t>(-1 - operand)].arg_count,
                  primitive->arity == kArityN ? "more than " : "",
                  primitive->arity == kArityN ? 5 : primitive->arity);
  }
  return caml_failwith(message);
}

}  // namespace bactrian
