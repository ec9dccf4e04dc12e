// SPDX-License-Identifier: Apache-2.0
// What the tiers did, by the counters of the option `stats`: a program that prints what it should says nothing about it.

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { BUILD, DIST } from "../../loader/tools/paths.mjs";

const WORK = join(BUILD, "tests/tiers");
const OCAML = join(BUILD, "ocaml/bin");

// Its counters, after its output has been found to be ocamlrun's.
function counters(name, source, options) {
  mkdirSync(WORK, { recursive: true });
  const file = join(WORK, `${name}.ml`), program = join(WORK, `${name}.byte`);
  writeFileSync(file, source);
  execFileSync(join(OCAML, "ocamlc"), ["-w", "-a", "-o", program, file]);
  const expected = execFileSync(join(OCAML, "ocamlrun"), [program], { encoding: "utf8" });
  const words = [join(DIST, "bactrian-node.mjs"), "--stats=1", ...options, program];
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { encoding: "utf8", timeout: 60_000, killSignal: "SIGKILL" });
  assert.deepEqual([status, stdout], [0, expected], stderr);
  // The translator prints them, if the program has woken it.
  if (!/^tier: /m.test(stderr)) return { asleep: true };
  const number = (text) => Number(new RegExp(`${text} (\\d+)`).exec(stderr)?.[1]);
  return { entered: number("entered"), unwindings: number("unwindings"), adapters: number("adapters"), refused: number("refused"), dropped: number("dropped"), interpreted: number("interpreted calls"),
    loops: Number(/loops requested \d+ installed (\d+)/.exec(stderr)?.[1]) };
}

test("partial applications, and more arguments than a function takes, do without the interpreter", () => {
  const { adapters, interpreted } = counters("adapters", `
let rec iterate n f x = if n = 0 then x else iterate (n - 1) f (f x)
let rec twice n f x = if n = 0 then x else twice (n - 1) f (f n x)
let add a b c = a + b + c
let choose n = if n land 1 = 0 then (fun x -> x + 1) else (fun x -> x * 3 land 0xFFFF)
let () = Printf.printf "%d %d\\n" (iterate 500_000 (add 1 2) 0) (twice 500_000 choose 0)`, ["--tier-up=50"]);
  assert.ok(adapters >= 2, `${adapters} adapters`);
  assert.ok(interpreted < 10_000, `${interpreted} interpreted calls`);
});

test("a loop of a module's initialiser is translated, behind the functions of its module too", () => {
  const { loops, refused } = counters("initialiser", `
let f x = x land 0xFFFF
let g x = x + 1
let () = let s = ref 0 in for i = 1 to 100_000 do s := !s + f i + g i done; Printf.printf "%d\\n" !s`, ["--tier-up=1"]);
  assert.ok(loops >= 1, `${loops} loops`);
  assert.equal(refused, 0);
});

// Without -g, so that the references are variables of the loop.
test("a loop entered in its middle takes its variables for what they hold, and is given up when they no longer do", () => {
  const { loops, dropped } = counters("guards", `
type _ kind = Int : int kind | Float : float kind | Word : string kind
let total = ref 0.
let work (type a) (kind : a kind) (x : a) turns =
  let sum = ref 0. and last = ref x in
  for i = 1 to turns do
    (match kind with
     | Int -> sum := !sum +. float_of_int !last; last := !last + i
     | Float -> sum := !sum +. !last; last := !last *. 0.5
     | Word -> sum := !sum +. float_of_int (String.length !last))
  done;
  total := !total +. !sum;
  !last
let halve (type a) (kind : a kind) (x : a) turns =
  let last = ref x in
  for i = 1 to turns do last := (match kind with Float -> !last *. 0.5 | _ -> !last) done;
  !last
let () =
  for i = 1 to 50 do ignore (work Int i 1000) done;
  for i = 1 to 50 do ignore (work Float (float_of_int i) 1000) done;
  for i = 1 to 50 do ignore (work Word (string_of_int i) 1000) done;
  for i = 1 to 50 do ignore (halve Float (float_of_int i) 1000) done;
  for i = 1 to 50 do ignore (halve Int i 1000) done;
  for i = 1 to 50 do ignore (halve Word (string_of_int i) 1000) done;
  Printf.printf "%h %d %s\\n" (halve Float 3. 10) (halve Int 4 1000) (halve Word "half" 1000);
  Printf.printf "%h %d %h %s\\n" !total (work Int 3 1000) (work Float 3. 10) (work Word "w" 1000);
  let s = ref 0. and n = ref 1 in
  while !n < 1_000_000 do s := !s +. 1. /. float_of_int !n; incr n done;
  Printf.printf "%h\\n" !s`, []);
  assert.ok(loops >= 3, `${loops} loops`);
  assert.ok(dropped >= 2, `${dropped} dropped`);
});

test("translations that effects leave all the time are dropped", () => {
  const { dropped } = counters("dropped", `
open Effect
open Effect.Deep
type _ Effect.t += Yield : int -> unit t
let rec walk n = if n > 0 then (perform (Yield n); walk (n - 1))
let () =
  let sum = ref 0 in
  match_with walk 30_000 { retc = (fun () -> Printf.printf "%d\\n" !sum); exnc = raise;
    effc = fun (type a) (e : a Effect.t) -> match e with
      | Yield n -> Some (fun (k : (a, _) continuation) -> sum := !sum + n; continue k ()) | _ -> None }`, ["--tier-up=50"]);
  assert.ok(dropped >= 1, `${dropped} dropped`);
});

test("a loop whose turns use their fuel in calls is found all the same", () => {
  const { loops } = counters("calling_loop", `
class virtual shape = object (self) method virtual area : int method twice = self#area + self#area end
class square n = object inherit shape method area = n * n end
let () =
  let shapes = [| (new square 3 :> shape); (new square 4 :> shape) |] and sum = ref 0 in
  for i = 0 to 6_000_000 do sum := !sum + (Array.unsafe_get shapes (i land 1))#twice done;
  Printf.printf "%d\\n" !sum`, []);
  assert.ok(loops >= 1, `${loops} loops`);
});

test("a function that asks for stack is not left for it when there is enough", () => {
  const slots = Array.from({ length: 60 }, (_, i) => i);
  const { unwindings } = counters("asks_for_stack", `
let f x = ${slots.map((i) => `let v${i} = Sys.opaque_identity (x + ${i}) in`).join(" ")} ${slots.map((i) => `v${i}`).join(" + ")}
let rec go n sum = if n = 0 then sum else go (n - 1) (sum + f n)
let () = Printf.printf "%d\\n" (go 20_000 0)`, ["--tier-up=50"]);
  assert.ok(unwindings < 1000, `${unwindings} unwindings`);
});

test("a short program does not wake the translator", () => {
  const { asleep } = counters("short", `
let rec fib n = if n < 2 then n else fib (n - 1) + fib (n - 2)
let () = Printf.printf "%d\\n" (fib 18)`, []);
  assert.ok(asleep);
});
