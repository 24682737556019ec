/** The log of a run: what is read back is what was written, and a run that goes on cuts off what it writes again. */
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openMetricsLog, readMetricsLog } from "../../runtime/reports/csv.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "netc-csv-"));
  path = join(folder, "metrics.csv");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const columns = ["epoch", "loss", "mIoU", "note"];

function writeSteps(from: number, to: number, after?: number): void {
  const log = openMetricsLog(path, columns, { after });
  for (let step = from; step <= to; step++) log.append({ step, epoch: step / 4, loss: 1 / step, mIoU: step % 3 ? undefined : 0.1 * step });
  log.close();
}

describe("a log", () => {
  it("is read back as it was written, whatever is in it", () => {
    const log = openMetricsLog(path, columns);
    const rows = [
      { step: 1, epoch: 0.1, loss: 0.1 + 0.2, note: 'a "quoted", text' },
      { step: 2, epoch: 5e-324, loss: NaN, mIoU: -Infinity, note: "two\nlines" },
      { step: 3, loss: Infinity, note: " blanks " },
      { step: 4, loss: -1.5e300, note: "ünïcode" },
    ];
    for (const row of rows) log.append(row);
    log.close();
    log.close();
    const table = readMetricsLog(path);
    expect(table.columns).toEqual(["step", ...columns]);
    expect(table.rows).toEqual(rows.map((row) => ({ epoch: undefined, mIoU: undefined, ...row, note: row.note.replace("\n", " ") })));
    expect(readFileSync(path, "utf8").split("\n")).toHaveLength(6);
  });

  it("that goes on after a step is that of a run which was not stopped", () => {
    writeSteps(1, 20);
    const whole = readFileSync(path, "utf8");
    for (const stopped of [0, 1, 7, 20]) {
      writeSteps(stopped + 1, 20, stopped);
      expect(readFileSync(path, "utf8")).toBe(whole);
    }
    expect(readdirSync(folder)).toEqual(["metrics.csv"]);
  });

  it("loses a line that was not written to its end", () => {
    writeSteps(1, 5);
    appendFileSync(path, "6,1.5,0.16");
    expect(readMetricsLog(path).rows).toHaveLength(5);
    writeSteps(6, 6, 6);
    expect(readMetricsLog(path).rows.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("begins anew when it is resumed and is not there, or empty", () => {
    writeSteps(3, 4, 2);
    expect(readMetricsLog(path).rows).toHaveLength(2);
    writeFileSync(path, "");
    writeSteps(3, 4, 2);
    expect(readMetricsLog(path).rows).toHaveLength(2);
  });
});

describe("refusals", () => {
  it("a log of another training is not written over", () => {
    writeSteps(1, 3);
    const before = readFileSync(path, "utf8");
    expect(() => openMetricsLog(path, columns)).toThrow("there is a log of another training");
    expect(() => openMetricsLog(path, ["epoch", "loss"], { after: 3 })).toThrow(`${path}: its columns are step, epoch, loss, mIoU, note, but this training writes step, epoch, loss`);
    expect(readFileSync(path, "utf8")).toBe(before);
  });

  it("rows have a step and known columns", () => {
    const log = openMetricsLog(path, columns);
    expect(() => log.append({ loss: 1 })).toThrow("needs the number of its step");
    expect(() => log.append({ step: 1, los: 1 })).toThrow("has no column los");
    log.close();
    expect(readMetricsLog(path).rows).toEqual([]);
  });

  it("files that are no log, or not there, are named", () => {
    expect(() => readMetricsLog(path)).toThrow(`${path}: cannot be read: there is no such file`);
    writeFileSync(path, "a,b\n1,2\n");
    expect(() => readMetricsLog(path)).toThrow("is no log of a training");
    writeFileSync(path, "step,loss\n1,2\n1,2,3\n");
    expect(() => readMetricsLog(path)).toThrow(`${path}:3: has 3 cells for 2 columns`);
    mkdirSync(join(folder, "taken"));
    expect(() => openMetricsLog(join(folder, "taken"), columns, { after: 1 })).toThrow("taken: cannot be read: it is a folder");
    expect(() => openMetricsLog(join(folder, "none", "metrics.csv"), columns)).toThrow("cannot be written: its folder is not there");
  });
});
