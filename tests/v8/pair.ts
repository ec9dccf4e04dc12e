// SPDX-License-Identifier: Apache-2.0
// The real pair, bactrian.wasm and bactrian-translator.wasm, put together by the loader's own code, without files: for a
// program that only writes to stdout. In: bytecode and options. Out: what it printed, and which functions were installed:
// because they were asked for, or with others. run.mjs bundles this.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ENOSYS } from "../../build/generated/host.ts";
import { hostFail } from "../../loader/errors.ts";
import { Host, type FileSystem } from "../../loader/host.ts";
import { Program } from "../../loader/program.ts";

export interface Result {
  output: string;
  installed: number[];  // Function ids.
}

const SLICE = 1e6;
const MAX_ARITY = 11;

// What translated modules import: T_n, the tables of functions by their id (translator/README.md), as t1, t2 ….
type Tables = Record<string, WebAssembly.Table>;

// Runs `run` and looks at what the instances import that it makes.
async function withTables<T>(run: () => Promise<T>): Promise<{ result: T; tables: Tables | undefined }> {
  const real = WebAssembly.Instance;
  let tables: Tables | undefined;
  const observed = new Proxy(real, {
    construct(target, [module, imports]: [WebAssembly.Module, WebAssembly.Imports?]) {
      if (imports?.b) tables = imports.b as Tables;
      return new target(module, imports);
    },
  });
  const namespace = WebAssembly as { Instance: typeof real };
  namespace.Instance = observed;
  try {
    return { result: await run(), tables };
  } finally {
    namespace.Instance = real;
  }
}

// No function has number 0: what stands there is what stands for every one that is not translated.
function translatedIn(table: WebAssembly.Table): number[] {
  const stub: unknown = table.get(0);
  return Array.from({ length: table.length }, (_, id) => id).filter((id) => table.get(id) !== stub);
}

export async function runPair(directory: string, program: string, options: string[]): Promise<Result> {
  const read = (name: string) => new WebAssembly.Module(readFileSync(join(directory, name)));
  const pieces: Buffer[] = [];
  const own: Partial<FileSystem> = {
    isatty: () => false,
    write: (_, bytes) => pieces.push(Buffer.from(bytes)) && bytes.length,
  };
  const files = new Proxy(own, { get: (known, name) => known[name as keyof FileSystem] ?? (() => hostFail(ENOSYS)) }) as FileSystem;
  const host = new Host(files, { getenv: () => undefined, shell: () => hostFail(ENOSYS), cpuTime: () => 0 });
  const command = { bytes: readFileSync(program), executable: program, argv: [program], options, sliceMilliseconds: SLICE, translator: (name: string) => read(name) };
  const running = new Program(read("bactrian.wasm"), host, command, () => new Promise((resolve) => setImmediate(resolve)));
  const installed: number[] = [];
  const translation = host.translation!;
  host.translation = {
    translate(functionId, pc) {
      const answer = translation.translate(functionId, pc);
      const isSegment = pc > MAX_ARITY && (pc & 1) !== 0;  // Of the function (runtime/tier/tier.h).
      if (answer === 1 && (pc === 0 || isSegment)) installed.push(functionId);
      return answer;
    },
    functionsFreed: (first, count, arity) => translation.functionsFreed(first, count, arity),
    codeReleased: (first, count) => translation.codeReleased(first, count),
    functionsGrew: (count) => translation.functionsGrew(count),
  };
  const { result: code, tables } = await withTables(() => running.run());
  for (let n = 1; tables && n <= MAX_ARITY; n++) installed.push(...translatedIn(tables[`t${n}`]!));
  const output = Buffer.concat(pieces).toString("latin1");
  if (code !== 0) throw new Error(`${program} with ${options.join(",")}: exit code ${code}\n${output.slice(-2000)}`);
  return { output, installed };
}
