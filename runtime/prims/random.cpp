// SPDX-License-Identifier: Apache-2.0
// The generator behind Random since OCaml 5.0: L64X128 of the LXM family (Steele and Vigna, "LXM:
// Better Splittable Pseudorandom Number Generators (and Almost as Fast)", OOPSLA 2021). A state is
// a bigarray of four 64-bit numbers: increment, LCG state, and the two words of the XBG.
#include <bit>

#include "runtime/heap/alloc.h"
#include "runtime/prims/bigarray.h"

namespace bactrian {

Value caml_lxm_next(Value state) {
  auto* s = static_cast<std::uint64_t*>(Caml_ba_array_val(state)->data);
  std::uint64_t z = s[1] + s[2];
  for (int i = 0; i < 2; i++) z = (z ^ z >> 32) * 0xdaba0b6eb09322e3u;
  z ^= z >> 32;
  s[1] = s[1] * 0xd1342543de82ef95u + s[0];
  std::uint64_t q0 = s[2];
  std::uint64_t q1 = s[3] ^ q0;
  q0 = std::rotl(q0, 24);
  s[2] = q0 ^ q1 ^ q1 << 16;
  s[3] = std::rotl(q1, 37);
  return caml_copy_int64(static_cast<std::int64_t>(z));
}

}  // namespace bactrian
