// SPDX-License-Identifier: Apache-2.0
// The `files` of a program: contents of all kinds, fetched and unpacked, ready to be put in a tree.
// Archives are tar as every tar writes it (ustar, GNU long names; pax headers are passed over), gzip or plain. Only
// files and directories are taken.

import type { FileContent } from "./api.ts";
import { BactrianError } from "./errors.ts";
import { fetchBytes } from "./fetch.ts";
import { binaryOfText, bytesOf, toBinary } from "./text.ts";
import type { Tree } from "./tree.ts";

// Path (a binary string) and content; null is a directory.
export type FileList = [path: string, content: Uint8Array | null][];

async function contentBytes(content: FileContent): Promise<Uint8Array> {
  if (content instanceof URL) return fetchBytes(content.href);
  if (content instanceof Blob) return new Uint8Array(await content.arrayBuffer());
  return bytesOf(content);
}

export async function gatherFiles(files: Readonly<Record<string, FileContent>>): Promise<FileList> {
  const lists = await Promise.all(Object.entries(files).map(async ([path, content]): Promise<FileList> => {
    const bytes = await contentBytes(content);
    const binaryPath = binaryOfText(path);
    return path.endsWith("/") ? untar(await gunzip(bytes), binaryPath, path) : [[binaryPath, bytes]];
  }));
  return lists.flat();
}

export function fillTree(tree: Tree, files: FileList): void {
  for (const [path, content] of files) {
    if (content) tree.put(path, content);
    else tree.putDirectory(path);
  }
}

async function gunzip(bytes: Uint8Array): Promise<Uint8Array> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  const stream = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function untar(bytes: Uint8Array, directory: string, name: string): FileList {
  const files: FileList = [[directory, null]];
  const field = (at: number, length: number) => toBinary(bytes.subarray(at, at + length)).replace(/\0[^]*/, "");
  let longName: string | undefined;
  for (let at = 0; at + 512 <= bytes.length && bytes[at] !== 0;) {
    if (field(at + 257, 5) !== "ustar") throw new BactrianError("usage", `${name}: this is no tar archive`);
    const size = parseInt(field(at + 124, 12), 8) || 0;
    const type = field(at + 156, 1) || "0";
    const body = bytes.subarray(at + 512, at + 512 + size);
    const prefix = field(at + 257, 8) === "ustar" ? field(at + 345, 155) : "";
    const path = longName ?? (prefix && prefix + "/") + field(at, 100);
    longName = type === "L" ? field(at + 512, size) : undefined;
    if (type === "0") files.push([directory + path, body]);
    if (type === "5") files.push([directory + path, null]);
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return files;
}
