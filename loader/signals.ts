// SPDX-License-Identifier: Apache-2.0
// OCaml's portable signal numbers, by POSIX names, with Linux's numbers (an exit code is 128 + it)
// and whether the default action ends the program.

interface Signal {
  ocaml: number;
  linux: number;
  ends: boolean;
}

export const SIGINT: Signal = { ocaml: -6, linux: 2, ends: true };

// Those that a Node program can be sent and may handle.
export const signals: Record<string, Signal> = {
  SIGALRM: { ocaml: -2, linux: 14, ends: true },
  SIGHUP: { ocaml: -4, linux: 1, ends: true },
  SIGINT,
  SIGPIPE: { ocaml: -8, linux: 13, ends: true },
  SIGQUIT: { ocaml: -9, linux: 3, ends: true },
  SIGTERM: { ocaml: -11, linux: 15, ends: true },
  SIGUSR1: { ocaml: -12, linux: 10, ends: true },
  SIGUSR2: { ocaml: -13, linux: 12, ends: true },
  SIGCHLD: { ocaml: -14, linux: 17, ends: false },
  SIGCONT: { ocaml: -15, linux: 18, ends: false },
};
