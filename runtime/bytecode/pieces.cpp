// SPDX-License-Identifier: Apache-2.0
// See pieces.h.
#include "runtime/bytecode/pieces.h"

#include <algorithm>

namespace bactrian {

std::uint32_t loop_in_pieces(std::uint32_t count, Piece piece, void* step) {
  std::uint32_t at = 0;
  // The last instruction of a piece may end behind it.
  while (at < count) at = piece(step, at, std::min(count, at + kPieceWords));
  return at;
}

}  // namespace bactrian
