(* SPDX-License-Identifier: Apache-2.0
   A small virtual machine: a big match in a loop, arrays, tags. *)
type op = Push of int | Add | Sub | Mul | Dup | Swap | Jump_if of int | Store of int | Load of int | Less | Halt
let program = [| Push 0; Store 0; Push 0; Store 1; Load 1; Load 0; Dup; Mul; Push 1000003; Swap; Sub; Add; Store 1; Load 0; Push 1; Add; Dup; Store 0;
                 Push 4_000_000; Less; Jump_if 4; Halt |]
let run program =
  let stack = Array.make 64 0 and memory = Array.make 8 0 in
  let sp = ref 0 and pc = ref 0 and steps = ref 0 and running = ref true in
  while !running do
    incr steps;
    let op = program.(!pc) in
    incr pc;
    match op with
    | Push n -> stack.(!sp) <- n; incr sp
    | Add -> decr sp; stack.(!sp - 1) <- (stack.(!sp - 1) + stack.(!sp)) land 0xFFFFFFFF
    | Sub -> decr sp; stack.(!sp - 1) <- stack.(!sp - 1) - stack.(!sp)
    | Mul -> decr sp; stack.(!sp - 1) <- stack.(!sp - 1) * stack.(!sp)
    | Dup -> stack.(!sp) <- stack.(!sp - 1); incr sp
    | Swap -> let t = stack.(!sp - 1) in stack.(!sp - 1) <- stack.(!sp - 2); stack.(!sp - 2) <- t
    | Less -> decr sp; stack.(!sp - 1) <- (if stack.(!sp - 1) < stack.(!sp) then 1 else 0)
    | Jump_if l -> decr sp; if stack.(!sp) <> 0 then pc := l
    | Store i -> decr sp; memory.(i) <- stack.(!sp)
    | Load i -> stack.(!sp) <- memory.(i); incr sp
    | Halt -> running := false
  done;
  (memory.(1), !steps)
let () = let v, n = run program in Printf.printf "%d %d\n" v n
