// SPDX-License-Identifier: Apache-2.0
// The host border, from JavaScript's side: what the wasm module imports (HostImports, made from
// host.h) in terms of three small interfaces that a page (vfs.ts, page_host.ts) and Node
// (node_host.ts) implement.
//
// A HostError, or an error of Node that names an errno, becomes -errno. Any other exception is kept in `failure`,
// for the run loop to report, and the program sees EIO: nothing is ever thrown through wasm frames
// but HostAbort, which ends the program.
// Pointers arrive as signed i32 and may lie above 2 GB: always `>>> 0`. Views of the memory are made
// for each call, since growing the memory detaches them.

import { EIO, statFields, type HostImports, type HostStat } from "../build/generated/host.ts";
import { errnoOf } from "./errors.ts";
import { decode } from "./text.ts";

// Fails by HostError. Paths are the bytes the program gave, in its memory: to be copied if kept.
export interface FileSystem {
  open(path: Uint8Array, flags: number, mode: number): number;
  close(fd: number): void;
  read(fd: number, buffer: Uint8Array): number;  // -EAGAIN: not yet, see ready.
  write(fd: number, buffer: Uint8Array): number;
  seek(fd: number, offset: number, whence: number): number;
  truncate(fd: number, length: number): void;
  isatty(fd: number): boolean;
  rows(fd: number): number;  // Negative when unknown.
  fstat(fd: number): HostStat;
  stat(path: Uint8Array, follow: boolean): HostStat;
  unlink(path: Uint8Array): void;
  rename(from: Uint8Array, to: Uint8Array): void;
  mkdir(path: Uint8Array, mode: number): void;
  rmdir(path: Uint8Array): void;
  chdir(path: Uint8Array): void;
  getcwd(): Uint8Array;
  readdir(path: Uint8Array): Uint8Array;  // Names with NULs between.
  // Resolves when a read of `fd` would not give -EAGAIN.
  ready(fd: number): Promise<void>;
}

export interface System {
  getenv(name: string): Uint8Array | undefined;
  shell(command: Uint8Array): number;  // Exit code; HostError(ENOSYS) where there is no shell.
  cpuTime(): number;
}

// Hot code's way out to the translator (translate.ts).
export interface TranslationPort {
  translate(functionId: number, pc: number): number;  // 1: installed, 0: never, -1: not now.
  functionsFreed(firstId: number, count: number, arity: number): void;
  codeReleased(firstSlot: number, count: number): void;
  functionsGrew(count: number): void;
}

// The program's own end by caml_fatal_error.
export class HostAbort extends Error {}

export class Host {
  memory: WebAssembly.Memory | undefined;  // Set once the instance exists.
  failure: { error: unknown } | undefined;
  // A function of the page's reads or writes for the program, whose primitive waits for it: no OCaml code can run.
  busy = false;
  translation: TranslationPort | undefined;
  readProgram: ((offset: number, length: number) => Uint8Array) | undefined;

  constructor(readonly files: FileSystem, readonly system: System) {}

  bytes(pointer: number, length: number): Uint8Array {
    return new Uint8Array(this.memory!.buffer, pointer >>> 0, length >>> 0);
  }

  // Runs one call; a result that is no number counts as 0.
  #guard(action: () => number | void): number {
    try {
      return action() ?? 0;
    } catch (error) {
      const errno = errnoOf(error);
      if (errno !== undefined) return -errno;
      this.failure ??= { error };
      return -EIO;
    }
  }

  #transfer(action: () => number): number {
    const outer = this.busy;
    this.busy = true;
    try {
      return this.#guard(action);
    } finally {
      this.busy = outer;
    }
  }

  #putStat(out: number, stat: HostStat): void {
    new Float64Array(this.memory!.buffer, out >>> 0, statFields.length).set(statFields.map((field) => stat[field]));
  }

  #putBytes(buffer: number, capacity: number, bytes: Uint8Array): number {
    if (capacity !== 0) this.bytes(buffer, capacity).set(bytes.subarray(0, capacity >>> 0));
    return bytes.length;
  }

  imports(): HostImports {
    const { files, system } = this;
    const at = (pointer: number, length: number) => this.bytes(pointer, length);
    const guard = (action: () => number | void) => this.#guard(action);
    return {
      open: (path, len, flags, mode) => guard(() => files.open(at(path, len), flags, mode)),
      close: (fd) => guard(() => files.close(fd)),
      read: (fd, buffer, len) => this.#transfer(() => files.read(fd, at(buffer, len))),
      write: (fd, buffer, len) => this.#transfer(() => files.write(fd, at(buffer, len))),
      seek: (fd, offset, whence) => guard(() => files.seek(fd, offset, whence)),
      truncate: (fd, length) => guard(() => files.truncate(fd, length)),
      isatty: (fd) => guard(() => Number(files.isatty(fd))),
      terminal_rows: (fd) => guard(() => files.rows(fd)),
      fstat: (fd, out) => guard(() => this.#putStat(out, files.fstat(fd))),
      stat: (path, len, follow, out) => guard(() => this.#putStat(out, files.stat(at(path, len), follow !== 0))),
      unlink: (path, len) => guard(() => files.unlink(at(path, len))),
      rename: (from, fromLen, to, toLen) => guard(() => files.rename(at(from, fromLen), at(to, toLen))),
      mkdir: (path, len, mode) => guard(() => files.mkdir(at(path, len), mode)),
      rmdir: (path, len) => guard(() => files.rmdir(at(path, len))),
      chdir: (path, len) => guard(() => files.chdir(at(path, len))),
      getcwd: (buffer, capacity) => guard(() => this.#putBytes(buffer, capacity, files.getcwd())),
      readdir: (path, len, buffer, capacity) =>
        guard(() => this.#putBytes(buffer, capacity, files.readdir(at(path, len)))),
      getenv: (name, len, buffer, capacity) => guard(() => {
        const value = system.getenv(decode(at(name, len)));
        return value ? this.#putBytes(buffer, capacity, value) : -1;
      }),
      system: (command, len) => guard(() => system.shell(at(command, len))),
      now: currentTime,
      cpu_time: () => system.cpuTime(),
      random: (buffer, len) => {
        const bytes = at(buffer, len);
        for (let i = 0; i < bytes.length; i += 65536) crypto.getRandomValues(bytes.subarray(i, i + 65536) as Uint8Array<ArrayBuffer>);
      },
      read_program: (to, offset, len) => {
        const place = at(to, len);
        try {
          place.set(this.readProgram!(offset, len >>> 0));
        } catch {
          place.fill(0);  // They cannot be read any more: the program goes on without.
        }
      },
      translate: (functionId, pc) => this.translation?.translate(functionId >>> 0, pc >>> 0) ?? 0,
      functions_freed: (firstId, count, arity) => this.translation?.functionsFreed(firstId, count, arity),
      code_released: (firstSlot, count) => this.translation?.codeReleased(firstSlot, count),
      functions_grew: (count) => this.translation?.functionsGrew(count),
      abort: (message, len) => {
        throw new HostAbort(decode(at(message, len)));
      },
    };
  }
}

// Seconds since 1970, finer than Date's milliseconds where the engine lets us.
export const currentTime = (): number => (performance.timeOrigin + performance.now()) / 1000;
