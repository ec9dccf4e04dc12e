// SPDX-License-Identifier: Apache-2.0
// The results of the benchmarks as an SVG: for each program a bar for each of our runners with its time
// as a multiple of ocamlrun's, on a logarithmic axis, and a mark where ocamlopt is. In: the report that
// run.mjs writes as JSON. Out: the SVG's text, readable on light and dark backgrounds.

const BAR = 11;
const GAP = 9;
const LEFT = 120;
const WIDTH = 720;
const TICKS = [0.05, 0.1, 0.2, 0.5, 1, 2, 4];
const COLOURS = ["#588b8b", "#c8903d", "#8b5858"];

export function plot({ runners, programs, geometricMean, startup }) {
  const ours = runners.filter((name) => name !== "ocamlrun" && name !== "ocamlopt");
  const rows = [...programs, { name: "geometric mean", ratios: geometricMean }];
  const timeOf = (row, runner) => row.ratios[runner].netToOcamlrun;
  const nativeOf = ({ ratios }) => (ratios[ours[0]].toOcamlopt ? timeOf({ ratios }, ours[0]) / ratios[ours[0]].toOcamlopt : undefined);
  const values = rows.flatMap((row) => [...ours.map((runner) => timeOf(row, runner)), nativeOf(row) ?? 1]);
  const low = Math.min(0.5, ...values) * 0.9;
  const high = Math.max(2, ...values) * 1.1;
  const x = (value) => LEFT + ((Math.log(value) - Math.log(low)) / (Math.log(high) - Math.log(low))) * (WIDTH - LEFT - 70);
  const step = ours.length * BAR + GAP;
  const height = rows.length * step + 70;
  const bar = (row, runner, y, i) => {
    const time = timeOf(row, runner);
    const from = Math.min(x(1), x(time));
    const width = Math.max(1, Math.abs(x(time) - x(1)));
    return `<rect x="${from.toFixed(1)}" y="${y}" width="${width.toFixed(1)}" height="${BAR}" fill="${COLOURS[i % COLOURS.length]}"/>`
      + `<text x="${WIDTH - 60}" y="${y + BAR - 1}">${time.toFixed(2)}×</text>`;
  };
  const bars = rows.map((row, r) => {
    const y = 40 + r * step;
    const native = nativeOf(row);
    return `<text x="${LEFT - 8}" y="${y + (step - GAP) / 2 + 4}" text-anchor="end">${row.name}</text>`
      + ours.map((runner, i) => bar(row, runner, y + i * BAR, i)).join("")
      + (native ? `<path d="M${x(native).toFixed(1)} ${y}v${step - GAP}" stroke="#7b5ea7" stroke-width="3"/>` : "");
  });
  const grid = TICKS.filter((t) => t > low && t < high).map((t) =>
    `<path d="M${x(t).toFixed(1)} 34V${height - 26}" stroke="#888" stroke-opacity="${t === 1 ? 0.9 : 0.3}"/>`
    + `<text x="${x(t).toFixed(1)}" y="${height - 10}" text-anchor="middle">${t}×</text>`);
  const names = ours.map((name, i) => `<tspan fill="${COLOURS[i % COLOURS.length]}">${name}</tspan>`).join(", ");
  const starts = runners.map((name) => `${name} ${(startup[name] * 1000).toFixed(0)} ms`).join(", ");
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12" fill="#777">
<text x="${LEFT}" y="18">Times as multiples of ocamlrun's; less is better: ${names}. Violet: ocamlopt.</text>
<text x="${LEFT}" y="31" font-size="10">Without start-up, which is: ${starts}.</text>
${grid.join("\n")}
${bars.join("\n")}
</svg>
`;
}
