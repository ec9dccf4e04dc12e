// SPDX-License-Identifier: Apache-2.0
// Has bactrian.wasm's exports, and breaks down: a trap in bactrian_run, as a bug of the runtime would.
#define EXPORT(type, name) __attribute__((export_name(#name))) type name
static char heap[65536 * 64];
static unsigned top;
EXPORT(void *, bactrian_malloc)(unsigned size) {
  void *p = heap + top;
  top += (size + 15) & ~15u;
  return p;
}
EXPORT(void, bactrian_free)(void *p) {}
EXPORT(int, bactrian_option)(int p, int n) { return 1; }
EXPORT(void, bactrian_runparam)(int p, int n) {}
EXPORT(void, bactrian_set_args)(int p, int n) {}
EXPORT(int, bactrian_load)(int p, int n) { return 0; }
EXPORT(int, bactrian_missing_count)(void) { return 0; }
EXPORT(void, bactrian_set_time_slice)(double ms) {}
EXPORT(int, bactrian_run)(void) { __builtin_trap(); }
EXPORT(int, bactrian_signal)(int n) { return 0; }
