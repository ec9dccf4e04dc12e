(* SPDX-License-Identifier: Apache-2.0
   Tagged arithmetic: constants are folded into the tags. *)
let mixed a b = (a * 3) + b - 1
let shifts a = (a lsl 2) lxor (a asr 1)
