// SPDX-License-Identifier: Apache-2.0
// host.h over POSIX calls, for the native build (tests, fuzzers, the native command). Reads and
// writes are restarted when a signal interrupts them. Descriptors are the process's own.
#include <dirent.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>

#include "runtime/host/host.h"

namespace bactrian {

#define HOST_ERROR(name, number, text) static_assert(name == number, "host errors are Linux's");
#include "runtime/host/errors.def"
#undef HOST_ERROR

namespace {

std::int32_t result_or_errno(long result) {
  return result < 0 ? -errno : static_cast<std::int32_t>(result);
}

std::string path_of(const char* path, std::size_t len) { return std::string(path, len); }

// A transfer longer than what the result can say is cut short, as read(2) may do anyway.
std::size_t transfer_size(std::size_t len) { return std::min(len, std::size_t{1} << 30); }

// The whole length of `text`, with what fits copied.
std::int32_t copy_out(const char* text, std::size_t len, char* buffer, std::size_t capacity) {
  if (capacity != 0) std::memcpy(buffer, text, std::min(len, capacity));
  return static_cast<std::int32_t>(len);
}

FileKind kind_of(mode_t mode) {
  switch (mode & S_IFMT) {
    case S_IFDIR: return FileKind::kDirectory;
    case S_IFCHR: return FileKind::kCharacter;
    case S_IFBLK: return FileKind::kBlock;
    case S_IFLNK: return FileKind::kSymlink;
    case S_IFIFO: return FileKind::kFifo;
    case S_IFSOCK: return FileKind::kSocket;
    default: return FileKind::kRegular;
  }
}

double seconds_of(const timespec& t) {
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) / 1e9;
}

double seconds_of(const timeval& t) {
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
}

std::int32_t export_stat(int result, const struct stat& st, HostStat* out) {
  if (result < 0) return -errno;
  *out = {static_cast<double>(kind_of(st.st_mode)),
          static_cast<double>(st.st_size),
          static_cast<double>(st.st_mode & 07777),
          static_cast<double>(st.st_nlink),
          static_cast<double>(st.st_dev),
          static_cast<double>(st.st_ino),
          static_cast<double>(st.st_uid),
          static_cast<double>(st.st_gid),
          static_cast<double>(st.st_rdev),
          seconds_of(st.st_atim),
          seconds_of(st.st_mtim),
          seconds_of(st.st_ctim),
          0};
  return 0;
}

int posix_open_flags(std::int32_t flags) {
  // Neither: reading, as O_RDONLY is 0.
  int result = (flags & kOpenWrite) == 0 ? O_RDONLY : (flags & kOpenRead) != 0 ? O_RDWR : O_WRONLY;
  if ((flags & kOpenAppend) != 0) result |= O_APPEND;
  if ((flags & kOpenCreate) != 0) result |= O_CREAT;
  if ((flags & kOpenTruncate) != 0) result |= O_TRUNC;
  if ((flags & kOpenExclusive) != 0) result |= O_EXCL;
  if ((flags & kOpenNonblock) != 0) result |= O_NONBLOCK;
  if ((flags & kOpenCloexec) != 0) result |= O_CLOEXEC;
  return result;
}

}  // namespace

// ---- Descriptors ------------------------------------------------------------------------------

std::int32_t host_open(const char* path, std::size_t len, std::int32_t flags, std::int32_t mode) {
  return result_or_errno(open(path_of(path, len).c_str(), posix_open_flags(flags), mode));
}

std::int32_t host_close(std::int32_t fd) { return result_or_errno(close(fd)); }

std::int32_t host_read(std::int32_t fd, void* buffer, std::size_t len) {
  ssize_t n;
  do n = read(fd, buffer, transfer_size(len));
  while (n < 0 && errno == EINTR);
  return result_or_errno(n);
}

std::int32_t host_write(std::int32_t fd, const void* buffer, std::size_t len) {
  ssize_t n;
  do n = write(fd, buffer, transfer_size(len));
  while (n < 0 && errno == EINTR);
  return result_or_errno(n);
}

double host_seek(std::int32_t fd, double offset, std::int32_t whence) {
  static constexpr int kWhence[] = {SEEK_SET, SEEK_CUR, SEEK_END};
  off_t position = lseek(fd, static_cast<off_t>(offset), kWhence[whence]);
  return position < 0 ? -errno : static_cast<double>(position);
}

double host_truncate(std::int32_t fd, double length) {
  return result_or_errno(ftruncate(fd, static_cast<off_t>(length)));
}

std::int32_t host_isatty(std::int32_t fd) { return isatty(fd); }

std::int32_t host_terminal_rows(std::int32_t fd) {
  winsize size;
  return ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_row : -1;
}

std::int32_t host_fstat(std::int32_t fd, HostStat* out) {
  struct stat st;
  return export_stat(fstat(fd, &st), st, out);
}

// ---- Paths ------------------------------------------------------------------------------------

std::int32_t host_stat(const char* path, std::size_t len, std::int32_t follow, HostStat* out) {
  struct stat st;
  std::string p = path_of(path, len);
  return export_stat(follow != 0 ? stat(p.c_str(), &st) : lstat(p.c_str(), &st), st, out);
}

std::int32_t host_unlink(const char* path, std::size_t len) {
  return result_or_errno(unlink(path_of(path, len).c_str()));
}

std::int32_t host_rename(const char* from, std::size_t from_len, const char* to,
                         std::size_t to_len) {
  return result_or_errno(rename(path_of(from, from_len).c_str(), path_of(to, to_len).c_str()));
}

std::int32_t host_mkdir(const char* path, std::size_t len, std::int32_t mode) {
  return result_or_errno(mkdir(path_of(path, len).c_str(), static_cast<mode_t>(mode)));
}

std::int32_t host_rmdir(const char* path, std::size_t len) {
  return result_or_errno(rmdir(path_of(path, len).c_str()));
}

std::int32_t host_chdir(const char* path, std::size_t len) {
  return result_or_errno(chdir(path_of(path, len).c_str()));
}

std::int32_t host_getcwd(char* buffer, std::size_t capacity) {
  char* cwd = getcwd(nullptr, 0);
  if (cwd == nullptr) return -errno;
  std::int32_t len = copy_out(cwd, std::strlen(cwd), buffer, capacity);
  std::free(cwd);
  return len;
}

std::int32_t host_readdir(const char* path, std::size_t len, char* buffer, std::size_t capacity) {
  DIR* dir = opendir(path_of(path, len).c_str());
  if (dir == nullptr) return -errno;
  std::string list;
  while (dirent* entry = readdir(dir)) {
    if (std::strcmp(entry->d_name, ".") == 0 || std::strcmp(entry->d_name, "..") == 0) continue;
    if (!list.empty()) list += '\0';
    list += entry->d_name;
  }
  closedir(dir);
  return copy_out(list.data(), list.size(), buffer, capacity);
}

// ---- Process ----------------------------------------------------------------------------------

std::int32_t host_getenv(const char* name, std::size_t len, char* buffer, std::size_t capacity) {
  const char* text = std::getenv(path_of(name, len).c_str());
  return text == nullptr ? -1 : copy_out(text, std::strlen(text), buffer, capacity);
}

std::int32_t host_system(const char* command, std::size_t len) {
  int status = std::system(path_of(command, len).c_str());
  if (status == -1) return -errno;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}

namespace {
TranslateHook translate_hook = nullptr;
}

void set_translate_hook(TranslateHook hook) { translate_hook = hook; }
bool host_has_translator() { return translate_hook != nullptr; }
std::int32_t host_translate(std::int32_t function_id, std::int32_t pc) {
  return translate_hook == nullptr ? 0 : translate_hook(function_id, pc);
}
void host_read_program(void*, double, std::size_t) {}
void host_functions_freed(std::int32_t, std::int32_t, std::int32_t) {}
void host_code_released(std::int32_t, std::int32_t) {}
void host_functions_grew(std::int32_t) {}

double host_now() {
  timespec t;
  clock_gettime(CLOCK_REALTIME, &t);
  return seconds_of(t);
}

double host_cpu_time() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
}

void host_random(void* buffer, std::size_t len) {
  char* p = static_cast<char*>(buffer);
  while (len > 0) {
    ssize_t n = getrandom(p, len, 0);
    if (n < 0) continue;  // Interrupted.
    p += n;
    len -= static_cast<std::size_t>(n);
  }
}

void host_abort(const char* message, std::size_t len) {
  host_write(2, message, len);
  std::abort();
}

}  // namespace bactrian
