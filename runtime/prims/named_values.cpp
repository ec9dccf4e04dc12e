// SPDX-License-Identifier: Apache-2.0
// Callback.register: a short list, searched by name. Each value is a root.
#include "runtime/prims/named_values.h"

#include <cstring>
#include <new>

#include "runtime/prims/prim.h"

namespace bactrian {

namespace {

struct NamedValue {
  NamedValue* next;
  GlobalRoot value;
  std::size_t length;
  char name[1];
};

NamedValue* list = nullptr;

NamedValue* find(std::string_view name) {
  for (NamedValue* nv = list; nv != nullptr; nv = nv->next)
    if (std::string_view(nv->name, nv->length) == name) return nv;
  return nullptr;
}

}  // namespace

const Value* caml_named_value(std::string_view name) {
  NamedValue* nv = find(name);
  return nv == nullptr ? nullptr : nv->value.address();
}

void reset_named_values() {
  while (list != nullptr) {
    NamedValue* next = list->next;
    list->~NamedValue();
    caml_stat_free(list);
    list = next;
  }
}

Value caml_register_named_value(Value name, Value v) {
  // As C strings: up to the first NUL.
  std::string_view key(String_val(name));
  NamedValue* nv = find(key);
  if (nv == nullptr) {
    void* memory = caml_stat_alloc_noexc(sizeof(NamedValue) + key.size());
    if (memory == nullptr) return caml_raise_out_of_memory();
    nv = new (memory) NamedValue{list, GlobalRoot(v), key.size(), {0}};
    std::memcpy(nv->name, key.data(), key.size());
    list = nv;
  }
  nv->value = v;
  return Val_unit;
}

}  // namespace bactrian
