// SPDX-License-Identifier: Apache-2.0
// Sys: files and directories. A path that holds a NUL names no file, whatever the operation.
#include <cstring>

#include "runtime/host/errors.h"
#include "runtime/host/host.h"
#include "runtime/prims/prim.h"

namespace bactrian {

namespace {

struct Path {
  const char* bytes;  // Inside the OCaml string: valid until the next allocation.
  std::size_t len;

  explicit Path(Value v) : bytes(String_val(v)), len(caml_string_length(v)) {}
  bool has_nul() const { return std::memchr(bytes, '\0', len) != nullptr; }
};

// Calls a function of host.h on the path; a negative error number if that is not possible.
template <class... Args>
std::int32_t on_path(std::int32_t (*call)(const char*, std::size_t, Args...), Value v,
                     Args... args) {
  Path path(v);
  return path.has_nul() ? -kENOENT : call(path.bytes, path.len, args...);
}

Value unit_or_error(std::int32_t result, Value path) {
  return result < 0 ? caml_sys_error(-result, path) : Val_unit;
}

Value is_of_kind(Value path, FileKind kind) {
  HostStat st;
  std::int32_t result = on_path(host_stat, path, 1, &st);
  if (result < 0) return caml_sys_error(-result, path);
  return Val_bool(st.kind == static_cast<double>(kind));
}

// Stdlib.open_flag, in its order. A file opened for reading and writing is for writing, as 0 | 1 is
// on Unix. Open_binary and Open_text mean nothing.
std::int32_t open_flags(Value list) {
  static constexpr std::uint8_t kFlags[] = {
      0, kOpenWrite,    kOpenWrite | kOpenAppend, kOpenCreate, kOpenTruncate, kOpenExclusive, 0,
      0, kOpenNonblock,
  };
  std::int32_t flags = kOpenCloexec;
  for (; list != Val_emptylist; list = Field(list, 1)) flags |= kFlags[Int_val(Field(list, 0))];
  return (flags & kOpenWrite) != 0 ? flags : flags | kOpenRead;
}

}  // namespace

Value caml_sys_open(Value path, Value flags, Value permissions) {
  std::int32_t fd = on_path(host_open, path, open_flags(flags), Int_val(permissions));
  return fd < 0 ? caml_sys_error(-fd, path) : Val_int(fd);
}

Value caml_sys_close(Value fd) {
  host_close(Int_val(fd));
  return Val_unit;
}

Value caml_sys_file_exists(Value path) {
  HostStat st;
  return Val_bool(on_path(host_stat, path, 1, &st) >= 0);
}

Value caml_sys_is_directory(Value path) { return is_of_kind(path, FileKind::kDirectory); }
Value caml_sys_is_regular_file(Value path) { return is_of_kind(path, FileKind::kRegular); }

Value caml_sys_remove(Value path) { return unit_or_error(on_path(host_unlink, path), path); }
Value caml_sys_rmdir(Value path) { return unit_or_error(on_path(host_rmdir, path), path); }
Value caml_sys_chdir(Value path) { return unit_or_error(on_path(host_chdir, path), path); }
Value caml_sys_mkdir(Value path, Value permissions) {
  return unit_or_error(on_path(host_mkdir, path, Int_val(permissions)), path);
}

Value caml_sys_rename(Value from, Value to) {
  for (Value v : {from, to})
    if (Path(v).has_nul()) return caml_sys_error(kENOENT, v);
  Path from_path(from);
  Path to_path(to);
  std::int32_t result = host_rename(from_path.bytes, from_path.len, to_path.bytes, to_path.len);
  return unit_or_error(result, kNoValue);
}

Value caml_sys_getcwd(Value) {
  std::int32_t len = host_getcwd(nullptr, 0);
  if (len < 0) return caml_sys_error(-len, kNoValue);
  Value cwd = caml_alloc_string(static_cast<mlsize_t>(len));
  if (cwd != kNoValue) host_getcwd(String_val(cwd), static_cast<std::size_t>(len));
  return cwd;
}

namespace {

// The host's list of a directory's entries, in a buffer of its own.
struct Listing {
  char* names = nullptr;
  std::int32_t len = 0;  // Or a negative error number.

  explicit Listing(Value path) {
    std::size_t capacity = 0;
    for (;;) {
      len = on_path(host_readdir, path, names, capacity);
      if (len <= 0 || static_cast<std::size_t>(len) <= capacity) return;
      // Someone may add a file in between: room for a few more.
      capacity = static_cast<std::size_t>(len) + 1024;
      char* bigger = static_cast<char*>(caml_stat_resize_noexc(names, capacity));
      if (bigger == nullptr) {
        len = -kENOMEM;
        return;
      }
      names = bigger;
    }
  }
  ~Listing() { caml_stat_free(names); }
  Listing(const Listing&) = delete;
  Listing& operator=(const Listing&) = delete;

  const char* end() const { return names + len; }
  static const char* skip(const char* p, const char* end) {
    const void* nul = std::memchr(p, '\0', static_cast<std::size_t>(end - p));
    return nul == nullptr ? end : static_cast<const char*>(nul);
  }
};

}  // namespace

Value caml_sys_read_directory(Value path) {
  Listing list(path);
  if (list.len < 0) return caml_sys_error(-list.len, path);
  mlsize_t count = 0;
  for (const char* p = list.names; p < list.end(); p++) {
    p = Listing::skip(p, list.end());
    count++;
  }
  Value array = caml_alloc(count, 0);
  if (array == kNoValue) return kNoValue;
  Root result(array);
  const char* p = list.names;
  for (mlsize_t i = 0; i < count; i++) {
    const char* end = Listing::skip(p, list.end());
    Value name = caml_alloc_initialized_string(static_cast<mlsize_t>(end - p), p);
    if (name == kNoValue) return kNoValue;
    Store_field(result, i, name);
    p = end + 1;
  }
  return result;
}

}  // namespace bactrian
