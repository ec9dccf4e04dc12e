// SPDX-License-Identifier: Apache-2.0
// What the C++ library falls back on, in our words: its own versions would bring stdio, exceptions'
// tables and WASI imports into the module.
#include <__verbose_abort>
#include <cstdarg>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>

#include "runtime/interp/fail.h"

_LIBCPP_BEGIN_NAMESPACE_STD
void __libcpp_verbose_abort(const char*, ...) {
  bactrian::caml_fatal_error("internal error in the C++ library");
}
_LIBCPP_END_NAMESPACE_STD

// Static objects live as long as the instance: nothing is destroyed.
extern "C" int __cxa_atexit(void (*)(void*), void*, void*) { return 0; }

void* operator new(std::size_t byte_size) {
  void* p = std::malloc(byte_size);
  if (p == nullptr) bactrian::caml_fatal_error("out of memory (%zu bytes asked for)", byte_size);
  return p;
}
void operator delete(void* p) noexcept { std::free(p); }
void operator delete(void* p, std::size_t) noexcept { std::free(p); }

// ---- printf ------------------------------------------------------------------------------------
// The C library's brings its streams, strerror and wide characters: 12 KB. Our own texts need %d %u
// %x %c %s %p with h, l, ll or z, a precision for strings, a width, and %f. (OCaml's formats do not
// come here: prims/number_format.h.)

namespace {

class Output {
 public:
  Output(char* buffer, std::size_t capacity) : buffer_(buffer), capacity_(capacity) {}
  void put(char c) {
    if (size_ + 1 < capacity_) buffer_[size_] = c;
    size_++;
  }
  void put(const char* text, std::size_t size, std::size_t width) {
    for (std::size_t i = size; i < width; i++) put(' ');
    for (std::size_t i = 0; i < size; i++) put(text[i]);
  }
  void put_number(std::uint64_t n, unsigned base, bool negative, std::size_t width) {
    char digits[24];
    std::size_t at = sizeof digits;
    do {
      digits[--at] = "0123456789abcdef"[n % base];
      n /= base;
    } while (n != 0);
    if (negative) digits[--at] = '-';
    put(digits + at, sizeof digits - at, width);
  }
  void put_fixed(double d, int precision, std::size_t width) {
    double scale = 1;
    for (int i = 0; i < precision; i++) scale *= 10;
    bool negative = d < 0;
    auto scaled = static_cast<std::uint64_t>((negative ? -d : d) * scale + 0.5);
    auto unit = static_cast<std::uint64_t>(scale);
    std::size_t point = precision == 0 ? 0 : static_cast<std::size_t>(precision) + 1;
    put_number(scaled / unit, 10, negative, width > point ? width - point : 0);
    if (precision == 0) return;
    put('.');
    for (std::uint64_t rest = scaled % unit; unit > 1; rest %= unit) {
      unit /= 10;
      put(static_cast<char>('0' + rest / unit));
    }
  }
  int finish() {
    if (capacity_ > 0) buffer_[size_ < capacity_ ? size_ : capacity_ - 1] = 0;
    return static_cast<int>(size_);
  }

 private:
  char* buffer_;
  std::size_t capacity_;
  std::size_t size_ = 0;
};

std::size_t read_number(const char*& format, std::va_list& args) {
  if (*format == '*') {
    format++;
    return static_cast<std::size_t>(va_arg(args, int));
  }
  std::size_t n = 0;
  while (*format >= '0' && *format <= '9') n = n * 10 + static_cast<std::size_t>(*format++ - '0');
  return n;
}

}  // namespace

extern "C" int vsnprintf(char* buffer, std::size_t capacity, const char* format,
                         std::va_list args_in) {
  Output out(buffer, capacity);
  std::va_list args;
  va_copy(args, args_in);
  for (; *format != 0; format++) {
    if (*format != '%') {
      out.put(*format);
      continue;
    }
    format++;
    std::size_t width = read_number(format, args);
    bool has_precision = *format == '.';
    std::size_t precision = 6;
    if (has_precision) precision = read_number(++format, args);
    int longs = 0;
    for (; *format == 'l' || *format == 'z' || *format == 'h'; format++) longs += *format == 'l';
    switch (*format) {
      case 'd': {
        std::int64_t n = longs >= 2 ? va_arg(args, std::int64_t) : va_arg(args, int);
        std::uint64_t magnitude = static_cast<std::uint64_t>(n);
        out.put_number(n < 0 ? 0 - magnitude : magnitude, 10, n < 0, width);
        break;
      }
      case 'u':
      case 'x': {
        std::uint64_t n = longs >= 2 ? va_arg(args, std::uint64_t) : va_arg(args, unsigned);
        out.put_number(n, *format == 'u' ? 10 : 16, false, width);
        break;
      }
      case 'p': out.put_number(va_arg(args, std::uintptr_t), 16, false, width); break;
      case 'f': out.put_fixed(va_arg(args, double), static_cast<int>(precision), width); break;
      case 'c': out.put(static_cast<char>(va_arg(args, int))); break;
      case 's': {
        const char* text = va_arg(args, const char*);
        std::size_t size = has_precision ? strnlen(text, precision) : std::strlen(text);
        out.put(text, size, width);
        break;
      }
      default: out.put(*format);
    }
  }
  va_end(args);
  return out.finish();
}

extern "C" int snprintf(char* buffer, std::size_t capacity, const char* format, ...) {
  std::va_list args;
  va_start(args, format);
  int size = vsnprintf(buffer, capacity, format, args);
  va_end(args);
  return size;
}
