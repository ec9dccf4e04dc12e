// SPDX-License-Identifier: Apache-2.0
// A random well-typed OCaml program from a seed: types, references, functions, classes, functors and statements that
// print what they computed. The same seed gives the same program, always.
//   node tests/random/generate.mjs SEED         prints it

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Node, node, renderProgram, separated } from "./ast.mjs";
import { Expressions, PLAIN_TYPES, TYPES } from "./expressions.mjs";
import { Rng } from "./rng.mjs";
import { TEMPLATES } from "./templates.mjs";

const item = node("item");
export const PRELUDE = readFileSync(join(import.meta.dirname, "prelude.ml"), "utf8");

const EMPTY_SCOPE = { variables: [], refs: [], functions: [], locals: [], handled: false, depth: 0 };

class Program extends Expressions {
  constructor(seed) {
    super(new Rng(seed));
    this.scope = EMPTY_SCOPE;
    this.items = [];
    this.tags = 0;
  }

  add(made) { this.items.push(made); }
  tag() { return `s${this.tags++}`; }
  at(depth) { return { ...this.scope, depth }; }

  // Constants first, so that there is a least value; then blocks with fields of any type, the variant's own too.
  addVariant() {
    const type = this.fresh("v");
    const constructors = [];
    const upper = type.toUpperCase();
    const fieldTypes = ["int", "int", "float", "string", "bool", "int list", "int64", ...this.variants.map((v) => v.type)];
    for (let i = this.rng.weighted([[4, 1], [3, 3], [2, 8]]); i > 0; i--) constructors.push({ name: `${upper}_C${constructors.length}`, fields: [] });
    for (let i = this.rng.weighted([[1, 0], [3, 2], [3, 4], [2, 9]]); i > 0; i--) {
      const fields = Array.from({ length: this.rng.between(1, 4) }, () => (this.rng.chance(0.3) ? type : this.rng.pick(fieldTypes)));
      constructors.push({ name: `${upper}_B${constructors.length}`, fields });
    }
    const sumOf = (field, x) => (TYPES[field] ? TYPES[field].sum(x) : node("int")`(sum_${field} ${x})`);
    const pattern = (fields) => (fields.length === 0 ? "" : ` (${fields.map((_, i) => `x${i}`).join(", ")})`);
    const sums = constructors.map(({ name, fields }, i) => [`${name}${pattern(fields)} -> ${i * 17}`, ...fields.flatMap((field, j) => [" + ", sumOf(field, `x${j}`)])]);
    const nested = constructors.map(({ name, fields }) => `${name}${pattern(fields)} -> ${fields.reduce((text, field, j) => (field === type ? `(size_${type} ${text} x${j})` : text), "(n + 1)")}`);
    this.add(new Node("item", [`type ${type} = ${constructors.map(({ name, fields }) => name + (fields.length > 0 ? ` of ${fields.join(" * ")}` : "")).join(" | ")}\n`,
      `let rec size_${type} n v = if n > 30 then n else match v with ${nested.join(" | ")}\n`,
      `let cap_${type} v = if size_${type} 0 v > 30 then ${constructors[0].name} else v\n`,
      `let rec sum_${type} v = match v with `, ...separated(sums, " | ").flat()]));
    this.variants.push({ type, constructors });
  }

  addRef() {
    const name = this.fresh("g");
    const type = this.rng.pick(["int", "int", "float", "float", "int list", "string", "int64", "bool", ...this.variants.map((v) => v.type)]);
    this.add(new Node("item", [`let ${name} : ${type} ref = ref `, this.constant(type)]));
    this.scope = this.bindRef(this.scope, name, type);
  }

  addValue() {
    const name = this.fresh("k");
    const type = this.rng.pick([...PLAIN_TYPES, "int array", "float array", "frec"]);
    this.budget = 15;
    const value = this.expr(type, this.at(2));
    this.add(new Node("item", ["let () = refuel 500\n", `let ${name} : ${type} = (try `, value, ` with _ -> ${this.least(type)})`]));
    this.scope = this.bind(this.scope, name, type);
  }

  // One function, or a few that call one another; 1 to 13 parameters.
  addFunctions() {
    const count = this.rng.weighted([[5, 1], [3, 2], [1, 3]]);
    const group = Array.from({ length: count }, () => {
      const arity = this.rng.weighted([[4, 1], [5, 2], [4, 3], [2, 4], [1, 5], [1, 6], [1, 8], [1, 9], [1, 10], [1, 11], [1, 13]]);
      const params = Array.from({ length: arity }, () => (arity > 6 ? this.rng.pick(["int", "float", "int", "bool"]) : this.anyType()));
      return { name: this.fresh("fn"), params, result: this.rng.chance(0.6) ? this.rng.pick(["int", "float"]) : this.anyType() };
    });
    const scope = { ...this.scope, functions: [...this.scope.functions, ...group, ...group] };
    const parts = group.flatMap((f, i) => {
      this.budget = this.rng.between(15, 90);
      return [`${i === 0 ? "let rec" : "\nand"} ${f.name} `, ...this.functionBody(f, { ...scope, depth: this.rng.between(3, 6) }, true)];
    });
    this.add(new Node("item", parts));
    this.scope = { ...this.scope, functions: [...this.scope.functions, ...group] };
  }

  // A class, or one that inherits from an earlier one and overrides its methods.
  addClass() {
    const name = this.fresh("c");
    const parent = this.classes.length > 0 && this.rng.chance(0.5) ? this.rng.pick(this.classes) : null;
    const inherited = parent?.methods ?? [];
    const own = Array.from({ length: this.rng.between(1, 3) }, () => ({ name: this.fresh("m"), param: this.rng.pick(["int", "float", "(int -> int)", null]) }));
    const methods = [...inherited, ...own];
    const callable = (object, list) => list.filter((m) => m.param).map((m) => ({ name: `${object}#${m.name}`, params: [m.param], result: "int" }));
    const fields = ["count", "ratio"];
    let scope = { ...this.scope, functions: [...this.scope.functions, ...callable("self", methods), ...callable("super", inherited)] };
    scope = this.bind(this.bind(scope, "count", "int"), "ratio", "float");
    const overridden = inherited.filter(() => this.rng.chance(0.6));
    const parts = [`class ${name} (init : int) = object (self)\n`];
    parts.push(parent ? `  inherit ${parent.name} init as super\n` : `  val mutable ${fields[0]} = init\n  val mutable ${fields[1]} = 0.5\n`);
    for (const m of [...overridden, ...own]) {
      this.budget = 25;
      const a = this.fresh("a");
      const inner = { ...(m.param ? this.bind(scope, a, m.param) : scope), depth: 3 };
      parts.push(`  method${overridden.includes(m) ? "!" : ""} ${m.name}${m.param ? ` (${a} : ${m.param})` : ""} : int = if not (tick ()) then 0 else begin count <- `, this.expr("int", { ...inner, depth: 2 }),
        "; ratio <- ", this.expr("float", { ...inner, depth: 2 }), "; ", this.expr("int", inner), " end\n");
    }
    parts.push("end");
    this.add(new Node("item", parts));
    this.classes.push({ name, methods });
    const object = this.fresh("o");
    this.add(item`let ${object} = new ${name} ${this.rng.between(0, 50)}`);
    this.scope = this.bind(this.scope, object, name);
  }

  addFunctor() {
    const [argument, functor, result] = [this.fresh("Arg"), this.fresh("Make"), this.fresh("Made")];
    const type = this.rng.pick(["int", "float", "int64", "int list", "(int * float)", ...this.variants.map((v) => v.type)]);
    const inner = (pairs) => pairs.reduce((scope, [name, t]) => this.bind(scope, name, t), this.at(2));
    this.budget = 60;
    this.add(new Node("item", [`module ${argument} = struct type t = ${type} let make (n : int) : t = `, this.expr(type, inner([["n", "int"]])),
      "\n  let step (t : t) (n : int) : t = ", this.expr(type, inner([["t", type], ["n", "int"]])), "\n  let value (t : t) : int = ", this.sum(type, inner([["t", type]])), " end\n",
      `module ${functor} (X : sig type t val make : int -> t val step : t -> int -> t val value : t -> int end) = struct let go n = let t = ref (X.make n) in for i = 0 to ${this.rng.between(2, 9)} do if tick () then t := X.step !t `,
      this.expr("int", inner([["i", "int"], ["n", "int"]])), " done; X.value !t end\n", `module ${result} = ${functor} (${argument})`]));
    this.functors.push(`${result}.go`);
  }

  addStatement() {
    this.budget = this.rng.between(20, 120);
    const tag = this.tag();
    const body = this.sum(this.rng.chance(0.5) ? "int" : this.anyType(), this.at(this.rng.between(4, 7)));
    this.add(item`let () = run "${tag}" ${this.rng.pick([500, 2000, 8000])} (fun () -> ${body})`);
  }

  // The last of the line: what is left in the references, and how it exits.
  addEnd() {
    const parts = this.scope.refs.map(({ name, type }) => item`let () = out "${name}" ${TYPES[type] ? TYPES[type].sum(`!${name}`) : `(sum_${type} !${name})`}`);
    for (const part of parts) this.add(part);
    this.add(item`let () = out "table" (Hashtbl.fold (fun k v a -> (a * 3) + k + v) table (Hashtbl.hash (Buffer.contents buffer))); out "map" (Ints.fold (fun k v a -> (a * 5) + k + v) !map 0)`);
    this.add(item`${this.rng.weighted([[6, "let () = ()"], [1, "let () = exit 3"], [1, "let () = raise (E1 7)"], [1, "let () = at_exit (fun () -> print_endline \"at exit\"); failwith \"end\""]])}`);
  }

  generate() {
    for (let i = this.rng.between(1, 3); i > 0; i--) this.addVariant();
    for (let i = this.rng.between(2, 5); i > 0; i--) this.addRef();
    this.addFunctions();
    for (let i = this.rng.between(8, 20); i > 0; i--) {
      this.rng.weighted([
        [6, () => this.addFunctions()], [6, () => this.addStatement()], [2, () => this.addValue()], [2, () => this.addClass()], [1, () => this.addFunctor()],
        [5, () => {
          this.budget = 50;
          this.add(this.rng.weighted(TEMPLATES)(this, this.scope, this.tag()));
        }]])();
    }
    this.addStatement();
    this.addEnd();
    return this.items;
  }
}

// → the items; source(items) is the text.
export const generate = (seed) => new Program(seed).generate();
export const source = (items) => renderProgram(PRELUDE, items);
// What the shrinker puts in a node's place: the least value of its type.
export function leastOf(type, items) {
  if (TYPES[type]) return TYPES[type].least;
  const declaration = items.map((made) => made.parts[0]).find((text) => typeof text === "string" && text.startsWith(`type ${type} = `));
  return declaration?.split(" ")[3];
}

if (process.argv[1] === import.meta.filename) process.stdout.write(source(generate(Number(process.argv[2] ?? 1))));
