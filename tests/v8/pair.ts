// SPDX-License-Identifier: Apache-2.0
// The real pair, bactrian.wasm and bactrian-translator.wasm, put together by the loader's own code, without files: for a
// program that only writes to stdout. In: bytecode and options. Out: what it printed, and which functions were asked for and
// installed. run.mjs bundles this.

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
      if (answer === 1 && pc === 0) installed.push(functionId);
      return answer;
    },
    functionsFreed: (first, count) => translation.functionsFreed(first, count),
    functionsGrew: (count) => translation.functionsGrew(count),
  };
  const code = await running.run();
  const output = Buffer.concat(pieces).toString("latin1");
  if (code !== 0) throw new Error(`${program} with ${options.join(",")}: exit code ${code}\n${output.slice(-2000)}`);
  return { output, installed };
}
