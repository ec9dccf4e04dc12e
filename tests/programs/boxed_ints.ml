(* SPDX-License-Identifier: Apache-2.0
   Int32, Int64 and Nativeint: arithmetic with overflow, shifts, division edge cases, unsigned
   operations, conversions to and from floats and bits, comparison, byte swaps.
   @versions all *)

module type BOXED = sig
  type t
  val zero : t  val one : t  val minus_one : t  val max_int : t  val min_int : t
  val add : t -> t -> t  val sub : t -> t -> t  val mul : t -> t -> t
  val div : t -> t -> t  val rem : t -> t -> t
  val unsigned_div : t -> t -> t  val unsigned_rem : t -> t -> t
  val neg : t -> t  val abs : t -> t  val succ : t -> t  val pred : t -> t
  val logand : t -> t -> t  val logor : t -> t -> t  val logxor : t -> t -> t  val lognot : t -> t
  val shift_left : t -> int -> t  val shift_right : t -> int -> t  val shift_right_logical : t -> int -> t
  val of_int : int -> t  val to_int : t -> int
  val unsigned_to_int : t -> int option
  val of_float : float -> t  val to_float : t -> float
  val to_string : t -> string
  val compare : t -> t -> int  val unsigned_compare : t -> t -> int  val equal : t -> t -> bool
  val min : t -> t -> t  val max : t -> t -> t
end

module Exercise (N : BOXED) (P : sig val name : string val width : int end) = struct
  let s = N.to_string
  let edges = N.[zero; one; minus_one; max_int; min_int; of_int 12345; of_int (-678); shift_left one (P.width / 2)]

  let binary name op =
    Printf.printf "%s.%s:" P.name name;
    List.iter (fun a -> List.iter (fun b ->
      Printf.printf " %s" (match op a b with n -> s n | exception Division_by_zero -> "div0")) edges) edges;
    print_newline ()

  let unary name op =
    Printf.printf "%s.%s:" P.name name;
    List.iter (fun a -> Printf.printf " %s" (s (op a))) edges;
    print_newline ()

  let run () =
    List.iter (fun (name, op) -> binary name op)
      N.[ "add", add; "sub", sub; "mul", mul; "div", div; "rem", rem; "udiv", unsigned_div; "urem", unsigned_rem;
          "and", logand; "or", logor; "xor", logxor; "min", min; "max", max ];
    List.iter (fun (name, op) -> unary name op)
      N.[ "neg", neg; "abs", abs; "succ", succ; "pred", pred; "not", lognot ];
    List.iter (fun k ->
      unary (Printf.sprintf "shl %d" k) (fun a -> N.shift_left a k);
      unary (Printf.sprintf "shr %d" k) (fun a -> N.shift_right a k);
      unary (Printf.sprintf "lsr %d" k) (fun a -> N.shift_right_logical a k)) [0; 1; 13; P.width - 1];
    List.iter (fun a -> List.iter (fun b ->
      Printf.printf "%d%d%b " (N.compare a b) (N.unsigned_compare a b) (N.equal a b)) edges) edges;
    print_newline ();
    List.iter (fun a -> Printf.printf "%s -> int %d, unsigned %s, float %h\n" (s a) (N.to_int a)
      (match N.unsigned_to_int a with None -> "none" | Some n -> string_of_int n) (N.to_float a)) edges;
    List.iter (fun f -> Printf.printf "of_float %h = %s\n" f (s (N.of_float f)))
      [0.0; -0.0; 1.5; -1.5; 2147483647.0; -2147483648.0; 123456.789; -0.999]
end

module E32 = Exercise (Int32) (struct let name = "Int32" let width = 32 end)
module E64 = Exercise (Int64) (struct let name = "Int64" let width = 64 end)
module ENat = Exercise (Nativeint) (struct let name = "Nativeint" let width = 64 end)

external swap16 : int -> int = "%bswap16"
external swap32 : int32 -> int32 = "%bswap_int32"
external swap64 : int64 -> int64 = "%bswap_int64"
external swapnat : nativeint -> nativeint = "%bswap_native"

let () =
  E32.run ();
  E64.run ();
  ENat.run ();
  Printf.printf "%x %lx %Lx %nx\n" (swap16 0x1234) (swap32 0x12345678l) (swap64 0x0123456789ABCDEFL)
    (swapnat 0x0123456789ABCDEFn);
  Printf.printf "%lx %h\n" (Int32.bits_of_float 1.1) (Int32.float_of_bits 0x3dcccccdl);
  Printf.printf "%Lx %h\n" (Int64.bits_of_float (-0.1)) (Int64.float_of_bits 0x7fefffffffffffffL);
  Printf.printf "%ld %Ld %nd\n" (Int64.to_int32 0x1_8000_0001L) (Int64.of_int32 (-5l)) (Int64.to_nativeint (-1L));
  Printf.printf "%ld %Ld %d\n" (Nativeint.to_int32 0x1_8000_0001n) (Int64.of_nativeint 77n) Nativeint.size;
  Printf.printf "%d %d %d\n" (compare 3l (-3l)) (compare 3L 3L) (compare 3n 4n);
  Printf.printf "%b %b %b\n" (3l = 3l) (3L == 3L) (min_int = Int64.to_int Int64.min_int)
