// SPDX-License-Identifier: Apache-2.0
// OCaml's Graphics library on a canvas: the externals of graphics.ml, graphicsX11.ml and js_of_ocaml's graphics_js.ml, by
// their names, as functions of JavaScript values. What they do is what graphics.mli says and, where it leaves that open,
// what the library does under X Windows.
//
//     OCaml's y goes up from the lowest row, 0        the canvas's goes down: row = height - 1 - y
//     the canvas ← display_mode                       what is seen
//     the store  ← remember_mode                      what is read; until one of the modes is off, the canvas is it
//
// Lines, arcs and text have soft edges, as the canvas draws them; points, rectangles and upright lines are exact.

export interface GraphicsTools {
  fail(message: string): never;  // Raises Graphics.Graphic_failure.
  // Of a function that returns a promise: the program waits for it.
  waits<F extends (...args: any[]) => unknown>(f: F): F;
  // Of a function whose OCaml blocks arrive as arrays of their fields; an array of a tag and fields that it returns becomes
  // a block.
  copies<F extends (...args: any[]) => unknown>(f: F): F;
}

type List = [head: number, tail: List] | 0;

const block = (fields: Iterable<unknown>): unknown[] => [0, ...fields];

type Brush = CanvasRenderingContext2D;

interface Font {
  before: string;  // Style and weight, as CSS has them before the size.
  size: number;    // In pixels.
  family: string;
}

interface Wait {
  mask: number;
  resolve(status: unknown): void;
}

// What graphics_js.ml calls a context: it reads `canvas`.
interface Context {
  readonly canvas: HTMLCanvasElement;
  readonly shown: Brush;
  store: Brush | undefined;
  display: boolean;
  remember: boolean;
  x: number;
  y: number;
  color: number;
  lineWidth: number;
  font: Font;
  isRead: boolean;  // By point_color.
  looks: number;    // Since something was drawn.
  pixels: Uint32Array | undefined;
  mouseX: number;
  mouseY: number;
  button: boolean;
  keys: number[];
  missed: { kind: number; x: number; y: number }[];  // Of the button, while nobody waited.
  waits: Wait[];
  takesKeys: boolean;
}

interface Image {
  readonly width: number;
  readonly height: number;
  readonly canvas: HTMLCanvasElement;
}

const BUTTON_DOWN = 0, BUTTON_UP = 1, KEY_PRESSED = 2, MOUSE_MOTION = 3, POLL = 4;
const QUEUE = 256;
const TRANSPARENT = -1;
const BLACK = 0x000000, WHITE = 0xFFFFFF;
const DEFAULT_WIDTH = 600, DEFAULT_HEIGHT = 450;
// So many reads of a pixel cost about as much as one of the whole picture.
const LOOKS = 64;
const KEYS: Record<string, number> = { Enter: 13, Backspace: 8, Tab: 9, Escape: 27 };

// Of all programs of the page: the canvases that one of them has appended, and how to end that a program hears of one.
const appended = new WeakSet<HTMLCanvasElement>();
const listeners = new WeakMap<HTMLCanvasElement, AbortController>();

const css = (color: number) => `#${(color & 0xFFFFFF).toString(16).padStart(6, "0")}`;

// Between 0xRRGGBB and the order of an ImageData's bytes, in a little-endian word without its alpha.
const swapped = (color: number) => (color & 0xFF) << 16 | color & 0xFF00 | color >> 16 & 0xFF;

const words = (image: ImageData) => new Uint32Array(image.data.buffer);

// The canvas refuses to draw from one that has no pixels.
function copy(to: Brush, from: HTMLCanvasElement, x: number, row: number): void {
  if (from.width > 0 && from.height > 0) to.drawImage(from, x, row);
}

// " 640x480+10+10" (X Windows; a display may come first), or "width=640,height=480" (window.open).
function sizeOf(spec: string): [width: number, height: number] {
  const cross = /(\d+)x(\d+)/.exec(spec);
  const width = cross?.[1] ?? /width\s*=\s*(\d+)/.exec(spec)?.[1];
  const height = cross?.[2] ?? /height\s*=\s*(\d+)/.exec(spec)?.[1];
  return [Number(width ?? DEFAULT_WIDTH), Number(height ?? DEFAULT_HEIGHT)];
}

// A CSS font; X Windows' -foundry-family-weight-slant-setwidth-style-pixels-decipoints-… or 9x15; a family. Where it has
// no size, that of before stays.
function fontOf(name: string, size: number): Font {
  const full = /^(.*?)(\d+(?:\.\d+)?)(px|pt)(?:\/\S+)?\s+(.+)$/.exec(name);
  if (full) return { before: full[1]!, size: Number(full[2]) * (full[3] === "pt" ? 4 / 3 : 1), family: full[4]! };
  const [start, , family = "", weight = "", slant = "", , , pixels, decipoints] = name.split("-");
  if (start === "" && pixels !== undefined) {
    return {
      before: (/^[io]/i.test(slant) ? "italic " : "") + (/bold/i.test(weight) ? "bold " : ""),
      size: Number(pixels) || Number(decipoints) / 10 * 4 / 3 || size,
      family: /^[\w ]+$/.test(family) ? `"${family}", monospace` : "monospace",
    };
  }
  const cell = /^\d+x(\d+)(bold)?$/.exec(name);
  if (cell) return { before: cell[2] ? "bold " : "", size: Number(cell[1]), family: "monospace" };
  return { before: "", size, family: /^[a-z][\w ,'"-]*$/i.test(name) ? `${name}, monospace` : "monospace" };
}

// Is it something that one types into, or another program's canvas? Keys that it gets are not for this one.
function takesTyping(target: EventTarget | null | undefined): boolean {
  const { tagName = "", isContentEditable = false, dataset } = (target ?? {}) as Partial<HTMLElement>;
  return /^(INPUT|TEXTAREA|SELECT|IFRAME)$/i.test(tagName) || isContentEditable || dataset?.bactrianGraphics !== undefined;
}

// The character that X Windows has for a key. undefined: none.
function charOf({ key, ctrlKey, altKey, metaKey, shiftKey, isComposing }: KeyboardEvent): number | undefined {
  if (metaKey || isComposing) return undefined;
  // Shift+Tab stays the way out of the canvas.
  if (key.length > 1) return key === "Tab" && shiftKey ? undefined : KEYS[key];
  // With both, it is a character of the keyboard's third level.
  if (ctrlKey && !altKey) return /^[a-z]$/i.test(key) ? key.charCodeAt(0) & 31 : undefined;
  const code = key.charCodeAt(0);
  return code >= 32 && code < 127 || code >= 160 && code < 256 ? code : undefined;
}

// The path of an arc around a pixel's place, counterclockwise from the smaller angle, however they come; with the centre, of
// a slice.
function arcPath(brush: Brush, x: number, row: number, rx: number, ry: number, a1: number, a2: number, slice: boolean): void {
  brush.beginPath();
  if (Math.abs(a2 - a1) >= 360) {
    brush.ellipse(x, row, rx, ry, 0, 0, 2 * Math.PI);
    brush.closePath();
  } else {
    if (slice) brush.moveTo(x, row);
    brush.ellipse(x, row, rx, ry, 0, -Math.min(a1, a2) * Math.PI / 180, -Math.max(a1, a2) * Math.PI / 180, true);
  }
}

let audio: AudioContext | undefined, soundEnd = 0;

// One after another, as a bell: the program does not wait, so they are put in a row here.
function sound(frequency: number, milliseconds: number): void {
  if (typeof AudioContext === "undefined" || frequency <= 0 || milliseconds <= 0) return;
  audio ??= new AudioContext();
  // Refused until the user has done something in the page.
  audio.resume().catch(() => {});
  const tone = audio.createOscillator(), volume = audio.createGain();
  const start = Math.max(audio.currentTime, soundEnd);
  soundEnd = start + milliseconds / 1000;
  tone.frequency.value = frequency;
  volume.gain.value = 0.1;
  tone.connect(volume).connect(audio.destination);
  tone.start(start);
  tone.stop(soundEnd);
}

export function graphics(tools: GraphicsTools): Record<string, (...args: any[]) => unknown> {
  let current: Context | undefined;

  const screen = (): Context => current ?? tools.fail("graphic screen not opened");

  // ---- Contexts

  // One that is read stays in the processor's memory, from where reading is quick and drawing slower.
  const brushOf = (canvas: HTMLCanvasElement, isRead: boolean): Brush =>
    canvas.getContext("2d", isRead ? { willReadFrequently: true } : undefined) ?? tools.fail("the canvas cannot be drawn on");

  function makeCanvas(document: Document, width: number, height: number): HTMLCanvasElement {
    const canvas = document.createElement("canvas");
    canvas.width = width;
    canvas.height = height;
    return canvas;
  }

  const brushes = ({ shown, store }: Context): Brush[] => store ? [shown, store] : [shown];

  // Everything that a brush keeps is set when it changes, not for each drawing. Ends and corners of thin lines are made so
  // that they fill their pixels.
  function prepare(c: Context): void {
    for (const brush of brushes(c)) {
      brush.fillStyle = brush.strokeStyle = css(c.color);
      brush.lineWidth = c.lineWidth;
      brush.lineCap = c.lineWidth === 1 ? "square" : "round";
      brush.lineJoin = c.lineWidth === 1 ? "miter" : "round";
      brush.miterLimit = 1.5;
      brush.font = `${c.font.before}${c.font.size}px ${c.font.family}`;
      brush.textBaseline = "alphabetic";
    }
  }

  function erase(brush: Brush, color: number): void {
    brush.fillStyle = css(WHITE);
    brush.fillRect(0, 0, brush.canvas.width, brush.canvas.height);
    brush.fillStyle = css(color);
  }

  function resize(c: Context, width: number, height: number): void {
    for (const { canvas } of brushes(c)) {
      canvas.width = Math.max(1, width);
      canvas.height = Math.max(1, height);
    }
    prepare(c);
    for (const brush of brushes(c)) erase(brush, c.color);
    c.looks = 0;
    c.pixels = undefined;
  }

  function makeContext(canvas: HTMLCanvasElement): Context {
    const c: Context = {
      canvas, shown: brushOf(canvas, false), store: undefined, display: true, remember: true,
      x: 0, y: 0, color: BLACK, lineWidth: 1, font: { before: "", size: 13, family: "monospace" },
      isRead: false, looks: 0, pixels: undefined,
      mouseX: 0, mouseY: 0, button: false, keys: [], missed: [], waits: [], takesKeys: false,
    };
    listen(c);
    return c;
  }

  function openGraph(spec: string): void {
    if (typeof document === "undefined") tools.fail("there is no page to draw on");
    const before = current && appended.has(current.canvas) ? current.canvas : undefined;
    let canvas = before ?? document.querySelector<HTMLCanvasElement>("canvas[data-bactrian-graphics]");
    if (!canvas) {
      canvas = makeCanvas(document, 1, 1);
      canvas.tabIndex = 0;
      canvas.dataset.bactrianGraphics = "";
      canvas.style.touchAction = "none";
      (document.body ?? document.documentElement).append(canvas);
      appended.add(canvas);
    }
    if (current) leave(current);
    current = makeContext(canvas);
    resize(current, ...sizeOf(spec));
    if (!takesTyping(document.activeElement)) canvas.focus({ preventScroll: true });
  }

  function closeGraph(): void {
    if (!current) return;
    const { canvas } = current;
    leave(current);
    current = undefined;
    if (appended.has(canvas)) canvas.remove();
  }

  // Threads that still wait go on, and are told at their next call that there is no screen.
  function leave(c: Context): void {
    listeners.get(c.canvas)?.abort();
    for (const wait of c.waits.splice(0)) wait.resolve(status(c));
  }

  function createState(canvas: HTMLCanvasElement, width: number, height: number): Context {
    // Setting a canvas's size erases it.
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    const c = makeContext(canvas);
    prepare(c);
    return c;
  }

  // ---- The two modes

  function ensureStore(c: Context): void {
    if (c.store) return;
    const canvas = makeCanvas(c.canvas.ownerDocument, c.canvas.width, c.canvas.height);
    c.store = brushOf(canvas, c.isRead);
    copy(c.store, c.canvas, 0, 0);
    prepare(c);
  }

  function setModes(display: boolean, remember: boolean): void {
    const c = screen();
    if (!display || !remember) ensureStore(c);
    c.display = display;
    c.remember = remember;
  }

  function synchronize(): void {
    const { shown, store } = screen();
    if (!store) return;
    shown.globalCompositeOperation = "copy";
    copy(shown, store.canvas, 0, 0);
    shown.globalCompositeOperation = "source-over";
  }

  const readable = ({ shown, store }: Context): Brush => store ?? shown;

  // ---- Drawing

  function draw(f: (brush: Brush, height: number) => void): void {
    const c = screen();
    c.looks = 0;
    c.pixels = undefined;
    const { height } = c.canvas;
    if (c.display) f(c.shown, height);
    if (c.store && c.remember) f(c.store, height);
  }

  // Of lines: an odd width is the same on both sides of a pixel's middle, an even one of its edge.
  const middle = (c: Context) => c.lineWidth % 2 / 2;

  // Both ends are drawn.
  function line(x0: number, y0: number, x1: number, y1: number): void {
    const c = screen(), at = middle(c);
    draw((brush, height) => {
      if (c.lineWidth === 1 && (x0 === x1 || y0 === y1)) {
        brush.fillRect(Math.min(x0, x1), height - 1 - Math.max(y0, y1), Math.abs(x1 - x0) + 1, Math.abs(y1 - y0) + 1);
        return;
      }
      brush.beginPath();
      if (x0 === x1 && y0 === y1) {
        // The canvas draws nothing for a line without a length.
        brush.arc(x0 + at, height - 1 - y0 + at, c.lineWidth / 2, 0, 2 * Math.PI);
        brush.fill();
        return;
      }
      brush.moveTo(x0 + at, height - 1 - y0 + at);
      brush.lineTo(x1 + at, height - 1 - y1 + at);
      brush.stroke();
    });
  }

  function drawRect(x: number, y: number, w: number, h: number): void {
    if (w === 0 || h === 0) return line(x, y, x + w, y + h);
    const at = middle(screen());
    draw((brush, height) => brush.strokeRect(x + at, height - 1 - y - h + at, w, h));
  }

  function drawArc(x: number, y: number, rx: number, ry: number, a1: number, a2: number): void {
    if (rx === 0 && ry === 0) return line(x, y, x, y);
    const at = middle(screen());
    draw((brush, height) => {
      arcPath(brush, x + at, height - 1 - y + at, rx, ry, a1, a2, false);
      brush.stroke();
    });
  }

  function fillArc(x: number, y: number, rx: number, ry: number, a1: number, a2: number): void {
    draw((brush, height) => {
      arcPath(brush, x + 0.5, height - 0.5 - y, rx, ry, a1, a2, true);
      brush.fill();
    });
  }

  // With its outline, so that the pixels of its corners are in it, as of a rectangle, and no gaps between polygons that
  // share a side show what is behind them.
  function fillPoly(corners: [number, number][]): void {
    const c = screen();
    draw((brush, height) => {
      brush.beginPath();
      for (const [x, y] of corners) brush.lineTo(x + 0.5, height - 0.5 - y);
      brush.closePath();
      brush.fill("evenodd");
      brush.lineWidth = 1;
      brush.lineJoin = "miter";
      brush.stroke();
      brush.lineWidth = c.lineWidth;
      if (c.lineWidth !== 1) brush.lineJoin = "round";
    });
  }

  function setColor(color: number): void {
    const c = screen();
    if (color === c.color) return;
    c.color = color;
    const style = css(color);
    for (const brush of brushes(c)) brush.fillStyle = brush.strokeStyle = style;
  }

  function pointColor(x: number, y: number): number {
    const c = screen(), { width, height } = c.canvas;
    if (x < 0 || y < 0 || x >= width || y >= height) return -1;
    const row = height - 1 - y;
    c.isRead = true;
    if (!c.pixels && ++c.looks > LOOKS) {
      c.pixels = words(readable(c).getImageData(0, 0, width, height));
      // When the program pauses, the page's own code may draw.
      queueMicrotask(() => { c.pixels = undefined; });
    }
    const pixel = c.pixels?.[row * width + x] ?? words(readable(c).getImageData(x, row, 1, 1))[0]!;
    return pixel >>> 24 === 0 ? WHITE : swapped(pixel);
  }

  // ---- Text

  function measure(c: Context, text: string) {
    const { width, fontBoundingBoxAscent, fontBoundingBoxDescent } = c.shown.measureText(text);
    return {
      width: Math.round(width),
      ascent: Math.ceil(fontBoundingBoxAscent ?? c.font.size),
      descent: Math.ceil(fontBoundingBoxDescent ?? c.font.size / 4),
    };
  }

  function drawText(text: string): void {
    const c = screen(), { width, descent } = measure(c, text);
    draw((brush, height) => brush.fillText(text, c.x, height - c.y - descent));
    c.x += width;
  }

  function textSize(text: string): unknown {
    const { width, ascent, descent } = measure(screen(), text);
    return block([width, ascent + descent]);
  }

  function setFont(font: (c: Context) => Font): void {
    const c = screen();
    c.font = font(c);
    prepare(c);
  }

  // ---- Images: canvases of their own, since drawing from one to another is quick. Their pixels are opaque or transparent.

  function emptyImage(width: number, height: number): Image {
    if (width < 0 || height < 0) tools.fail("create_image: negative size");
    return { width, height, canvas: makeCanvas(screen().canvas.ownerDocument, width, height) };
  }

  function makeImage(rows: number[][]): Image {
    const height = rows.length, width = rows[0]?.length ?? 0;
    if (rows.some((row) => row.length !== width)) tools.fail("make_image: lines of different lengths");
    const image = emptyImage(width, height);
    if (width === 0) return image;
    const brush = brushOf(image.canvas, false), data = brush.createImageData(width, height), pixels = words(data);
    let i = 0;
    for (const row of rows) for (const color of row) pixels[i++] = color === TRANSPARENT ? 0 : 0xFF000000 | swapped(color);
    brush.putImageData(data, 0, 0);
    return image;
  }

  function dumpImage({ width, height, canvas }: Image): unknown {
    if (width === 0 || height === 0) return block(Array.from({ length: height }, () => block([])));
    const pixels = words(brushOf(canvas, false).getImageData(0, 0, width, height));
    const rows = Array.from({ length: height }, (_, row) => {
      const those = pixels.subarray(row * width, (row + 1) * width);
      return block(Array.from(those, (pixel) => pixel >>> 24 === 0 ? TRANSPARENT : swapped(pixel)));
    });
    return block(rows);
  }

  function createImage(width: number, height: number): Image {
    const image = emptyImage(width, height);
    brushOf(image.canvas, false).fillRect(0, 0, width, height);
    return image;
  }

  // Only where the image is opaque: that is what source-atop says.
  function blitImage({ height, canvas }: Image, x: number, y: number): void {
    const from = readable(screen()).canvas, brush = brushOf(canvas, false);
    brush.globalCompositeOperation = "source-atop";
    copy(brush, from, -x, y + height - from.height);
  }

  // ---- Events

  const status = (c: Context, key?: number): unknown =>
    block([c.mouseX, c.mouseY, Number(c.button), Number(key !== undefined), key ?? 0]);

  // Also outside of the canvas, as graphics.mli says. The page may show it larger or smaller, with a border.
  function moveMouse(c: Context, { clientX, clientY }: MouseEvent): void {
    const { canvas } = c, box = canvas.getBoundingClientRect();
    const across = ((clientX - box.left) * canvas.offsetWidth / box.width - canvas.clientLeft) / canvas.clientWidth;
    const down = ((clientY - box.top) * canvas.offsetHeight / box.height - canvas.clientTop) / canvas.clientHeight;
    // One that is not in the page has no size.
    if (!Number.isFinite(across) || !Number.isFinite(down)) return;
    c.mouseX = Math.floor(across * canvas.width);
    c.mouseY = canvas.height - 1 - Math.floor(down * canvas.height);
  }

  function happened(c: Context, kind: number): void {
    if (c.waits.length === 0 && kind !== MOUSE_MOTION && c.missed.length < QUEUE) {
      c.missed.push({ kind, x: c.mouseX, y: c.mouseY });
    }
    const asked = c.waits.filter(({ mask }) => mask & 1 << kind);
    c.waits = c.waits.filter(({ mask }) => !(mask & 1 << kind));
    for (const wait of asked) wait.resolve(status(c));
  }

  // A key is for one of those that wait for keys.
  function keyPressed(c: Context, key: number): void {
    if (c.keys.length < QUEUE) c.keys.push(key);
    const i = c.waits.findIndex(({ mask }) => mask & 1 << KEY_PRESSED);
    if (i >= 0) c.waits.splice(i, 1)[0]!.resolve(status(c, c.keys.shift()));
  }

  function listen(c: Context): void {
    const { canvas } = c, document = canvas.ownerDocument, ended = new AbortController();
    const pointer = typeof PointerEvent === "undefined" ? "mouse" : "pointer";
    // An earlier program's, or context's, of this canvas.
    listeners.get(canvas)?.abort();
    listeners.set(canvas, ended);
    const on = <E extends Event>(target: EventTarget, name: string, f: (event: E) => void) =>
      target.addEventListener(name, f as (event: Event) => void, { signal: ended.signal });

    on<MouseEvent>(canvas, `${pointer}down`, (event) => {
      moveMouse(c, event);
      c.button = true;
      happened(c, BUTTON_DOWN);
    });
    // Wherever it is let go.
    const released = (event: MouseEvent) => {
      if (!c.button) return;
      moveMouse(c, event);
      c.button = false;
      happened(c, BUTTON_UP);
    };
    on(document, `${pointer}up`, released);
    on(document, "pointercancel", released);
    on<MouseEvent>(document, `${pointer}move`, (event) => {
      moveMouse(c, event);
      if (c.button || event.composedPath()[0] === canvas) happened(c, MOUSE_MOTION);
    });
    on<KeyboardEvent>(document, "keydown", (event) => {
      const target = event.composedPath()[0], key = charOf(event);
      if (key === undefined || (target !== canvas && takesTyping(target))) return;
      // That the page scrolls or searches as well is not wanted when the canvas is what one types into. The browser's own
      // commands stay, and so do graphics_js.ml's programs, which listen to the key's next event.
      if (target === canvas && c.takesKeys && !event.ctrlKey && !event.altKey) event.preventDefault();
      keyPressed(c, key);
    });
  }

  function waitEvent(events: List): unknown {
    const c = screen();
    let mask = 0;
    for (let cell = events; cell !== 0; cell = cell[1]) mask |= 1 << cell[0];
    c.takesKeys = true;
    if (mask & 1 << POLL) {
      c.missed = [];
      return status(c, c.keys[0]);
    }
    if (mask & 1 << KEY_PRESSED && c.keys.length > 0) return status(c, c.keys.shift());
    // A short click may be over before the program, which has been told of its start, asks for its end.
    for (let event; (event = c.missed.shift());) {
      if (mask & 1 << event.kind) return block([event.x, event.y, Number(event.kind === BUTTON_DOWN), 0, 0]);
    }
    return new Promise((resolve) => c.waits.push({ mask, resolve }));
  }

  return {
    caml_gr_open_graph: openGraph,
    caml_gr_close_graph: closeGraph,
    caml_gr_sigio_signal: () => 29,  // SIGIO: graphics.ml sets a handler for it, which nothing calls here.
    caml_gr_sigio_handler: () => undefined,
    caml_gr_set_window_title(title: string) {
      const { canvas } = screen();
      if (appended.has(canvas)) canvas.ownerDocument.title = title;
      else canvas.title = title;
    },
    caml_gr_resize_window: (width: number, height: number) => resize(screen(), width, height),
    caml_gr_clear_graph: () => draw((brush) => erase(brush, screen().color)),
    caml_gr_size_x: () => screen().canvas.width,
    caml_gr_size_y: () => screen().canvas.height,
    caml_gr_display_mode: (on: number) => setModes(on !== 0, screen().remember),
    caml_gr_remember_mode: (on: number) => setModes(screen().display, on !== 0),
    caml_gr_synchronize: synchronize,
    caml_gr_set_color: setColor,
    caml_gr_plot: (x: number, y: number) => draw((brush, height) => brush.fillRect(x, height - 1 - y, 1, 1)),
    caml_gr_point_color: pointColor,
    caml_gr_moveto(x: number, y: number) {
      const c = screen();
      c.x = x;
      c.y = y;
    },
    caml_gr_current_x: () => screen().x,
    caml_gr_current_y: () => screen().y,
    caml_gr_lineto(x: number, y: number) {
      const c = screen();
      line(c.x, c.y, x, y);
      c.x = x;
      c.y = y;
    },
    caml_gr_draw_rect: drawRect,
    caml_gr_draw_arc: drawArc,
    caml_gr_set_line_width(width: number) {
      const c = screen();
      c.lineWidth = Math.max(1, width);
      prepare(c);
    },
    // graphics.mli does not say whether (x+w, y+h) is in it. It is under X Windows: what draw_rect would surround is covered.
    caml_gr_fill_rect: (x: number, y: number, w: number, h: number) =>
      draw((brush, height) => brush.fillRect(x, height - 1 - y - h, w + 1, h + 1)),
    caml_gr_fill_poly: tools.copies(fillPoly),
    caml_gr_fill_arc: fillArc,
    caml_gr_draw_char: (code: number) => drawText(String.fromCharCode(code)),
    caml_gr_draw_string: drawText,
    caml_gr_set_font: (name: string) => setFont(({ font }) => fontOf(name.trim(), font.size)),
    caml_gr_set_text_size: (size: number) => setFont(({ font }) => size > 0 ? { ...font, size } : font),
    caml_gr_text_size: tools.copies(textSize),
    caml_gr_make_image: tools.copies(makeImage),
    caml_gr_dump_image: tools.copies(dumpImage),
    caml_gr_draw_image: ({ height, canvas }: Image, x: number, y: number) =>
      draw((brush, screenHeight) => copy(brush, canvas, x, screenHeight - y - height)),
    caml_gr_create_image: createImage,
    caml_gr_blit_image: blitImage,
    caml_gr_wait_event: tools.waits(tools.copies(waitEvent)),
    caml_gr_sound: sound,
    caml_gr_window_id: () => "1",
    caml_gr_open_subwindow: () => tools.fail("open_subwindow: not possible in a page"),
    caml_gr_close_subwindow: () => undefined,
    caml_gr_state_get: screen,
    caml_gr_state_set(context: Context) { current = context; },
    caml_gr_state_create: createState,
    caml_gr_doc_of_state: (context: Context) => context.canvas.ownerDocument,
  };
}
