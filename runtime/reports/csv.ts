/**
 * `metrics.csv` of a run: one row a step, columns fixed when it begins. A training that goes on from a checkpoint cuts off the rows that came after the
 * checkpoint, because it is going to write them again.
 */
import { existsSync, readFileSync } from "node:fs";
import { ReportError } from "./errors.ts";
import { openAppended, replaceFile } from "./files.ts";

/** Undefined is an empty cell. */
export type Cell = number | string | undefined;

export interface MetricsTable {
  /** The first is `step`. */
  readonly columns: readonly string[];
  /** Numbers where the text is a number, `nan` and `inf` included. */
  readonly rows: readonly Readonly<Record<string, Cell>>[];
}

export interface MetricsLog {
  /** Adds a row. Throws when it has no step or a column that the file does not have. */
  append(row: Readonly<Record<string, Cell>>): void;
  close(): void;
}

export interface MetricsLogOptions {
  /** Goes on after this step: later rows, and a last line that was not written to its end, are cut off. Undefined: a new file, and none may be there. */
  readonly after?: number;
}

/** Opens the file at `path`, whose columns are `step` and these. Throws a ReportError when it is there and should not be, or has other columns. */
export function openMetricsLog(path: string, columns: readonly string[], { after }: MetricsLogOptions = {}): MetricsLog {
  const all = ["step", ...columns];
  const header = lineOf(all);
  if (after === undefined && existsSync(path)) throw new ReportError(path, "there is a log of another training", "resume that training, or choose another folder");
  if (after === undefined || !existsSync(path)) replaceFile(path, header);
  else cutOff(path, all, after);
  const file = openAppended(path);
  return {
    append(row) {
      const unknown = Object.keys(row).find((name) => !all.includes(name));
      if (unknown !== undefined) throw new RangeError(`${path} has no column ${unknown}`);
      if (!Number.isInteger(row["step"])) throw new RangeError(`a row of ${path} needs the number of its step`);
      file.append(lineOf(all.map((name) => row[name])));
    },
    close: () => file.close(),
  };
}

function cutOff(path: string, columns: readonly string[], after: number): void {
  const text = contentOf(path);
  const [header, ...lines] = wholeLines(text);
  if (header === undefined) return replaceFile(path, lineOf(columns));
  const own = cellsOf(header);
  if (own.join("\n") !== columns.join("\n")) throw new ReportError(path, `its columns are ${own.join(", ")}, but this training writes ${columns.join(", ")}`, "the training section has changed; start a new run in another folder");
  const kept = lines.filter((line) => Number(cellsOf(line)[0]) <= after);
  const result = [header, ...kept].map((line) => `${line}\n`).join("");
  if (result !== text) replaceFile(path, result);
}

/** Reads a log, a line that was not written to its end left out. Throws a ReportError when it is no such log. */
export function readMetricsLog(path: string): MetricsTable {
  const [header, ...lines] = wholeLines(contentOf(path));
  const columns = cellsOf(header ?? "");
  if (columns[0] !== "step") throw new ReportError(path, "is no log of a training: its first column is not `step`");
  const rows = lines.map((line, i) => {
    const cells = cellsOf(line);
    if (cells.length !== columns.length) throw new ReportError(`${path}:${i + 2}`, `has ${cells.length} cells for ${columns.length} columns`);
    return Object.fromEntries(columns.map((name, at) => [name, valueOf(cells[at])]));
  });
  return { columns, rows };
}

function contentOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new ReportError(path, `cannot be read: ${code === "ENOENT" ? "there is no such file" : code === "EISDIR" ? "it is a folder" : message}`);
  }
}

const wholeLines = (text: string): readonly string[] => text.split("\n").slice(0, -1).map((line) => line.replace(/\r$/, ""));

/** A line with its end: RFC 4180, with line breaks in a text as blanks, so that a line is a row. */
export const lineOf = (cells: readonly Cell[]): string => `${cells.map(textOf).join(",")}\n`;

function textOf(cell: Cell): string {
  if (cell === undefined) return "";
  if (typeof cell === "number") return Number.isNaN(cell) ? "nan" : Number.isFinite(cell) ? String(cell) : cell > 0 ? "inf" : "-inf";
  const text = cell.replace(/[\r\n]+/g, " ");
  return /[",]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function cellsOf(line: string): readonly string[] {
  const cells: string[] = [];
  // A cell in quotes (a quote in it doubled) or one without, up to a comma or the end.
  const cell = /(?:"((?:[^"]|"")*)"|([^,]*))(,|$)/y;
  for (;;) {
    const found = cell.exec(line);
    if (!found) return [...cells, line.slice(cell.lastIndex)];
    cells.push(found[1] !== undefined ? found[1].replaceAll('""', '"') : found[2]);
    if (found[3] === "") return cells;
  }
}

function valueOf(text: string): Cell {
  if (text === "") return undefined;
  if (text === "nan") return NaN;
  if (text === "inf" || text === "-inf") return text === "inf" ? Infinity : -Infinity;
  return /^-?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : text;
}
