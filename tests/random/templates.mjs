// SPDX-License-Identifier: Apache-2.0
// Top-level items with a shape that chance would not find: hot loops, deep recursion, collector pressure, schedulers
// on effects. Each is (g, scope, tag) => a Node("item") that prints one line or more under the tag.
// Their expressions are random; loops have fixed bounds, of which `small` takes a part.

import { node } from "./ast.mjs";

const item = node("item");
const at = (s, depth) => ({ ...s, depth });

// --- Hot loops: enough turns for any tier -------------------------------------------------------------------

function intLoop(g, s, tag) {
  const [f, n, a, b] = ["hot", "n", "a", "b"].map((x) => g.fresh(x));
  const t = g.bind(g.bind(g.bind(s, n, "int"), a, "int"), b, "int");
  return item`let rec ${f} ${n} ${a} ${b} = if ${n} <= 0 || not (tick ()) then ${a} lxor ${b} else ${f} (${n} - 1) ${g.expr("int", at(t, 3))} ${g.expr("int", at(t, 2))}
let () = run "${tag}" 20000 (fun () -> ${f} 20000 1 2)`;
}

function floatLoop(g, s, tag) {
  const [x, y, i] = ["x", "y", "i"].map((name) => g.fresh(name));
  const t = g.bindRef(g.bindRef(g.bind(s, i, "int"), x, "float"), y, "float");
  return item`let () = run "${tag}" 3000 (fun () -> let ${x} = ref 0.5 and ${y} = ref 1.5 in for ${i} = 1 to 6000 do ${x} := ${g.expr("float", at(t, 2))}; if ${i} land 63 = 0 then ${y} := ${g.expr("float", at(t, 2))} else ${y} := !${y} *. 1.0001 +. !${x} done; outf "${tag}" !${x}; bits !${y})`;
}

// At top level itself, where variables are globals; what it raises is caught in the loop.
function topLevelLoop(g, s, tag) {
  const i = g.fresh("i");
  const t = g.bind(s, i, "int");
  return item`let () = refuel 4000
let () = for ${i} = 0 to 3000 do try ${g.statement(at(t, 4))} with E0 | Not_found | Division_by_zero | Invalid_argument _ -> mix ${i} | _ -> () done
let () = out "${tag}" !sum`;
}

function arrayLoop(g, s, tag) {
  const [a, i, j] = ["a", "i", "j"].map((name) => g.fresh(name));
  const isFloat = g.rng.chance(0.5);
  const type = isFloat ? "float array" : "int array";
  const t = g.bind(g.bind(g.bind(s, a, type), i, "int"), j, "int");
  const value = g.expr(isFloat ? "float" : "int", at(t, 2));
  return item`let () = run "${tag}" 5000 (fun () -> let ${a} = Array.make 40 ${isFloat ? "1.5" : "3"} in (try for ${i} = 0 to 150 do for ${j} = 0 to ${g.rng.pick([39, 39, 39, 40])} do ${a}.(${j}) <- ${a}.((${i} + ${j}) mod 40) ${isFloat ? "+." : "+"} ${value} done done with ${g.rng.pick(["Invalid_argument _", "_"])} -> mix 77); ${isFloat ? "sum_floats" : "sum_list"} (Array.to_list ${a}))`;
}

function raiseLoop(g, s, tag) {
  const [f, i, n] = ["thrower", "i", "n"].map((name) => g.fresh(name));
  const t = g.bind(s, i, "int");
  return item`let ${f} ${i} = if ${i} mod 3 = 0 then raise (E1 ${g.expr("int", at(t, 2))}) else if ${i} mod 7 = 0 then raise Not_found else ${g.expr("int", at(t, 3))}
let () = run "${tag}" 8000 (fun () -> let ${n} = ref 0 in for ${i} = 1 to 3000 do (try ${n} := !${n} + ${f} ${i} with E1 e -> ${n} := !${n} lxor e | Not_found -> incr ${n} | _ -> ${n} := !${n} * 3) done; !${n})`;
}

// --- Deep recursion -----------------------------------------------------------------------------------------

const depth = (units) => `(if small then ${units / 100} else ${units})`;

function deepInt(g, s, tag) {
  const [f, n] = ["deep", "n"].map((name) => g.fresh(name));
  const t = g.bind(s, n, "int");
  return item`let rec ${f} ${n} = if ${n} <= 0 then ${g.rng.chance(0.2) ? "raise (E1 5)" : "1"} else ${g.expr("int", at(t, 1))} + ${f} (${n} - 1)
let () = run "${tag}" 2000 (fun () -> ${f} ${depth(200000)})`;
}

function deepMutual(g, s, tag) {
  const [f, h, n, x] = ["even", "odd", "n", "x"].map((name) => g.fresh(name));
  const t = g.bind(g.bind(s, n, "int"), x, "float");
  return item`let rec ${f} ${n} ${x} = if ${n} = 0 then ${x} else ${h} (${n} - 1) ${g.expr("float", at(t, 1))} +. ${x}
and ${h} ${n} ${x} = if ${n} = 0 then -. ${x} else let r = ${f} (${n} - 1) (${x} *. 0.5) in r -. ${g.expr("float", at(t, 1))}
let () = run "${tag}" 2000 (fun () -> bits (${f} ${depth(200000)} ${g.rng.between(1, 9)}.5))`;
}

function deepCatch(g, s, tag) {
  const [f, n] = ["nest", "n"].map((name) => g.fresh(name));
  const t = g.bind(s, n, "int");
  return item`let rec ${f} ${n} = if ${n} = 0 then raise ${g.rng.pick(["E0", "Not_found", "(E1 9)"])} else try 1 + ${f} (${n} - 1) with E1 k when k > 0 -> ${g.expr("int", at(t, 2))} | Not_found when ${n} land ${g.rng.pick([1, 255, 65535])} = 0 -> ${g.expr("int", at(t, 1))} | E0 when ${n} > 10 -> raise ${g.rng.pick(["E0", "Not_found"])}
let () = run "${tag}" 2000 (fun () -> ${f} ${depth(100000)})`;
}

function deepLists(g, s, tag) {
  const [x, a] = ["x", "a"].map((name) => g.fresh(name));
  const t = g.bind(g.bind(s, x, "int"), a, "int");
  return item`let () = run "${tag}" 2000 (fun () -> let l = List.init ${depth(200000)} (fun ${x} -> ${x} * 3) in let m = List.map (fun ${x} -> ${g.expr("int", at(g.bind(s, x, "int"), 1))}) l in List.fold_right (fun ${x} ${a} -> ${g.expr("int", at(t, 1))}) m (List.length m))`;
}

function deepUnknown(g, s, tag) {
  const [f, h, n, k, x] = ["through", "step", "n", "k", "x"].map((name) => g.fresh(name));
  const t = g.bind(g.bind(s, n, "int"), x, "int");
  return item`let rec ${f} ${n} (${k} : int -> int) = if ${n} = 0 then ${k} 0 else ${f} (${n} - 1) (fun ${x} -> ${g.rng.pick(["", "1 + "])}${k} ${g.expr("int", at(t, 1))})
let ${h} = ref (fun ${n} -> ${n})
let () = ${h} := (fun ${n} -> if ${n} <= 0 then 7 else ${g.rng.pick(["", "1 + ", "2 * "])}!${h} (${n} - 1))
let () = run "${tag}" 2000 (fun () -> ${f} ${depth(200000)} (fun ${x} -> ${x} + 1) + !${h} ${depth(200000)})`;
}

function deepEffect(g, s, tag) {
  const [f, n] = ["asker", "n"].map((name) => g.fresh(name));
  const t = g.bind(s, n, "int");
  return item`let rec ${f} ${n} = if ${n} = 0 then Effect.perform (Ask 3) else let r = ${f} (${n} - 1) in r + ${g.expr("int", at(t, 1))}
let () = run "${tag}" 2000 (fun () -> match ${f} ${depth(100000)} with r -> r + 1 | effect (Ask ${n}), k -> ${g.rng.pick(["Effect.Deep.continue k 5 + 1", "Effect.Deep.continue k 6", "Effect.Deep.discontinue k E0", "17"])} | exception E0 -> 4)`;
}

// --- More parameters than are passed in registers ------------------------------------------------------------

function manyParameters(g, s, tag) {
  const [f, h, n] = ["wide", "narrow", "n"].map((name) => g.fresh(name));
  const names = Array.from({ length: g.rng.between(9, 16) }, () => g.fresh("p"));
  const t = names.reduce((scope, name) => g.bind(scope, name, "int"), g.bind(s, n, "int"));
  const turned = [names.at(-1), ...names.slice(0, -1)].join(" ");
  const given = names.map((_, i) => (i % 3 === 0 ? `${i}` : `(${i} - i)`));
  const split = g.rng.between(1, names.length - 1);
  return item`let rec ${f} ${n} ${names.join(" ")} = if ${n} <= 0 then ${g.expr("int", at(t, 2))} else ${g.rng.pick(["", "1 + ", "2 * "])}${f} (${n} - 1 - (0 land (${g.expr("int", at(t, 1))}))) ${turned}
let ${h} i = ${f} ${g.rng.between(0, 9)} ${given.slice(0, split).join(" ")}
let () = run "${tag}" 2000 (fun () -> let n = ref 0 in for i = 1 to 200 do n := !n * 3 + ${f} (i land 7) ${given.join(" ")} + ${h} i ${given.slice(split).join(" ")} done; !n + ${f} ${depth(20000)} ${names.map((_, i) => i).join(" ")})`;
}

// --- The collector ------------------------------------------------------------------------------------------

function liveLists(g, s, tag) {
  const [live, i] = ["live", "i"].map((name) => g.fresh(name));
  const type = g.rng.pick(["int list", "float list", "string", "frec", "mrec", "(int * float)", "float array", "int array", ...g.variants.map((v) => v.type)]);
  const t = g.bind(s, i, "int");
  return item`let () = run "${tag}" 4000 (fun () -> let ${live} = Array.make 200 ${g.expr(type, at(s, 1))} in let n = ref 0 in for ${i} = 0 to (if small then 300 else 6000) do ${live}.(${i} * 7 mod 200) <- ${g.expr(type, at(t, 2))}; if ${i} land 255 = 0 then n := !n * 3 + Hashtbl.hash ${live}.(${i} mod 200) done; !n + compare ${live}.(0) ${live}.(199))`;
}

function trees(g, s, tag) {
  const [f, h, n] = ["grow", "weigh", "n"].map((name) => g.fresh(name));
  const t = g.bind(s, n, "int");
  return item`type ${f}_t = ${f.toUpperCase()}_E | ${f.toUpperCase()}_N of ${f}_t * int * float * ${f}_t
let rec ${f} ${n} = if ${n} = 0 then ${f.toUpperCase()}_E else ${f.toUpperCase()}_N (${f} (${n} - 1), ${g.expr("int", at(t, 1))}, ${g.expr("float", at(t, 1))}, ${f} (${n} - 1))
let rec ${h} = function ${f.toUpperCase()}_E -> 1 | ${f.toUpperCase()}_N (l, i, x, r) -> ${h} l * 3 + i + bits x - ${h} r
let () = run "${tag}" 2000 (fun () -> let kept = ${f} (if small then 3 else 9) in let n = ref 0 in for i = 1 to (if small then 3 else 30) do n := !n * 5 + ${h} (${f} (if small then 3 else 8)) done; !n + ${h} kept)`;
}

function tables(g, s, tag) {
  const [t, i] = ["tbl", "i"].map((name) => g.fresh(name));
  const scope = g.bind(s, i, "int");
  const key = g.rng.pick(["int", "string", "int64", "float", "(int * float)"]);
  return item`let () = run "${tag}" 4000 (fun () -> let ${t} = Hashtbl.create 1 in for ${i} = 0 to (if small then 40 else 2000) do Hashtbl.replace ${t} ${g.expr(key, at(scope, 2))} ${i}; if ${i} mod 5 = 0 then Hashtbl.remove ${t} ${g.expr(key, at(scope, 1))} done; Hashtbl.fold (fun k v a -> (a * 7) + v + Hashtbl.hash k) ${t} (Hashtbl.length ${t}))`;
}

function bigArrays(g, s, tag) {
  const [a, i] = ["big", "i"].map((name) => g.fresh(name));
  const t = g.bind(s, i, "int");
  return item`let () = run "${tag}" 2000 (fun () -> let len = if small then 300 else 30000 in let ${a} = Array.init len (fun ${i} -> if ${i} land 1 = 0 then None else Some ${g.expr("float", at(t, 1))}) in for ${i} = 0 to len - 1 do ${a}.(len - 1 - ${i}) <- (match ${a}.(${i}) with None -> Some (float_of_int ${i}) | Some x -> if x > 2. then None else Some (x +. 1.)) done; Array.fold_left (fun n x -> match x with None -> n * 3 | Some x -> n + bits x) 1 ${a})`;
}

// --- Effects ------------------------------------------------------------------------------------------------

function scheduler(g, s, tag) {
  const [q, task, i] = ["queue", "task", "i"].map((name) => g.fresh(name));
  const t = { ...g.bind(s, i, "int"), handled: true };
  return item`let ${q} : (unit -> unit) Queue.t = Queue.create ()
let ${task} me = for ${i} = 1 to 20 do if tick () then begin (try mix (Effect.perform (Ask (me * ${i}))) with E0 -> mix me); ${g.statement(at(t, 2))} end done
let spawn_${task} me = match ${task} me with () -> mix 1 | exception e -> mix (exn_code e) | effect (Ask n), k -> if n mod ${g.rng.between(5, 30)} = 0 then Effect.Deep.discontinue k ${g.rng.pick(["E0", "Exit"])} else Queue.add (fun () -> Effect.Deep.continue k (n + 1)) ${q} | effect (Note s), k -> add_text s; Queue.add (fun () -> Effect.Deep.continue k ()) ${q}
let () = run "${tag}" 1000 (fun () -> for me = 1 to ${g.rng.between(2, 6)} do Queue.add (fun () -> spawn_${task} me) ${q} done; while not (Queue.is_empty ${q}) do (Queue.take ${q}) () done; !sum)`;
}

// A shallow handler; the continuation waits in a reference between two steps. Its type names AskF's result.
function generator(g, s, tag) {
  const [next, i, x] = ["next", "i", "x"].map((name) => g.fresh(name));
  const t = g.bind(s, i, "int");
  return item`let ${next} (rest : (float, int) Effect.Shallow.continuation option ref) ended k v = Effect.Shallow.continue_with k v { Effect.Shallow.retc = (fun n -> rest := None; ended := n; 0.); exnc = (fun e -> rest := None; ended := exn_code e; 1.); effc = (fun (type c) (e : c Effect.t) -> match e with AskF y -> Some (fun (k : (c, int) Effect.Shallow.continuation) -> rest := Some k; y) | _ -> None) }
let () = run "${tag}" 3000 (fun () -> let rest = ref None in let ended = ref 0 in let produce start = for ${i} = 1 to 200 do let ${x} = Effect.perform (AskF (float_of_int ${i} +. start)) in mix (bits ${x}); if ${i} mod 9 = 0 then ${g.statement(at(t, 2))} done; 99 in rest := Some (Effect.Shallow.fiber produce); let total = ref 0. in while Option.is_some !rest do total := !total +. ${next} rest ended (Option.get !rest) (!total *. 0.5) done; outf "${tag}" !total; !ended)`;
}

export const TEMPLATES = [
  [3, intLoop], [3, floatLoop], [3, topLevelLoop], [3, arrayLoop], [2, raiseLoop],
  [1, deepInt], [1, deepMutual], [1, deepCatch], [1, deepLists], [1, deepUnknown], [1, deepEffect], [2, manyParameters],
  [2, liveLists], [1, trees], [1, tables], [1, bigArrays],
  [2, scheduler], [1, generator],
];
