// SPDX-License-Identifier: Apache-2.0
// Translated code as the runtime sees it: functions that take their arguments as C parameters, and
// frames of theirs that become interpreter frames when native code has to be left (design D2, D3).
// Knows nothing of wasm: natively the same functions can be C++ ones (tests/unit/tier_test.cpp).
//
// A translated function of n parameters is
//
//     Value f(Value* sp, Value env, Value a1, ..., Value an)
//
// Of more than ten parameters, the first ten are C parameters; the others lie in memory, from the
// callee's sp up, below what is its caller's:
//
//     sp[0]         Val_long(number of arguments)
//     sp[1] ...     a11 ...
//
// Such functions have one type and one table, T_11, whatever their number of parameters is: the
// callee compares it with that of the arguments.
//
// sp is its caller's: all words from sp up hold values; it may use those below. Its interpreter
// frame does not exist. It returns its result, or kNoValue:
//   - an exception is pending (dom().exn_bucket), or
//   - it unwinds: it has handed its frame to unwind_frame, as has every translated frame below it.
//
// In calls of its own it passes an sp that lies lower by the values that it stored there for the
// collector (all that live across the call and may be pointers), and by at least its native
// frame's cost (FunctionInfo::native_wosize): so the one test sp < stack_limit guards the VM stack
// and the native one.
//
// Frame descriptors: how unwind_frame makes the interpreter frame of a translated one. A sequence
// of int32:
//     0  code offset: where the interpreter goes on
//     1  flags: kFrameHere, and extra arguments << 8
//     2  source of env
//     3  source of the accumulator (kFrameHere), else 0
//     4  number of sources that follow: the stack slots from the top down to the last argument
//     5  whose translation it is: a function's id, minus a loop's code offset, or 0
// With kFrameHere the frame is the innermost one and gets a register frame (interp.h); without it
// waits for a call to return and gets a return frame (stack.h) at its top.
// A source is kind | value << 2:
//     kSourceSpilled  the value stored at sp[-1 - value]
//     kSourceScratch  dom().unwind_scratch[value], stored just before the call of unwind_frame
//     kSourceInt      the OCaml integer `value`
//     kSourceTrap     a trap frame (four slots), its handler at code offset value << 2
// and, with a scratch index that is too large:
//     kSourceReturnFrame    a return frame (three slots) of a call whose arguments are being
//                           computed; the next word is its code offset
//     kSourceBoxed + (kind * kUnwindScratchCount + i) << 2    unwind_scratch[i] holds the bits of
//     an
//                           unboxed number of that kind (BoxKind): a box is made for it
#pragma once

#include <cstdint>
#include <span>

#include "runtime/bytecode/functions.h"
#include "runtime/value/value.h"

namespace bactrian {

inline constexpr int kMaxTranslatedArity = 10;  // Parameters that are not in memory.
// The type and the table for more.
inline constexpr int kManyArguments = kMaxTranslatedArity + 1;
constexpr int table_of_arity(int n) { return n < kManyArguments ? n : kManyArguments; }
// Functions of more parameters stay interpreted; calls with more arguments leave to the
// interpreter.
inline constexpr int kMaxParameters = 64;
// A frame's VM stack words and the native bytes that they stand for: a call moves sp by one word
// for every kNativeBytesPerWord bytes of native frame, and of interpreter frame, that it may need.
inline constexpr int kNativeBytesPerWord = 256;
inline constexpr int kUnwindScratchCount = 256;

enum FrameFlags : std::int32_t { kFrameHere = 1 };
enum FrameSource : std::int32_t {
  kSourceSpilled = 0,
  kSourceScratch = 1,
  kSourceInt = 2,
  kSourceTrap = 3,
  kSourceReturnFrame = kSourceScratch | (kUnwindScratchCount << 2),
  kSourceBoxed = kSourceScratch | (2 * kUnwindScratchCount << 2),
};
enum class BoxKind : std::int32_t { kFloat, kInt32, kInt64, kNativeint };
enum FrameDescriptorWord {
  kFramePcWord,
  kFrameFlagsWord,
  kFrameEnvWord,
  kFrameAccuWord,
  kFrameCountWord,
  kFrameOwnerWord,
  kFrameSourcesWord
};

// ---- Called by translated code ------------------------------------------------------------------

// Appends the frame to those that wait to become interpreter frames. Returns kNoValue.
Value unwind_frame(Value* sp, const std::int32_t* descriptor);
// The slow path of an allocation: every value that lives is stored above sp.
Value tier_alloc(Value* sp, std::int32_t wosize, std::int32_t tag);
// With the option force-unwind=k: nonzero at every k-th call.
std::int32_t tier_force_unwind();

// ---- Called by the translator -------------------------------------------------------------------

// What a request (host_translate) asks for, by its pc: 0, the function; up to kMaxTranslatedArity,
// an adapter for calls of it with that many arguments; else the loop at that code offset, or the
// segment there.
constexpr bool is_adapter_request(CodeOffset pc) {
  auto n = static_cast<std::uint32_t>(pc);
  return n >= 1 && n <= kMaxTranslatedArity;
}
// Of the segment at that code offset and those that follow on it (segments.h): with the lowest bit.
constexpr bool is_segment_request(CodeOffset pc) {
  auto n = static_cast<std::uint32_t>(pc);
  return n > kMaxTranslatedArity && (n & 1) != 0;
}
constexpr CodeOffset segment_request(CodeOffset pc) {
  return CodeOffset{static_cast<std::uint32_t>(pc) | 1};
}
constexpr CodeOffset pc_of_request(CodeOffset pc) {
  return CodeOffset{static_cast<std::uint32_t>(pc) & ~1u};
}

// What stands in the bytecode where a segment begins: this, and its slot.
inline constexpr std::int32_t kSegmentWord = std::int32_t{1} << 31;
constexpr bool is_segment_word(std::int32_t word) { return word < 0; }
constexpr std::uint32_t slot_of_segment_word(std::int32_t word) {
  return static_cast<std::uint32_t>(word ^ kSegmentWord);
}

using TranslatedCode = void (*)();  // Cast to the type for its arity.

// From now on calls of the function by translated code go to `code`, and those by the interpreter
// unless the function is quick: interpreted in less time than it takes to enter native code.
void install_function(FunctionId id, TranslatedCode code, std::int32_t native_wosize,
                      bool is_quick = false);

// A continuation is a translation that begins at a CHECK_SIGNALS at `pc` (a loop's turn):
//     Value f(Value* frame, Value env)
// `frame` is the interpreter's sp there. The frame's slots, frame[0] to frame[wosize - 1], down to
// the last argument, are loaded and then free to be overwritten; behind them is the return frame,
// which stays. `trap_count` trap frames among them are no longer in the stack's list of traps.
struct Continuation {
  CodeOffset pc;
  std::int32_t frame_wosize;
  std::int32_t trap_count;
  std::int32_t native_wosize;
  TranslatedCode code;
};
void install_continuation(const Continuation& continuation);

// A function of a module of translated code, in the order of its slots.
struct TranslatedFunction {
  FunctionId id{};
  bool is_adapter = false;       // For calls of it with `arity` arguments.
  bool is_quick = false;         // Not worth entering from the interpreter.
  bool is_segment = false;       // At continuation_pc.
  CodeOffset continuation_pc{};  // 0: the whole function.
  std::int32_t arity = 0;
  std::int32_t frame_wosize = 0;
  std::int32_t trap_count = 0;
  std::int32_t native_wosize = 0;
};

// Elements of the runtime's function table from here on are for translated code: behind the
// runtime's own functions and the translator's (translator/CMakeLists.txt, loader/translate.ts).
inline constexpr std::uint32_t kFirstCodeSlot = 8192 + 64;

struct NewModule {
  std::uint32_t first_slot;
  std::uint32_t byte_size;
  const TranslatedFunction* functions;
  std::uint32_t function_count;
  std::int32_t* const* data;  // Frame descriptors, from now on the runtime's.
  std::uint32_t data_count;
};

// What the interpreter executed at pc before anything was put in its place by installing or
// counting.
std::int32_t untiered_opcode(const std::int32_t* pc);

// The translator's module shares memory and function table with the runtime but no symbols: all
// that it needs is here. Its address comes from bactrian_tier_interface.
struct TierInterface {
  // Variables that translated code reads and writes.
  Value** young_ptr;
  Value** young_limit;
  Value** stack_limit;
  Value* exn_bucket;
  std::int32_t* fuel;
  Value** young_start;
  Value** young_end;
  bool* backtrace_active;
  bool* attention;
  Value* unwind_scratch;
  struct Stack** current_stack;
  Value* global_data;  // caml_global_data
  Header* atom_table;  // caml_atom_table
  FunctionInfo** function_table;
  std::uint32_t* function_table_size;
  // Functions that translated code calls.
  Value (*unwind_frame)(Value*, const std::int32_t*);
  Value (*alloc)(Value*, std::int32_t, std::int32_t);
  void (*modify)(Value*, Value);
  std::int32_t (*force_unwind)();
  Value (*public_method)(Value object, Value label, std::int64_t cache);
  Value (*segment_callee_left)(Value* sp, FunctionId callee, struct Stack* stack);  // segments.h
  // Functions that the translator calls.
  void* (*malloc)(std::size_t);
  void (*free)(void*);
  std::int32_t (*untiered_opcode)(const std::int32_t*);
  std::int32_t (*is_installed)(FunctionId);
  std::int32_t (*is_dropped)(FunctionId);
  const struct CustomOperations* (*find_custom_operations)(const char* identifier);
  FunctionId (*function_containing)(CodeOffset);  // The last function that begins before or at it.
  const struct Options* options;
  // For the translator's own part of segments (translator/segments/).
  struct Domain* domain;
  void (*stack_resumed)(struct Stack* innermost);  // heap.h
  void (*continuation_extended)(Value continuation);
  void (*end_transit)(struct Stack* stack);  // fibers.h
  void (*note_unwound)(std::int32_t owner);  // install.h
  struct TierCounters* counters;             // The translator counts its refusals itself.
  void (**print_counters)();
  void (*print_line)(const char* format, ...);
  std::uint32_t (*native_stack)();  // In bytes.
  std::span<const std::uint8_t> (*debug_section)();
  const struct DebugEvent* (*debug_event_from)(const struct Fragment*, std::uint32_t byte_offset);
  void (*print)(const char* text);  // For dumps, to stderr.
  void (*note_module)(std::uint32_t byte_length);
  const struct Primitive* (*prim_at)(std::int32_t index);
  const struct Primitive* (*find_primitive)(const char* name);
  std::uint32_t (*alloc_slots)(std::uint32_t count);
  void (*free_slots)(std::uint32_t first, std::uint32_t count);
  void (*install_module)(const NewModule&);
  TranslatedCode (*call_stub)(int arity);        // stubs.h
  std::int32_t (*apply_code_offset)(int count);  // Of machine_code.h's apply_code.
};

// While the translator runs, a register frame (interp.h) is on top of the stack.
const TierInterface* get_tier_interface();

}  // namespace bactrian
