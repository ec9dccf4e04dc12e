// SPDX-License-Identifier: Apache-2.0
// Child processes for the test drivers: run one with a timeout and captured output; run a list of
// jobs a few at a time. A child gets its own process group, so that a timeout ends all of it.

import { spawn } from "node:child_process";

// Output beyond this is dropped (the child still runs to its end): a program that prints for ever
// must not take the driver with it.
const MAX_OUTPUT = 32 << 20;

// → { code, signal, timedOut, stdout: Buffer, stderr: Buffer, seconds }. `input` is a Buffer, a
// string or undefined (stdin is then empty). With `merge`, stderr's bytes go into stdout's pipe.
export function runProcess(command, { cwd, env, input, timeout = 60, merge = false } = {}) {
  const argv = merge ? ["/bin/sh", "-c", 'exec "$@" 2>&1', "sh", ...command] : command;
  return new Promise((resolve) => {
    const start = process.hrtime.bigint();
    const child = spawn(argv[0], argv.slice(1), { cwd, env, detached: true, stdio: ["pipe", "pipe", "pipe"] });
    const collect = (stream) => {
      const chunks = [];
      let size = 0;
      stream.on("data", (chunk) => {
        if (size < MAX_OUTPUT) chunks.push(chunk);
        size += chunk.length;
      });
      return () => Buffer.concat(chunks);
    };
    const stdout = collect(child.stdout);
    const stderr = collect(child.stderr);
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      try { process.kill(-child.pid, "SIGKILL"); } catch { /* already gone */ }
    }, timeout * 1000);
    const finish = (code, signal, error) => {
      clearTimeout(timer);
      const seconds = Number(process.hrtime.bigint() - start) / 1e9;
      resolve({ code, signal, timedOut, stdout: stdout(), stderr: error ? Buffer.from(String(error)) : stderr(), seconds });
    };
    child.on("error", (error) => finish(null, null, error));
    child.on("close", (code, signal) => finish(code, signal));
    child.stdin.on("error", () => {});  // The child may exit without reading.
    child.stdin.end(input ?? "");
  });
}

// Calls work(item) for each item, `parallel` at a time; returns the results in the items' order.
export async function forEachParallel(items, parallel, work) {
  const results = new Array(items.length);
  let next = 0;
  const lane = async () => {
    while (next < items.length) {
      const index = next++;
      results[index] = await work(items[index], index);
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, parallel) }, lane));
  return results;
}

// "--name value", "--name=value" and "--flag" → an object; `spec` gives defaults, whose types say
// what each option takes. Unknown options are an error that lists the known ones.
export function parseOptions(argv, spec) {
  const options = { ...spec };
  const rest = [];
  for (let i = 0; i < argv.length; i++) {
    if (!argv[i].startsWith("--")) {
      rest.push(argv[i]);
      continue;
    }
    const [, name, given] = /^--([^=]+)(?:=(.*))?$/s.exec(argv[i]);
    if (!(name in spec)) {
      console.error(`unknown option --${name}; there are: ${Object.keys(spec).map((n) => "--" + n).join(" ")}`);
      process.exit(2);
    }
    if (typeof spec[name] === "boolean") options[name] = given !== "false";
    else {
      const text = given ?? argv[++i];
      options[name] = typeof spec[name] === "number" ? Number(text) : text;
    }
  }
  return { options, rest };
}
