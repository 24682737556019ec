/** COCO's masks against pycocotools, and run lengths that lie. */
import { describe, expect, it } from "vitest";
import { decodeRuns, encodeRuns, formatCounts, maskOfSegments, parseCounts } from "../../runtime/data/run-length.ts";
import { bits, golden } from "./golden.ts";

const masks = golden<readonly { height: number; width: number; mask: string | null; counts: string; area?: number }[]>("masks");
const polygons = golden<readonly { height: number; width: number; points: readonly number[]; mask: string }[]>("polygons");

describe("run lengths", () => {
  it.each(masks)("of a mask of $height × $width are those of pycocotools, both ways", ({ height, width, mask, counts, area }) => {
    const decoded = decodeRuns(counts, height, width);
    if (mask === null) expect(decoded.data.reduce((sum, value) => sum + value, 0)).toBe(area);
    else expect([...decoded.data]).toEqual(bits(mask));
    expect(formatCounts(encodeRuns(decoded))).toBe(counts);
    expect(decodeRuns(parseCounts(counts), height, width)).toEqual(decoded);
  });

  it("are column-major, background first", () => {
    expect([...decodeRuns([1, 2, 3], 2, 3).data]).toEqual([0, 1, 0, 1, 0, 0]);
  });

  it.each([
    [[3, 10], "its runs add up to more than its size, 2 × 3 = 6: run 1 ends at 13"],
    [[1, 2], "its runs add up to 3, but its size is 2 × 3 = 6"],
    [[1, -2, 7], "run 1 has the length -2"],
    [[1, 1.5, 3.5], "run 1 has the length 1.5"],
    ["0P", "end in the middle of a number"],
    ["0\u007f", "its run lengths have the character"],
    ["ooooooooo0", "more than 32 bits"],
    ["000N", "run 3 has the length -2"],
  ] as const)("%j is refused", (counts, message) => {
    expect(() => decodeRuns(counts, 2, 3)).toThrow(message);
  });

  it("of a size that cannot be are refused before memory is taken", () => {
    expect(() => decodeRuns([1], 1e9, 1e9)).toThrow("its size is 1000000000 × 1000000000; sides are 1 to 16384");
    expect(() => maskOfSegments([{ kind: "runs", height: 2, width: 4, counts: [8] }], 2, 3)).toThrow("its runs are of a mask of 2 × 4, but the picture is declared 2 × 3");
  });
});

describe("polygons", () => {
  it.each(polygons.map((polygon, i) => ({ ...polygon, i })))("number $i is filled as pycocotools fills it", ({ height, width, points, mask }) => {
    expect([...maskOfSegments([{ kind: "polygon", points }], height, width).data]).toEqual(bits(mask));
  });

  it("of one picture are united", () => {
    const square = (at: number): { kind: "polygon"; points: number[] } => ({ kind: "polygon", points: [at, 0, at + 3, 0, at + 3, 3, at, 3] });
    const area = (...at: readonly number[]): number => maskOfSegments(at.map(square), 6, 9).data.reduce((sum, value) => sum + value, 0);
    expect(area(0, 5)).toBe(area(0) + area(5));
    expect(area(0, 0)).toBe(area(0));
  });

  it("without an area to them are refused", () => {
    expect(() => maskOfSegments([{ kind: "polygon", points: [1, 2, 3, 4] }], 6, 9)).toThrow("at least three pairs");
    expect(() => maskOfSegments([{ kind: "polygon", points: [1, 2, 3, 4, 5, 1e9] }], 6, 9)).toThrow("at least three pairs within ± 16384");
  });
});
