(* SPDX-License-Identifier: Apache-2.0
   A recursive call: the prologue's check, what is stored across the call, the sentinel. *)
let rec fib n = if n < 2 then n else fib (n - 1) + fib (n - 2)
