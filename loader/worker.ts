// SPDX-License-Identifier: Apache-2.0
// A job in a worker: both ends. The worker runs the same script as the page, which finds itself in a
// worker and calls serveWorker; only messages cross. Output is gathered and posted once per task of the worker's loop.
//
//   page → worker   {job} once; {input} an answer to a pull; {signal, exitCode}; {call}
//   worker → page   {output: [[fd, bytes]…]}, {pull}, {missing}, {started}, {waits}, {exit} or {error}; {result}
//
// The worker ends with the program; one that uses JavaScript values may still be called when its main part has ended.

import type { Pull } from "./input.ts";
import { startJob, type Call, type JobData, type JobEvents, type RunningJob } from "./job.ts";
import { BactrianError, messageOf } from "./errors.ts";
import type { ErrorCode } from "./api.ts";
import { nextTask } from "./tasks.ts";

type Input = Awaited<ReturnType<Pull>>;

interface ToWorker {
  job?: JobData;
  input?: { bytes: Input };
  signal?: [ocamlNumber: number, exitCode: number];
  call?: { id: number; name: string; args: readonly unknown[] };
}

interface FromWorker {
  output?: [fd: number, bytes: Uint8Array][];
  pull?: true;
  missing?: readonly string[];
  started?: { called: boolean };
  waits?: true;
  exit?: number;
  over?: true;  // And it is not to be called any more.
  result?: { id: number; value?: unknown; error?: { name: string; message: string } };
  error?: { code: ErrorCode; message: string };
}

let callCount = 0;

export const isBactrianWorker = (): boolean =>
  typeof document === "undefined" && typeof self === "object" && self.name === "bactrian";

// ---- The page's end ----

// `script` is this very script; a worker may not come from another origin, but may import from it.
export function startInWorker(script: string, isModule: boolean, job: JobData, events: JobEvents): RunningJob {
  const text = isModule ? `import ${JSON.stringify(script)}` : `importScripts(${JSON.stringify(script)})`;
  const sameOrigin = new URL(script, document.baseURI).origin === location.origin;
  const url = sameOrigin ? script : URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  let worker: Worker;
  let end!: { resolve(exitCode: number): void; reject(error: unknown): void };
  const done = new Promise<number>((resolve, reject) => (end = { resolve, reject }));
  try {
    worker = new Worker(url, { name: "bactrian", type: isModule ? "module" : "classic" });
  } catch (error) {
    throw new BactrianError("wasm", `A worker could not be started (${messageOf(error)}). Does the page's `
      + "Content-Security-Policy allow it in worker-src?", { cause: error });
  }
  const calls = new Map<number, (result: NonNullable<FromWorker["result"]>) => void>();
  let over = false;
  const finish = (action: () => void) => {
    over = true;
    worker.terminate();
    for (const [id, settle] of calls) settle({ id, error: { name: "BactrianError", message: "The program has ended." } });
    action();
  };
  const call: Call = (name, args) => new Promise((resolve, reject) => {
    if (over) throw new BactrianError("usage", "The program has ended.");
    const id = ++callCount;
    post({ call: { id, name, args } });  // Before it is noted: it throws for what cannot be copied.
    calls.set(id, ({ value, error }) => {
      calls.delete(id);
      if (error) reject(Object.assign(new Error(error.message), { name: error.name }));
      else resolve(value);
    });
  });
  const post = (message: ToWorker) => worker.postMessage(message);
  worker.onerror = (event) => {
    const error = new BactrianError("internal", `The worker failed: ${event.message ?? `${script} could not be loaded`}`);
    finish(() => end.reject(error));
  };
  worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
    for (const [fd, bytes] of data.output ?? []) events.output(fd, bytes);
    if (data.missing) events.missing(data.missing);
    if (data.started) events.started(data.started.called ? call : undefined);
    if (data.result) calls.get(data.result.id)?.(data.result);
    if (data.waits) events.waits();
    if (data.pull) {
      new Promise<Input>((resolve) => resolve(events.pull())).then(
        (bytes) => post({ input: { bytes } }),
        (error) => finish(() => end.reject(error)));
    }
    if (data.error) {
      const { code, message } = data.error;
      finish(() => end.reject(new BactrianError(code, message)));
    }
    if (data.exit !== undefined) {
      const code = data.exit;
      if (data.over) finish(() => end.resolve(code));
      else end.resolve(code);
    }
  };
  post({ job });
  return {
    done,
    call: job.bindings && call,
    signal: (ocamlNumber, exitCode) => post({ signal: [ocamlNumber, exitCode] }),
    stop: (error) => finish(() => end.reject(error)),
  };
}

// ---- The worker's end ----

export function serveWorker(): void {
  let running: Promise<RunningJob> | undefined;
  let answer: ((bytes: Input) => void) | undefined;
  let output: [number, Uint8Array][] = [];
  const post = (message: FromWorker) => {
    if (output.length > 0) message = { output, ...message };
    output = [];
    self.postMessage(message);
  };
  const flush = () => {
    if (output.length > 0) post({});
  };
  const events: JobEvents = {
    output(fd, bytes) {
      // After the slice that writes, together with an exit that follows at once.
      if (output.length === 0) void nextTask().then(flush);
      output.push([fd, bytes.slice()]);
    },
    pull: () => new Promise<Input>((resolve) => {
      answer = resolve;
      post({ pull: true });
    }),
    missing: (missing) => post({ missing }),
    started: (call) => post({ started: { called: call !== undefined } }),
    waits: () => post({ waits: true }),
    ended: (exit) => post({ exit, over: true }),
  };
  const fail = (error: unknown) => {
    const code = error instanceof BactrianError ? error.code : "internal";
    post({ error: { code, message: messageOf(error) } });
  };
  const answerCall = async ({ id, name, args }: NonNullable<ToWorker["call"]>) => {
    try {
      const value = await (await running)?.call?.(name, args);
      post({ result: { id, value } });
    } catch (error) {
      const { name } = error instanceof Error ? error : { name: "Error" };
      post({ result: { id, error: { name, message: messageOf(error) } } });
    }
  };
  self.onmessage = ({ data }: MessageEvent<ToWorker>) => {
    if (data.input) answer?.(data.input.bytes);
    const { signal } = data;
    if (signal) running?.then((job) => job.signal(...signal), () => {});
    if (data.call) void answerCall(data.call);
    if (!data.job) return;
    running = startJob(data.job, events, undefined, true);
    running.then(async (job) => {
      const exit = await job.done;
      post({ exit, ...(!job.mayBeCalled?.() && { over: true }) });
    }).catch(fail);
  };
}
