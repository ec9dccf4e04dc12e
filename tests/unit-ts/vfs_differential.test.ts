// SPDX-License-Identifier: Apache-2.0
// The virtual file system against the real one: random sequences of operations on both must give the same
// results, errors included. The seed is printed on failure; BACTRIAN_SEED repeats a run.

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import {
  OpenAppend, OpenCreate, OpenExclusive, OpenRead, OpenTruncate, OpenWrite,
} from "../../build/generated/host.ts";
import { errnoOf } from "../../loader/errors.ts";
import type { FileSystem } from "../../loader/host.ts";
import { InputStream } from "../../loader/input.ts";
import { NodeFiles } from "../../loader/node/node_files.ts";
import { NodeInput } from "../../loader/node/node_input.ts";
import { encode, toBinary } from "../../loader/text.ts";
import { Tree } from "../../loader/tree.ts";
import { VirtualFiles } from "../../loader/vfs.ts";

const SEED = Number(process.env["BACTRIAN_SEED"] ?? 20240229);
const SEQUENCES = 300;
const STEPS = 60;

function randomSource(seed: number): (limit: number) => number {
  let state = seed >>> 0;
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

const NAMES = ["a", "b", "c", "a/x", "a/y", "b/x", "a/b", "a/b/c", ".", "..", "a/..", "a/.", "./a", "b/../a", "a/", "c/", "missing/x", "", "a//x", "../w/b"];
const ACCESS = [OpenRead, OpenWrite, OpenRead | OpenWrite];

// A step is drawn once and applied to both systems; descriptors are numbers of the step's own.
type Step = (files: FileSystem, fds: Map<number, number>) => unknown;

function drawStep(random: (limit: number) => number): [string, Step] {
  const pick = <T>(list: readonly T[]): T => list[random(list.length)]!;
  const path = pick(NAMES);
  const other = pick(NAMES);
  const slot = random(4);
  const amount = 1 + random(40);  // Node answers an empty read itself.
  const text = encode("abcdefghijklmnopqrstuvwxyz0123456789ABCD".slice(random(10), 10 + random(30)));
  const flags = pick(ACCESS) | pick([0, 0, OpenCreate, OpenCreate, OpenCreate | OpenExclusive]) | pick([0, 0, OpenTruncate]) | pick([0, 0, 0, OpenAppend]);
  const whence = random(3);
  const offset = random(30) - 5;
  const withFd = (action: (files: FileSystem, fd: number) => unknown): Step => (files, fds) => {
    const fd = fds.get(slot);
    return fd === undefined ? "closed" : action(files, fd);
  };
  const read = withFd((files, fd) => {
    const buffer = new Uint8Array(amount);
    const count = files.read(fd, buffer);
    return count < 0 ? count : toBinary(buffer.subarray(0, count));
  });
  const sorted = (names: Uint8Array) => toBinary(names).split("\0").sort().join();
  const steps: Record<string, Step> = {
    [`open ${path} ${flags} → ${slot}`]: (files, fds) => {
      const fd = files.open(encode(path), flags, 0o644);
      const old = fds.get(slot);
      fds.set(slot, fd);
      if (old !== undefined) files.close(old);
      return "opened";
    },
    [`read ${slot} ${amount}`]: read,
    [`write ${slot} ${text.length}`]: withFd((files, fd) => files.write(fd, text)),
    [`seek ${slot} ${offset} ${whence}`]: withFd((files, fd) => (files.fstat(fd).kind === 0 ? files.seek(fd, offset, whence) : "no file")),
    [`truncate ${slot} ${amount}`]: withFd((files, fd) => files.truncate(fd, amount)),
    [`fstat ${slot}`]: withFd((files, fd) => {
      const { kind, size, nlink, mode } = files.fstat(fd);
      return kind === 0 ? [kind, size, nlink, mode] : kind;
    }),
    [`close ${slot}`]: (files, fds) => {
      const fd = fds.get(slot);
      fds.delete(slot);
      return fd === undefined ? "closed" : files.close(fd);
    },
    [`stat ${path}`]: (files) => {
      const { kind, size, mode } = files.stat(encode(path), true);
      return kind === 0 ? [kind, size, mode] : kind;
    },
    [`unlink ${path}`]: (files) => files.unlink(encode(path)),
    [`rename ${path} ${other}`]: (files) => files.rename(encode(path), encode(other)),
    [`mkdir ${path}`]: (files) => files.mkdir(encode(path), 0o755),
    [`rmdir ${path}`]: (files) => files.rmdir(encode(path)),
    [`readdir ${path}`]: (files) => sorted(files.readdir(encode(path))),
    "open again": read,
    "getcwd": (files) => toBinary(files.getcwd()).replace(/^.*\/w(?=\/|$)/, "/w"),
  };
  return pick(Object.entries(steps));
}

function outcome(step: Step, files: FileSystem, fds: Map<number, number>): unknown {
  try {
    return step(files, fds);
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === undefined) throw error;
    return `errno ${errno}`;
  }
}

test("the virtual file system behaves as the real one", () => {
  const random = randomSource(SEED);
  const home = process.cwd();
  for (let sequence = 0; sequence < SEQUENCES; sequence++) {
    const base = mkdtempSync(join(tmpdir(), "bactrian-vfs-"));
    mkdirSync(join(base, "w"));
    process.chdir(join(base, "w"));
    const real = new NodeFiles(new NodeInput());
    const tree = new Tree();
    tree.putDirectory("/base/w");
    const virtual = new VirtualFiles(tree, { input: new InputStream(() => null), output() {}, terminal: false, rows: () => -1 });
    virtual.chdir(encode("/base/w"));
    const realFds = new Map<number, number>();
    const virtualFds = new Map<number, number>();
    const log: string[] = [];
    try {
      for (let i = 0; i < STEPS; i++) {
        const [name, step] = drawStep(random);
        const expected = outcome(step, real, realFds);
        log.push(`${name} = ${JSON.stringify(expected)}`);
        assert.deepEqual(outcome(step, virtual, virtualFds), expected, `seed ${SEED}, sequence ${sequence}:\n${log.join("\n")}`);
      }
    } finally {
      for (const fd of realFds.values()) real.close(fd);
      process.chdir(home);
      rmSync(base, { recursive: true, force: true });
    }
  }
});
