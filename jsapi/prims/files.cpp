// SPDX-License-Identifier: Apache-2.0
// Directories whose files a function of the program's makes when they are first looked for, and
// channels that go to functions.
//
// Mount points are a list of (path, function), the last one first. They are asked where the program
// opens a file or asks whether it exists, and there is none.
#include "jsapi/prims/files.h"

#include <cstring>

#include "jsapi/handles.h"
#include "jsapi/prims.h"
#include "jsapi/roots.h"
#include "runtime/prims/channel.h"

namespace bactrian {

namespace {

Value* mounts = nullptr;  // A list of pairs.

std::string_view text_of(Value s) { return {String_val(s), caml_string_length(s)}; }

Value sub_string(Value s_in, mlsize_t from) {
  Root s(s_in);
  mlsize_t length = caml_string_length(s) - from;
  Value part = caml_alloc_string(length);
  if (part != kNoValue) std::memcpy(String_val(part), String_val(s) + from, length);
  return part;
}

// The OCaml function of one that went through Js.wrap_callback.
Value function_of(Value f) {
  if (!Is_js(f)) return f;
  put_word(f, 0);
  return value_of(js_operation(kOp_closure_of));
}

using Prim1 = Value (*)(Value);
using Prim3 = Value (*)(Value, Value, Value);
Prim3 original_open;
Prim1 original_exists, original_flush;

// False: an exception is pending.
bool load_mounted(Value path_in) {
  if (*mounts == Val_emptylist) return true;
  Root path(path_in), at(*mounts), name, prefix;
  if (original_exists(path) == Val_true) return true;
  for (; at.get() != Val_emptylist; at = Field(at, 1)) {
    prefix = Field(Field(at, 0), 0);
    if (!text_of(path).starts_with(text_of(prefix))) continue;
    name = sub_string(path, caml_string_length(prefix));
    Value args[2] = {prefix, name};
    Value found = caml_callback_exn(Field(Field(at, 0), 1), args, 2);
    if (found == kNoValue) return false;
    if (Is_long(found)) continue;
    Value file[2] = {path, Field(found, 0)};
    return run_operation(kOp_caml_create_file, "sb>u", file) != kNoValue;
  }
  return true;
}

Value open(Value path_in, Value flags_in, Value mode) {
  Root path(path_in), flags(flags_in);
  return load_mounted(path) ? original_open(path, flags, mode) : kNoValue;
}

Value exists(Value path_in) {
  Root path(path_in);
  return load_mounted(path) ? original_exists(path) : kNoValue;
}

Value flush(Value channel) {
  Root rooted(channel);
  Value done = original_flush(channel);
  if (done == kNoValue) return kNoValue;
  words[0] = Channel_val(rooted).fd << 1 | 1;
  return js_operation(kOp_deliver_output) == kThrown ? raise_thrown() : done;
}

Value redirect(Operation op, Value channel, Value f) {
  put_word(Val_long(Channel_val(channel).fd), 0);
  put_word(f, 1);
  js_operation(op);
  return Val_unit;
}

void give_channel(Value holder, Channel& c) {
  c.owners++;
  Channel_val(holder).owners--;
  Field(holder, 1) = val_of_ptr(&c);
}

}  // namespace

// A path without a "/" at its end gets one.
Value caml_mount_autoload(Value path_in, Value f) {
  Root path(path_in), function(function_of(f));
  if (function.get() == kNoValue) return kNoValue;
  mlsize_t length = caml_string_length(path);
  if (length == 0 || Byte_u(path, length - 1) != '/') {
    Value longer = caml_alloc_string(length + 1);
    if (longer == kNoValue) return kNoValue;
    std::memcpy(String_val(longer), String_val(path), length);
    String_val(longer)[length] = '/';
    path = longer;
  }
  Root pair(caml_alloc_small(2, 0));
  Field(pair, 0) = path;
  Field(pair, 1) = function;
  Value cell = caml_alloc_small(2, 0);
  Field(cell, 0) = pair;
  Field(cell, 1) = *mounts;
  *mounts = cell;
  return Val_unit;
}

Value caml_unmount(Value path_in) {
  std::string_view path = text_of(path_in);
  if (path.ends_with('/')) path.remove_suffix(1);
  Value* link = mounts;
  for (Value at = *mounts; at != Val_emptylist; at = Field(at, 1)) {
    std::string_view mounted = text_of(Field(Field(at, 0), 0));
    mounted.remove_suffix(1);
    if (mounted != path) {
      link = &Field(at, 1);
      continue;
    }
    if (link == mounts)
      *mounts = Field(at, 1);
    else
      caml_modify(link, Field(at, 1));
    break;
  }
  return Val_unit;
}

Value caml_list_mount_point(Value) {
  Root at(*mounts), list(Val_emptylist);
  for (; at.get() != Val_emptylist; at = Field(at, 1)) {
    Value cell = caml_alloc_small(2, 0);
    Field(cell, 0) = Field(Field(at, 0), 0);
    Field(cell, 1) = list;
    list = cell;
  }
  return list;
}

Value caml_ml_set_channel_output(Value channel, Value f) {
  return redirect(kOp_redirect_output, channel, f);
}
Value caml_ml_set_channel_refill(Value channel, Value f) {
  return redirect(kOp_redirect_input, channel, f);
}

// `captured` becomes another name of the channel that `into` is. What it was is kept by a block of
// its own.
Value caml_ml_channel_redirect(Value captured_in, Value into_in) {
  Root captured(captured_in), into(into_in);
  Value kept = caml_alloc_channel(Channel_val(captured));
  if (kept != kNoValue) give_channel(captured, Channel_val(into));
  return kept;
}

Value caml_ml_channel_restore(Value captured, Value kept) {
  give_channel(captured, Channel_val(kept));
  return Val_unit;
}

void start_files() { mounts = new_global_root(), *mounts = Val_emptylist; }

void add_file_primitives(std::vector<Primitive>& out) {
  original_open = reinterpret_cast<Prim3>(find_primitive("caml_sys_open")->function);
  original_exists = reinterpret_cast<Prim1>(find_primitive("caml_sys_file_exists")->function);
  original_flush = reinterpret_cast<Prim1>(find_primitive("caml_ml_flush")->function);
  constexpr std::uint8_t kFlags = kReplaced | kAll | kCallback | kSuspend;
  out.push_back({"caml_sys_open", 3, kFlags, reinterpret_cast<void (*)()>(open)});
  out.push_back({"caml_sys_file_exists", 1, kFlags, reinterpret_cast<void (*)()>(exists)});
  out.push_back({"caml_ml_flush", 1, kFlags, reinterpret_cast<void (*)()>(flush)});
}

}  // namespace bactrian
