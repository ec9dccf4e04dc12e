// SPDX-License-Identifier: Apache-2.0
// Random expressions of a wanted type. In: an Rng, a scope (variables, functions, classes, variant types),
// a depth and a budget of nodes. Out: a Node that typechecks there.
//
// RULES holds, for each type, the ways to make a value of it: [weight, (g, scope) => node]; ANY the ways that
// do for all types. A rule asks g.expr(type, scope) for its parts. Adding a rule is adding a line.
// Values stay small (cat, scat, cap_…), calls and loops burn fuel: every program ends soon.

import { Node, node, separated } from "./ast.mjs";

const int = node("int");
const float = node("float");
const bool = node("bool");
const string = node("string");
const unit = node("unit");

// OCaml's name of each type, the least value, and how to make an int of a value.
export const TYPES = {
  "int": { least: "0", sum: (e) => int`${e}` },
  "float": { least: "0.", sum: (e) => int`(bits ${e})` },
  "bool": { least: "false", sum: (e) => int`(Bool.to_int ${e})` },
  "string": { least: '""', sum: (e) => int`(sum_string ${e})` },
  "unit": { least: "()", sum: (e) => int`(${e}; 1)` },
  "int32": { least: "0l", sum: (e) => int`(Int32.to_int ${e})` },
  "int64": { least: "0L", sum: (e) => int`(Int64.to_int ${e} lxor Int64.to_int (Int64.shift_right ${e} 40))` },
  "nativeint": { least: "0n", sum: (e) => int`(Nativeint.to_int ${e})` },
  "int list": { least: "[]", sum: (e) => int`(sum_list ${e})` },
  "float list": { least: "[]", sum: (e) => int`(sum_floats ${e})` },
  "int array": { least: "[||]", sum: (e) => int`(sum_list (Array.to_list ${e}))` },
  "float array": { least: "[||]", sum: (e) => int`(sum_floats (Array.to_list ${e}))` },
  "bytes": { least: "Bytes.empty", sum: (e) => int`(sum_string (Bytes.to_string ${e}))` },
  "int option": { least: "None", sum: (e) => int`(match ${e} with None -> 5 | Some n -> n + 1)` },
  "(int * float)": { least: "(0, 0.)", sum: (e) => int`(let (n, x) = ${e} in n + bits x)` },
  "frec": { least: "{ x = 0.; y = 0.; z = 0. }", sum: (e) => int`(sum_frec ${e})` },
  "mrec": { least: '{ a = 0; b = 0.; c = ""; d = [] }', sum: (e) => int`(sum_mrec ${e})` },
  "(int -> int)": { least: "(fun n -> n)", sum: (e) => int`(${e} 3)` },
  "(int -> int -> int)": { least: "(fun n _ -> n)", sum: (e) => int`(${e} 3 5)` },
  "(float -> float)": { least: "(fun x -> x)", sum: (e) => int`(bits (${e} 0.5))` },
  "int Lazy.t": { least: "(lazy 0)", sum: (e) => int`(Lazy.force ${e})` },
};
export const PLAIN_TYPES = Object.keys(TYPES);
// Those that polymorphic compare and hash take.
const COMPARABLE = PLAIN_TYPES.filter((type) => !type.includes("->") && !type.includes("Lazy") && type !== "unit");

const EDGE_INTS = ["0", "1", "(-1)", "2", "3", "(-2)", "7", "10", "31", "32", "63", "64", "255", "256", "max_int", "min_int", "(max_int - 1)", "(min_int + 1)",
  "0x3FFFFFFF", "0x40000000", "0x7FFFFFFF", "0x80000000", "(-0x80000000)", "0xFFFFFFFF", "0x100000000", "0x1FFFFFFFFFFFFFFF", "0x2000000000000000", "(-0x2000000000000001)"];
const EDGE_FLOATS = ["0.", "(-0.)", "1.", "(-1.)", "0.5", "1.5", "0.1", "(-2.5)", "3.", "1e10", "1e300", "(-1e300)", "1e-310", "nan", "infinity", "neg_infinity",
  "max_float", "min_float", "epsilon_float", "4611686018427387904.", "9007199254740993.", "2147483648."];
const STRINGS = ['""', '"a"', '"hump"', '"camel"', '"two humps"', '"\\000\\255x"', '"abcdefgh"', '"abcdefghijklmnop"'];
const EXCEPTIONS = (g, s) => g.rng.weighted([[2, () => ["E0"]], [3, () => ["(E1 ", g.expr("int", s), ")"]], [1, () => ["(E2 (", g.expr("string", s), ", ", g.expr("int", s), "))"]],
  [2, () => ["(E3 ", g.expr("float", s), ")"]], [2, () => ["Not_found"]], [1, () => ["Exit"]], [1, () => ["(Failure ", g.expr("string", s), ")"]]])();

const binary = (type, operators) => (g, s) => new Node(type, ["(", g.expr(type, s), ` ${g.rng.pick(operators)} `, g.expr(type, s), ")"]);
const method = (type, names) => (g, s) => new Node(type, [`(${g.rng.pick(names)} `, g.expr(type, s), ")"]);
const method2 = (type, names) => (g, s) => new Node(type, [`(${g.rng.pick(names)} `, g.expr(type, s), " ", g.expr(type, s), ")"]);
const from = (result, name, type) => (g, s) => new Node(result, [`(${name} `, g.expr(type, s), ")"]);

// An index: mostly within, now and then beyond.
function index(g, s, length) {
  return g.rng.chance(0.85) ? int`(small_int ${g.expr("int", s)} mod (${length} + 1))` : g.expr("int", s);
}

function boxed(type, module, suffix, bits) {
  const constant = (g) => new Node(type, [g.rng.weighted([
    [4, () => `${g.rng.between(0, 100)}${suffix}`], [2, () => `(-${g.rng.between(1, 1000)}${suffix})`],
    [1, () => `${module}.max_int`], [1, () => `${module}.min_int`], [1, () => `0x7FFF_FFFF${suffix}`], [1, () => `(-1${suffix})`]])()]);
  return { constant, rules: [
    [6, method2(type, ["add", "sub", "mul", "logand", "logor", "logxor"].map((name) => `${module}.${name}`))],
    [2, method2(type, ["div", "rem", "min", "max"].map((name) => `${module}.${name}`))],
    [1, method(type, ["neg", "lognot", "abs", "succ", "pred"].map((name) => `${module}.${name}`))],
    [2, (g, s) => new Node(type, [`(${module}.${g.rng.pick(["shift_left", "shift_right", "shift_right_logical"])} `, g.expr(type, s), " (", g.expr("int", s), ` land ${bits - 1}))`])],
    [2, from(type, `${module}.of_int`, "int")],
    [1, (g, s) => new Node(type, [`(${module}.of_float `, g.expr("float", s), ")"])],
  ] };
}
const INT32 = boxed("int32", "Int32", "l", 32);
const INT64 = boxed("int64", "Int64", "L", 64);
const NATIVE = boxed("nativeint", "Nativeint", "n", 64);

const comparison = ["=", "<>", "<", "<=", ">", ">="];
function compared(type) {
  return (g, s) => bool`(${g.expr(type, s)} ${g.rng.pick(comparison)} ${g.expr(type, s)})`;
}

// match … with on a list, for any result type.
function matchList(g, s, type) {
  const [x, y, rest] = [g.fresh("h"), g.fresh("h"), g.fresh("t")];
  const arms = [["[] -> ", g.expr(type, s)]];
  if (g.rng.chance(0.5)) arms.push([`[${x}] -> `, g.expr(type, g.bind(s, x, "int"))]);
  if (g.rng.chance(0.4)) arms.push([`${x} :: ${y} :: ${rest} when `, g.expr("bool", g.bind(s, x, "int")), " -> ", g.expr(type, g.bind(g.bind(s, y, "int"), rest, "int list"))]);
  arms.push([`${x} :: ${rest} -> `, g.expr(type, g.bind(g.bind(s, x, "int"), rest, "int list"))]);
  return new Node(type, ["(match ", g.expr("int list", s), " with ", ...separated(arms, " | ").flat(), ")"]);
}

function matchInt(g, s, type) {
  const x = g.fresh("n");
  const low = g.rng.between(-3, 3);
  const dense = Array.from({ length: g.rng.between(2, 7) }, (_, i) => low + i);
  const keys = [...dense, ...(g.rng.chance(0.3) ? [1000, 4611686018427387903n] : [])];
  const arms = keys.map((key) => [`${key} -> `, g.expr(type, { ...s, depth: s.depth - 1 })]);
  return new Node(type, ["(match ", int`(${g.rng.chance(0.7) ? "small_int " : ""}${g.expr("int", s)})`, " with ", ...separated(arms, " | ").flat(), ` | ${x} -> `, g.expr(type, g.bind(s, x, "int")), ")"]);
}

function matchVariant(g, s, type) {
  if (g.variants.length === 0) return g.leaf(type, s);
  const variant = g.rng.pick(g.variants);
  const inner = { ...s, depth: s.depth - 1 };
  const arms = [];
  for (const { name, fields } of variant.constructors) {
    if (g.rng.chance(0.25)) continue;
    let scope = inner;
    const pattern = fields.map((field) => {
      if (g.rng.chance(0.2)) return "_";
      const x = g.fresh("p");
      scope = g.bind(scope, x, field);
      return x;
    });
    const guard = fields.length > 0 && g.rng.chance(0.15) ? [" when ", g.expr("bool", scope)] : [];
    arms.push([`${name}${fields.length > 0 ? ` (${pattern.join(", ")})` : ""}`, ...guard, " -> ", g.expr(type, scope)]);
  }
  // Without the last arm now and then: Match_failure.
  if (arms.length === 0 || g.rng.chance(0.95)) arms.push(["_ -> ", g.expr(type, inner)]);
  return new Node(type, ["(match ", g.expr(variant.type, s), " with ", ...separated(arms, " | ").flat(), ")"]);
}

function matchString(g, s, type) {
  const arms = STRINGS.filter(() => g.rng.chance(0.4)).map((text) => [`${text} -> `, g.expr(type, s)]);
  return new Node(type, ["(match ", g.expr("string", s), " with ", ...arms.flatMap((arm) => [...arm, " | "]), "_ -> ", g.expr(type, s), ")"]);
}

function tryWith(g, s, type) {
  const [n, x] = [g.fresh("n"), g.fresh("x")];
  const arms = [
    () => ["E0 -> ", g.expr(type, s)],
    () => [`E1 ${n} -> `, g.expr(type, g.bind(s, n, "int"))],
    () => [`E1 ${n} when ${n} land 1 = 0 -> `, g.expr(type, g.bind(s, n, "int"))],
    () => [`E3 ${x} -> `, g.expr(type, g.bind(s, x, "float"))],
    () => [`E2 (_, ${n}) -> `, g.expr(type, g.bind(s, n, "int"))],
    () => ["Division_by_zero -> ", g.expr(type, s)],
    () => ["Not_found | Exit -> ", g.expr(type, s)],
    () => ["Invalid_argument _ -> ", g.expr(type, s)],
  ].filter(() => g.rng.chance(0.35)).map((arm) => arm());
  const last = g.rng.weighted([
    [3, () => ["_ -> ", g.expr(type, s)]],
    [2, () => [`(${x}e : exn) -> mix (exn_code ${x}e); raise ${x}e`]],
    [1, () => [`${x}e -> let ${n} = exn_code ${x}e in `, g.expr(type, g.bind(s, n, "int"))]],
    [1, () => null]])();
  if (last) arms.push(last);
  if (arms.length === 0) arms.push(["E0 -> ", g.expr(type, s)]);
  return new Node(type, ["(try ", g.expr(type, s), " with ", ...separated(arms, " | ").flat(), ")"]);
}

function localException(g, s, type) {
  const name = g.fresh("L");
  const n = g.fresh("n");
  const inner = { ...s, locals: [...s.locals, name] };
  return new Node(type, [`(let exception ${name} of int in try `, g.expr(type, inner), ` with ${name} ${n} -> `, g.expr(type, g.bind(s, n, "int")), ")"]);
}

// A deep handler around an expression; what it does with the continuation is drawn for each effect.
function handler(g, s, type) {
  const arms = [];
  const [n, k, v] = [g.fresh("n"), g.fresh("k"), g.fresh("v")];
  // Inside an arm the effect's type is known by an equation only: said again where a value goes into the continuation.
  const answer = (argument, scope) => ["(", g.expr(argument, scope), ` : ${argument})`];
  const how = (argument, scope) => g.rng.weighted([
    [5, () => [`Effect.Deep.continue ${k} `, ...answer(argument, scope)]],
    [3, () => [`let ${v} = Effect.Deep.continue ${k} `, ...answer(argument, scope), " in ", g.expr(type, g.bind(scope, v, type))]],
    [1, () => [`(try Effect.Deep.continue ${k} `, ...answer(argument, scope), " with E0 | Not_found | Division_by_zero -> ", g.expr(type, scope), ")"]],
    [2, () => [`Effect.Deep.discontinue ${k} `, ...EXCEPTIONS(g, scope)]],
    [2, () => [g.expr(type, scope)]],
    [1, () => [`ignore (Effect.Deep.continue ${k} `, ...answer(argument, scope), `); Effect.Deep.continue ${k} `, ...answer(argument, scope)]],
  ])();
  if (g.rng.chance(0.8)) arms.push([`effect (Ask ${n}), ${k} -> `, ...how("int", g.bind(s, n, "int"))]);
  if (g.rng.chance(0.4)) arms.push([`effect (AskF ${n}), ${k} -> `, ...how("float", g.bind(s, n, "float"))]);
  if (g.rng.chance(0.4) || arms.length === 0) arms.push([`effect (Note ${n}), ${k} -> `, ...how("unit", g.bind(s, n, "string"))]);
  if (g.rng.chance(0.3)) arms.push(["exception E0 -> ", g.expr(type, s)]);
  const returned = type === "unit" || g.rng.chance(0.5) ? [`${v} -> ${v}`] : [`${v} -> `, g.expr(type, g.bind(s, v, type))];
  return new Node(type, ["(match ", g.expr(type, { ...s, handled: true }), " with ", ...separated([returned, ...arms], " | ").flat(), ")"]);
}

// All arguments; or in two steps.
function apply(g, s, f) {
  const args = f.params.map((type) => g.expr(type, { ...s, depth: Math.min(s.depth, f.params.length > 4 ? 1 : 3) }));
  if (args.length >= 2 && g.rng.chance(0.2)) {
    const split = g.rng.between(1, args.length - 1);
    const p = g.fresh("partial");
    return new Node(f.result, [`(let ${p} = ${f.name} `, ...separated(args.slice(0, split), " "), ` in ${p} `, ...separated(args.slice(split), " "), ")"]);
  }
  return new Node(f.result, [`(${f.name} `, ...separated(args, " "), ")"]);
}

function call(g, s, type) {
  const candidates = s.functions.filter((f) => f.result === type);
  return candidates.length > 0 ? apply(g, s, g.rng.pick(candidates)) : g.leaf(type, s);
}

function letIn(g, s, type) {
  const x = g.fresh("v");
  const bound = g.anyType();
  return new Node(type, [`(let ${x} = `, g.expr(bound, s), " in ", g.expr(type, g.bind(s, x, bound)), ")"]);
}

function letRef(g, s, type) {
  const r = g.fresh("r");
  const bound = g.rng.weighted([[4, "int"], [4, "float"], [1, "int64"], [1, "int list"], [1, "string"], [1, "bool"]]);
  const inner = g.bindRef(s, r, bound);
  return new Node(type, [`(let ${r} = ref `, g.expr(bound, s), " in ", g.statement({ ...inner, depth: inner.depth }), "; ", g.expr(type, inner), ")"]);
}

function letFunction(g, s, type) {
  const f = { name: g.fresh("f"), params: Array.from({ length: g.rng.weighted([[4, 1], [4, 2], [2, 3], [1, 5]]) }, () => g.anyType()), result: g.rng.chance(0.6) ? type : g.anyType() };
  const isRecursive = g.rng.chance(0.35);
  const inner = { ...s, functions: [...s.functions, f] };
  const body = g.functionBody(f, isRecursive ? inner : s, isRecursive);
  return new Node(type, [`(let ${isRecursive ? "rec " : ""}${f.name} `, ...body, " in ", g.expr(type, inner), ")"]);
}

// A function of two parameters that returns a function, given three arguments or more.
function overApply(g, s, type) {
  const [a, b, c] = [g.fresh("a"), g.fresh("b"), g.fresh("c")];
  const types = [g.anyType(), g.anyType(), g.anyType()];
  const outer = g.bind(g.bind(s, a, types[0]), b, types[1]);
  return new Node(type, [`((fun (${a} : ${types[0]}) (${b} : ${types[1]}) -> `, g.statement(outer), `; fun (${c} : ${types[2]}) -> `, g.expr(type, g.bind(outer, c, types[2])), ") ",
    ...separated(types.map((t) => g.expr(t, s)), " "), ")"]);
}

// Rules for every type; `type` is what is wanted.
const ANY = [
  [8, (g, s, type) => g.leaf(type, s)],
  [5, (g, s, type) => new Node(type, ["(if ", g.expr("bool", s), " then ", g.expr(type, s), " else ", g.expr(type, s), ")"])],
  [6, letIn],
  [3, letRef],
  [3, letFunction],
  [10, call],
  [2, matchList],
  [2, matchInt],
  [4, matchVariant],
  [1, matchString],
  [3, tryWith],
  [1, localException],
  [2, handler],
  [1, overApply],
  [3, (g, s, type) => new Node(type, ["(", g.statement(s), "; ", g.expr(type, s), ")"])],
  [1, (g, s, type) => new Node(type, ["(raise ", ...EXCEPTIONS(g, s), ")"])],
  [1, (g, s, type) => (s.locals.length === 0 ? g.leaf(type, s) : new Node(type, [`(raise (${g.rng.pick(s.locals)} `, g.expr("int", s), "))"]))],
  [1, (g, s, type) => new Node(type, ["(Lazy.force (lazy ", g.expr(type, s), "))"])],
  [1, (g, s, type) => new Node(type, ["(match ", g.expr("int option", s), " with None -> ", g.expr(type, s), " | Some some_n -> ", g.expr(type, g.bind(s, "some_n", "int")), ")"])],
];

export const RULES = {
  "int": [
    [10, binary("int", ["+", "-", "*"])],
    [5, binary("int", ["land", "lor", "lxor"])],
    [3, binary("int", ["/", "mod"])],
    [4, (g, s) => int`(${g.expr("int", s)} ${g.rng.pick(["lsl", "lsr", "asr"])} (${g.expr("int", s)} land 63))`],
    [2, method("int", ["~-", "lnot", "abs", "succ", "pred"])],
    [2, method2("int", ["min", "max", "compare", "Int.compare"])],
    [3, (g, s) => { const type = g.rng.pick(COMPARABLE); return int`(compare ${g.expr(type, s)} ${g.expr(type, s)})`; }],
    [1, (g, s) => int`(Hashtbl.hash ${g.expr(g.rng.pick(COMPARABLE), s)})`],
    [2, from("int", "int_of_float", "float")],
    [1, from("int", "Int32.to_int", "int32")],
    [1, from("int", "Int64.to_int", "int64")],
    [1, from("int", "Nativeint.to_int", "nativeint")],
    [1, from("int", "bits", "float")],
    [1, from("int", "String.length", "string")],
    [1, from("int", "List.length", "int list")],
    [2, (g, s) => { const x = g.fresh("s"); return int`(let ${x} = ${g.expr("string", s)} in Char.code ${x}.[${index(g, s, `String.length ${x}`)}])`; }],
    [2, (g, s) => { const x = g.fresh("s"); return int`(let ${x} = ${g.expr("bytes", s)} in Char.code (Bytes.get ${x} ${index(g, s, `Bytes.length ${x}`)}))`; }],
    [4, (g, s) => { const x = g.fresh("a"); return int`(let ${x} = ${g.expr("int array", s)} in ${x}.(${index(g, s, `Array.length ${x}`)}))`; }],
    [2, (g, s) => { const [a, x] = [g.fresh("a"), g.fresh("x")]; return int`(List.fold_left (fun ${a} ${x} -> ${g.expr("int", g.bind(g.bind(s, a, "int"), x, "int"))}) ${g.expr("int", s)} ${g.expr("int list", s)})`; }],
    [2, (g, s) => int`(${g.expr("(int -> int)", s)} ${g.expr("int", s)})`],
    [2, (g, s) => int`(${g.expr("(int -> int -> int)", s)} ${g.expr("int", s)} ${g.expr("int", s)})`],
    [3, (g, s) => (s.handled || g.rng.chance(0.2) ? int`(Effect.perform (Ask ${g.expr("int", s)}))` : g.leaf("int", s))],
    [1, (g, s) => int`(Lazy.force ${g.expr("int Lazy.t", s)})`],
    [1, (g, s) => int`((${g.expr("mrec", s)}).a)`],
    [1, (g, s) => int`(fst ${g.expr("(int * float)", s)})`],
    [2, (g, s) => { const type = g.anyType(); return g.sum(type, s); }],
    [1, (g, s) => int`(Hashtbl.find table (small_int ${g.expr("int", s)}))`],
    [1, (g, s) => int`(Ints.find (small_int ${g.expr("int", s)}) !map)`],
    [3, (g, s) => methodCall(g, s)],
    [2, (g, s) => (g.functors.length === 0 ? g.leaf("int", s) : int`(${g.rng.pick(g.functors)} ${g.expr("int", s)})`)],
    [1, (g, s) => int`(int_of_string (string_of_int ${g.expr("int", s)}))`],
  ],
  "float": [
    [12, binary("float", ["+.", "-.", "*.", "/."])],
    [2, method("float", ["~-.", "abs_float", "sqrt", "floor", "ceil", "Float.round", "Float.trunc"])],
    [1, method2("float", ["mod_float", "min", "max", "Float.min", "Float.max"])],
    [3, from("float", "float_of_int", "int")],
    [1, from("float", "Int32.to_float", "int32")],
    [1, from("float", "Int64.to_float", "int64")],
    [4, (g, s) => { const x = g.fresh("a"); return float`(let ${x} = ${g.expr("float array", s)} in ${x}.(${index(g, s, `Array.length ${x}`)}))`; }],
    [2, (g, s) => float`((${g.expr("frec", s)}).${g.rng.pick(["x", "y", "z"])})`],
    [1, (g, s) => float`((${g.expr("mrec", s)}).b)`],
    [1, (g, s) => float`(snd ${g.expr("(int * float)", s)})`],
    [2, (g, s) => float`(${g.expr("(float -> float)", s)} ${g.expr("float", s)})`],
    [2, (g, s) => { const [a, x] = [g.fresh("a"), g.fresh("x")]; return float`(List.fold_left (fun ${a} ${x} -> ${g.expr("float", g.bind(g.bind(s, a, "float"), x, "float"))}) ${g.expr("float", s)} ${g.expr("float list", s)})`; }],
    [2, (g, s) => (s.handled ? float`(Effect.perform (AskF ${g.expr("float", s)}))` : g.leaf("float", s))],
    [1, (g, s) => float`(Hashtbl.find names ${g.expr("string", s)})`],
  ],
  "bool": [
    [8, compared("int")], [5, compared("float")], [1, compared("string")], [1, compared("int32")], [2, compared("int64")], [1, compared("nativeint")], [1, compared("int list")],
    [1, (g, s) => compared(g.rng.pick(COMPARABLE))(g, s)],
    [3, binary("bool", ["&&", "||"])], [2, method("bool", ["not"])],
    [1, (g, s) => (g.variants.length === 0 ? g.leaf("bool", s) : compared(g.rng.pick(g.variants).type)(g, s))],
    [1, (g, s) => bool`(List.mem ${g.expr("int", s)} ${g.expr("int list", s)})`],
  ],
  "string": [
    [4, (g, s) => string`(scat ${g.expr("string", s)} ${g.expr("string", s)})`],
    [2, from("string", "string_of_int", "int")],
    [1, (g, s) => string`(Printf.sprintf "%d:%s" ${g.expr("int", s)} ${g.expr("string", s)})`],
    [1, (g, s) => string`(Printf.sprintf ${g.rng.pick(['"%x"', '"%5d|"', '"%-7d|"', '"%o"', '"%+d"'])} ${g.expr("int", s)})`],
    [1, (g, s) => string`(Printf.sprintf "%Ld" ${g.expr("int64", s)})`],
    [1, (g, s) => { const x = g.fresh("s"); return string`(let ${x} = ${g.expr("string", s)} in String.sub ${x} ${index(g, s, "2")} (small_int ${g.expr("int", s)} mod (String.length ${x} + 1)))`; }],
    [1, from("string", "String.uppercase_ascii", "string")],
    [1, from("string", "Bytes.to_string", "bytes")],
    [1, (g, s) => string`(String.concat "," (List.map string_of_int (cat ${g.expr("int list", s)} [])))`],
    [1, (g, s) => string`((${g.expr("mrec", s)}).c)`],
  ],
  "int32": INT32.rules, "int64": [...INT64.rules, [1, (g, s) => node("int64")`(let fb = ${g.expr("float", s)} in if fb <> fb then 1L else Int64.bits_of_float fb)`]], "nativeint": NATIVE.rules,
  "int list": [
    [4, (g, s) => node("int list")`(${g.expr("int", s)} :: ${g.expr("int list", s)})`],
    [3, (g, s) => node("int list")`[${separated(Array.from({ length: g.rng.between(1, 4) }, () => g.expr("int", s)), "; ")}]`],
    [2, method2("int list", ["cat"])],
    [1, method("int list", ["List.rev", "List.sort compare", "List.sort_uniq Int.compare", "List.tl"])],
    [2, (g, s) => { const x = g.fresh("x"); return node("int list")`(List.${g.rng.pick(["map", "rev_map"])} (fun ${x} -> ${g.expr("int", g.bind(s, x, "int"))}) ${g.expr("int list", s)})`; }],
    [1, (g, s) => { const x = g.fresh("x"); return node("int list")`(List.filter (fun ${x} -> ${g.expr("bool", g.bind(s, x, "int"))}) ${g.expr("int list", s)})`; }],
    [1, (g, s) => { const x = g.fresh("x"); return node("int list")`(List.init (small_int ${g.expr("int", s)}) (fun ${x} -> ${g.expr("int", g.bind(s, x, "int"))}))`; }],
    [1, from("int list", "Array.to_list", "int array")],
    [1, (g, s) => node("int list")`((${g.expr("mrec", s)}).d)`],
  ],
  "float list": [
    [3, (g, s) => node("float list")`(${g.expr("float", s)} :: ${g.expr("float list", s)})`],
    [2, (g, s) => node("float list")`[${separated(Array.from({ length: g.rng.between(1, 4) }, () => g.expr("float", s)), "; ")}]`],
    [1, (g, s) => node("float list")`(List.map ${g.expr("(float -> float)", s)} ${g.expr("float list", s)})`],
    [1, from("float list", "Array.to_list", "float array")],
  ],
  "int array": [
    [3, (g, s) => node("int array")`[|${separated(Array.from({ length: g.rng.between(1, 6) }, () => g.expr("int", s)), "; ")}|]`],
    [2, (g, s) => node("int array")`(Array.make (small_int ${g.expr("int", s)}) ${g.expr("int", s)})`],
    [2, (g, s) => { const x = g.fresh("i"); return node("int array")`(Array.init (small_int ${g.expr("int", s)}) (fun ${x} -> ${g.expr("int", g.bind(s, x, "int"))}))`; }],
    [1, method2("int array", ["acat"])],
    [1, (g, s) => node("int array")`(Array.map ${g.expr("(int -> int)", s)} ${g.expr("int array", s)})`],
    [1, method("int array", ["Array.copy"])],
  ],
  "float array": [
    [3, (g, s) => node("float array")`[|${separated(Array.from({ length: g.rng.between(1, 6) }, () => g.expr("float", s)), "; ")}|]`],
    [2, (g, s) => node("float array")`(Array.make (small_int ${g.expr("int", s)}) ${g.expr("float", s)})`],
    [2, (g, s) => { const x = g.fresh("i"); return node("float array")`(Array.init (small_int ${g.expr("int", s)}) (fun ${x} -> ${g.expr("float", g.bind(s, x, "int"))}))`; }],
    [1, method2("float array", ["acat"])],
    [1, (g, s) => node("float array")`(Array.map ${g.expr("(float -> float)", s)} ${g.expr("float array", s)})`],
  ],
  "bytes": [
    [2, from("bytes", "Bytes.of_string", "string")],
    [2, (g, s) => { const x = g.fresh("b"); return node("bytes")`(let ${x} = Bytes.of_string ${g.expr("string", s)} in Bytes.set ${x} ${index(g, s, `Bytes.length ${x}`)} (Char.chr (${g.expr("int", s)} land 255)); ${x})`; }],
    [1, (g, s) => node("bytes")`(Bytes.make (small_int ${g.expr("int", s)}) 'z')`],
    [1, (g, s) => { const x = g.fresh("b"); return node("bytes")`(let ${x} = Bytes.make 16 '.' in Bytes.set_int${g.rng.pick(["64_le", "64_be", "64_ne"])} ${x} ${index(g, s, "9")} ${g.expr("int64", s)}; ${x})`; }],
    [1, (g, s) => { const x = g.fresh("b"); return node("bytes")`(let ${x} = Bytes.make 16 '.' in Bytes.set_int${g.rng.pick(["32_le", "32_be"])} ${x} ${index(g, s, "13")} ${g.expr("int32", s)}; ${x})`; }],
    [1, (g, s) => { const x = g.fresh("b"); return node("bytes")`(let ${x} = Bytes.make 9 '.' in Bytes.set_${g.rng.pick(["uint16_le", "int16_be", "uint8"])} ${x} ${index(g, s, "8")} ${g.expr("int", s)}; ${x})`; }],
  ],
  "int option": [[2, from("int option", "Some", "int")], [1, (g, s) => node("int option")`(Hashtbl.find_opt table (small_int ${g.expr("int", s)}))`], [1, (g, s) => node("int option")`(List.nth_opt ${g.expr("int list", s)} (small_int ${g.expr("int", s)}))`]],
  "(int * float)": [[3, (g, s) => node("(int * float)")`(${g.expr("int", s)}, ${g.expr("float", s)})`]],
  "frec": [
    [3, (g, s) => node("frec")`{ x = ${g.expr("float", s)}; y = ${g.expr("float", s)}; z = ${g.expr("float", s)} }`],
    [1, (g, s) => node("frec")`{ ${g.expr("frec", s)} with z = ${g.expr("float", s)} }`],
    [1, (g, s) => { const x = g.fresh("fr"); return node("frec")`(let ${x} = ${g.expr("frec", s)} in ${x}.y <- ${g.expr("float", g.bind(s, x, "frec"))}; ${x})`; }],
  ],
  "mrec": [
    [3, (g, s) => node("mrec")`{ a = ${g.expr("int", s)}; b = ${g.expr("float", s)}; c = ${g.expr("string", s)}; d = ${g.expr("int list", s)} }`],
    [1, (g, s) => node("mrec")`{ ${g.expr("mrec", s)} with a = ${g.expr("int", s)} }`],
    [2, (g, s) => { const x = g.fresh("mr"); const t = g.bind(s, x, "mrec"); return node("mrec")`(let ${x} = ${g.expr("mrec", s)} in ${x}.b <- ${g.expr("float", t)}; ${x}.d <- ${g.expr("int list", t)}; ${x}.c <- ${g.expr("string", t)}; ${x})`; }],
  ],
  "(int -> int)": [
    [4, (g, s) => { const x = g.fresh("x"); return node("(int -> int)")`(fun ${x} -> ${g.expr("int", g.bind(s, x, "int"))})`; }],
    [2, (g, s) => node("(int -> int)")`(${g.expr("(int -> int -> int)", s)} ${g.expr("int", s)})`],
    [2, partial(["int"], "(int -> int)")],
    [1, (g, s) => { const [a, b, x] = [g.fresh("f"), g.fresh("f"), g.fresh("x")]; return node("(int -> int)")`(let ${a} = ${g.expr("(int -> int)", s)} and ${b} = ${g.expr("(int -> int)", s)} in fun ${x} -> ${a} (${b} ${x}))`; }],
    [1, (g) => node("(int -> int)")`(function ${separated(Array.from({ length: g.rng.between(2, 6) }, (_, i) => `${i} -> ${g.rng.between(-9, 99)}`.replace("-> -", "-> -")), " | ")} | x -> x * 2)`],
  ],
  "(int -> int -> int)": [
    [4, (g, s) => { const [x, y] = [g.fresh("x"), g.fresh("y")]; return node("(int -> int -> int)")`(fun ${x} ${y} -> ${g.expr("int", g.bind(g.bind(s, x, "int"), y, "int"))})`; }],
    [1, (g, s) => { const [x, y] = [g.fresh("x"), g.fresh("y")]; return node("(int -> int -> int)")`(fun ${x} -> ${g.statement(g.bind(s, x, "int"))}; fun ${y} -> ${g.expr("int", g.bind(g.bind(s, x, "int"), y, "int"))})`; }],
    [1, (g) => node("(int -> int -> int)")`(${g.rng.pick(["+", "-", "*", "land", "lxor", "/", "mod"]).replace(/^\*$/, " * ")})`],
    [1, (g) => node("(int -> int -> int)")`${g.rng.pick(["compare", "min", "max"])}`],
    [2, partial(["int", "int"], "(int -> int -> int)")],
  ],
  "(float -> float)": [
    [4, (g, s) => { const x = g.fresh("x"); return node("(float -> float)")`(fun ${x} -> ${g.expr("float", g.bind(s, x, "float"))})`; }],
    [1, (g) => node("(float -> float)")`${g.rng.pick(["sqrt", "floor", "abs_float", "(~-.)"])}`],
    [1, (g, s) => node("(float -> float)")`((${g.rng.pick(["+.", "-.", "/."])}) ${g.expr("float", s)})`],
    [2, partial(["float"], "(float -> float)")],
  ],
  "int Lazy.t": [[3, (g, s) => node("int Lazy.t")`(lazy ${g.expr("int", s)})`], [1, (g, s) => node("int Lazy.t")`(Lazy.map ${g.expr("(int -> int)", s)} ${g.expr("int Lazy.t", s)})`]],
  "unit": [
    [6, (g, s) => g.assign(s)],
    [3, (g, s) => unit`(if ${g.expr("bool", s)} then ${g.statement(s)})`],
    [4, (g, s) => { const i = g.fresh("i"); return unit`(for ${i} = ${g.rng.between(-1, 3)} ${g.rng.chance(0.75) ? "to" : `- 1 + ${g.rng.between(0, 6)} downto`} ${g.rng.between(0, 12)} do if tick () then ${g.statement(g.bind(s, i, "int"))} done)`; }],
    [3, (g, s) => { const w = g.fresh("w"); return unit`(let ${w} = ref ${g.rng.between(1, 30)} in while !${w} > 0 && tick () do decr ${w}; ${g.statement(g.bindRef(s, w, "int", true))} done)`; }],
    [3, (g, s) => unit`(${separated(Array.from({ length: g.rng.between(2, 3) }, () => g.statement(s)), "; ")})`],
    [2, (g, s) => unit`(mix ${g.expr("int", s)})`],
    [1, (g, s) => unit`(mix (bits ${g.expr("float", s)}))`],
    [1, (g, s) => unit`(Hashtbl.replace table (small_int ${g.expr("int", s)}) ${g.expr("int", s)})`],
    [1, (g, s) => unit`(Hashtbl.replace names ${g.expr("string", s)} ${g.expr("float", s)})`],
    [1, (g, s) => unit`(map := Ints.add (small_int ${g.expr("int", s)}) ${g.expr("int", s)} !map)`],
    [1, (g, s) => unit`(add_text ${g.expr("string", s)})`],
    [1, (g, s) => (s.handled ? unit`(Effect.perform (Note ${g.expr("string", s)}))` : g.assign(s))],
    [1, (g, s) => unit`(List.iter (fun it_n -> ${g.statement(g.bind(s, "it_n", "int"))}) ${g.expr("int list", s)})`],
    [1, (g, s) => unit`(assert ${g.expr("bool", s)})`],
    [1, (g, s) => unit`(ignore ${g.expr(g.anyType(), s)})`],
  ],
};

// A known function with its last parameters left out.
function partial(rest, type) {
  const result = rest[0];
  return (g, s) => {
    const fits = s.functions.filter((f) => f.result === result && f.params.length > rest.length && f.params.slice(-rest.length).every((param, i) => param === rest[i]));
    if (fits.length === 0) return g.leaf(type, s);
    const f = g.rng.pick(fits);
    return new Node(type, [`(${f.name} `, ...separated(f.params.slice(0, -rest.length).map((param) => g.expr(param, { ...s, depth: Math.min(s.depth, 1) })), " "), ")"]);
  };
}

function methodCall(g, s) {
  if (g.classes.length === 0) return g.leaf("int", s);
  const cls = g.rng.pick(g.classes);
  const known = s.variables.filter((v) => v.type === cls.name);
  const object = known.length > 0 && g.rng.chance(0.8) ? g.rng.pick(known).name : null;
  const chosen = g.rng.pick(cls.methods);
  const argument = chosen.param ? g.expr(chosen.param, s) : "";
  return int`(${object ?? node("")`(new ${cls.name} ${g.expr("int", s)})`}#${chosen.name} ${argument})`;
}

export class Expressions {
  constructor(rng) {
    this.rng = rng;
    this.counter = 0;
    this.budget = 0;
    this.variants = [];
    this.classes = [];
    this.functors = [];
  }

  fresh(prefix) { return `${prefix}${this.counter++}`; }
  bind(s, name, type) { return { ...s, variables: [...s.variables, { name, type }] }; }
  // A fixed one may be read only: a loop counts with it.
  bindRef(s, name, type, fixed = false) { return { ...s, refs: [...s.refs, { name, type, fixed }] }; }

  anyType() {
    return this.rng.weighted([[10, "int"], [8, "float"], [3, "bool"], [2, "string"], [1, "int32"], [3, "int64"], [1, "nativeint"], [3, "int list"], [1, "float list"], [2, "int array"],
      [3, "float array"], [1, "bytes"], [1, "int option"], [1, "(int * float)"], [2, "frec"], [1, "mrec"], [2, "(int -> int)"], [1, "(int -> int -> int)"], [2, "(float -> float)"], [1, "int Lazy.t"],
      ...this.variants.map(({ type }) => [2, type])]);
  }

  least(type) { return TYPES[type]?.least ?? this.variants.find((variant) => variant.type === type).constructors[0].name; }

  sum(type, s) {
    if (type === "int") return this.expr("int", s);
    const x = this.fresh("u");
    const body = TYPES[type] ? TYPES[type].sum(x) : int`(sum_${type} ${x})`;
    return int`(let ${x} = ${this.expr(type, s)} in ${body})`;
  }

  // A variable, a reference's content or a constant.
  leaf(type, s) {
    if (this.rng.chance(0.75)) {
      const known = s.variables.filter((v) => v.type === type).map((v) => v.name);
      const refs = s.refs.filter((r) => r.type === type).map((r) => `!${r.name}`);
      const all = [...known, ...known.slice(-4), ...refs];
      if (all.length > 0) return new Node(type, [this.rng.pick(all)]);
    }
    return this.constant(type);
  }

  constant(type) {
    const { rng } = this;
    switch (type) {
      case "int": return int`${rng.weighted([[3, () => rng.pick(EDGE_INTS)], [4, () => rng.between(0, 20)], [1, () => `(-${rng.between(1, 2000000)})`], [1, () => rng.between(0, 2 ** 31)],
        [1, () => `0x${(rng.bits() & 0x3fffffff).toString(16)}${rng.bits().toString(16).padStart(8, "0")}`]])()}`;
      case "float": return float`${rng.weighted([[2, () => rng.pick(EDGE_FLOATS)], [2, () => `${rng.between(0, 50)}.${rng.between(0, 99)}`], [1, () => `(-${rng.between(0, 999)}.25)`]])()}`;
      case "bool": return bool`${rng.pick(["true", "false"])}`;
      case "string": return string`${rng.pick(STRINGS)}`;
      case "int32": return INT32.constant(this);
      case "int64": return INT64.constant(this);
      case "nativeint": return NATIVE.constant(this);
      case "int list": return node(type)`${rng.pick(["[]", "[1; 2; 3]", "[max_int]", "[5; -1; 5; 0]"])}`;
      case "int array": return node(type)`${rng.pick(["[||]", "[|1; 2; 3|]", "(Array.make 9 4)"])}`;
      case "float array": return node(type)`${rng.pick(["[||]", "[|1.; nan; -0.|]", "(Array.make 7 0.25)"])}`;
      case "unit": return unit`()`;
      default: return new Node(type, [this.least(type)]);
    }
  }

  expr(type, s) {
    this.budget--;
    if (s.depth <= 0 || this.budget <= 0) return this.leaf(type, s);
    const inner = { ...s, depth: s.depth - 1 };
    const own = RULES[type] ?? [[1, (g, t) => this.construct(type, t)]];
    const useOwn = this.rng.chance(type === "unit" ? 0.75 : 0.6);
    return this.rng.weighted(useOwn ? own : ANY)(this, inner, type);
  }

  statement(s) { return this.expr("unit", s); }

  construct(type, s) {
    const variant = this.variants.find((v) => v.type === type);
    const { name, fields } = this.rng.pick(variant.constructors);
    if (fields.length === 0) return new Node(type, [name]);
    const parts = fields.map((field) => (field === type ? node(type)`(cap_${type} ${this.expr(type, s)})` : this.expr(field, s)));
    return new Node(type, [`(${name} (`, ...separated(parts, ", "), "))"]);
  }

  assign(s) {
    const places = s.refs.filter((r) => !r.fixed);
    const arrays = s.variables.filter((v) => v.type === "int array" || v.type === "float array");
    const records = s.variables.filter((v) => v.type === "frec" || v.type === "mrec");
    const ways = [];
    if (places.length > 0) ways.push([5, () => this.assignRef(this.rng.pick([...places, ...places.slice(-3)]), s)]);
    if (arrays.length > 0) ways.push([3, () => {
      const { name, type } = this.rng.pick(arrays);
      return unit`(${name}.(${index(this, s, `Array.length ${name}`)}) <- ${this.expr(type.split(" ")[0], s)})`;
    }]);
    if (records.length > 0) ways.push([1, () => {
      const { name, type } = this.rng.pick(records);
      return type === "frec" ? unit`(${name}.y <- ${this.expr("float", s)})` : unit`(${name}.d <- ${this.expr("int list", s)})`;
    }]);
    return ways.length > 0 ? this.rng.weighted(ways)() : unit`(mix ${this.expr("int", s)})`;
  }

  assignRef({ name, type }, s) {
    const operators = { "int": ["+", "-", "*", "lxor"], "float": ["+.", "-.", "*.", "/."] }[type];
    if (operators && this.rng.chance(0.6)) return unit`(${name} := !${name} ${this.rng.pick(operators)} ${this.expr(type, s)})`;
    if (type === "int" && this.rng.chance(0.2)) return unit`(incr ${name})`;
    return unit`(${name} := ${this.expr(type, s)})`;
  }

  // "(a : t) (b : u) : r = body": → parts. With fuel if it may call itself.
  functionBody(f, s, withFuel) {
    const names = f.params.map((type) => [this.fresh("a"), type]);
    let scope = s;
    for (const [name, type] of names) scope = this.bind(scope, name, type);
    const body = this.expr(f.result, scope);
    const head = `${names.map(([name, type]) => `(${name} : ${type})`).join(" ")} : ${f.result} = `;
    return withFuel ? [`${head}if not (tick ()) then ${this.least(f.result)} else `, body] : [head, body];
  }
}
