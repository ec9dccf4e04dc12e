// SPDX-License-Identifier: Apache-2.0
// The channel primitives that are neither input nor output: opening, closing, positions, modes, and
// the custom block "_chan". A channel lives as long as custom blocks name it; an output channel
// with unwritten bytes lives on without any, so that the program's at_exit can flush it.
//
// There are no locks: threads switch between primitives only, or where one suspends, and no
// primitive leaves a channel half changed when it suspends.
#include <cstring>

#include "runtime/host/errors.h"
#include "runtime/host/host.h"
#include "runtime/prims/channel.h"
#include "runtime/prims/prim.h"
#include "runtime/prims/sys.h"

namespace bactrian {

namespace {

void warn_unclosed(const Channel& c, bool unwritten) {
  if (c.name == nullptr || !runtime_warnings_active()) return;
  write_stderr("[ocaml] channel opened on file '");
  write_stderr(c.name);
  write_stderr("' dies without being closed\n");
  if (unwritten) write_stderr("[ocaml] (moreover, it has unflushed data)\n");
}

void finalize_channel(Value v) {
  Channel& c = Channel_val(v);
  bool unwritten = c.output && c.fd >= 0 && c.end > 0;
  if (c.fd >= 0) warn_unclosed(c, unwritten);
  c.owners--;
  if (c.owners == 0 && !unwritten) channel_free(c);
}

int compare_channels(Value a, Value b) {
  auto x = bits(Field(a, 1));
  auto y = bits(Field(b, 1));
  return x == y ? 0 : x < y ? -1 : 1;
}

intnat hash_channel(Value v) { return bits(Field(v, 1)); }

constexpr CustomOperations kChannelOperations = {
    .identifier = "_chan",
    .finalize = finalize_channel,
    .compare = compare_channels,
    .hash = hash_channel,
    .serialize = nullptr,
    .deserialize = nullptr,
    .compare_ext = nullptr,
    .fixed_bsize_64 = 0,
};

Value open_descriptor(Value fd, bool output) {
  Channel* c = channel_open(Int_val(fd), output);
  return c == nullptr ? caml_raise_out_of_memory() : caml_alloc_channel(*c);
}

Value unit_or_error(std::int32_t error) {
  return error == 0 ? Val_unit : caml_sys_io_error(error, kNoValue);
}

bool is_open_output(const Channel* c) { return c->output && c->fd >= 0; }

}  // namespace

Value caml_alloc_channel(Channel& c) {
  c.owners++;
  Value v = caml_alloc_custom(&kChannelOperations, sizeof(Value), 0, 1);
  if (v == kNoValue) {
    c.owners--;
    return kNoValue;
  }
  Field(v, 1) = val_of_ptr(&c);
  return v;
}

// ---- Opening and closing ----------------------------------------------------------------------

Value caml_ml_open_descriptor_in(Value fd) { return open_descriptor(fd, false); }
Value caml_ml_open_descriptor_out(Value fd) { return open_descriptor(fd, true); }
// The flags say how Windows reads sockets.
Value caml_ml_open_descriptor_in_with_flags(Value fd, Value) { return open_descriptor(fd, false); }
Value caml_ml_open_descriptor_out_with_flags(Value fd, Value) { return open_descriptor(fd, true); }

Value caml_ml_close_channel(Value channel) {
  return unit_or_error(channel_close(Channel_val(channel)));
}

Value caml_channel_descriptor(Value channel) {
  std::int32_t fd = Channel_val(channel).fd;
  return fd < 0 ? caml_sys_error(kEBADF, kNoValue) : Val_int(fd);
}

Value caml_ml_set_channel_name(Value channel, Value name) {
  Channel& c = Channel_val(channel);
  caml_stat_free(c.name);
  c.name = nullptr;
  std::size_t len = std::strlen(String_val(name));
  if (len == 0) return Val_unit;
  c.name = static_cast<char*>(caml_stat_alloc_noexc(len + 1));
  if (c.name != nullptr) std::memcpy(c.name, String_val(name), len + 1);
  return Val_unit;
}

// The newest first. Owners are counted before anything is allocated, because a collection in
// between could free a channel.
Value caml_ml_out_channels_list(Value) {
  Channel* oldest = nullptr;
  for (Channel* c = all_channels(); c != nullptr; c = c->next) {
    if (!is_open_output(c)) continue;
    c->owners++;
    oldest = c;
  }
  Root list(Val_emptylist);
  for (Channel* c = oldest; c != nullptr; c = c->prev) {
    if (!is_open_output(c)) continue;
    Value v = caml_alloc_channel(*c);
    c->owners--;
    if (v == kNoValue) return kNoValue;
    list = caml_alloc_cons(v, list);
  }
  return list;
}

// ---- Modes ------------------------------------------------------------------------------------

Value caml_ml_set_binary_mode(Value, Value) { return Val_unit; }
Value caml_ml_is_binary_mode(Value) { return Val_true; }

Value caml_ml_set_buffered(Value channel, Value mode) {
  Channel& c = Channel_val(channel);
  c.unbuffered = !Bool_val(mode);
  return unit_or_error(c.unbuffered && c.fd >= 0 ? channel_flush(c) : 0);
}

Value caml_ml_is_buffered(Value channel) { return Val_bool(!Channel_val(channel).unbuffered); }

Value caml_sys_isatty(Value channel) {
  std::int32_t fd = Channel_val(channel).fd;
  return Val_bool(fd >= 0 && host_isatty(fd) == 1);
}

Value caml_terminfo_rows(Value channel) {
  std::int32_t fd = Channel_val(channel).fd;
  std::int32_t rows = fd < 0 ? -1 : host_terminal_rows(fd);
  return Val_int(rows < 0 ? -1 : rows);
}

// ---- Positions --------------------------------------------------------------------------------

namespace {

template <Value make(std::int64_t)>
Value size_of_channel(Value channel) {
  std::int64_t size = channel_size(Channel_val(channel));
  return size < 0 ? caml_sys_error(static_cast<int>(-size), kNoValue) : make(size);
}

Value unit_or_sys_error(std::int32_t error) {
  return error == 0 ? Val_unit : caml_sys_error(error, kNoValue);
}

}  // namespace

Value caml_ml_channel_size(Value channel) { return size_of_channel<Val_long>(channel); }
Value caml_ml_channel_size_64(Value channel) { return size_of_channel<caml_copy_int64>(channel); }

Value caml_ml_pos_in(Value channel) { return Val_long(channel_pos_in(Channel_val(channel))); }
Value caml_ml_pos_out(Value channel) { return Val_long(channel_pos_out(Channel_val(channel))); }
Value caml_ml_pos_in_64(Value channel) {
  return caml_copy_int64(channel_pos_in(Channel_val(channel)));
}
Value caml_ml_pos_out_64(Value channel) {
  return caml_copy_int64(channel_pos_out(Channel_val(channel)));
}

Value caml_ml_seek_in(Value channel, Value position) {
  return unit_or_sys_error(channel_seek_in(Channel_val(channel), Long_val(position)));
}
Value caml_ml_seek_in_64(Value channel, Value position) {
  return unit_or_sys_error(channel_seek_in(Channel_val(channel), Int64_val(position)));
}
Value caml_ml_seek_out(Value channel, Value position) {
  return unit_or_error(channel_seek_out(Channel_val(channel), Long_val(position)));
}
Value caml_ml_seek_out_64(Value channel, Value position) {
  return unit_or_error(channel_seek_out(Channel_val(channel), Int64_val(position)));
}

}  // namespace bactrian
