/** What is shown while something lasts, and numbers as people read them. */

/** A line on standard error, when that is a terminal. */
export function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[2K${text}`);
}

export function endProgress(): void {
  if (process.stderr.isTTY) process.stderr.write("\r\u001b[2K");
}

/** Numbers as people read them: 197.22 M, 149.31 G. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return "?";
  for (const [limit, unit] of [[1e12, "T"], [1e9, "G"], [1e6, "M"], [1e3, "k"]] as const) if (Math.abs(value) >= limit) return `${(value / limit).toFixed(2)} ${unit}`;
  return String(value);
}

export const grouped = (value: number): string => value.toLocaleString("en-US");
