// SPDX-License-Identifier: Apache-2.0
// The demo page: a list of programs, the source of the chosen one, and a terminal in which it runs. It runs a
// program as any page would: by a script tag, put into the document.

import type { Progress, RunResult } from "../api.ts";
import { highlight } from "./highlight.ts";
import { programs, type DemoProgram } from "./programs.ts";

// What the build knows of each program (build/demo/programs.json).
type Made = Record<string, { bytes: number; compiler: string }>;

interface Screen extends HTMLElement {
  bactrianTerminal?: { reset(): void; focus(): void; input(text: string): void };
}

const element = <T extends HTMLElement = HTMLElement>(id: string): T => document.getElementById(id) as T;
const screen = element<Screen>("screen");
const runButton = element<HTMLButtonElement>("run");
const stopButton = element<HTMLButtonElement>("stop");
const progress = element<HTMLProgressElement>("progress");
const status = element("status");
const worker = element<HTMLInputElement>("worker");

let chosen: DemoProgram = programs[0]!;
let running: HTMLScriptElement | undefined;
let made: Made = {};

const kilobytes = (bytes: number): string => `${Math.max(1, Math.round(bytes / 1024)).toLocaleString("en")} KB`;

function makeTag({ id, args, env, files }: DemoProgram): HTMLScriptElement {
  const tag = document.createElement("script");
  tag.type = "application/x-ocaml-bytecode";
  tag.src = `${id}.byte`;
  tag.dataset["console"] = "#screen";
  if (args) tag.dataset["args"] = args;
  if (env) tag.dataset["env"] = env;
  if (files) tag.dataset["files"] = files;
  if (worker.checked) tag.dataset["worker"] = "";
  return tag;
}

function showTag(): void {
  element("tag").textContent = makeTag(chosen).outerHTML.replace('data-worker=""', "data-worker");
}

async function stop(): Promise<void> {
  const tag = running as (HTMLScriptElement & { bactrian?: Promise<unknown> }) | undefined;
  running = undefined;
  tag?.dispatchEvent(new Event("bactrian:stop"));
  await tag?.bactrian?.catch(() => {});
  tag?.remove();
}

async function run(): Promise<void> {
  const program = chosen;
  await stop();
  if (chosen !== program || running) return;  // Another was chosen meanwhile.
  screen.bactrianTerminal?.reset();
  const tag = (running = makeTag(chosen));
  const start = performance.now();
  let ready = 0;
  const current = (action: () => void) => () => {
    if (running === tag) action();
  };
  status.textContent = "";
  stopButton.disabled = false;
  tag.addEventListener("bactrian:loading", (event) => {
    const { loaded, total } = (event as CustomEvent<Progress>).detail;
    progress.hidden = loaded === total;
    if (total) progress.max = total;
    progress.value = loaded;
  });
  tag.addEventListener("bactrian:ready", current(() => {
    ready = performance.now();
    progress.hidden = true;
    status.textContent = `started after ${Math.round(ready - start)} ms`;
    screen.bactrianTerminal?.focus();
  }));
  tag.addEventListener("bactrian:exit", (event) => current(() => {
    const seconds = (performance.now() - ready) / 1000;
    status.textContent = `exit code ${(event as CustomEvent<RunResult>).detail.exitCode}, ${seconds.toFixed(2)} s`;
    stopButton.disabled = true;
  })());
  tag.addEventListener("bactrian:error", current(() => {
    progress.hidden = true;
    status.textContent = "failed";
    stopButton.disabled = true;
  }));
  document.body.append(tag);
}

function showGuide(guide: NonNullable<DemoProgram["guide"]>): void {
  element("source").replaceChildren(...guide.flatMap(({ heading, text, phrases }) => {
    const title = document.createElement("h3");
    title.textContent = heading;
    const list = document.createElement("div");
    list.className = "try";
    list.append(...phrases.map((phrase) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = phrase;
      button.addEventListener("click", () => {
        screen.bactrianTerminal?.input(phrase + "\r");
        screen.bactrianTerminal?.focus();
      });
      return button;
    }));
    const paragraph = document.createElement("p");
    paragraph.textContent = text ?? "";
    return text ? [title, paragraph, list] : [title, list];
  }));
}

async function showSource(program: DemoProgram): Promise<void> {
  const response = await fetch(`programs/${program.id}.ml`);
  const text = await response.text();
  if (chosen !== program) return;
  const pre = document.createElement("pre");
  pre.innerHTML = highlight(text);
  element("source").replaceChildren(pre);
  element("source").scrollTop = 0;
}

function choose(program: DemoProgram): void {
  chosen = program;
  for (const button of document.querySelectorAll<HTMLElement>("nav button")) {
    button.setAttribute("aria-current", String(button.dataset["id"] === program.id));
  }
  const info = made[program.id];
  element("file").textContent = program.guide ? "ocaml" : `${program.id}.ml`;
  element("made").textContent = info ? `${info.compiler}, ${kilobytes(info.bytes)}` : "";
  if (program.guide) showGuide(program.guide);
  else void showSource(program);
  showTag();
  if (location.hash.slice(1) !== program.id) history.replaceState(null, "", `#${program.id}`);
  void run();
}

const fromHash = (): DemoProgram => programs.find(({ id }) => id === location.hash.slice(1)) ?? programs[0]!;

async function main(): Promise<void> {
  element("programs").append(...programs.map((program) => {
    const item = document.createElement("li");
    const button = document.createElement("button");
    const title = document.createElement("strong");
    const about = document.createElement("span");
    title.textContent = program.title;
    about.textContent = program.about;
    button.type = "button";
    button.dataset["id"] = program.id;
    button.append(title, about);
    button.addEventListener("click", () => choose(program));
    item.append(button);
    return item;
  }));
  runButton.addEventListener("click", () => void run());
  stopButton.addEventListener("click", () => {
    void stop();
    status.textContent = "stopped";
    stopButton.disabled = true;
  });
  worker.addEventListener("change", () => {
    showTag();
    void run();
  });
  addEventListener("hashchange", () => choose(fromHash()));
  made = (await (await fetch("programs.json")).json()) as Made;
  choose(fromHash());
}

void main();
