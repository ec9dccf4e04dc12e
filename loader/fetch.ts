// SPDX-License-Identifier: Apache-2.0
// Fetching a program, a file or bactrian.wasm itself, with progress, and with errors that say what to do.

import type { Progress } from "./api.ts";
import { wasmRefused } from "./embed.ts";
import { BactrianError, messageOf } from "./errors.ts";
import { decode } from "./text.ts";

async function request(url: string): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, { credentials: "same-origin" });
  } catch (error) {
    const hint = location.protocol === "file:"
      ? "A page opened from the disk may not fetch files: serve it, for example with 'npx serve' or 'python3 -m http.server'."
      : "Is the server up, does it allow this page's origin (CORS), and does the page's Content-Security-Policy allow it in connect-src?";
    throw new BactrianError("fetch", `${url} could not be fetched (${messageOf(error)}). ${hint}`, { cause: error });
  }
  if (!response.ok) {
    throw new BactrianError("fetch", `${url} could not be fetched: the server answered ${response.status} ${response.statusText}`.trimEnd()
      + (response.status === 404 ? ". Check the address: it is relative to the page." : "."));
  }
  return response;
}

export async function fetchBytes(url: string, onProgress?: (progress: Progress) => void): Promise<Uint8Array> {
  const response = await request(url);
  // Content-Length counts compressed bytes when there is a Content-Encoding.
  const length = response.headers.get("content-encoding") ? null : response.headers.get("content-length");
  const total = length ? Number(length) : undefined;
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let loaded = 0;
  onProgress?.({ loaded, total });
  try {
    for (const reader = response.body!.getReader(); ;) {
      const { done, value } = await reader.read();
      if (done) break;
      chunks.push(value);
      loaded += value.length;
      onProgress?.({ loaded, total });
    }
  } catch (error) {
    throw new BactrianError("fetch", `${url} stopped arriving after ${loaded} bytes (${messageOf(error)}). Try again.`, { cause: error });
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

// A server's or a framework's way to say 404 with a 200.
export function refuseHtml(url: string, bytes: Uint8Array): void {
  const start = decode(bytes.subarray(0, 100)).trimStart();
  if (/^<(!doctype|html)/i.test(start)) {
    throw new BactrianError("program", `${url} is a web page, not an OCaml bytecode executable: the server has no such file and answered with a page. Check the address.`);
  }
}

const modules = new Map<string, Promise<WebAssembly.Module>>();

// Fetched and compiled once for all programs of the page; tried again after a failure.
export function wasmModule(url: string): Promise<WebAssembly.Module> {
  let module = modules.get(url);
  if (!module) {
    module = compile(url);
    modules.set(url, module);
    module.catch(() => modules.delete(url));
  }
  return module;
}

async function compile(url: string): Promise<WebAssembly.Module> {
  if (typeof WebAssembly !== "object") {
    throw new BactrianError("wasm", "This browser has no WebAssembly, or its settings forbid it.");
  }
  const response = await request(url);
  try {
    // Streaming needs the right type; many servers send another.
    return /^application\/wasm/.test(response.headers.get("content-type") ?? "")
      ? await WebAssembly.compileStreaming(response)
      : await WebAssembly.compile(await response.arrayBuffer());
  } catch (error) {
    throw wasmRefused(error);
  }
}
