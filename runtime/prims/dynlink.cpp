// SPDX-License-Identifier: Apache-2.0
// What the toplevel and Dynlink ask of the runtime: new code, more globals, more primitives, and
// the symbol tables of the running program.
//
// There are no shared libraries here: all primitives that there are, are the runtime's own. Opening
// a library therefore succeeds and gives a handle that stands for the runtime; whether what the
// library should hold exists shows when a primitive is looked up.
#include <algorithm>
#include <cstring>

#include "runtime/bytecode/debug_info.h"
#include "runtime/bytecode/fragments.h"
#include "runtime/bytecode/prim_table.h"
#include "runtime/bytecode/program.h"
#include "runtime/interp/interp.h"
#include "runtime/interp/stack.h"
#include "runtime/prims/bigarray.h"
#include "runtime/prims/intern.h"
#include "runtime/prims/prim.h"
#include "runtime/tier/activation.h"

namespace bactrian {

namespace {

std::string_view text_of(Value string) { return {String_val(string), caml_string_length(string)}; }

// An address outside the heap, in a block that the collector does not look into.
template <class T>
Value make_abstract(T* address) {
  Value block = caml_alloc_small(1, Abstract_tag);
  Field(block, 0) = Val_ptr(address);
  return block;
}
template <class T>
T* abstract_address(Value block) {
  return Ptr_val<T>(Field(block, 0));
}

std::string_view section_text(const char* name) {
  Bytes bytes = program_section(name);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

// ---- Code ---------------------------------------------------------------------------------------

namespace {

// The code to load, copied out of the heap: a bigarray of characters, or before OCaml 5.2 an array
// of strings. False: no memory.
struct CodeBytes {
  char* bytes = nullptr;
  std::size_t size = 0;
  bool is_bigarray = false;

  bool read(Value code) {
    is_bigarray = Tag_val(code) == Custom_tag;
    if (is_bigarray) {
      const BaArray* array = Caml_ba_array_val(code);
      size = static_cast<std::size_t>(caml_ba_byte_size(array));
      bytes = static_cast<char*>(caml_stat_alloc_noexc(size + 1));
      if (bytes != nullptr) std::memcpy(bytes, array->data, size);
      return bytes != nullptr;
    }
    for (mlsize_t i = 0; i < Wosize_val(code); i++) size += caml_string_length(Field(code, i));
    bytes = static_cast<char*>(caml_stat_alloc_noexc(size + 1));
    if (bytes == nullptr) return false;
    std::size_t at = 0;
    for (mlsize_t i = 0; i < Wosize_val(code); i++) {
      std::string_view piece = text_of(Field(code, i));
      std::memcpy(bytes + at, piece.data(), piece.size());
      at += piece.size();
    }
    return true;
  }
  ~CodeBytes() { caml_stat_free(bytes); }
};

Fragment* find_live_fragment(const Fragment* wanted) {
  for (Fragment* fragment : all_fragments())
    if (fragment == wanted) return fragment;
  return nullptr;
}

}  // namespace

Value caml_reify_bytecode(Value code, Value debug_events, Value digest) {
  CodeBytes copy;
  if (!copy.read(code)) return caml_raise_out_of_memory();
  FragmentSource source;
  source.code = Bytes(reinterpret_cast<const std::uint8_t*>(copy.bytes), copy.size);
  source.version = program_version();
  source.global_count = static_cast<std::uint32_t>(Wosize_val(caml_global_data));
  source.is_program = false;
  source.append_return = copy.is_bigarray;
  ImageError error;
  Fragment* fragment = add_fragment(source, error);
  if (fragment == nullptr) return caml_failwith(error.message);
  fragment->debug = make_debug_info(debug_events);
  if (Is_block(digest) && caml_string_length(Field(digest, 0)) == sizeof fragment->digest) {
    std::memcpy(fragment->digest, String_val(Field(digest, 0)), sizeof fragment->digest);
    fragment->digest_known = true;
  }
  Root closure(caml_alloc_small(2, Closure_tag));
  Field(closure, 0) = make_code_field(fragment->start, fragment->first_function);
  Field(closure, 1) = Make_closinfo(0, 2);
  Root handle(make_abstract(fragment));
  Value pair = caml_alloc_small(2, 0);
  Field(pair, 0) = handle;
  Field(pair, 1) = closure;
  return pair;
}

Value caml_static_release_bytecode(Value handle) {
  Fragment* fragment = find_live_fragment(abstract_address<Fragment>(handle));
  if (fragment != nullptr && fragment != program_fragment()) remove_fragment(fragment);
  return Val_unit;
}

// ---- Globals ------------------------------------------------------------------------------------

Value caml_get_global_data(Value) { return caml_global_data; }

Value caml_realloc_global(Value size) {
  auto wanted = static_cast<mlsize_t>(Long_val(size));
  mlsize_t present = Wosize_val(caml_global_data);
  if (wanted < present) return Val_unit;
  Value grown = caml_alloc_shr((wanted + 0x100) & ~mlsize_t{0xFF}, 0);
  if (grown == kNoValue) return kNoValue;
  for (mlsize_t i = 0; i < present; i++)
    caml_initialize(&Field(grown, i), Field(caml_global_data, i));
  caml_global_data = grown;
  return Val_unit;
}

// ---- The toplevel's #trace ----------------------------------------------------------------------

// Of the register frame above a primitive's arguments (interp.h).
Value caml_get_current_environment(Value) {
  return caller_is_interpreted() ? dom().current_stack->sp[kFrameEnv] : kNoValue;
}

// Called from `fun code env arg -> caml_invoke_traced_function code env arg`: slips a return frame
// and an argument under that function's own parameters, so that its RETURN goes on in `code` with
// `env` and `arg`, which returns to that function's caller.
Value caml_invoke_traced_function(Value code, Value env, Value arg) {
  constexpr mlsize_t kMoved =
      kRegisterFrameWosize + 2 + 3;  // Frame, arguments 2 and 3, parameters.
  constexpr mlsize_t kInserted = 4;
  Stack* stack = dom().current_stack;
  if (!caller_is_interpreted()) return kNoValue;
  CodeOffset entry = code_offset_of_field(Value{Nativeint_val(code)});
  Value* sp = stack->sp - kInserted;
  std::memmove(sp, stack->sp, kMoved * sizeof(Value));
  sp[kMoved] = Val_pc(code_at(entry));
  sp[kMoved + 1] = env;
  sp[kMoved + 2] = Val_long(0);
  sp[kMoved + 3] = arg;
  stack->sp = sp;
  return Val_unit;
}

// ---- Sections -----------------------------------------------------------------------------------

namespace {

Value read_section_value(const char* name) {
  std::string_view bytes = section_text(name);
  return caml_input_value_from_block(bytes.data(), bytes.size());
}

// Lists are made from their end.
Value cons_text(std::string_view head, Value tail) {
  Root rest(tail);
  Value text = caml_alloc_initialized_string(head);
  return text == kNoValue ? kNoValue : caml_alloc_cons(text, rest);
}

Value list_of_texts(std::string_view texts) {
  Root list(Val_emptylist);
  while (!texts.empty()) {
    if (texts.back() == '\0') texts.remove_suffix(1);
    std::size_t start = texts.rfind('\0') + 1;  // npos + 1 is 0.
    list = cons_text(texts.substr(start), list);
    if (list == kNoValue) return kNoValue;
    texts = texts.substr(0, start);
  }
  return list;
}

Value list_of_prim_names() {
  Root list(Val_emptylist);
  for (std::int32_t i = prim_count(); i-- > 0;) {
    list = cons_text(prim_name(i), list);
    if (list == kNoValue) return kNoValue;
  }
  return list;
}

// Adds (name, value) in front of `list`.
Value cons_section(const char* name, Value value_in, Value list_in) {
  Root value(value_in), list(list_in);
  Root key(caml_copy_string(name));
  if (key == kNoValue) return kNoValue;
  Root pair(caml_alloc_small(2, 0));
  Field(pair, 0) = key;
  Field(pair, 1) = value;
  return caml_alloc_cons(pair, list);
}

Value cons_value_section(const char* name, Value list_in) {
  Root list(list_in);
  if (program_section(name).empty()) return list;
  Value value = read_section_value(name);
  return value == kNoValue ? kNoValue : cons_section(name, value, list);
}

Value cons_text_section(const char* name, Value list_in) {
  Root list(list_in);
  Value text = caml_alloc_initialized_string(section_text(name));
  return text == kNoValue ? kNoValue : cons_section(name, text, list);
}

}  // namespace

// From OCaml 5.2 on: { symb; crcs; prim : string list; dlpt : string list }.
Value caml_dynlink_get_bytecode_sections(Value) {
  Root result(caml_alloc(4, 0));
  if (program_section("SYMB").empty()) return caml_failwith("Dynlink: error reading SYMB");
  Value symbols = read_section_value("SYMB");
  if (symbols == kNoValue) return kNoValue;
  Store_field(result, 0, symbols);
  if (!program_section("CRCS").empty()) {
    Value crcs = read_section_value("CRCS");
    if (crcs == kNoValue) return kNoValue;
    Store_field(result, 1, crcs);
  }
  Value names = list_of_prim_names();
  if (names == kNoValue) return kNoValue;
  Store_field(result, 2, names);
  Value paths = list_of_texts(section_text("DLPT"));
  if (paths == kNoValue) return kNoValue;
  Store_field(result, 3, paths);
  return result;
}

// Up to OCaml 5.1: (string * Obj.t) list, some of the values being plain strings.
Value caml_get_section_table(Value) {
  if (program_section("SYMB").empty()) return caml_raise_not_found();
  Value list = cons_text_section("DLPT", Val_emptylist);
  if (list != kNoValue) list = cons_text_section("PRIM", list);
  if (list != kNoValue) list = cons_value_section("CRCS", list);
  if (list != kNoValue) list = cons_value_section("SYMB", list);
  return list;
}

// ---- Primitives ---------------------------------------------------------------------------------

Value caml_dynlink_open_lib(Value) { return make_abstract<void>(nullptr); }
// OCaml 4: for checking only, or for execution.
Value caml_dynlink_open_lib_4(Value, Value) { return make_abstract<void>(nullptr); }
Value caml_dynlink_close_lib(Value) { return Val_unit; }

// Unit: the library has no such symbol.
Value caml_dynlink_lookup_symbol(Value, Value name) {
  const Primitive* primitive = find_primitive(text_of(name));
  return primitive == nullptr ? Val_unit : make_abstract(primitive);
}

Value caml_dynlink_add_primitive(Value symbol) {
  return Val_int(add_prim(abstract_address<const Primitive>(symbol)));
}

// One handle for each library that the program was linked with.
Value caml_dynlink_get_current_libs(Value) {
  std::string_view names = section_text("DLLS");
  auto count = static_cast<mlsize_t>(std::count(names.begin(), names.end(), '\0'));
  Root libs(caml_alloc(count, 0));
  if (libs == kNoValue) return kNoValue;
  for (mlsize_t i = 0; i < count; i++) Store_field(libs, i, make_abstract<void>(nullptr));
  return libs;
}

}  // namespace bactrian
