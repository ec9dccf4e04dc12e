// SPDX-License-Identifier: Apache-2.0
// Debian's Firefox, driven through its WebDriver BiDi socket: the few methods of playwright's Browser and Page that our tests
// use, with the same names and meanings, so that a test is written once for both engines. Input is real input (events are
// trusted). playwright-core itself asks for commands that an ESR has not.
//   const firefox = await launchFirefox();  const page = await firefox.newPage();  …  await firefox.close();

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const TIMEOUT = 60_000;
const PREFERENCES = {
  "browser.shell.checkDefaultBrowser": false, "browser.startup.homepage_override.mstone": "ignore", "datareporting.policy.dataSubmissionEnabled": false,
  "browser.aboutwelcome.enabled": false, "app.normandy.enabled": false, "extensions.update.enabled": false, "browser.tabs.warnOnClose": false,
};

// The names of keys as playwright has them → WebDriver's code points.
const KEYS = {
  Backspace: "\uE003", Tab: "\uE004", Enter: "\uE006", Escape: "\uE00C", Space: " ", End: "\uE010", Home: "\uE011", Delete: "\uE017",
  ArrowLeft: "\uE012", ArrowUp: "\uE013", ArrowRight: "\uE014", ArrowDown: "\uE015", Shift: "\uE008", Control: "\uE009", Alt: "\uE00A",
};
const keyOf = (name) => KEYS[name] ?? name;

// One socket: numbered commands with an answer each, and events.
class Session {
  #socket; #last = 0; #pending = new Map(); #listeners = [];

  static async open(url) {
    const session = new Session();
    session.#socket = new WebSocket(url);
    await new Promise((resolve, reject) => {
      session.#socket.onopen = resolve;
      session.#socket.onerror = () => reject(new Error("Firefox does not answer"));
    });
    session.#socket.onmessage = ({ data }) => session.#receive(JSON.parse(data));
    session.#socket.onclose = () => session.#pending.forEach(({ reject }) => reject(new Error("Firefox has gone")));
    return session;
  }

  #receive(message) {
    if (message.type === "event") return this.#listeners.forEach((listener) => listener(message.method, message.params));
    const { resolve, reject } = this.#pending.get(message.id) ?? {};
    this.#pending.delete(message.id);
    if (message.type === "error") reject?.(new Error(`${message.error}: ${message.message}`));
    else resolve?.(message.result);
  }

  listen(listener) {
    this.#listeners.push(listener);
  }

  send(method, params = {}) {
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#socket.send(JSON.stringify({ id, method, params }));
    });
  }
}

async function until(look, what) {
  const deadline = Date.now() + TIMEOUT;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

class Page {
  messages = [];
  crashes = [];
  #session; #context; #userContext;
  #requests = [];

  constructor(session, context, userContext) {
    [this.#session, this.#context, this.#userContext] = [session, context, userContext];
    session.listen((method, params) => {
      if (method === "network.beforeRequestSent" && params.context === context) this.#requests.forEach((listener) => listener({ url: () => params.request.url }));
      if (method !== "log.entryAdded" || params.source.context !== context) return;
      if (params.type === "javascript" && params.level === "error") this.crashes.push(params.text);
      else if (params.type === "console") this.messages.push(`${params.method}: ${params.text}`);
    });
    this.keyboard = {
      down: (key) => this.#keys([{ type: "keyDown", value: keyOf(key) }]),
      up: (key) => this.#keys([{ type: "keyUp", value: keyOf(key) }]),
      press: (key) => this.#press([key]),
      type: (text) => this.#press([...text]),
    };
  }

  #send(method, params) {
    return this.#session.send(method, { context: this.#context, ...params });
  }

  #perform(source) {
    return this.#send("input.performActions", { actions: [source] });
  }

  #keys(actions) {
    return this.#perform({ type: "key", id: "keyboard", actions });
  }

  #press(keys) {
    return this.#keys(keys.flatMap((key) => [{ type: "keyDown", value: keyOf(key) }, { type: "keyUp", value: keyOf(key) }]));
  }

  goto(url) {
    return this.#send("browsingContext.navigate", { url, wait: "complete" });
  }

  async addInitScript(action) {
    await this.#session.send("script.addPreloadScript", { functionDeclaration: String(action), contexts: [this.#context] });
  }

  // Only of requests.
  on(event, listener) {
    if (event !== "request") throw new Error(`no event ${event}`);
    this.#requests.push(listener);
  }

  waitForLoadState() {
    return this.waitForFunction(() => document.readyState === "complete");
  }

  waitForTimeout(ms) {
    return new Promise((resolve) => setTimeout(resolve, ms));
  }

  addScriptTag({ url }) {
    return this.evaluate((src) => new Promise((resolve) => {
      document.head.append(Object.assign(document.createElement("script"), { src, onload: () => resolve() }));
    }), url);
  }

  reload() {
    return this.#send("browsingContext.reload", { wait: "complete" });
  }

  async evaluate(action, argument) {
    const call = `(${action})(${argument === undefined ? "" : JSON.stringify(argument)})`;
    const { result, exceptionDetails } = await this.#session.send("script.evaluate", {
      expression: `(async () => JSON.stringify([await ${call}]))()`,
      target: { context: this.#context }, awaitPromise: true, userActivation: true,
    });
    if (exceptionDetails) throw new Error(exceptionDetails.text);
    return JSON.parse(result.value)[0] ?? undefined;
  }

  $$eval(selector, action) {
    return this.evaluate(`((selector) => (${action})([...document.querySelectorAll(selector)]))`, selector);
  }

  waitForFunction(condition, argument) {
    return until(() => this.evaluate(condition, argument), condition);
  }

  waitForSelector(selector) {
    return until(() => this.#place(selector), selector);
  }

  async textContent(selector) {
    await until(() => this.evaluate((wanted) => document.querySelector(wanted) !== null, selector), selector);
    return this.evaluate((wanted) => document.querySelector(wanted).textContent, selector);
  }

  // The middle of an element that is seen, scrolled to.
  #place(selector) {
    return this.evaluate((wanted) => {
      const element = document.querySelector(wanted);
      element?.scrollIntoView({ block: "nearest", behavior: "instant" });
      const { x, y, width, height } = element?.getBoundingClientRect() ?? {};
      return width && height ? { x: Math.round(x + width / 2), y: Math.round(y + height / 2) } : null;
    }, selector);
  }

  async #pointer(selector, actions) {
    const { x, y } = await this.waitForSelector(selector);
    await this.#perform({ type: "pointer", id: "mouse", actions: [{ type: "pointerMove", x, y }, ...actions] });
  }

  hover(selector) {
    return this.#pointer(selector, []);
  }

  click(selector, { clickCount = 1 } = {}) {
    const one = [{ type: "pointerDown", button: 0 }, { type: "pointerUp", button: 0 }];
    return this.#pointer(selector, Array(clickCount).fill(one).flat());
  }

  dblclick(selector) {
    return this.click(selector, { clickCount: 2 });
  }

  async #focus(selector) {
    await until(() => this.evaluate((wanted) => {
      document.querySelector(wanted)?.focus();
      return document.querySelector(wanted) !== null;
    }, selector), selector);
  }

  async type(selector, text) {
    await this.#focus(selector);
    await this.keyboard.type(text);
  }

  async press(selector, key) {
    await this.#focus(selector);
    await this.keyboard.press(key);
  }

  async screenshot() {
    const { data } = await this.#send("browsingContext.captureScreenshot", {});
    return Buffer.from(data, "base64");
  }

  setViewportSize(viewport) {
    return this.#send("browsingContext.setViewport", { viewport });
  }

  close() {
    return this.#session.send("browser.removeUserContext", { userContext: this.#userContext });
  }
}

// Resolves to the address that Firefox tells on stderr.
function socketAddress(process) {
  return new Promise((resolve, reject) => {
    let text = "";
    process.stderr.on("data", (piece) => {
      text += piece;
      const [, url] = /WebDriver BiDi listening on (ws:\/\/\S+)/.exec(text) ?? [];
      if (url) resolve(url);
    });
    process.on("error", reject);
    process.on("exit", () => reject(new Error(`Firefox ended at once: ${text}`)));
  });
}

export async function launchFirefox({ executablePath = "firefox-esr" } = {}) {
  if (!globalThis.WebSocket) throw new Error("driving Firefox needs a Node with WebSocket (22 or later)");
  const profile = mkdtempSync(join(tmpdir(), "bactrian-firefox-"));
  writeFileSync(join(profile, "user.js"), Object.entries(PREFERENCES).map(([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});\n`).join(""));
  const process = spawn(executablePath, ["--headless", "--no-remote", "--profile", profile, "--remote-debugging-port", "0"],
    { stdio: ["ignore", "ignore", "pipe"], detached: true });
  const session = await Session.open(`${await socketAddress(process)}/session`);
  await session.send("session.new", { capabilities: {} });
  await session.send("session.subscribe", { events: ["log.entryAdded", "network.beforeRequestSent"] });
  const pages = new Set();
  return {
    async newPage({ viewport = { width: 1000, height: 700 } } = {}) {
      const { userContext } = await session.send("browser.createUserContext");
      const { context } = await session.send("browsingContext.create", { type: "tab", userContext });
      const page = new Page(session, context, userContext);
      await page.setViewportSize(viewport);
      pages.add(page);
      return page;
    },
    async closePages() {
      const open = [...pages];
      pages.clear();
      await Promise.all(open.map((page) => page.close()));
    },
    async close() {
      await Promise.race([session.send("browser.close").catch(() => {}), new Promise((resolve) => setTimeout(resolve, 5000))]);
      try {
        globalThis.process.kill(-process.pid, "SIGKILL");
      } catch {
        // It has ended by itself.
      }
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
