// SPDX-License-Identifier: Apache-2.0
// The table of operations: each a small OCaml function, with the IR operations that its translation must contain, called
// with every combination of its parameters' edge values. operationsProgram() makes one OCaml program of it that prints
//   # NAME/VARIANT FUNCTION-ID OP,OP…
// and a line for each call: its arguments and result, or the exception. operations_test.cpp compares what it prints
// interpreted and translated.
//
// An entry: [name, "type type -> type", body in a, b, c, "Op Op …"]. Beside the function itself (variant "plain") there are
// those with a constant for a parameter (of a type with `literals`), and the result taken further without being stored
// (WRAPPERS): there the emitter has other ways for the same operation.

// edges: of a parameter; literals: constants in the place of one; show: value → string.
const TYPES = {
  int: {
    show: "string_of_int",
    edges: ["0", "1", "-1", "2", "-2", "3", "7", "-7", "10", "31", "32", "62", "63", "64", "255", "0x3FFFFFFF", "0x40000000", "-0x40000000", "-0x40000001", "0x7FFFFFFF", "0x80000000",
      "-0x80000000", "-0x80000001", "0xFFFFFFFF", "0x100000000", "0x1FFFFFFFFFFFFFFF", "0x2000000000000000", "-0x2000000000000000", "-0x2000000000000001", "0x3FFFFFFFFFFFFFFE",
      "0x3FFFFFFFFFFFFFFF", "-0x4000000000000000", "-0x3FFFFFFFFFFFFFFF"],
    literals: ["0", "1", "-1", "2", "-2", "3", "7", "63", "-8", "0x40000000", "-0x40000000", "0x3FFFFFFFFFFFFFFF", "-0x4000000000000000", "0x100000000"],
  },
  // Shifts by 63 and more are not specified; the processor's and wasm's meaning is that of the low six bits.
  shift: { show: "string_of_int", ocaml: "int", edges: ["0", "1", "2", "8", "31", "32", "33", "61", "62"], literals: ["0", "1", "2", "31", "32", "61", "62"] },
  shift32: { show: "string_of_int", ocaml: "int", edges: ["0", "1", "2", "8", "30", "31"], literals: ["0", "1", "16", "31"] },
  shift64: { show: "string_of_int", ocaml: "int", edges: ["0", "1", "2", "31", "32", "33", "62", "63"], literals: ["0", "1", "32", "63"] },
  index: { show: "string_of_int", ocaml: "int", edges: ["0", "1", "2", "3", "4", "8", "-1", "0x100000000", "0x20000000", "0x2000000000000000", "0x1FFFFFFFFFFFFFFF", "0x3FFFFFFFFFFFFFFF", "-0x4000000000000000"], literals: ["0", "2", "3", "-1"] },
  small: { show: "string_of_int", ocaml: "int", edges: ["0", "1", "2", "3", "4", "5", "9", "-1"] },
  bool: { show: "string_of_bool", edges: ["false", "true"] },
  float: {
    show: "show_float",
    edges: ["0.", "-0.", "1.", "-1.", "0.5", "-0.5", "1.5", "2.5", "-2.5", "0.1", "3.", "1e300", "-1e300", "5e-324", "1e-310", "2.2250738585072014e-308", "epsilon_float", "max_float", "nan", "infinity",
      "neg_infinity", "4611686018427387904.", "4611686018427387392.", "-4611686018427387904.", "-4611686018427388928.", "9223372036854775808.", "9007199254740993.", "2147483648.", "-2147483649.", "0.99999999999999989"],
    literals: ["0.", "-0.", "1.", "-2.5", "1e300"],
  },
  int32: {
    show: "Int32.to_string",
    edges: ["0l", "1l", "-1l", "2l", "7l", "-7l", "0x7FFFl", "0x8000l", "0x10000l", "0x7FFFFFFFl", "0x80000000l", "-0x7FFFFFFFl", "0x40000000l", "0x55555555l", "0xAAAAAAAAl"],
    literals: ["0l", "1l", "-1l", "0x7FFFFFFFl", "0x80000000l"],
  },
  int64: {
    show: "Int64.to_string",
    edges: ["0L", "1L", "-1L", "2L", "-7L", "0x7FFFFFFFL", "0x80000000L", "-0x80000000L", "-0x80000001L", "0x100000000L", "0x3FFFFFFFFFFFFFFFL", "0x4000000000000000L", "-0x4000000000000001L",
      "0x7FFFFFFFFFFFFFFFL", "0x8000000000000000L", "0x5555555555555555L", "0x3FF0000000000000L", "0x7FF0000000000000L"],
    literals: ["0L", "1L", "-1L", "0x7FFFFFFFFFFFFFFFL", "0x8000000000000000L"],
  },
  nativeint: {
    show: "Nativeint.to_string",
    edges: ["0n", "1n", "-1n", "2n", "-7n", "0x7FFFFFFFn", "0x80000000n", "-0x80000001n", "0x100000000n", "0x3FFFFFFFFFFFFFFFn", "0x4000000000000000n", "0x7FFFFFFFFFFFFFFFn", "0x8000000000000000n"],
    literals: ["0n", "1n", "-1n", "0x7FFFFFFFFFFFFFFFn", "0x8000000000000000n"],
  },
  char: { show: "String.escaped (String.make 1 x)", edges: ["'\\000'", "'a'", "'\\127'", "'\\128'", "'\\255'"] },
  string: { show: "String.escaped x", edges: ['""', '"a"', '"ab"', '"abc\\255"', '"abcdefg"', '"\\000bcdefgh"', '"abcdefghijklmno\\200"'] },
  bytes: { show: "String.escaped (Bytes.to_string x)", edges: ['Bytes.of_string ""', 'Bytes.of_string "abc"', 'Bytes.of_string "abcdefgh\\255"'] },
  ints: { show: "show_ints", ocaml: "int array", edges: ["[||]", "[| 5 |]", "[| 1; -2; max_int |]", "[| 9; 8; 7; 6; 5 |]"] },
  strings: { show: "show_strings", ocaml: "string array", edges: ["[||]", '[| "a"; "b"; "c" |]'] },
  floats: { show: "show_floats", ocaml: "float array", edges: ["[||]", "[| 1.5 |]", "[| nan; -0.; infinity; 2.5 |]"] },
  // Arrays whose elements the compiler does not know, of floats and others.
  boxes: { show: "show_boxes", ocaml: "Obj.t array", edges: ["Obj.magic [||]", "Obj.magic [| 1; 2; 3 |]", "Obj.magic [| 1.5; -0.; nan |]", 'Obj.magic [| "a"; "b"; "c" |]'] },
  any: {
    show: "show_any", ocaml: "Obj.t",
    edges: ["Obj.repr 0", "Obj.repr 1", "Obj.repr (-1)", "Obj.repr max_int", "Obj.repr min_int", 'Obj.repr ""', 'Obj.repr "ab"', "Obj.repr 1.5", "Obj.repr nan", "Obj.repr (-0.)", "Obj.repr 0.", "Obj.repr [1; 2]", "Obj.repr [1; 3]", "Obj.repr (1, 2.)",
      "Obj.repr 5l", "Obj.repr 5L", "Obj.repr (-5L)", "Obj.repr 5n", "Obj.repr [| 1.; 2. |]", "Obj.repr (fun x -> x)"],
  },
  shape: { show: "show_shape", edges: ["A", "B", "C", "D 5", "E (1, A)", "F (1.5, \"x\")", "D min_int"] },
  point: { show: "show_point", edges: ["{ x = 1.5; y = -0. }", "{ x = nan; y = 2. }"] },
  cell: { show: "show_cell", edges: ["{ n = 1; s = \"a\"; l = []; f = 0.5; i = 7 }", "{ n = min_int; s = \"\"; l = [1; 2]; f = nan; i = -1 }"] },
};

// The result taken further: `r` is the operation.
const WRAPPERS = {
  bool: [["if", "int", "if R then 1 else 2"], ["not", "bool", "not R"], ["and", "int", "if R && not (Sys.opaque_identity false) then 3 else 4"]],
  int: [["use", "int", "let r = R in r + (r lsr 1)"], ["test", "int", "if R < 5 then 1 else 2"], ["zero", "int", "match R with 0 -> 1 | 1 -> 2 | _ -> 3"]],
  float: [["use", "float", "let r = R in (r *. 2.) +. r"], ["test", "int", "if R < 0.75 then 1 else 2"]],
  int32: [["use", "int32", "let r = R in Int32.add r (Int32.shift_right_logical r 1)"]],
  int64: [["use", "int64", "let r = R in Int64.add r (Int64.shift_right_logical r 1)"]],
  nativeint: [["use", "nativeint", "let r = R in Nativeint.add r (Nativeint.shift_right_logical r 1)"]],
};

const INTS = [
  ["AddInt", "int int -> int", "a + b"], ["SubInt", "int int -> int", "a - b"], ["MulInt", "int int -> int", "a * b"],
  ["DivInt", "int int -> int", "a / b", "DivInt CheckNotZero"], ["ModInt", "int int -> int", "a mod b", "ModInt CheckNotZero"],
  ["AndInt", "int int -> int", "a land b"], ["OrInt", "int int -> int", "a lor b"], ["XorInt", "int int -> int", "a lxor b"],
  ["LslInt", "int shift -> int", "a lsl b"], ["LsrInt", "int shift -> int", "a lsr b"], ["AsrInt", "int shift -> int", "a asr b"],
  ["NegInt", "int -> int", "-a"], ["OffsetInt", "int -> int", "a + 1"], ["lnot", "int -> int", "lnot a", "TailCall"],
  ["Eq", "int int -> bool", "a = b"], ["Ne", "int int -> bool", "a <> b"], ["Lt", "int int -> bool", "a < b"], ["Le", "int int -> bool", "a <= b"],
  ["Gt", "int int -> bool", "a > b"], ["Ge", "int int -> bool", "a >= b"], ["CompareInt", "int int -> int", "compare a b"],
  ["physical", "any any -> bool", "a == b && b == a", "Eq"], ["BoolOfInt", "bool bool -> int", "if a then (if b then 3 else 2) else if b then 1 else 0", "BoolOfInt"],
  ["Not", "bool -> bool", "not a", "Not"], ["booleans", "bool bool -> bool", "(a && not b) || (b && not a)", "BoolOfInt"],
  ["Ult", "int -> int", "match a with 3 | 4 | 5 | 6 -> 1 | 100 | 101 | 102 -> 3 | _ -> 2", ""],
  ["Uge", "int -> bool", "match a with 3 | 4 | 5 | 6 -> true | _ -> false", ""], ["class", "char -> int", "match a with 'a' .. 'z' | '\\200' .. '\\255' -> 1 | '0' .. '9' -> 2 | _ -> 3", ""],
  ["mixed", "int int -> int", "(a * b) - ((a lxor 5) / 3) + ((b lsl 2) mod 1000)", "MulInt XorInt DivInt LslInt ModInt SubInt AddInt"],
  ["overflow", "int int -> bool", "a + b < a", "AddInt Lt"], ["min-max", "int int -> int", "(if a < b then a else b) - (if a > b then a else b)", "SubInt"],
];

const FLOATS = [
  ...[["AddFloat", "+."], ["SubFloat", "-."], ["MulFloat", "*."], ["DivFloat", "/."]].map(([op, sign]) => [op, "float float -> float", `a ${sign} b`]),
  ["NegFloat", "float -> float", "-.a"], ["AbsFloat", "float -> float", "abs_float a"], ["SqrtFloat", "float -> float", "sqrt a"],
  ["FloorFloat", "float -> float", "floor a"], ["CeilFloat", "float -> float", "ceil a"], ["TruncFloat", "float -> float", "Float.trunc a"],
  ["FloatOfInt", "int -> float", "float_of_int a"], ["IntOfFloat", "float -> int", "int_of_float a", "FloatFitsInt IntOfFloat"],
  ...[["EqFloat", "="], ["NeFloat", "<>"], ["LtFloat", "<"], ["LeFloat", "<="], ["GtFloat", ">"], ["GeFloat", ">="]].map(([op, sign]) => [op, "float float -> bool", `a ${sign} b`]),
  ["float-compare", "float float -> int", "compare a b", "CallPrim"], ["float-constants", "float -> float", "(a *. 0.1) +. -0.", "MulFloat AddFloat"],
  ["horner", "float float -> float", "((((a *. b) +. 1.) *. b) -. a) /. b", "MulFloat AddFloat SubFloat DivFloat"],
  ["float-phi", "float float -> float", "let r = if a < b then a +. 1. else b *. 2. in r -. a", "Phi LtFloat"],
  ["float-ref", "float small -> float", "let r = ref a in for i = 1 to b do r := !r *. 1.5 +. float_of_int i done; !r", "Poll MulFloat FloatOfInt"],
];

const kinds = [["int32", "Int32", "shift32"], ["int64", "Int64", "shift64"], ["nativeint", "Nativeint", "shift64"]];
const WIDE = kinds.flatMap(([type, M, shift]) => [
  ...[["WideAdd", "add"], ["WideSub", "sub"], ["WideMul", "mul"], ["WideAnd", "logand"], ["WideOr", "logor"], ["WideXor", "logxor"]]
    .map(([op, name]) => [`${type}-${name}`, `${type} ${type} -> ${type}`, `${M}.${name} a b`, op]),
  ...[["WideShl", "shift_left"], ["WideShr", "shift_right"], ["WideShrU", "shift_right_logical"]]
    .map(([op, name]) => [`${type}-${name}`, `${type} ${shift} -> ${type}`, `${M}.${name} a b`, op]),
  [`${type}-neg`, `${type} -> ${type}`, `${M}.neg a`, "WideNeg"], [`${type}-of_int`, `int -> ${type}`, `${M}.of_int a`, "WideOfInt"],
  [`${type}-to_int`, `${type} -> int`, `${M}.to_int a`, "IntOfWide"], [`${type}-compare`, `${type} ${type} -> int`, `compare a b`, "CompareWide"],
  [`${type}-to_float`, `${type} -> float`, `${M}.to_float a`, "FloatOfWide"], [`${type}-of_float`, `float -> ${type}`, `${M}.of_float a`, "CallPrim"],
  [`${type}-div`, `${type} ${type} -> ${type}`, `${M}.div a b`, "CallPrim"], [`${type}-rem`, `${type} ${type} -> ${type}`, `${M}.rem a b`, "CallPrim"],
  ...["=", "<>", "<", "<=", ">", ">="].map((sign) => [`${type}${sign}`, `${type} ${type} -> bool`, `a ${sign} b`, ""]),
  [`${type}-chain`, `${type} ${type} -> ${type}`, `${M}.sub (${M}.mul (${M}.add a b) (${M}.logxor a b)) (${M}.neg b)`, "WideMul WideAdd WideXor WideSub WideNeg"],
  [`${type}-phi`, `${type} ${type} -> ${type}`, `let r = if compare a b < 0 then ${M}.add a b else ${M}.neg a in ${M}.mul r a`, "Phi"],
  [`${type}-loop`, `${type} small -> ${type}`, `let r = ref a in for i = 1 to b do r := ${M}.add (${M}.mul !r ${M}.minus_one) (${M}.of_int i) done; !r`, "Poll"],
]).concat([
  ["int64-of-int32", "int32 -> int64", "Int64.of_int32 a", "WideOfWide"], ["int64-to-int32", "int64 -> int32", "Int64.to_int32 a", "WideOfWide"],
  ["int64-of-nativeint", "nativeint -> int64", "Int64.of_nativeint a", "WideOfWide"], ["int64-to-nativeint", "int64 -> nativeint", "Int64.to_nativeint a", "WideOfWide"],
  ["nativeint-of-int32", "int32 -> nativeint", "Nativeint.of_int32 a", "WideOfWide"], ["nativeint-to-int32", "nativeint -> int32", "Nativeint.to_int32 a", "WideOfWide"],
  ["bits-of-float", "float -> int64", "if a <> a then 0L else Int64.bits_of_float a", "BitsOfFloat"], ["float-of-bits", "int64 -> float", "Int64.float_of_bits a", "FloatOfBits"],
  ["Box", "int64 int64 -> any", "Obj.repr [Int64.add a b; Int64.sub a b]", "Box"], ["Unbox", "float -> float", "a +. a", "Unbox"],
]);

const inside = (length, get, otherwise) => `if b >= 0 && b < ${length} a then ${get} else ${otherwise}`;
const MEMORY = [
  ["array-get-int", "ints index -> int", "a.(b)", "InBounds VectItem"], ["array-set-int", "ints index int -> ints", "a.(b) <- c; a", "InBounds SetVectItem"],
  ["array-get-string", "strings index -> string", "a.(b)", "InBounds VectItem"], ["array-set-string", "strings index string -> strings", "a.(b) <- c; a", "InBounds SetVectItem"],
  ["array-get-float", "floats index -> float", "a.(b)", "InBounds FloatItem"], ["array-set-float", "floats index float -> floats", "a.(b) <- c; a", "InBounds SetFloatItem"],
  ["array-get", "boxes index -> any", "generic_get a b", "TailCall"], ["array-set", "boxes index -> boxes", "generic_set a b; a", "Call"],
  ["array-get-any", "boxes index -> any", "Array.get a b", "InAddrBounds VectItem"], ["array-set-any", "boxes index -> boxes", "if Array.length a > 0 then Array.set a b (Array.get a (Array.length a - 1)); a", "InAddrBounds SetVectItem"],
  ["array-unsafe-get-any", "boxes index -> any", inside("Array.length", "Array.unsafe_get a b", "Obj.repr 0"), "IsAddrArray VectItem"],
  ["array-unsafe-set-any", "boxes index -> boxes", inside("Array.length", "(Array.unsafe_set a b (Array.get a 0); a)", "a"), "IsAddrArray SetVectItem"],
  ["VectItem", "ints index -> int", inside("Array.length", "Array.unsafe_get a b", "-1"), "VectItem VectLength"], ["SetVectItem", "ints index int -> ints", inside("Array.length", "(Array.unsafe_set a b c; a)", "a"), "SetVectItem"],
  ["FloatItem", "floats index -> float", inside("Array.length", "Array.unsafe_get a b", "-1."), "FloatItem"], ["SetFloatItem", "floats index float -> floats", inside("Array.length", "(Array.unsafe_set a b c; a)", "a"), "SetFloatItem"],
  ["array-length", "ints -> int", "Array.length a", "VectLength"], ["float-array-length", "floats -> int", "Array.length a", "VectLength"], ["any-array-length", "boxes -> int", "Array.length a", "VectLength"],
  ["array-fold", "floats -> float", "let s = ref 0. in for i = 0 to Array.length a - 1 do s := !s +. a.(i) *. a.(i) done; !s", "FloatItem Poll"],
  ["string-get", "string index -> char", "a.[b]", "InByteBounds ByteItem"], ["bytes-get", "bytes index -> char", "Bytes.get a b", "InByteBounds ByteItem"], ["bytes-set", "bytes index char -> bytes", "Bytes.set a b c; a", "InByteBounds SetByteItem"],
  ["ByteItem", "string index -> char", inside("String.length", "String.unsafe_get a b", "'!'"), "ByteItem StringLength"], ["bytes-ByteItem", "bytes index -> char", inside("Bytes.length", "Bytes.unsafe_get a b", "'!'"), "ByteItem StringLength"],
  ["SetByteItem", "bytes index char -> bytes", inside("Bytes.length", "(Bytes.unsafe_set a b c; a)", "a"), "SetByteItem"],
  ["StringLength", "string -> int", "String.length a"], ["bytes-length", "bytes -> int", "Bytes.length a", "StringLength"],
  ["string-of-bytes", "bytes -> string", "string_of_bytes a ^ \"\"", ""], ["bytes-of-string", "string -> int", "Bytes.length (bytes_of_string a)", "StringLength"],
  ["atomic", "int int -> int", "let r = Atomic.make a in Atomic.set r (atomic_load r + b); atomic_load r", "Field"],
  ["Field", "cell -> int", "a.n + a.i + List.length a.l", "Field"], ["SetField", "cell int -> cell", "a.n <- b; a.s <- string_of_int b; a.l <- b :: a.l; a.f <- 1.5; a.i <- b; a", "SetField MakeBlock"],
  ["FloatField", "point -> float", "a.x +. a.y", "FloatField"], ["SetFloatField", "point float -> point", "a.x <- b; a.y <- b +. a.x; a", "SetFloatField"],
  ["MakeFloatBlock", "float float -> point", "{ x = a +. b; y = a }", "MakeFloatBlock"], ["MakeBlock", "int string -> any", "Obj.repr (a, b, [a], Some b)", "MakeBlock"],
  ["big-block", "int -> any", "Obj.repr (a, a, a, 1, 2, 3, a, a, a, [| a; 2; a |])", "MakeBlock"], ["Atom", "small -> any", "Obj.repr (if a = 0 then [||] else [| a |])", "Atom MakeBlock"],
  ["OffsetRef", "int -> int", "let r = Sys.opaque_identity (ref a) in incr r; incr r; decr r; !r", "OffsetRef"], ["refs", "int int -> int", "let r = ref a in if b > 0 then r := !r + b; r := !r * 2; !r", "Phi"],
  ["Global", "int -> int", "let old = !counter in counter := a; let now = !counter in counter := old; now - old + List.length [a]", "Global SetField"],
  ["IsInt", "any -> bool", "Obj.is_int a", "IsInt"],
];

const POLYMORPHIC = [["equal", "=", "Eq"], ["notequal", "<>", "Ne"], ["lessthan", "<", "Lt"], ["lessequal", "<=", "Le"], ["greaterthan", ">", "Gt"], ["greaterequal", ">=", "Ge"]]
  .map(([name, sign, op]) => [name, "any any -> bool", `a ${sign} b`, `BothInt ${op} CallPrim`])
  .concat([["compare", "any any -> int", "compare a b", "BothInt CompareInt CallPrim"], ["compare-strings", "string string -> int", "compare a b", "CallPrim"], ["equal-strings", "string string -> bool", "a = b", "CallPrim"]]);

const apply = (n) => [`apply-${n}`, "int -> int", `(Sys.opaque_identity (fun ${letters(n).join(" ")} -> ${letters(n).map((x, i) => `${x} * ${i + 1}`).join(" - ")})) ${letters(n).map((_, i) => `(a + ${i})`).join(" ")} + 1`, n <= 10 ? "Call" : "Exit"];
const tail = (n) => [`tail-${n}`, "int -> int", `(Sys.opaque_identity (fun ${letters(n).join(" ")} -> ${letters(n).map((x, i) => `${x} * ${i + 1}`).join(" - ")})) ${letters(n).map((_, i) => `(a + ${i})`).join(" ")}`, ""];
const letters = (n) => Array.from({ length: n }, (_, i) => `p${i}`);
const CONTROL = [
  ...[1, 2, 3, 4, 5, 9, 10, 11, 12].map(apply), ...[1, 2, 3, 4, 10, 11].map(tail),
  ["partial", "int int -> int", "let f = (Sys.opaque_identity (fun x y z -> x - (y * z))) a in f b 3 + (f b) 4", "Call"], ["over", "int int -> int", "(Sys.opaque_identity (fun x -> if x > 0 then (fun y z -> y + z) else (fun y z -> y - z))) a b 5 + 1", "Call"],
  ["Switch", "shape -> int", "match a with A -> 1 | B -> 2 | C -> 3 | D n -> n + 4 | E (n, A) -> n + 5 | E (n, _) -> n | F (x, s) -> int_of_float x + String.length s", "Switch"],
  ["switch-int", "int -> int", "match a with 0 -> 5 | 1 -> 7 | 2 -> 1 | 3 -> 9 | 7 -> 4 | _ -> -1", "Switch"], ["switch-string", "string -> int", "match a with \"\" -> 0 | \"a\" -> 1 | \"ab\" -> 2 | _ -> 3", ""],
  ["MakeClosure", "int int -> int", "let f x = (x * a) + b in f 3 + f a", "MakeClosure Call"], ["MakeClosures", "small int -> int", "let rec even n = if n <= 0 then b else odd (n - 1) and odd n = if n <= 0 then -b else even (n - 1) and third n = even (n + 1) in even a + third a", "MakeClosures InfixClosure"],
  ["escaping", "int -> int", "List.fold_left (fun s f -> s + f a) 0 [ (fun x -> x + a); (fun x -> x * 2); succ ]", "MakeClosure"],
  ["recursion", "small int -> int", "let rec f n x = if n <= 0 then x else 1 + f (n - 1) (x * 2) in f a b", "MakeClosures"],
  ["loops", "small small -> int", "let s = ref 0 in for i = a downto 0 do let j = ref b in while !j > 0 do s := (!s * 3) + i - !j; decr j done done; !s", "Poll"],
  ["for-extremes", "small -> int", "let n = ref 0 in for _ = max_int - abs a to max_int do incr n done; for _ = min_int + abs a downto min_int do incr n done; !n", "Poll"],
  ["Raise", "int -> int", "if a < 3 then raise (Stop a) else if a = 7 then raise Not_found else if a = 10 then raise_notrace Exit else a", "Raise CheckNoTrace"],
  ["Invoke", "int int -> int", "try 1 + fails a b with Stop n -> n * 2 | Division_by_zero -> -5", "Invoke Exn"],
  ["try-nested", "int int -> int", "try (try a / b with Not_found -> 1) + (try fails a 1 with Stop n when n > 100 -> n | Exit -> 4) with Stop n -> n - 1 | Division_by_zero -> 77", "Invoke"],
  ["reraise", "int -> int", "try fails a 2 with Stop n as e -> if n land 1 = 0 then raise e else n", "Invoke Raise"], ["try-locals", "int int -> float", "let x = float_of_int a in let r = ref x in (try r := !r *. 2.; ignore (fails a b); r := !r +. 1. with Stop _ -> r := !r -. x | Division_by_zero -> ()); !r +. x", "Invoke"],
  ["finally", "int -> int", "let n = ref 0 in match Fun.protect ~finally:(fun () -> n := 3) (fun () -> fails a 3) with v -> v + !n | exception Stop m -> m + !n", "Call"],
  ["Method", "int -> int", "let o = Sys.opaque_identity (new counter a) in o#add 5; o#twice; o#get", "PublicMethod"], ["self-method", "int -> int", "(new counter a)#both 3", ""], ["object", "int -> int", "let o = object (self) method private p x = x + a method q = self#p 4 + self#p a end in o#q", ""],
  ["send", "int -> int", "let o = new counter a in (Obj.magic (CamlinternalOO.send (Obj.magic o) (CamlinternalOO.public_method_label \"add\")) : int -> unit) 5; o#get", "CallPrim"],
  ["lazy", "int -> int", "let l = lazy (if a > 100 then raise (Stop a) else a * 2) in Lazy.force l + Lazy.force l", ""],
  ["Perform", "int -> int", "match Effect.perform (Ask a) + 1 with v -> v | effect (Ask n), k -> Effect.Deep.continue k (n * 2)", ""],
  ["Reperform", "int -> int", "match (match Effect.perform (Ask a) + Effect.perform (Other a) with v -> v + 1 | effect (Other n), k -> Effect.Deep.continue k (n - 1)) with v -> v * 2 | effect (Ask n), k -> Effect.Deep.continue k (n lxor 3)", ""],
  ["discontinue", "int -> int", "match Effect.perform (Ask a) with v -> v | effect (Ask n), k -> (try Effect.Deep.discontinue k (Stop n) with Stop m -> m + 1)", ""],
  ["unhandled", "int -> int", "try Effect.perform (Ask a) with Effect.Unhandled (Ask n) -> n", ""], ["env", "int -> int", "let b = a + 1 and c = a * 2 and d = a - 3 and e = a lxor 9 and f = Sys.opaque_identity a in let g () = a + (b * c) - (d * e) + f in g () + g ()", "MakeClosure"],
  ["deep-stack", "int -> int", "let b = Sys.opaque_identity 1 in let c = b + a in let d = c + a in let e = d * 2 in let f = e - a in let g = f + 3 in let h = g lxor b in let i = h + c in let j = i + d in a + b + c + d + e + f + g + h + i + j + (a * b) - (c * d)", "AddInt"],
  ["string-build", "int string -> string", "b ^ string_of_int a ^ b", "Call"],
];

export const ENTRIES = [...INTS, ...FLOATS, ...WIDE, ...MEMORY, ...POLYMORPHIC, ...CONTROL]
  .map(([name, type, body, ops]) => {
    const [params, result] = type.split(" -> ");
    return { name, params: params.split(" "), result, body, ops: (ops ?? name).split(" ").filter((op) => op !== "") };
  });

const PRELUDE = `
type shape = A | B | C | D of int | E of int * shape | F of float * string
type point = { mutable x : float; mutable y : float }
type cell = { mutable n : int; mutable s : string; mutable l : int list; mutable f : float; mutable i : int }
type _ Effect.t += Ask : int -> int Effect.t | Other : int -> int Effect.t
exception Stop of int
external string_of_bytes : bytes -> string = "%bytes_to_string"
external bytes_of_string : string -> bytes = "%bytes_of_string"
external atomic_load : 'a Atomic.t -> 'a = "%atomic_load"
let counter = ref 5
let fails a b = if a land 1 = 1 then raise (Stop a) else a / b
class counter start = object (self) val mutable n = start method get = n method add m = n <- n + m method twice = self#add n method both m = self#add m; self#get * 2 end
let generic_get a b = Array.get a b
let generic_set a b = if Array.length a > 0 then Array.set a b (Array.get a 0)
let show_float x = if x <> x then "nan" else Printf.sprintf "%h" x
let show_list show l = "[" ^ String.concat ";" (List.map show l) ^ "]"
let show_ints a = show_list string_of_int (Array.to_list a)
let show_strings a = show_list String.escaped (Array.to_list a)
let show_floats a = show_list show_float (Array.to_list a)
let rec show_any (v : Obj.t) = if Obj.is_int v then string_of_int (Obj.obj v) else
  let tag = Obj.tag v in
  if tag = Obj.string_tag then "s" ^ String.escaped (Obj.obj v) else if tag = Obj.double_tag then show_float (Obj.obj v)
  else if tag = Obj.double_array_tag then show_floats (Obj.obj v)
  else if tag < Obj.no_scan_tag && tag <> Obj.closure_tag then Printf.sprintf "<%d %s>" tag (show_list show_any (List.init (Obj.size v) (Obj.field v)))
  else if tag = Obj.custom_tag then Printf.sprintf "<custom %d>" (Hashtbl.hash v) else Printf.sprintf "<%d>" tag
let show_boxes (a : Obj.t array) = show_any (Obj.repr a)
let show_shape s = show_any (Obj.repr s)
let show_point p = show_any (Obj.repr p)
let show_cell c = show_any (Obj.repr c)
let out = Buffer.create 1000000
let add s = Buffer.add_string out s
let id (f : 'a) : int = (Obj.obj (Obj.field (Obj.repr f) 0) : int) land 0x7FFFFFFF
let attempt show f = match f () with v -> add " = "; add (show v); add "\\n" | exception e -> add " ! "; add (Printexc.to_string e); add "\\n"
let start name ops f = add "# "; add name; add " "; add (string_of_int (id f)); add " "; add ops; add "\\n"
`;

const ocamlOf = (type) => TYPES[type].ocaml ?? type;
const showOf = (type) => (TYPES[type].show.includes(" x") ? `(fun x -> ${TYPES[type].show})` : TYPES[type].show);

// A constant stands where the parameter does.
const withConstant = (body, name, literal) => body.replace(new RegExp(`\\b${name}\\b`, "g"), () => `(${literal})`);

// → [{ variant, bound: [[name, type]], result, body, ops }]
function variants({ params, result, body, ops }) {
  const names = ["a", "b", "c"];
  const made = [{ variant: "plain", bound: params.map((type, i) => [names[i], type]), result, body, ops }];
  params.forEach((type, i) => (TYPES[type].literals ?? []).forEach((literal) => {
    const bound = params.map((t, j) => [names[j], t]).filter((_, j) => j !== i);
    if (bound.length > 0) made.push({ variant: `${names[i]}=${literal}`, bound, result, body: withConstant(body, names[i], literal), ops: [] });
  }));
  for (const [variant, type, text] of WRAPPERS[result] ?? []) {
    made.push({ variant, bound: params.map((t, i) => [names[i], t]), result: type, body: text.replaceAll("R", () => `(${body})`), ops: [] });
  }
  return made;
}

export function operationsProgram() {
  const lines = [PRELUDE, ...Object.entries(TYPES).map(([name, { edges }]) =>
    `let edges_${name} : (unit -> ${ocamlOf(name)}) array = [| ${edges.map((e) => `(fun () -> ${e})`).join("; ")} |]`)];
  const calls = [];
  let count = 0;
  for (const entry of ENTRIES) {
    for (const { variant, bound, result, body, ops } of variants(entry)) {
      const f = `f${count++}`;
      lines.push(`let ${f} ${bound.map(([name, type]) => `(${name} : ${ocamlOf(type)})`).join(" ")} : ${ocamlOf(result)} = ${body}\nlet r${f} = ref ${f}`);
      const shown = bound.map(([name, type]) => `add (${showOf(type)} (${name} ())); add " "`).join("; ");
      // Through a reference: a function that a closure is seen to call would be translated with the closure.
      const call = `attempt ${showOf(result)} (fun () -> !(r${f}) ${bound.map(([name]) => `(${name} ())`).join(" ")})`;
      const loops = (edges) => bound.reduceRight((inner, [name, type]) => `Array.iter (fun ${name} -> ${inner}) (${edges(type)})`, `(${shown}; ${call})`);
      // The first call is the one that has the function translated: the same again after it.
      calls.push(`let () = start "${entry.name}/${variant}" "${ops.join(",")}" ${f}; ${loops((type) => `Array.sub edges_${type} 0 1`)}; ${loops((type) => `edges_${type}`)}`);
    }
  }
  return [...lines, ...calls, "let () = print_string (Buffer.contents out)"].join("\n") + "\n";
}
