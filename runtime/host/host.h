// SPDX-License-Identifier: Apache-2.0
// Everything the runtime asks of the world outside: files, clock, entropy, environment, exit. One
// implementation by POSIX calls (host_posix.cpp), one by the loader: Node's file system or the
// page's virtual one. On wasm these declarations are the imports themselves: `host_open` is import
// "open" of module "bactrian", and so on, with no code of ours in between.
//
// Numbers cross as i32 and f64 only (an i64 would be a BigInt in JavaScript): std::int32_t, size_t
// and pointers (byte addresses in the instance's memory) are i32, double is f64. A size or address
// above 2^31 arrives in JavaScript as a negative number: `>>> 0` it. A negative result is -errno,
// numbered as in errors.def. Paths are UTF-8 or any bytes but NUL, with their length, no NUL
// behind.
#pragma once

#include <cstddef>
#include <cstdint>

#ifdef __wasm__
#define HOST_CALL(name) __attribute__((import_module("bactrian"), import_name(#name)))
#else
#define HOST_CALL(name)
#endif

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

std::int32_t host_open(const char* path, std::size_t len, std::int32_t flags, std::int32_t mode)
    HOST_CALL(open);
std::int32_t host_close(std::int32_t fd) HOST_CALL(close);
// Bytes read, 0 at the end, -EAGAIN when a page's stdin has none yet (then suspend and try again).
std::int32_t host_read(std::int32_t fd, void* buffer, std::size_t len) HOST_CALL(read);
// Bytes written: at least 1 of len > 0.
std::int32_t host_write(std::int32_t fd, const void* buffer, std::size_t len) HOST_CALL(write);
// The new position. whence: 0 set, 1 current, 2 end.
double host_seek(std::int32_t fd, double offset, std::int32_t whence) HOST_CALL(seek);
double host_truncate(std::int32_t fd, double length) HOST_CALL(truncate);
std::int32_t host_isatty(std::int32_t fd) HOST_CALL(isatty);  // 1 or 0.
// Lines of the terminal behind fd; negative when there is none or nobody knows.
std::int32_t host_terminal_rows(std::int32_t fd) HOST_CALL(terminal_rows);
std::int32_t host_fstat(std::int32_t fd, HostStat* out) HOST_CALL(fstat);
std::int32_t host_stat(const char* path, std::size_t len, std::int32_t follow, HostStat* out)
    HOST_CALL(stat);
std::int32_t host_unlink(const char* path, std::size_t len) HOST_CALL(unlink);
std::int32_t host_rename(const char* from, std::size_t from_len, const char* to, std::size_t to_len)
    HOST_CALL(rename);
std::int32_t host_mkdir(const char* path, std::size_t len, std::int32_t mode) HOST_CALL(mkdir);
std::int32_t host_rmdir(const char* path, std::size_t len) HOST_CALL(rmdir);
std::int32_t host_chdir(const char* path, std::size_t len) HOST_CALL(chdir);
// The whole length; copies at most `capacity` bytes. Entries of host_readdir are separated by NULs,
// without "." and "..", and the list is fetched in one piece: call with capacity 0 first.
std::int32_t host_getcwd(char* buffer, std::size_t capacity) HOST_CALL(getcwd);
std::int32_t host_readdir(const char* path, std::size_t len, char* buffer, std::size_t capacity)
    HOST_CALL(readdir);
// -1 when not set; else the whole length, copying at most `capacity` bytes.
std::int32_t host_getenv(const char* name, std::size_t len, char* buffer, std::size_t capacity)
    HOST_CALL(getenv);
// Exit code of a shell command (255 when a signal ended it), or -ENOSYS where there is no shell.
std::int32_t host_system(const char* command, std::size_t len) HOST_CALL(system);
double host_now() HOST_CALL(now);  // Seconds since 1970.
// Seconds of processor time (a page: since the program's start).
double host_cpu_time() HOST_CALL(cpu_time);
void host_random(void* buffer, std::size_t len) HOST_CALL(random);
// Bytes of the program's file that have not been handed over with it: those of section DBUG. Zeros
// when they cannot be read.
void host_read_program(void* to, double offset, std::size_t len) HOST_CALL(read_program);
// ---- Translation (tier/install.h) ----
// Translates the function, or with pc != 0 the loop at that code offset in it. 1: it is installed;
// 0: never; -1: not now.
std::int32_t host_translate(std::int32_t function_id, std::int32_t pc) HOST_CALL(translate);
// Translations of the functions with these ids are gone: calls go to the stubs. arity: only those
// with so many arguments; 0: all, and the ids may come to mean other functions.
void host_functions_freed(std::int32_t first_id, std::int32_t count, std::int32_t arity)
    HOST_CALL(functions_freed);
// The module at these slots of the function table is no longer used.
void host_code_released(std::int32_t first_slot, std::int32_t count) HOST_CALL(code_released);
// There are so many functions now.
void host_functions_grew(std::int32_t count) HOST_CALL(functions_grew);

// caml_fatal_error's last act.
[[noreturn]] void host_abort(const char* message, std::size_t len) HOST_CALL(abort);

#ifdef __wasm__
constexpr bool host_has_translator() { return true; }
#else
// Natively tests are the translator.
using TranslateHook = std::int32_t (*)(std::int32_t function_id, std::int32_t pc);
void set_translate_hook(TranslateHook hook);  // Null: there is none.
bool host_has_translator();
#endif

}  // namespace bactrian
