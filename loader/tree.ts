// SPDX-License-Identifier: Apache-2.0
// The virtual file system's tree: inodes and names, with what POSIX says of open, rename, unlink,
// mkdir and rmdir where a program can see it. Paths are binary strings (text.ts).
// Fails with HostError. No descriptors here (vfs.ts), no symbolic or hard links, no permissions: as root's.

import type { FileTree } from "./api.ts";
import {
  EBUSY, EEXIST, EINVAL, EISDIR, ENAMETOOLONG, ENOENT, ENOSPC, ENOTDIR, ENOTEMPTY,
  KindCharacter, KindDirectory, KindRegular, type HostStat,
} from "../build/generated/host.ts";
import { hostFail } from "./errors.ts";
import { binaryOfText, bytesOf, decode, textOfBinary } from "./text.ts";

const UMASK = 0o022;
let nextInode = 1;

const now = (): number => Date.now() / 1000;

export class Inode {
  readonly ino = nextInode++;
  nlink = 1;
  atime = now();
  mtime = this.atime;
  ctime = this.atime;
  // Of a regular file: `size` bytes at the start of `bytes`, which is shared with the giver until written.
  bytes: Uint8Array = new Uint8Array(0);
  size = 0;
  shared = false;
  // Of a directory:
  entries: Map<string, Inode> | undefined;
  parent: Inode = this;

  constructor(readonly kind: number, public mode: number) {
    if (kind === KindDirectory) this.entries = new Map();
  }

  touch(): void {
    this.mtime = this.ctime = now();
  }

  setContent(bytes: Uint8Array): void {
    this.bytes = bytes;
    this.size = bytes.length;
    this.shared = true;
    this.touch();
  }

  // Room for `capacity` bytes of our own; doubles, so that appending is linear.
  reserve(capacity: number): void {
    if (!this.shared && capacity <= this.bytes.length) return;
    const wanted = Math.max(capacity, this.size, Math.min(this.size * 2, this.size + (1 << 26)));
    let grown: Uint8Array;
    try {
      grown = new Uint8Array(wanted);
    } catch {
      hostFail(ENOSPC);
    }
    grown.set(this.bytes.subarray(0, this.size));
    this.bytes = grown;
    this.shared = false;
  }

  truncate(size: number): void {
    if (size > this.size) this.reserve(size);
    // What is cut off must read as zeros when the file grows again.
    else if (!this.shared) this.bytes.fill(0, size, this.size);
    this.size = size;
    this.touch();
  }

  readAt(position: number, buffer: Uint8Array): number {
    const count = Math.max(0, Math.min(buffer.length, this.size - position));
    buffer.set(this.bytes.subarray(position, position + count));
    return count;
  }

  writeAt(position: number, buffer: Uint8Array): number {
    const end = position + buffer.length;
    this.reserve(end);
    this.bytes.set(buffer, position);
    this.size = Math.max(this.size, end);
    this.touch();
    return buffer.length;
  }

  stat(): HostStat {
    const { kind, mode, nlink, ino, atime, mtime, ctime } = this;
    const size = this.entries ? 4096 : this.size;
    return { kind, size, mode, nlink, dev: 1, ino, uid: 0, gid: 0, rdev: 0, atime, mtime, ctime, reserved: 0 };
  }
}

interface Location {
  parent: Inode;
  name: string;
  node: Inode | undefined;
}

const newDirectory = (parent: Inode, mode = 0o777): Inode => {
  const node = new Inode(KindDirectory, mode & ~UMASK);
  node.parent = parent;
  node.nlink = 2;
  return node;
};

export const withoutSlashes = (path: string): string => path.replace(/(?!^)\/+$/, "");

export class Tree {
  readonly root: Inode;

  constructor() {
    this.root = new Inode(KindDirectory, 0o755);
    this.root.nlink = 2;
    for (const name of ["dev", "tmp", "home"]) this.mkdir(this.root, name, 0o777);
    for (const name of ["null", "stdin", "stdout", "stderr", "tty"]) {
      this.#link(this.locate(this.root, "dev").node!, name, new Inode(KindCharacter, 0o666));
    }
  }

  // Follows a path from `cwd`. Every directory on the way must exist; the last name need not.
  locate(cwd: Inode, path: string): Location {
    if (path === "") hostFail(ENOENT);
    let node: Inode | undefined = path[0] === "/" ? this.root : cwd;
    let parent = node;
    let name = ".";
    for (const part of path.split("/")) {
      if (part === "") continue;
      if (part.length > 255) hostFail(ENAMETOOLONG);
      if (!node) hostFail(ENOENT);
      if (!node.entries) hostFail(ENOTDIR);
      if (part === ".") continue;
      parent = node;
      name = part;
      node = part === ".." ? parent.parent : parent.entries!.get(part);
    }
    if (node && !node.entries && path.endsWith("/")) hostFail(ENOTDIR);
    return { parent, name, node };
  }

  lookup(cwd: Inode, path: string): Inode {
    return this.locate(cwd, path).node ?? hostFail(ENOENT);
  }

  create(cwd: Inode, path: string, mode: number): Inode {
    const { parent, name } = this.locate(cwd, path);
    if (path.endsWith("/")) hostFail(EISDIR);
    if (parent.nlink === 0) hostFail(ENOENT);  // The working directory, removed meanwhile.
    return this.#link(parent, name, new Inode(KindRegular, mode & ~UMASK));
  }

  #link(directory: Inode, name: string, node: Inode): Inode {
    directory.entries!.set(name, node);
    directory.touch();
    return node;
  }

  mkdir(cwd: Inode, path: string, mode: number): void {
    const { parent, name, node } = this.locate(cwd, withoutSlashes(path));
    if (node) hostFail(EEXIST);
    if (parent.nlink === 0) hostFail(ENOENT);
    this.#link(parent, name, newDirectory(parent, mode));
    parent.nlink++;
  }

  rmdir(cwd: Inode, path: string): void {
    const { parent, name, node } = this.locate(cwd, path);
    if (!node) hostFail(ENOENT);
    if (!node.entries) hostFail(ENOTDIR);
    if (/(^|\/)\.\/*$/.test(path)) hostFail(EINVAL);
    if (node === this.root) hostFail(EBUSY);
    if (node.entries.size > 0 || name === "..") hostFail(ENOTEMPTY);
    parent.entries!.delete(name);
    parent.nlink--;
    parent.touch();
    node.nlink = 0;
  }

  // The inode lives on while a descriptor holds it.
  unlink(cwd: Inode, path: string): void {
    const { parent, name, node } = this.locate(cwd, path);
    if (!node) hostFail(ENOENT);
    if (node.entries) hostFail(EISDIR);
    parent.entries!.delete(name);
    parent.touch();
    node.nlink--;
    node.ctime = now();
  }

  // The checks stand in Linux's order.
  rename(cwd: Inode, from: string, to: string): void {
    const source = this.locate(cwd, withoutSlashes(from));
    const target = this.locate(cwd, withoutSlashes(to));
    if ([from, to].some((path) => /(^|\/)\.\.?\/*$|^\/+$/.test(path))) hostFail(EBUSY);
    const node = source.node ?? hostFail(ENOENT);
    if (!node.entries && (from.endsWith("/") || to.endsWith("/"))) hostFail(ENOTDIR);
    for (let up = target.parent; up !== this.root; up = up.parent) if (up === node) hostFail(EINVAL);
    for (let up = source.parent; up !== this.root; up = up.parent) if (up === target.node) hostFail(ENOTEMPTY);
    if (node === target.node) return;
    if (target.node) this.#checkReplace(node, target.node);
    source.parent.entries!.delete(source.name);
    source.parent.touch();
    this.#link(target.parent, target.name, node);
    if (node.entries) {
      source.parent.nlink--;
      if (!target.node) target.parent.nlink++;
      node.parent = target.parent;
    }
    if (target.node) target.node.nlink = target.node.entries ? 0 : target.node.nlink - 1;
    node.ctime = now();
  }

  #checkReplace(node: Inode, old: Inode): void {
    if (old.entries && !node.entries) hostFail(EISDIR);
    if (!old.entries && node.entries) hostFail(ENOTDIR);
    if (old.entries && old.entries.size > 0) hostFail(ENOTEMPTY);
  }

  // The absolute path of a directory; ENOENT when it has been removed.
  pathOf(directory: Inode): string {
    let path = "";
    for (let node = directory; node !== this.root; node = node.parent) {
      let name: string | undefined;
      for (const [key, child] of node.parent.entries!) if (child === node) name = key;
      if (name === undefined) hostFail(ENOENT);
      path = "/" + name + path;
    }
    return path || "/";
  }

  // Makes a file and the directories on its way: how a tree is filled before a program starts.
  put(path: string, content: Uint8Array): void {
    this.putDirectory(path.slice(0, path.lastIndexOf("/") + 1));
    (this.locate(this.root, path).node ?? this.create(this.root, path, 0o666)).setContent(content);
  }

  putDirectory(path: string): void {
    let at = this.root;
    for (const part of path.split("/")) {
      if (part === "") continue;
      if (!this.locate(at, part).node) this.mkdir(at, part, 0o777);
      at = this.lookup(at, part);
      if (!at.entries) hostFail(ENOTDIR);
    }
  }
}

const ERROR_TEXTS: Record<number, string> = { [ENOENT]: "no such file", [EISDIR]: "is a directory", [ENOTDIR]: "not a directory" };

// A tree for the page's own code, with text paths and readable errors.
export class Files implements FileTree {
  readonly tree = new Tree();

  constructor(files: Readonly<Record<string, string | Uint8Array>> = {}) {
    for (const [path, content] of Object.entries(files)) this.write(path, content);
  }

  #at<T>(path: string, action: (binaryPath: string) => T): T {
    try {
      return action(binaryOfText(path));
    } catch (error) {
      const errno = (error as { errno?: number }).errno ?? 0;
      throw new Error(`${path}: ${ERROR_TEXTS[errno] ?? `error ${errno}`}`, { cause: error });
    }
  }

  read(path: string): Uint8Array {
    return this.#at(path, (binary) => {
      const node = this.tree.lookup(this.tree.root, binary);
      if (node.entries) hostFail(EISDIR);
      return node.bytes.slice(0, node.size);
    });
  }

  text(path: string): string {
    return decode(this.read(path));
  }

  write(path: string, content: string | Uint8Array): void {
    this.#at(path, (binary) => this.tree.put(binary, bytesOf(content)));
  }

  list(path: string): string[] {
    return this.#at(path, (binary) => {
      const { entries } = this.tree.lookup(this.tree.root, binary);
      return [...(entries ?? hostFail(ENOTDIR)).keys()].map(textOfBinary);
    });
  }

  remove(path: string): void {
    this.#at(path, (binary) => {
      const { entries } = this.tree.lookup(this.tree.root, binary);
      if (entries) this.tree.rmdir(this.tree.root, binary);
      else this.tree.unlink(this.tree.root, binary);
    });
  }
}
