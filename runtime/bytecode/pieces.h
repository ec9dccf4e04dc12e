// SPDX-License-Identifier: Apache-2.0
// Loops over all of a program's code, in pieces. Engines first run what they compiled quickly, and
// take the better code at a call only, never in a loop that runs: a long loop, entered once, would
// be slow to its end.
#pragma once

#include <cstdint>

namespace bactrian {

inline constexpr std::uint32_t kPieceWords = 4096;
inline constexpr std::uint32_t kLeave = ~std::uint32_t{0};

using Piece = std::uint32_t (*)(void* step, std::uint32_t at, std::uint32_t end);
std::uint32_t loop_in_pieces(std::uint32_t count, Piece piece, void* step);

// step(at) does what begins at a word, and returns where the next one begins; kLeave ends the loop.
// Returns what the last one returned.
template <class Step>
std::uint32_t loop_in_pieces(std::uint32_t count, Step step) {
  // Called by a pointer, or the optimizers would put it into the loop.
  Piece piece = [](void* context, std::uint32_t at, std::uint32_t end) {
    while (at < end) at = (*static_cast<Step*>(context))(at);
    return at;
  };
  return loop_in_pieces(count, piece, &step);
}

}  // namespace bactrian
