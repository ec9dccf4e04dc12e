// SPDX-License-Identifier: Apache-2.0
// The two kinds of error of the loader: HostError goes to the program (an errno that a primitive
// turns into Sys_error), BactrianError to the person (one message that says what to do).

import type { BactrianError as Shape, ErrorCode } from "./api.ts";
import { EINVAL, EIO, errorNumbers } from "../build/generated/host.ts";

export class HostError extends Error {
  constructor(readonly errno: number) {
    super(`errno ${errno}`);
  }
}

export function hostFail(errno: number): never {
  throw new HostError(errno);
}

// Node's errors name themselves as C does; their numbers differ between systems.
export function errnoOf(error: unknown): number | undefined {
  if (error instanceof HostError) return error.errno;
  const code = (error as { code?: unknown } | null)?.code;
  if (typeof code !== "string") return undefined;
  if (code.startsWith("ERR_")) return EINVAL;  // Node refuses an argument, such as a NUL in a path.
  return errorNumbers[code] ?? (/^E[A-Z0-9]+$/.test(code) ? EIO : undefined);
}

export class BactrianError extends Error implements Shape {
  override readonly name = "BactrianError";
  constructor(readonly code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
  }
}

export const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
