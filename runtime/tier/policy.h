// SPDX-License-Identifier: Apache-2.0
// The tier policy: what is translated, when, and together with what. Every figure with its reason;
// all are deterministic, so that a run can be repeated. Options that change some of them: tier-up,
// loop-up, code-limit (options.def).
//
// Measured with V8 14.6 on two cores: an interpreted call or loop turn takes some 30 ns, its
// instructions included; a byte of translated code 0.1 to 0.2 µs to make and compile, about 15
// bytes for each word of bytecode; the translator itself 10 to 20 ms when it is first used.
#pragma once

#include <cstdint>

namespace bactrian {

// ---- Finding what is hot ----

// One of so many calls and loop turns of the interpreter is looked at, on average. That takes as
// long as some hundred instructions, so that more often would be felt.
inline constexpr std::uint32_t kTicksPerSample = 64;
// With samples alone, a smaller tier-up would be passed at random: it counts each call.
inline constexpr std::uint32_t kLeastSampledTierUp = 16 * kTicksPerSample;
// A call of an interpreted function by translated code is counted as that, and takes as long as so
// many more calls in the interpreter: it starts a nested one.
inline constexpr std::uint32_t kTicksPerNestedCall = 4;

// ---- Spending no more than it can bring ----

// What was made so far may have cost as much as a part of what was interpreted so far: a byte as
// much as half of 16 calls or turns. Short runs of big programs (ocamlc on a small file) have no
// function that will earn its cost; the hottest ones, which samples meet most often, come first.
inline constexpr std::uint64_t kTicksPerByte = 16;
// What waking the translator costs, as if it were code.
inline constexpr std::uint64_t kStartBytes = 48 * 1024;
// What takes one part of so many of all time is worth it at once; to wake the translator, after so
// many calls or turns (a large program's first millisecond has such functions too).
inline constexpr std::uint64_t kHotPart = 8;
inline constexpr std::uint32_t kLeastCallsToWake = 20'000;

// ---- What goes together ----

// A module costs as much as some hundred small functions (design D8), and calls inside one are
// quick: a batch holds functions that the first one calls and others that have been called at least
// this part of tier-up; colder ones cost more than they bring.
inline constexpr std::uint32_t kWarmPart = 2, kUsedPart = 2;
inline constexpr std::uint32_t kMaxBatchWords = 4000;  // 60 KB: some 10 ms.
inline constexpr std::uint32_t kMaxBatchFunctions = 48;
// A callee of at most so many words is translated again into its caller's module, where engines may
// inline it.
inline constexpr std::uint32_t kMaxCopiedWords = 60;
// A larger function stays interpreted: the engine's optimiser would refuse it.
inline constexpr std::uint32_t kMaxFunctionWords = 6000;
// A function without calls and loops, and of no more words, is not entered from the interpreter:
// that takes as long as some ten instructions.
inline constexpr std::uint32_t kQuickWords = 24;

// A nested call takes as long as some twenty instructions: a function of no more words is not
// entered either, for an epoch, when so many more of its calls from the interpreter had calls
// interpreted than had none (List.iter of what is cold).
inline constexpr std::uint32_t kShortWords = 64;
inline constexpr std::uint16_t kNestedToLeave = 128;

// ---- What does not pay is dropped ----

// A translation left so often in an epoch costs more than it gains: to leave and enter again takes
// as long as some hundred instructions interpreted.
inline constexpr std::uint16_t kUnwoundToDrop = 1000;
// Where all is translated at once it is dropped soon, so that tests see more of both.
inline constexpr std::uint16_t kUnwoundToDropAtOnce = 16;
// Counts begin again with each epoch, so that what is rare never adds up.
inline constexpr std::uint32_t kSlicesInEpoch = 16;
// Past code-limit the oldest modules go: so many at once, and then one in so many slices, because
// one takes a few milliseconds to make.
inline constexpr std::uint32_t kFreeEvictions = 64, kSlicesPerEviction = 16;

}  // namespace bactrian
