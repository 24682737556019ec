/** The command line from outside: exit codes, help, suggestions, formats, and files that are written whole or not at all. */
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { allCodes, titleOf } from "../../compiler/diagnostics/codes.ts";
import { repository } from "../programs.ts";
import sharp from "sharp";
import { buildIfMissing, netc, temporaryFolder, type Run } from "./netc.ts";

let folder: string;
const runs: Run[] = [];
const run = (...args: readonly string[]): Run => {
  const done = netc(folder, ...args);
  runs.push(done);
  return done;
};

const broken = "model M {\n  input x: f32[B, C = 8, Y = 30, X = 30]\n  let half = pool.max(x, window: (Y: 2, X: 2))\n  output y: f32[B, C, Y, X] = x + half\n}\n";
const small = "model Small {\n  input x: f32[B, C = 4]\n  output y: f32[B, C = 2] = Linear(x, out: 2)\n}\n";

beforeAll(() => {
  buildIfMissing();
  folder = temporaryFolder();
  writeFileSync(join(folder, "broken.net"), broken);
  writeFileSync(join(folder, "small.net"), small);
  expect(run("init", "classifier").code).toBe(0);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

afterEach(() => {
  for (const { out, err, code } of runs.splice(0)) {
    expect(err + out, "a stack trace").not.toMatch(/^\s+at .*:\d+:\d+\)?$/m);
    expect(err, "a fault of netc").not.toContain("a fault of netc itself");
    expect([0, 1, 2]).toContain(code);
  }
});

describe("help", () => {
  it("lists the commands on a screen, and names the first step", () => {
    const { code, out } = run("--help");
    expect(code).toBe(0);
    expect(out.split("\n").length).toBeLessThan(40);
    for (const command of ["check", "build", "run", "summary", "data", "explain", "init", "info"]) expect(out).toMatch(new RegExp(`^  ${command}\\b`, "m"));
    expect(out).toContain("netc init");
  });

  it.each(["check", "build", "run", "summary", "data", "explain", "init"])("%s --help shows an example", (command) => {
    const { code, out } = run(command, "--help");
    expect(code).toBe(0);
    expect(out).toMatch(new RegExp(`Example:\\n  netc ${command} `));
  });

  it("--version and info name the version", () => {
    const { version } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8")) as { version: string };
    expect(run("--version").out.trim()).toBe(version);
    const { code, out } = run("info");
    expect(code).toBe(0);
    expect(out).toContain(`netc ${version}`);
    expect(out).toContain(`node ${process.versions.node}`);
  });
});

describe("wrong usage is exit code 2 and a suggestion", () => {
  it.each([
    ["a command", ["chekc", "small.net"], "check"],
    ["an option", ["check", "small.net", "--fromat", "json"], "--format"],
    ["a file", ["check", "smal.net"], "did you mean small.net?"],
    ["a model", ["summary", "small.net", "--model", "Smal"], "did you mean Small?"],
    ["a variant", ["summary", "classifier/classifier.net", "--variant", "smal"], "did you mean small?"],
    ["a key", ["summary", "classifier/classifier.net", "--set", "widht=8"], "did you mean width?"],
    ["an input", ["run", "small.net", "--input", "z=a.npy"], "it has x"],
    ["a code", ["explain", "NET0310x"], "NET0310"],
  ])("%s", (_, args, suggestion) => {
    const { code, err, out } = run(...args);
    expect(code).toBe(2);
    expect(err).toContain(suggestion);
    expect(out).toBe("");
  });

  it("a folder, a missing argument, a number that is none, a format that is none", () => {
    expect(run("check", ".")).toMatchObject({ code: 2, err: expect.stringContaining("is a folder") as string });
    expect(run("check").code).toBe(2);
    expect(run("build", "small.net", "--batch", "many").code).toBe(2);
    expect(run("check", "small.net", "--format", "xml").code).toBe(2);
  });
});

describe("check", () => {
  it("says nothing wrong of a program that is right, and which sizes it takes", () => {
    const { code, out, err } = run("check", "small.net");
    expect(code).toBe(0);
    expect(err).toBe("");
    expect(out).toContain("model Small\n  x: f32[B, C = 4]\n");
    expect(out).toContain("small.net: no errors");
    expect(run("check", "small.net", "--quiet").out).toBe("");
  });

  it("takes the flagship with all its variants", () => {
    const { code, out } = run("check", join(repository, "models/cd2fsan.net"));
    expect(code).toBe(0);
    expect(out).toContain("model CD2FSAN (variants a, b, c, d, e, f, g)");
  });

  it("shows an error to a person on standard error, exit code 1", () => {
    const { code, out, err } = run("check", "broken.net");
    expect(code).toBe(1);
    expect(err).toContain("error[NET0301]: `+` needs equal sizes on axis Y, but they are 30 and 15");
    expect(err).toContain("broken.net:4:35");
    expect(out).toContain("broken.net: 1 error");
  });

  it("writes every machine format to standard output, and nothing else", () => {
    const json = run("check", "broken.net", "--format", "json");
    expect(json).toMatchObject({ code: 1, err: "" });
    expect(JSON.parse(json.out)).toMatchObject({ version: 1, code: "NET0301", file: "broken.net", range: { start: { line: 4, column: 35 } } });
    expect(run("check", "broken.net", "--format", "short")).toMatchObject({ code: 1, err: "", out: expect.stringMatching(/^broken\.net:4:35: error\[NET0301\]: [^\n]*\n$/) as string });
    expect(run("check", "broken.net", "--format", "github")).toMatchObject({ code: 1, err: "", out: expect.stringMatching(/^::error file=broken\.net,line=4,col=35,[^\n]*\n$/) as string });
    const sarif = JSON.parse(run("check", "broken.net", "--format", "sarif").out) as { runs: { results: { ruleId: string }[] }[] };
    expect(sarif.runs[0].results.map(({ ruleId }) => ruleId)).toEqual(["NET0301"]);
    expect(run("check", "small.net", "--format", "json")).toMatchObject({ code: 0, out: "", err: "" });
  });

  it("takes warnings for errors when it is strict", () => {
    const warned = "model M {\n  input x: f32[B, C = 4]\n  output y: f32[B, C] = Linear(x)\n  output z: f32[B, C] = Linear(x)\n}\ntrain M {\n  data folder(split: train) { x: f32[B, C = 4]  target: f32[B, C = 4] }\n  loss squared_error(y, target)\n  optimizer adam(lr: 1e-3)\n}\n";
    writeFileSync(join(folder, "warned.net"), warned);
    expect(run("check", "warned.net")).toMatchObject({ code: 0, err: expect.stringContaining("warning[NET0604]") as string });
    expect(run("check", "warned.net", "--strict").code).toBe(1);
  });

  it("checks what --set says", () => {
    expect(run("check", "classifier/classifier.net", "--set", "width=8").code).toBe(0);
    const { code, err } = run("check", "classifier/classifier.net", "--set", "width=zero");
    expect(code).toBeGreaterThan(0);
    expect(err).toContain("zero");
  });
});

describe("explain", () => {
  it("lists every code with its title", () => {
    const { code, out } = run("explain");
    expect(code).toBe(0);
    expect(out.trimEnd().split("\n")).toEqual(allCodes.map((known) => `${known}  ${titleOf(known)}`));
  });

  it("shows a page, by code, number or small letters", () => {
    const page = readFileSync(join(repository, "compiler/diagnostics/explain/NET0301.md"), "utf8").trimEnd();
    for (const name of ["NET0301", "net0301", "0301"]) expect(run("explain", name)).toMatchObject({ code: 0, out: `${page}\n` });
  });
});

describe("init", () => {
  it("writes a program that checks, counts, builds and runs as its text says, on arrays and pictures", async () => {
    const written = run("init", "starter");
    expect(written.code).toBe(0);
    const commands = [...written.out.matchAll(/^ {2}netc (.*)$/gm)].map(([, line]) => line.split(" "));
    expect(commands.map(([command]) => command)).toEqual(["check", "summary", "build"]);
    for (const command of commands) expect(run(...command), command.join(" ")).toMatchObject({ code: 0, err: "" });
    expect(existsSync(join(folder, "classifier.onnx"))).toBe(true);
    writeFileSync(join(folder, "image.npy"), npy([2, 3, 32, 32]));
    const ran = run("run", "starter/classifier.net", "--input", "image=image.npy", "-o", "results");
    expect(ran).toMatchObject({ code: 0, err: "", out: expect.stringContaining("logit: [2, 10] → ") as string });
    expect(readdirSync(join(folder, "results"))).toEqual(["logit.npy"]);
    for (const extension of ["jpeg", "png", "tiff"] as const) {
      writeFileSync(join(folder, `photo.${extension}`), await sharp({ create: { width: 40, height: 50, channels: 3, background: "#407090" } }).toFormat(extension).toBuffer());
      expect(run("run", "starter/classifier.net", "--input", `image=photo.${extension}`, "-o", "results")).toMatchObject({ code: 0, err: "" });
    }
    writeFileSync(join(folder, "photo.png"), "no picture");
    expect(run("run", "starter/classifier.net", "--input", "image=photo.png", "-o", "results")).toMatchObject({ code: 1, err: "netc: photo.png: it is no JPEG, PNG or TIFF file\n" });
  });

  it("overwrites nothing", () => {
    const { code, err } = run("init", "classifier");
    expect(code).toBe(1);
    expect(err).toContain("exists already");
  });
});

describe("build", () => {
  it("gives the same bytes again, and others for another seed", () => {
    expect(run("build", "small.net", "-o", "one.onnx").code).toBe(0);
    expect(run("build", "small.net", "-o", "two/deep/two.onnx").code).toBe(0);
    expect(run("build", "small.net", "-o", "three.onnx", "--seed", "7").code).toBe(0);
    const [one, two, three] = ["one.onnx", "two/deep/two.onnx", "three.onnx"].map((name) => readFileSync(join(folder, name)));
    expect(one.equals(two)).toBe(true);
    expect(one.equals(three)).toBe(false);
  });

  it("refuses a program with errors, and writes nothing", () => {
    const { code, err } = run("build", "broken.net", "-o", "broken.onnx");
    expect(code).toBe(1);
    expect(err).toContain("NET0301");
    expect(existsSync(join(folder, "broken.onnx"))).toBe(false);
  });

  it("leaves nothing half written where it may not write", () => {
    mkdirSync(join(folder, "taken.onnx"));
    expect(run("build", "small.net", "-o", "taken.onnx")).toMatchObject({ code: 1, err: expect.stringContaining("cannot write taken.onnx") as string });
    expect(readdirSync(join(folder, "taken.onnx"))).toEqual([]);
    expect(readdirSync(folder).filter((name) => name.includes(".tmp-"))).toEqual([]);
    if (process.getuid?.() === 0) return; // root may write anywhere
    mkdirSync(join(folder, "closed"));
    chmodSync(join(folder, "closed"), 0o555);
    expect(run("build", "small.net", "-o", "closed/model.onnx")).toMatchObject({ code: 1, err: expect.stringContaining("cannot write closed/model.onnx: no permission") as string });
    expect(readdirSync(join(folder, "closed"))).toEqual([]);
  });

  it("names the weights file that is missing, cut off, or does not fit", () => {
    expect(run("build", "small.net", "--weights", "nowhere.safetensors")).toMatchObject({ code: 1, err: expect.stringContaining("nowhere.safetensors") as string });
    const whole = safetensors({ "y.weight": [2, 4], "y.bias": [2] });
    const cases: Readonly<Record<string, Buffer>> = { empty: Buffer.alloc(0), head: whole.subarray(0, 12), cut: whole.subarray(0, whole.length - 4), noise: Buffer.alloc(64, 0xff), other: safetensors({ "y.weight": [4, 2], "y.bias": [2] }) };
    for (const [name, bytes] of Object.entries(cases)) {
      writeFileSync(join(folder, `${name}.safetensors`), bytes);
      const { code, err } = run("build", "small.net", "--weights", `${name}.safetensors`, "-o", "weighted.onnx");
      expect(code, name).toBe(1);
      expect(err).toContain(`${name}.safetensors`);
      expect(existsSync(join(folder, "weighted.onnx"))).toBe(false);
    }
    writeFileSync(join(folder, "whole.safetensors"), whole);
    expect(run("build", "small.net", "--weights", "whole.safetensors", "-o", "weighted.onnx").code).toBe(0);
  });
});

describe("summary", () => {
  it("counts in every format", () => {
    const { code, out } = run("summary", "small.net", "--format", "json");
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ version: 1, model: "Small", variant: "default", parameters: 10, macs: 8, inputs: [{ name: "x", dtype: "f32" }] });
    expect(run("summary", "small.net").out).toContain("10 parameters");
    expect(run("summary", "classifier/classifier.net", "--variant", "all", "--format", "json").out.trimEnd().split("\n").map((line) => (JSON.parse(line) as { variant: string }).variant)).toEqual(["default", "small", "large"]);
  });
});

/** A float32 array of zeros in NumPy's format 1.0. */
function npy(shape: readonly number[]): Buffer {
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape.join(", ")}), }`;
  const header = `${text.padEnd(64 * Math.ceil((text.length + 11) / 64) - 11)}\n`;
  const head = Buffer.concat([Buffer.from([0x93]), Buffer.from("NUMPY"), Buffer.from([1, 0, header.length & 0xff, header.length >> 8]), Buffer.from(header, "latin1")]);
  return Buffer.concat([head, Buffer.alloc(4 * shape.reduce((a, b) => a * b, 1))]);
}

/** Float32 zeros under names, in the safetensors format: the header's length, the header, the bytes. */
function safetensors(tensors: Readonly<Record<string, readonly number[]>>): Buffer {
  let at = 0;
  const header: Record<string, object> = {};
  for (const [name, shape] of Object.entries(tensors)) {
    const bytes = 4 * shape.reduce((a, b) => a * b, 1);
    header[name] = { dtype: "F32", shape, data_offsets: [at, (at += bytes)] };
  }
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, Buffer.alloc(at)]);
}
