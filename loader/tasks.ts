// SPDX-License-Identifier: Apache-2.0
// Giving the thread back for a moment in a page or a worker. A message, not a timer: nested timers are held to 4 ms
// each by browsers.

const waiting: (() => void)[] = [];
let port: MessagePort | undefined;

export function nextTask(): Promise<void> {
  if (!port) {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => waiting.shift()?.();
    port = channel.port2;
  }
  return new Promise((resolve) => {
    waiting.push(resolve);
    port!.postMessage(0);
  });
}
