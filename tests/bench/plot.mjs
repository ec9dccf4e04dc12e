// SPDX-License-Identifier: Apache-2.0
// The results of the benchmarks as an SVG: for each program a bar with our time as a multiple of
// ocamlrun's, on a logarithmic axis, and a mark where ocamlopt is. In: the report that run.mjs
// writes as JSON. Out: the SVG's text, readable on light and dark backgrounds.

const BAR = 16;
const GAP = 6;
const LEFT = 120;
const WIDTH = 720;
const TICKS = [0.05, 0.1, 0.2, 0.5, 1, 2, 4];

export function plot({ runner, programs, geometricMean, startup }) {
  const rows = [...programs, { name: "geometric mean", toOcamlrun: geometricMean.toOcamlrun, toOcamlopt: geometricMean.toOcamlopt }];
  const nativeOf = (row) => (row.toOcamlopt ? row.toOcamlrun / row.toOcamlopt : undefined);
  const values = rows.flatMap((row) => [row.toOcamlrun, nativeOf(row) ?? 1]);
  const low = Math.min(0.5, ...values) * 0.9;
  const high = Math.max(2, ...values) * 1.1;
  const x = (value) => LEFT + ((Math.log(value) - Math.log(low)) / (Math.log(high) - Math.log(low))) * (WIDTH - LEFT - 70);
  const height = rows.length * (BAR + GAP) + 70;
  const bars = rows.map((row, i) => {
    const y = 40 + i * (BAR + GAP);
    const native = nativeOf(row);
    const from = Math.min(x(1), x(row.toOcamlrun));
    const width = Math.max(1, Math.abs(x(row.toOcamlrun) - x(1)));
    return `<text x="${LEFT - 8}" y="${y + 12}" text-anchor="end">${row.name}</text>` +
      `<rect x="${from.toFixed(1)}" y="${y}" width="${width.toFixed(1)}" height="${BAR}" fill="${row.toOcamlrun > 1 ? "#c8553d" : "#588b8b"}"/>` +
      (native ? `<path d="M${x(native).toFixed(1)} ${y}v${BAR}" stroke="#7b5ea7" stroke-width="3"/>` : "") +
      `<text x="${WIDTH - 60}" y="${y + 12}">${row.toOcamlrun.toFixed(2)}×</text>`;
  });
  const grid = TICKS.filter((t) => t > low && t < high).map((t) =>
    `<path d="M${x(t).toFixed(1)} 34V${height - 26}" stroke="#888" stroke-opacity="${t === 1 ? 0.9 : 0.3}"/>` +
    `<text x="${x(t).toFixed(1)}" y="${height - 10}" text-anchor="middle">${t}×</text>`);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12" fill="#777">
<text x="${LEFT}" y="18">Time of Bactrian (${runner}) as a multiple of ocamlrun's; less is better. Violet: ocamlopt.</text>
<text x="${LEFT}" y="31" font-size="10">Whole processes; starting takes ${(startup[runner] * 1000).toFixed(0)} ms here, ${(startup.ocamlrun * 1000).toFixed(0)} ms in ocamlrun.</text>
${grid.join("\n")}
${bars.join("\n")}
</svg>
`;
}
