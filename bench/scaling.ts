/**
 * Does the cost of checking grow with the length of a program, and no faster? A program of 1, 2, 4 … copies of the flagship's blocks, each copy under names
 * of its own, is checked in one process; the figure is the time for a thousand lines, and the plot of time against lines goes to docs/scaling.svg.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { createCompilation } from "../compiler/compilation.ts";
import { parse } from "../grammar/parse.ts";
import { createSourceFile } from "../grammar/source.ts";

export interface ScalingPoint {
  readonly lines: number;
  readonly milliseconds: number;
}

/** The blocks and choices of a file, each declared name with a suffix. */
function copyOf(text: string, suffix: string): string {
  const { file } = parse(createSourceFile("copy.net", text));
  const items = file.items.filter((item) => item.kind === "Block" || item.kind === "Choice");
  const names = items.flatMap((item) => (item.kind === "Block" || item.kind === "Choice" ? [item.name.text] : []));
  const body = items.map((item) => text.slice(item.span.start, item.span.end)).join("\n\n");
  return body.replace(new RegExp(`\\b(${names.join("|")})\\b`, "g"), (name) => `${name}_${suffix}`);
}

/** A program of so many copies of the flagship's blocks. */
export function copiesOf(count: number): string {
  const text = readFileSync("models/cd2fsan.net", "utf8");
  return Array.from({ length: count }, (_, i) => copyOf(text, String(i))).join("\n\n");
}

const median = (list: readonly number[]): number => [...list].sort((a, b) => a - b)[list.length >> 1];

export function scaling(copies: readonly number[] = [1, 2, 4, 8, 16, 32]): readonly ScalingPoint[] {
  return copies.map((count) => {
    const program = copiesOf(count);
    const host = { read: (name: string) => (name === "copies.net" ? program : undefined), resolve: (from: string) => from };
    const times: number[] = [];
    for (let run = 0; run < 7; run++) {
      const begin = performance.now();
      const found = createCompilation(host, ["copies.net"]).diagnostics();
      times.push(performance.now() - begin);
      if (found.length > 0) throw new Error(`a copy of the flagship has a diagnostic: ${found[0].message}`);
    }
    return { lines: program.split("\n").length, milliseconds: median(times.slice(2)) };
  });
}

/** Time against lines, with the line through the origin that fits best. */
export function writePlot(points: readonly ScalingPoint[], path: string): void {
  const [width, height, margin] = [560, 300, 48];
  const [mostLines, mostTime] = [Math.max(...points.map(({ lines }) => lines)), Math.max(...points.map(({ milliseconds }) => milliseconds))];
  const x = (lines: number): number => margin + (lines / mostLines) * (width - 2 * margin);
  const y = (time: number): number => height - margin - (time / mostTime) * (height - 2 * margin);
  const slope = points.reduce((sum, { lines, milliseconds }) => sum + lines * milliseconds, 0) / points.reduce((sum, { lines }) => sum + lines * lines, 0);
  const dots = points.map(({ lines, milliseconds }) => `<circle cx="${x(lines).toFixed(1)}" cy="${y(milliseconds).toFixed(1)}" r="4"/><text x="${(x(lines) - 6).toFixed(1)}" y="${(y(milliseconds) - 8).toFixed(1)}" text-anchor="end">${milliseconds.toFixed(0)} ms</text>`);
  writeFileSync(
    path,
    [
      `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12" fill="#333">`,
      `<rect width="${width}" height="${height}" fill="#fff"/>`,
      `<path d="M${margin} ${margin}V${height - margin}H${width - margin}" stroke="#999" fill="none"/>`,
      `<path d="M${x(0)} ${y(0)}L${x(mostLines).toFixed(1)} ${y(Math.min(mostTime, slope * mostLines)).toFixed(1)}" stroke="#c60" stroke-dasharray="5 4"/>`,
      ...dots,
      `<text x="${width / 2}" y="${height - 14}" text-anchor="middle">lines of the program (the last: ${mostLines})</text>`,
      `<text x="${margin}" y="${margin - 16}">time of a check; dashed: proportional to the lines</text>`,
      "</svg>",
      "",
    ].join("\n"),
  );
}
