// SPDX-License-Identifier: Apache-2.0
// A page's file system, seen by one program: the descriptors and the working directory over a
// tree (tree.ts). Descriptors 0, 1 and 2 are the program's stdin, stdout and stderr.
// Several programs may share a tree; each has its own VirtualFiles.

import {
  EBADF, EEXIST, EINVAL, EISDIR, EMFILE, ENOENT, ENOTDIR, ENXIO, ESPIPE, KindCharacter,
  OpenAppend, OpenCreate, OpenExclusive, OpenRead, OpenTruncate, OpenWrite, type HostStat,
} from "../build/generated/host.ts";
import { hostFail } from "./errors.ts";
import type { FileSystem } from "./host.ts";
import type { InputStream } from "./input.ts";
import { fromBinary, toBinary } from "./text.ts";
import { Inode, withoutSlashes, type Tree } from "./tree.ts";

const MAX_DESCRIPTORS = 1024;

export interface StandardStreams {
  input: InputStream;
  // `fd` is 1 or 2. The bytes must be used, or copied, before it returns.
  output(fd: number, bytes: Uint8Array): void;
  terminal: boolean;
  rows(): number;
}

// What an open descriptor leads to; `device` is the number of a standard stream, or -1 for /dev/null.
interface Descriptor {
  node: Inode;
  flags: number;
  position: number;
  device?: number;
}

const DEVICES: Record<string, number> = { null: -1, stdin: 0, stdout: 1, stderr: 2, tty: 0 };

export class VirtualFiles implements FileSystem {
  #cwd: Inode;
  readonly #descriptors: (Descriptor | undefined)[] = [];

  constructor(readonly tree: Tree, readonly streams: StandardStreams) {
    this.#cwd = tree.root;
    for (const device of [0, 1, 2]) {
      const flags = device === 0 ? OpenRead : OpenWrite;
      this.#descriptors.push({ node: new Inode(KindCharacter, 0o620), flags, position: 0, device });
    }
  }

  #descriptor(fd: number): Descriptor {
    return this.#descriptors[fd] ?? hostFail(EBADF);
  }

  open(path: Uint8Array, flags: number, mode: number): number {
    const name = toBinary(path);
    const location = this.tree.locate(this.#cwd, flags & OpenCreate ? withoutSlashes(name) : name);
    if (flags & OpenCreate && name.endsWith("/")) hostFail(EISDIR);
    let { node } = location;
    if (node && flags & OpenCreate && flags & OpenExclusive) hostFail(EEXIST);
    if (!node) node = flags & OpenCreate ? this.tree.create(this.#cwd, name, mode) : hostFail(ENOENT);
    if (node.entries && flags & (OpenWrite | OpenCreate | OpenTruncate)) hostFail(EISDIR);
    const descriptor: Descriptor = { node, flags, position: 0 };
    if (node.kind === KindCharacter) {
      descriptor.device = DEVICES[location.name] ?? -1;
      if (location.name === "tty" && !this.streams.terminal) hostFail(ENXIO);
    } else if (flags & OpenTruncate) {
      node.truncate(0);
    }
    let fd = this.#descriptors.indexOf(undefined);  // As POSIX: the lowest that is free.
    if (fd < 0) fd = this.#descriptors.length;
    if (fd >= MAX_DESCRIPTORS) hostFail(EMFILE);
    this.#descriptors[fd] = descriptor;
    return fd;
  }

  close(fd: number): void {
    this.#descriptor(fd);
    this.#descriptors[fd] = undefined;
  }

  read(fd: number, buffer: Uint8Array): number {
    const descriptor = this.#descriptor(fd);
    const { node, device } = descriptor;
    if (!(descriptor.flags & OpenRead)) hostFail(EBADF);
    if (node.entries) hostFail(EISDIR);
    if (device !== undefined) return device < 0 ? 0 : this.streams.input.read(buffer);
    const count = node.readAt(descriptor.position, buffer);
    descriptor.position += count;
    return count;
  }

  write(fd: number, buffer: Uint8Array): number {
    const descriptor = this.#descriptor(fd);
    const { node, device } = descriptor;
    if (!(descriptor.flags & OpenWrite)) hostFail(EBADF);
    if (device !== undefined) {
      if (device >= 0) this.streams.output(device === 2 ? 2 : 1, buffer);
      return buffer.length;
    }
    if (descriptor.flags & OpenAppend) descriptor.position = node.size;
    descriptor.position += node.writeAt(descriptor.position, buffer);
    return buffer.length;
  }

  seek(fd: number, offset: number, whence: number): number {
    const descriptor = this.#descriptor(fd);
    if (descriptor.device !== undefined) return descriptor.device < 0 ? 0 : hostFail(ESPIPE);
    const base = [0, descriptor.position, descriptor.node.size][whence] ?? hostFail(EINVAL);
    if (base + offset < 0) hostFail(EINVAL);
    return (descriptor.position = base + offset);
  }

  truncate(fd: number, length: number): void {
    const { node, flags, device } = this.#descriptor(fd);
    if (!(flags & OpenWrite) || length < 0 || device !== undefined) hostFail(EINVAL);
    node.truncate(length);
  }

  isatty(fd: number): boolean {
    const { device } = this.#descriptor(fd);
    return device !== undefined && device >= 0 && this.streams.terminal;
  }

  rows(fd: number): number {
    return this.isatty(fd) ? this.streams.rows() : -1;
  }

  fstat(fd: number): HostStat {
    return this.#descriptor(fd).node.stat();
  }

  stat(path: Uint8Array): HostStat {
    return this.tree.lookup(this.#cwd, toBinary(path)).stat();
  }

  unlink(path: Uint8Array): void {
    this.tree.unlink(this.#cwd, toBinary(path));
  }

  rename(from: Uint8Array, to: Uint8Array): void {
    this.tree.rename(this.#cwd, toBinary(from), toBinary(to));
  }

  mkdir(path: Uint8Array, mode: number): void {
    this.tree.mkdir(this.#cwd, toBinary(path), mode);
  }

  rmdir(path: Uint8Array): void {
    this.tree.rmdir(this.#cwd, toBinary(path));
  }

  chdir(path: Uint8Array): void {
    const node = this.tree.lookup(this.#cwd, toBinary(path));
    if (!node.entries) hostFail(ENOTDIR);
    this.#cwd = node;
  }

  getcwd(): Uint8Array {
    return fromBinary(this.tree.pathOf(this.#cwd));
  }

  readdir(path: Uint8Array): Uint8Array {
    const { entries } = this.tree.lookup(this.#cwd, toBinary(path));
    return fromBinary([...(entries ?? hostFail(ENOTDIR)).keys()].join("\0"));
  }

  ready(fd: number): Promise<void> {
    return this.#descriptors[fd]?.device === 0 ? this.streams.input.ready() : Promise.resolve();
  }
}

