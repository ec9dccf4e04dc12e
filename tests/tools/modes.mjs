// SPDX-License-Identifier: Apache-2.0
// The ways in which the drivers have programs run, by name: what BACTRIAN holds in each.

export const MODES = {
  // As users get it: what is hot is translated (where the runner has a translator).
  normal: undefined,
  interpreted: "translate=0",
  "gc-stress": "translate=0,gc-stress",
  "gc-stress-major": "translate=0,gc-stress,gc-stress-major=100",
  // Translation at the first call and the first turn of a loop, not when hot; then with every third call unwound
  // to the interpreter; then with a collection at every allocation.
  translated: "tier-up=1,loop-up=1",
  unwind: "tier-up=1,loop-up=1,force-unwind=3",
  // Room for so little code that modules are evicted all the time.
  "small-code": "tier-up=1,loop-up=1,code-limit=6k",
  // The same two with the default policy.
  "default-unwind": "force-unwind=3",
  "default-stress": "gc-stress",
  "translated-stress": "tier-up=1,loop-up=1,gc-stress",
  "unwind-stress": "tier-up=1,loop-up=1,force-unwind=2,gc-stress",
};

// The value of BACTRIAN, or undefined. An unknown name ends the command.
export function findMode(name) {
  if (name in MODES) return MODES[name];
  console.error(`no mode '${name}'; there are: ${Object.keys(MODES).join(", ")}`);
  process.exit(2);
}
