// SPDX-License-Identifier: Apache-2.0
// <script type="application/x-ocaml-bytecode" src="app.byte">: finds the tags, those there and those
// added later, and runs each once. Fetching starts at once for all; programs start in the page's order, each
// when the one before it has ended, has failed, waits for something, or is on its way in a worker.
//
//   data-args="a 'b c'"   data-env="OCAMLRUNPARAM=b HOME=/"   data-console="#selector"
//   data-worker           data-options="stack-limit=1M"       data-files="in.txt /lib/=lib.tar.gz"
//   data-externals="externals.js"                             (a module: its exports supply the program's externals)
//
// The event bactrian:stop, sent to the element, ends its program. `element.bactrian` is the promise of the exit code's object. It never makes an unhandled rejection: the
// message has been printed by then.

import type { FileContent, Progress, RunOptions, RunResult } from "./api.ts";
import { BactrianError, messageOf } from "./errors.ts";
import { run } from "./run.ts";
import { splitAssignments, splitWords } from "./text.ts";

const TYPE = "application/x-ocaml-bytecode";

type Tag = HTMLScriptElement & { bactrian?: Promise<RunResult> };

function readAttributes(tag: Tag): RunOptions {
  const { args, env, console, worker, options, files, externals } = tag.dataset;
  return {
    ...(args !== undefined && { args: splitWords(args) }),
    ...(env !== undefined && { env: Object.fromEntries(splitAssignments(env)) }),
    ...(console && { console }),
    ...(worker !== undefined && worker !== "false" && { worker: true }),
    ...(options && { options }),
    ...(files && { files: readFiles(files) }),
    ...(externals && { externals }),
  };
}

// "url" is a file of that name in the working directory, "path=url" one at that path.
function readFiles(text: string): Record<string, FileContent> {
  return Object.fromEntries(splitAssignments(text).map(([path, url]) => {
    const from = new URL(url || path, document.baseURI);
    return [url ? path : "/" + from.pathname.split("/").pop(), from];
  }));
}

function emit(tag: Tag, name: string, detail: unknown): void {
  tag.dispatchEvent(new CustomEvent("bactrian:" + name, { detail, bubbles: true }));
}

// Resolves when the next tag may start.
let turn: Promise<void> = Promise.resolve();

function runTag(tag: Tag): Promise<RunResult> {
  const previous = turn;
  let next!: () => void;
  turn = new Promise((resolve) => (next = resolve));
  const stop = new AbortController();
  tag.addEventListener("bactrian:stop", () => stop.abort(new DOMException("The program was stopped.", "AbortError")));
  const work = (async () => {
    if (!tag.src) throw new BactrianError("usage", `A script tag of type ${TYPE} needs src="app.byte".`);
    let attributes: RunOptions;
    try {
      attributes = readAttributes(tag);
    } catch (error) {
      throw new BactrianError("usage", `An attribute of the script tag of ${tag.src} cannot be read: ${messageOf(error)}`);
    }
    return run(tag.src, {
      ...attributes,
      signal: stop.signal,
      onProgress: (progress: Progress) => emit(tag, "loading", progress),
      onReady() {
        emit(tag, "ready", null);
        if (attributes.worker) next();
      },
    }, { waits: next, turn: previous });
  })();
  work.then(
    (result) => emit(tag, "exit", result),
    (error) => {
      if (!stop.signal.aborted) console.error(`Bactrian: ${messageOf(error)}`);
      emit(tag, "error", { error });
    },
  ).finally(next);
  return work;
}

function claim(node: Node): void {
  if (!(node instanceof HTMLScriptElement) || node.type !== TYPE) return;
  const tag: Tag = node;
  if (tag.bactrian) return;
  Object.defineProperty(tag, "bactrian", { value: runTag(tag) });
}

export function watchTags(): void {
  new MutationObserver((records) => {
    for (const { addedNodes } of records) {
      for (const node of addedNodes) {
        claim(node);
        if (node instanceof Element) node.querySelectorAll("script").forEach(claim);
      }
    }
  }).observe(document, { childList: true, subtree: true });
  document.querySelectorAll("script").forEach(claim);
}
