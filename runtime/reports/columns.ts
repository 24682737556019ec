/** Tables for people and for Markdown: columns aligned, names to the left and numbers to the right. */

/** The rows of a table; the first is its head. `leftColumns` columns are texts. */
export function layOut(rows: readonly (readonly string[])[], markdown: boolean, leftColumns = 1): readonly string[] {
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => row[i].length)));
  const pad = (text: string, i: number): string => (i < leftColumns ? text.padEnd(widths[i]) : text.padStart(widths[i]));
  if (!markdown) return rows.map((row) => row.map(pad).join("  ").trimEnd());
  const line = (row: readonly string[]): string => `| ${row.map(pad).join(" | ")} |`;
  return [line(rows[0]), `|${widths.map((width, i) => (i < leftColumns ? "-".repeat(width + 2) : `${"-".repeat(width + 1)}:`)).join("|")}|`, ...rows.slice(1).map(line)];
}
