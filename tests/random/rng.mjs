// SPDX-License-Identifier: Apache-2.0
// Pseudo-random numbers that depend on the seed only (xoshiro128**, seeded by splitmix32).

export class Rng {
  constructor(seed) {
    let z = seed >>> 0;
    const next = () => {
      z = (z + 0x9e3779b9) >>> 0;
      let t = z ^ (z >>> 16);
      t = Math.imul(t, 0x21f0aaad);
      t ^= t >>> 15;
      t = Math.imul(t, 0x735a2d97);
      return (t ^ (t >>> 15)) >>> 0;
    };
    this.state = [next(), next(), next(), next()];
  }

  bits() {
    const s = this.state;
    const rotate = (x, k) => (x << k) | (x >>> (32 - k));
    const result = Math.imul(rotate(Math.imul(s[1], 5), 7), 9) >>> 0;
    const t = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 11);
    return result;
  }

  below(n) { return this.bits() % n; }
  between(low, high) { return low + this.below(high - low + 1); }
  chance(p) { return this.bits() < p * 2 ** 32; }
  pick(list) { return list[this.below(list.length)]; }

  // Of [[weight, item], …].
  weighted(list) {
    let at = this.below(list.reduce((sum, [weight]) => sum + weight, 0));
    for (const [weight, item] of list) if ((at -= weight) < 0) return item;
    throw new Error("weights");
  }
}
