// SPDX-License-Identifier: Apache-2.0
// Where this script came from, which says where its companions are. Set by the two entry points.

export const settings = {
  script: "",
  isModule: false,
  wasmUrl: "",
  terminalUrl: "",
  bindingsUrl: "",
  externals: {} as Record<string, (...args: any[]) => unknown>,
};

export function beside(script: string, isModule: boolean): void {
  settings.script = script;
  settings.isModule = isModule;
  settings.wasmUrl = new URL("bactrian.wasm", script).href;
  settings.bindingsUrl = new URL("bactrian-jsapi", script).href;
  settings.terminalUrl = new URL("bactrian-terminal.js", script).href;
}
