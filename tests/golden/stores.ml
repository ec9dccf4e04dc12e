(* SPDX-License-Identifier: Apache-2.0
   Stores into blocks: of immediates none of the collector's business, of others with its filter. *)
type t = { mutable count : int; mutable name : string }
let set_count t n = t.count <- n + 1
let set_name t s = t.name <- s
