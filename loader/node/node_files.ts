// SPDX-License-Identifier: Apache-2.0
// The real file system for the Node command. Descriptors are the system's own.
//
// Node has no lseek: a regular file that we opened keeps its position here and is read and written
// at it. Descriptors 0, 1 and 2 use the system's own position, shared with child processes, until the program seeks.
// A stdin that can wait (terminal, pipe, socket) goes through process.stdin, so that signals arrive meanwhile.

import * as fs from "node:fs";
import { isatty } from "node:tty";
import {
  EINVAL, ESPIPE, KindBlock, KindCharacter, KindDirectory, KindFifo, KindRegular, KindSocket, KindSymlink,
  OpenAppend, OpenCreate, OpenExclusive, OpenNonblock, OpenRead, OpenTruncate, OpenWrite, type HostStat,
} from "../../build/generated/host.ts";
import { hostFail } from "../errors.ts";
import type { FileSystem } from "../host.ts";
import type { NodeInput } from "./node_input.ts";

const buffer = (path: Uint8Array): Buffer => Buffer.from(path);  // A copy: the memory may move.

function openFlags(flags: number): number {
  const c = fs.constants;
  const access = flags & OpenWrite ? (flags & OpenRead ? c.O_RDWR : c.O_WRONLY) : c.O_RDONLY;
  return access | (flags & OpenAppend ? c.O_APPEND : 0) | (flags & OpenCreate ? c.O_CREAT : 0)
    | (flags & OpenTruncate ? c.O_TRUNC : 0) | (flags & OpenExclusive ? c.O_EXCL : 0)
    | (flags & OpenNonblock ? c.O_NONBLOCK : 0);
}

interface OpenFile {
  position: number;
  append: boolean;
}

export class NodeFiles implements FileSystem {
  readonly #opened = new Map<number, OpenFile>();
  // Called when nobody reads what we write: the system would send SIGPIPE.
  onBrokenPipe: (() => void) | undefined;

  constructor(readonly input: NodeInput) {}

  open(path: Uint8Array, flags: number, mode: number): number {
    const fd = fs.openSync(buffer(path), openFlags(flags), mode);
    if (fs.fstatSync(fd).isFile()) this.#opened.set(fd, { position: 0, append: (flags & OpenAppend) !== 0 });
    return fd;
  }

  close(fd: number): void {
    this.#opened.delete(fd);
    fs.closeSync(fd);
  }

  read(fd: number, into: Uint8Array): number {
    if (fd === 0 && this.input.waits) return this.input.read(into);
    const file = this.#opened.get(fd);
    const count = fs.readSync(fd, into, 0, into.length, file ? file.position : null);
    if (file) file.position += count;
    return count;
  }

  write(fd: number, bytes: Uint8Array): number {
    const file = this.#opened.get(fd);
    try {
      const count = fs.writeSync(fd, bytes, 0, bytes.length, file && !file.append ? file.position : null);
      if (file) file.position = file.append ? fs.fstatSync(fd).size : file.position + count;
      return count;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EPIPE") this.onBrokenPipe?.();
      if (code !== "EAGAIN") throw error;
      pause(1);  // A pipe that someone else has made non-blocking is full.
      return this.write(fd, bytes);
    }
  }

  seek(fd: number, offset: number, whence: number): number {
    let file = this.#opened.get(fd);
    if (!file) {
      if (!fs.fstatSync(fd).isFile()) hostFail(ESPIPE);
      file = { position: systemPosition(fd), append: false };
      if (whence === 1 && offset === 0) return file.position;
      this.#opened.set(fd, file);
    }
    const base = [0, file.position, whence === 2 ? fs.fstatSync(fd).size : 0][whence] ?? hostFail(EINVAL);
    if (base + offset < 0) hostFail(EINVAL);
    return (file.position = base + offset);
  }

  truncate(fd: number, length: number): void {
    fs.ftruncateSync(fd, length);
  }

  isatty(fd: number): boolean {
    return isatty(fd);
  }

  rows(fd: number): number {
    return (isatty(fd) && process.stdout.rows) || -1;
  }

  fstat(fd: number): HostStat {
    return hostStat(fs.fstatSync(fd));
  }

  stat(path: Uint8Array, follow: boolean): HostStat {
    return hostStat(follow ? fs.statSync(buffer(path)) : fs.lstatSync(buffer(path)));
  }

  unlink(path: Uint8Array): void {
    fs.unlinkSync(buffer(path));
  }

  rename(from: Uint8Array, to: Uint8Array): void {
    fs.renameSync(buffer(from), buffer(to));
  }

  mkdir(path: Uint8Array, mode: number): void {
    fs.mkdirSync(buffer(path), { mode });
  }

  rmdir(path: Uint8Array): void {
    fs.rmdirSync(buffer(path));
  }

  chdir(path: Uint8Array): void {
    process.chdir(buffer(path).toString());
  }

  getcwd(): Uint8Array {
    return Buffer.from(process.cwd());
  }

  readdir(path: Uint8Array): Uint8Array {
    const names = fs.readdirSync(buffer(path), { encoding: "buffer" });
    return Buffer.concat(names.flatMap((name, index) => (index > 0 ? [Buffer.of(0), name] : [name])));
  }

  ready(fd: number): Promise<void> {
    return fd === 0 && this.input.waits ? this.input.ready() : Promise.resolve();
  }
}

export function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

// Where an inherited descriptor stands; Linux tells, elsewhere the beginning is the best guess.
function systemPosition(fd: number): number {
  try {
    return Number(/^pos:\s*(\d+)/.exec(fs.readFileSync(`/proc/self/fdinfo/${fd}`, "latin1"))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

function hostStat(stat: fs.Stats): HostStat {
  const kind = stat.isFile() ? KindRegular : stat.isDirectory() ? KindDirectory
    : stat.isCharacterDevice() ? KindCharacter : stat.isBlockDevice() ? KindBlock
      : stat.isSymbolicLink() ? KindSymlink : stat.isFIFO() ? KindFifo : KindSocket;
  const { size, nlink, dev, ino, uid, gid, rdev } = stat;
  return {
    kind, size, mode: stat.mode & 0o7777, nlink, dev, ino, uid, gid, rdev,
    atime: stat.atimeMs / 1000, mtime: stat.mtimeMs / 1000, ctime: stat.ctimeMs / 1000, reserved: 0,
  };
}
