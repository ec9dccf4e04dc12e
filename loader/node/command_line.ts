// SPDX-License-Identifier: Apache-2.0
// The Node command's arguments: ocamlrun's flags and Bactrian's own --name=value, then the program and its arguments.

export interface CommandLine {
  program: string | undefined;
  args: string[];
  options: string[];  // "name=value" for the runtime.
  show?: "help" | "version";
}

export const HELP = `Usage: bactrian [options] program.byte [arguments]

Runs an OCaml bytecode executable (OCaml 4.13 to 5.3), as ocamlrun does.

  -b                 record backtraces of exceptions (as OCAMLRUNPARAM=b)
  -v                 print messages of the collector (as OCAMLRUNPARAM=v=61)
  -t                 accepted and not used: instructions are not traced
  -I directory       accepted and not used: there are no shared libraries
  -version, -vnum    print the version and stop
  --name=value       an option of the runtime, such as --stack-limit=1M, --gc-stress
  --help             this text

Environment: OCAMLRUNPARAM, as for ocamlrun; BACTRIAN, options of the runtime with commas between.
`;

export class UsageError extends Error {}

export function parseCommandLine(argv: readonly string[]): CommandLine {
  const options: string[] = [];
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i]!;
    if (!word.startsWith("-")) return { program: word, args: argv.slice(i + 1), options };
    switch (word) {
      case "-b": options.push("backtrace=1"); break;
      case "-v": options.push("gc-verbose=61"); break;
      case "-t": options.push("trace-instructions"); break;
      case "-I": i++; break;
      case "--": return { program: argv[i + 1], args: argv.slice(i + 2), options };
      case "-version": case "-vnum": case "--version": return { program: undefined, args: [], options, show: "version" };
      case "-help": case "--help": case "-h": return { program: undefined, args: [], options, show: "help" };
      default:
        if (!word.startsWith("--")) throw new UsageError(`unknown option ${word}`);
        options.push(word.slice(2));
    }
  }
  return { program: undefined, args: [], options };
}
