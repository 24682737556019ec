/** `netc data` and `netc data generate`, as a person calls them. */
import { existsSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { readPixels } from "../../runtime/data/decode.ts";
import { repository } from "../programs.ts";
import { buildIfMissing, netc, temporaryFolder } from "./netc.ts";

const flagship = join(repository, "models", "cd2fsan.net");
const folder = temporaryFolder();
beforeAll(buildIfMissing);

describe("netc data", () => {
  it.each([["rrsisd", "RRSIS-D"], ["refsegrs", "RefSegRS"], ["risbench", "RISBench"], ["folder", "plain folder"]])("generates %s and finds every sample well", (layout, title) => {
    const made = netc(folder, "data", "generate", layout, "--layout", layout, "--count", "10", "--size", "96", "--seed", "3");
    expect(made).toEqual({ code: 0, err: "", out: `wrote ${layout}: 10 samples of 96 × 96 in the layout of ${title}\n` });
    const checked = netc(folder, "data", layout, "--model", flagship, "--contact-sheet", `${layout}.png`);
    expect(checked.err).toBe("");
    expect(checked.code).toBe(0);
    expect(checked.out).toMatch(new RegExp(`^${layout}: ${title}\n`));
    expect(checked.out).toMatch(/^train +7 +7 +96 × 96 /m);
    expect(checked.out).toContain(`every sample is well, checked against ${flagship}\ncontact sheet: ${layout}.png\n`);
  });

  it("draws a sheet of the samples", async () => {
    const { width, height } = await readPixels(join(folder, "folder.png"));
    expect([width, height]).toEqual([6 * 206 + 8, 2 * (206 + 27) + 8]);
  });

  it("names a missing file, with exit code 1, and lists all as JSON", () => {
    rmSync(join(folder, "risbench", "mask", "2.png"));
    const { code, out } = netc(folder, "data", "risbench", "--split", "train");
    expect(code).toBe(1);
    expect(out).toContain("error: risbench/mask/2.png: there is no such file\n1 error, 0 warnings\n");
    const report = JSON.parse(netc(folder, "data", "risbench", "--format", "json").out) as Record<string, unknown>;
    expect(report).toMatchObject({ version: 1, folder: "risbench", format: "risbench", findings: [{ severity: "error", kind: "mask", file: "risbench/mask/2.png", sample: "train/2.png:2" }] });
    expect((report["splits"] as unknown[])[0]).toMatchObject({ split: "train", samples: 7, pictures: 7, sizes: { "96 × 96": 7 } });
  });

  it("says what is wrong in one line, without a trace", () => {
    const wrong = (...given: readonly string[]) => netc(folder, "data", ...given);
    expect(wrong("nowhere")).toEqual({ code: 1, out: "", err: "netc: nowhere: there is no such folder\n" });
    expect(wrong("folder", "--split", "dev")).toEqual({ code: 1, out: "", err: 'netc: folder: there is no split "dev"; it has train, val, test\n' });
    expect(wrong("generate", "folder")).toEqual({ code: 1, out: "", err: "netc: folder: it exists already\n  help: choose another folder, or replace it with --force\n" });
    expect(wrong("generate", "x", "--size", "20")).toMatchObject({ code: 2 });
    expect(wrong("folder", "--model", join(repository, "examples", "unet.net"))).toMatchObject({ code: 1 });
    expect(readdirSync(folder).filter((name) => name.includes("tmp") || name === "x")).toEqual([]);
  });

  it("replaces a generated folder with --force", () => {
    const before = readFileSync(join(folder, "folder", "train.jsonl"), "utf8");
    expect(netc(folder, "data", "generate", "folder", "--count", "4", "--size", "64", "--force", "-q")).toEqual({ code: 0, out: "", err: "" });
    expect(readFileSync(join(folder, "folder", "train.jsonl"), "utf8")).not.toBe(before);
    expect(existsSync(join(folder, "folder", "images", "00009.png"))).toBe(false);
  });
});
