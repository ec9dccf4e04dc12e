// SPDX-License-Identifier: Apache-2.0
// Bytes and text. Paths and file names are "binary strings" inside the loader: one character for
// each byte, as OCaml's strings are, so that names that are not UTF-8 survive.

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export const encode = (text: string): Uint8Array<ArrayBuffer> => encoder.encode(text);
export const decode = (bytes: Uint8Array): string => decoder.decode(bytes);

export function toBinary(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

export function fromBinary(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

export const binaryOfText = (text: string): string => toBinary(encode(text));
export const textOfBinary = (binary: string): string => decode(fromBinary(binary));

export const bytesOf = (content: string | Uint8Array | ArrayBuffer): Uint8Array =>
  typeof content === "string" ? encode(content)
    : content instanceof Uint8Array ? content : new Uint8Array(content);

// Words of an attribute: blanks separate, quotes of both kinds keep together, a backslash keeps the
// next character; or a JSON array of strings.
export function splitWords(text: string): string[] {
  if (text.trim().startsWith("[")) {
    const words: unknown = JSON.parse(text);
    return (words as unknown[]).map(String);
  }
  const words: string[] = [];
  for (const [word] of text.matchAll(/(?:[^\s"'\\]|\\[^]|"(?:[^"\\]|\\[^])*"|'[^']*')+/g)) {
    words.push(word.replace(/\\([^])|"((?:[^"\\]|\\[^])*)"|'([^']*)'/g, (_, escaped, double, single) =>
      escaped ?? single ?? double.replace(/\\(["\\])/g, "$1")));
  }
  return words;
}

// "NAME=value NAME=value" in the same way.
export function splitAssignments(text: string): [name: string, value: string][] {
  return splitWords(text).map((word) => {
    const at = word.indexOf("=");
    return at < 0 ? [word, ""] : [word.slice(0, at), word.slice(at + 1)];
  });
}
