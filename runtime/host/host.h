// SPDX-License-Identifier: Apache-2.0
// Everything the runtime asks of the world outside: files, clock, entropy, environment, exit. One
// implementation by POSIX calls (host_posix.cpp), one by imports of the wasm module
// (host_wasm.cpp), which the loader supplies: Node's file system or the page's virtual one.
//
// Numbers cross as i32 and f64 only (an i64 would be a BigInt in JavaScript). A negative result is
// -errno, numbered as in errors.def. Paths are UTF-8 or any bytes but NUL, with their length.
#pragma once

#include <cstddef>
#include <cstdint>

namespace bactrian {

// Flags of host_open: the loader and errors.def's neighbours use the same numbers.
enum HostOpenFlags : std::int32_t {
  kOpenRead = 1,
  kOpenWrite = 2,
  kOpenAppend = 4,
  kOpenCreate = 8,
  kOpenTruncate = 16,
  kOpenExclusive = 32,
  kOpenNonblock = 64,
  kOpenCloexec = 128,
};

enum class FileKind : std::int32_t {  // In Unix.file_kind's order.
  kRegular,
  kDirectory,
  kCharacter,
  kBlock,
  kSymlink,
  kFifo,
  kSocket,
};

struct HostStat {  // 13 doubles, so that JavaScript fills a Float64Array.
  double kind, size, mode, nlink, dev, ino, uid, gid, rdev, atime, mtime, ctime, reserved;
};

std::int32_t host_open(const char* path, std::size_t len, std::int32_t flags, std::int32_t mode);
std::int32_t host_close(std::int32_t fd);
// Bytes read, 0 at the end, -EAGAIN when a page's stdin has none yet (then suspend and try again).
std::int32_t host_read(std::int32_t fd, void* buffer, std::size_t len);
std::int32_t host_write(std::int32_t fd, const void* buffer, std::size_t len);
double host_seek(std::int32_t fd, double offset, std::int32_t whence);  // 0 set, 1 current, 2 end.
double host_truncate(std::int32_t fd, double length);
std::int32_t host_isatty(std::int32_t fd);  // 1 or 0.
std::int32_t host_fstat(std::int32_t fd, HostStat* out);
std::int32_t host_stat(const char* path, std::size_t len, std::int32_t follow, HostStat* out);
std::int32_t host_unlink(const char* path, std::size_t len);
std::int32_t host_rename(const char* from, std::size_t from_len, const char* to,
                         std::size_t to_len);
std::int32_t host_mkdir(const char* path, std::size_t len, std::int32_t mode);
std::int32_t host_rmdir(const char* path, std::size_t len);
std::int32_t host_chdir(const char* path, std::size_t len);
// The whole length; copies at most `capacity` bytes. Entries of host_readdir are separated by NULs,
// without "." and "..", and the list is fetched in one piece: call with capacity 0 first.
std::int32_t host_getcwd(char* buffer, std::size_t capacity);
std::int32_t host_readdir(const char* path, std::size_t len, char* buffer, std::size_t capacity);
// -1 when not set; else the whole length, copying at most `capacity` bytes.
std::int32_t host_getenv(const char* name, std::size_t len, char* buffer, std::size_t capacity);
// Exit code of a shell command, or -ENOSYS where there is no shell.
std::int32_t host_system(const char* command, std::size_t len);
double host_now();       // Seconds since 1970.
double host_cpu_time();  // Seconds of processor time (a page: since the program's start).
void host_random(void* buffer, std::size_t len);
[[noreturn]] void host_abort(const char* message, std::size_t len);  // caml_fatal_error's last act.

}  // namespace bactrian
