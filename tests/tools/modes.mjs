// SPDX-License-Identifier: Apache-2.0
// The ways in which the drivers have programs run, by name: what BACTRIAN holds in each.

export const MODES = {
  normal: undefined,
  "gc-stress": "gc-stress",
  "gc-stress-major": "gc-stress,gc-stress-major=100",
  // Translation as users get it; then at the first call and the first turn of a loop, not when hot; then with
  // every third call unwound to the interpreter; then with a collection at every allocation.
  default: "translate=1",
  translated: "translate=1,tier-up=1,loop-up=1",
  unwind: "translate=1,tier-up=1,loop-up=1,force-unwind=3",
  // Room for so little code that modules are evicted all the time.
  "small-code": "translate=1,tier-up=1,loop-up=1,code-limit=6k",
  "translated-stress": "translate=1,tier-up=1,loop-up=1,gc-stress",
  "unwind-stress": "translate=1,tier-up=1,loop-up=1,force-unwind=2,gc-stress",
};

// The value of BACTRIAN, or undefined. An unknown name ends the command.
export function findMode(name) {
  if (name in MODES) return MODES[name];
  console.error(`no mode '${name}'; there are: ${Object.keys(MODES).join(", ")}`);
  process.exit(2);
}
