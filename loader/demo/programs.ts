// SPDX-License-Identifier: Apache-2.0
// The programs of the demo page, in its order. The build compiles `source` and the page shows it.

export interface DemoProgram {
  id: string;
  title: string;
  about: string;
  // Needs OCaml 5; where only an OCaml 4 is at hand, the build takes the copy in prebuilt/.
  needsOCaml5?: true;
  args?: string;
  env?: string;
  // data-files of the tag.
  files?: string;
  // Instead of a source: phrases to try, by heading.
  guide?: { heading: string; text?: string; phrases: string[] }[];
}

export const programs: DemoProgram[] = [
  { id: "hello", title: "Hello", about: "Type an answer: stdin waits without blocking the page" },
  { id: "report", title: "Map, Format, Printf", about: "The standard library to the last space" },
  { id: "queens", title: "Queens", about: "Drawn and counted, for the size you type" },
  { id: "effects", title: "Effects", about: "A scheduler, channels, a million switches", needsOCaml5: true },
  {
    id: "depths", title: "63 bits, deep stacks", about: "What small integers and the browser’s stack get wrong",
    env: "OCAMLRUNPARAM=l=64M",
  },
  { id: "mandelbrot", title: "Mandelbrot", about: "Floats, in 24-bit colour" },
  {
    id: "toplevel", title: "The OCaml toplevel", about: "The stock ‘ocaml’, as it was built, answers you",
    env: "OCAMLLIB=/lib/ocaml", files: "/lib/ocaml/=toplevel-files.tar.gz camels.ml",
    guide: [
      {
        heading: "This is OCaml’s own interactive system",
        text: "The type checker, the compiler and the evaluator are the bytecode that OCaml’s build makes. Type phrases, end them with ;; or choose one:",
        phrases: [
          "List.map (fun x -> x * x) [1; 2; 3];;",
          "let rec fib n = if n < 2 then n else fib (n - 1) + fib (n - 2);;",
          "fib 27;;",
          "module Ints = Set.Make (Int);;",
        ],
      },
      { heading: "It checks what you say", phrases: ["1 + \"one\";;", "let f = function Some x -> x;;", "f None;;"] },
      { heading: "It reads files", phrases: ["#use \"camels.ml\";;", "heaviest herd;;", "Hashtbl.hash (1 lsl 40), max_int;;"] },
      { heading: "Leave it", phrases: ["#quit;;"] },
    ],
  },
];
