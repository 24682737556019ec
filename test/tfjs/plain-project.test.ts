/** A model without a training section has a project too: it gives what ONNX Runtime gives, reads pictures, sentences and arrays, and says what is wrong. */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, readFileSync, readdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { formatNpy, parseNpy } from "../../runtime/npy.ts";
import { formatPng } from "../../runtime/pictures.ts";
import { buildIfMissing, netc, temporaryFolder, type Run } from "../cli/netc.ts";
import { repository } from "../programs.ts";

const program = `/// Says of a picture and a sentence which of three kinds it is, and where.
model Scene {
  config { wide: int = 8 }
  input image: f32[B, rgb = 3, Y, X] where Y % 4 == 0, X % 4 == 0
  input words: i32[B, T = 8]
  let token = Embedding(words, rows: 49408, out: C = 4)
  let sentence = mean(token, over: T)
  let one = relu(BatchNorm(Conv(image, out: C = wide, stride: 4)))
  let scaled = one * Linear(sentence, out: C = wide)
  output map: f32[B, Y = Y / 4, X = X / 4] = Conv(scaled, out: 1)[C = 0]
  output kind: f32[B, class = 3] = Linear(mean(scaled, over: [Y, X]), out: class = 3)
}

ablation widths of Scene {
  a "Narrow" = {}
  b "(a) + width" = a with { wide: 16 }
}
`;

let folder: string;
let project: string;
/** What the compiler said of the project, strictly. */
let typed: Run;

const node = (cwd: string, ...args: readonly string[]): Run => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...args], { cwd, encoding: "utf8" });
  return { code: status, out: stdout, err: stderr };
};
const tool = (name: string, file: string): string => join(repository, "node_modules", name, file);
const run = (...args: readonly string[]): Run => node(project, "dist/predict.js", ...(args.includes("--backend") ? [] : ["--backend", "wasm"]), ...args);
const arrays = ["--input", "image=../image.npy", "--input", "words=../words.npy"];

function compiled(at: string, ...options: readonly string[]): Run {
  symlinkSync(join(repository, "node_modules"), join(at, "node_modules"));
  return node(at, tool("typescript", "bin/tsc"), ...options);
}

/** The largest difference of two arrays, relative to the largest number. */
function difference(one: string, other: string): number {
  const [a, b] = [one, other].map((path) => parseNpy(readFileSync(path)));
  expect(a.shape).toEqual(b.shape);
  const numbers = Array.from(b.data, Number);
  return Math.max(...numbers.map((value, i) => Math.abs(value - Number(a.data[i])))) / Math.max(...numbers.map(Math.abs));
}

beforeAll(() => {
  buildIfMissing();
  folder = temporaryFolder();
  project = join(folder, "scene");
  writeFileSync(join(folder, "scene.net"), program);
  const array = (name: string, shape: readonly number[], valueOf: (i: number) => number): void => writeFileSync(join(folder, name), Buffer.concat(formatNpy({ dtype: "f32", shape, data: Float32Array.from({ length: shape.reduce((product, size) => product * size, 1) }, (_, i) => valueOf(i)) })));
  array("image.npy", [2, 3, 16, 24], (i) => ((i * 0.618034) % 1) - 0.2);
  array("odd.npy", [2, 3, 16, 22], () => 0.5);
  writeFileSync(join(folder, "words.npy"), Buffer.concat(formatNpy({ dtype: "i32", shape: [2, 8], data: Int32Array.from({ length: 16 }, (_, i) => (i * 3001) % 49408) })));
  writeFileSync(join(folder, "photo.png"), formatPng({ height: 12, width: 20, planes: Float32Array.from({ length: 720 }, (_, i) => (i % 7) / 7) }));
  expect(netc(folder, "build", "scene.net", "--target", "tfjs", "-o", "scene")).toMatchObject({ code: 0, out: expect.stringContaining("npm start -- --input image=FILE --input words=FILE") as string, err: expect.stringContaining("Scene has no training section, so the project uses it and does not train it") as string });
  typed = compiled(project, "--strict", "--noUnusedLocals", "--noImplicitReturns");
});

it("is short, is laid out, type-checks strictly, and has nothing of a training", () => {
  expect(typed).toMatchObject({ code: 0, out: "" });
  expect(node(project, tool("prettier", "bin/prettier.cjs"), "--check", ".")).toMatchObject({ code: 0 });
  const names = readdirSync(project).filter((name) => !["node_modules", "dist"].includes(name));
  expect(names.sort()).toEqual([
    ".gitignore", ".npmrc", ".prettierignore", ".prettierrc.json", "README.md", "backend", "command.ts", "data", "errors.ts", "files", "inputs", "library", "model.ts", "netc.json", "network.ts",
    "package.json", "parameters", "parameters.ts", "predict.ts", "reports", "signature.ts", "tsconfig.json", "weights",
  ]);
  expect(JSON.parse(readFileSync(join(project, "netc.json"), "utf8"))).toMatchObject({ model: "Scene", variant: "default", tensorflow: "4.22.0", sizes: {} });
  expect(readFileSync(join(project, "README.md"), "utf8")).toContain("Not all sizes fit: Y and X must be multiples of 4");
});

describe("gives what ONNX Runtime gives", () => {
  it.each(["wasm", "cpu"])("on %s, in the project and by netc run --engine tfjs", (backend) => {
    expect(netc(folder, "run", "scene.net", "--input", "image=image.npy", "--input", "words=words.npy", "-o", "onnx", "-q")).toMatchObject({ code: 0 });
    const own = run(...arrays, "--out", `../own-${backend}`, "--backend", backend);
    expect(own).toMatchObject({ code: 0, out: expect.stringMatching(/map: \[2, 4, 6\], from -?[\d.]+ to -?[\d.]+ → .*map\.npy\nkind: \[2, 3\]/) as string, err: expect.stringContaining(`backend ${backend}: `) as string });
    expect(netc(folder, "run", "scene.net", "--input", "image=image.npy", "--input", "words=words.npy", "--engine", "tfjs", "--backend", backend, "-o", `tfjs-${backend}`)).toMatchObject({ code: 0, err: expect.stringContaining(`backend ${backend}: `) as string });
    for (const output of ["map.npy", "kind.npy"]) {
      expect(difference(join(folder, `own-${backend}`, output), join(folder, "onnx", output)), output).toBeLessThan(1e-5);
      expect(difference(join(folder, `tfjs-${backend}`, output), join(folder, "onnx", output)), output).toBeLessThan(1e-5);
    }
  });

  it("of a picture and a sentence, with weights from a file, and started by npm", () => {
    expect(netc(folder, "build", "scene.net", "--target", "tfjs", "-o", "other", "--seed", "7", "-q")).toMatchObject({ code: 0 });
    const weights = join(folder, "other/weights/weights.safetensors");
    const asked = ["--input", "image=photo.png", "--input", "words=the red roof", "--weights", weights];
    expect(netc(folder, "run", "scene.net", ...asked, "-o", "onnx-photo", "-q")).toMatchObject({ code: 0 });
    const { status, stderr } = spawnSync("npm", ["start", "--", "--input", "image=../photo.png", "--input", "words=the red roof", "--weights", weights, "--out", "../own-photo", "--backend", "cpu", "--quiet"], { cwd: project, encoding: "utf8" });
    expect([status, stderr.replace(/npm warn.*\n/g, "")]).toEqual([0, ""]);
    for (const output of ["map.npy", "kind.npy"]) expect(difference(join(folder, "own-photo", output), join(folder, "onnx-photo", output)), output).toBeLessThan(1e-5);
  });

  it("with sizes that are fixed when it is built, a table, and no weights but those that are given", () => {
    writeFileSync(join(folder, "seen.net"), "model Seen {\n  input x: f32[B, tok, C = 4]\n  output y: f32[B, tok, C] = MultiHeadAttention(x, x, heads: 2, causal: true)\n}\n");
    const built = netc(folder, "build", "seen.net", "--target", "tfjs", "-o", "seen", "--size", "tok=6", "--no-weights", "-q");
    expect(built).toMatchObject({ code: 0 });
    expect(compiled(join(folder, "seen"), "--strict")).toMatchObject({ code: 0, out: "" });
    writeFileSync(join(folder, "x.npy"), Buffer.concat(formatNpy({ dtype: "f32", shape: [3, 6, 4], data: Float32Array.from({ length: 72 }, (_, i) => Math.sin(i)) })));
    const asked = ["dist/predict.js", "--input", "x=../x.npy", "--backend", "cpu", "--out", "../seen-own"];
    expect(node(join(folder, "seen"), ...asked)).toMatchObject({ code: 1, err: "this project was written without weights\n  help: --weights FILE.safetensors\n" });
    expect(netc(folder, "build", "seen.net", "--target", "tfjs", "-o", "seen-weights", "-q")).toMatchObject({ code: 0 });
    const weights = join(folder, "seen-weights/weights/weights.safetensors");
    expect(node(join(folder, "seen"), ...asked, "--weights", weights)).toMatchObject({ code: 0 });
    expect(netc(folder, "run", "seen.net", "--input", "x=x.npy", "--weights", weights, "-o", "seen-onnx", "-q")).toMatchObject({ code: 0 });
    expect(difference(join(folder, "seen-own/y.npy"), join(folder, "seen-onnx/y.npy"))).toBeLessThan(1e-5);
    rmSync(join(folder, "x.npy"));
  });
});

it.each(["unet", "resnet"])("the project of examples/%s.net type-checks: free sizes of an image, layers that are not all alike", (name) => {
  expect(netc(folder, "build", join(repository, `examples/${name}.net`), "--target", "tfjs", "-o", name, "--no-weights", "-q")).toMatchObject({ code: 0, err: "" });
  expect(compiled(join(folder, name), "--strict", "--noUnusedLocals", "--noEmit", "--incremental", "false")).toMatchObject({ code: 0, out: "" });
});

describe("what is wrong is said in one message, and nothing is left behind", () => {
  it.each([
    ["no input", [], 2, "missing: --input image=…  (f32[B, rgb = 3, Y, X]); --input words=…  (i32[B, T = 8])"],
    ["one of two", ["--input", "image=../image.npy"], 2, "missing: --input words=…"],
    ["an input that there is not", ["--input", "picture=../photo.png"], 2, "Scene has no input picture; it has image, words"],
    ["an input without a name", ["--input", "../photo.png"], 2, "--input takes name=path"],
    ["a backend that is not installed", [...arrays, "--backend", "node-gpu"], 1, "npm install @tensorflow/tfjs-node-gpu@4.22.0"],
    ["a file that is not there", ["--input", "image=../none.npy", "--input", "words=../words.npy"], 1, "cannot read ../none.npy: there is no such file"],
    ["an array of another shape", ["--input", "image=../words.npy", "--input", "words=../words.npy"], 1, "../words.npy is [2, 8], but input `image` is f32[B, rgb = 3, Y, X]"],
    ["sizes that do not fit", ["--input", "image=../odd.npy", "--input", "words=../words.npy"], 1, "Scene does not take B = 2, Y = 16, X = 22\n  help: X must be a multiple of 4"],
    ["inputs that disagree", ["--input", "image=../photo.png", "--input", "words=../words.npy"], 1, "the inputs disagree: B is 1 in `image`, but 2 in `words`"],
    ["a picture for words", ["--input", "image=../photo.png", "--input", "words=../photo.png"], 1, "input `words` is i32[B, T = 8]: it takes no picture"],
    ["weights that are not there", [...arrays, "--weights", "none.safetensors"], 1, "there is no such file"],
  ])("%s", (_, args, code, message) => {
    const found = run("--out", "../never", ...args);
    expect(found.code, found.err).toBe(code);
    expect(found.err).toContain(message);
    expect(found.err).not.toMatch(/^\s+at /m);
    expect(existsSync(join(folder, "never"))).toBe(false);
  });

  it("a token that the embedding has no row for, which TensorFlow.js refuses, here and in netc run", () => {
    writeFileSync(join(folder, "beyond.npy"), Buffer.concat(formatNpy({ dtype: "i32", shape: [2, 8], data: new Int32Array(16).fill(60000) })));
    const asked = (at: string): readonly string[] => ["--input", `image=${at}image.npy`, "--input", `words=${at}beyond.npy`];
    const refused = expect.stringContaining("TensorFlow.js refused: GatherV2: the index value 60000 is not in [0, 49407]") as string;
    const own = run("--out", "../never", ...asked("../"));
    expect(own).toMatchObject({ code: 1, err: refused });
    expect(own.err).not.toMatch(/^\s+at /m);
    expect(netc(folder, "run", "scene.net", ...asked(""), "--engine", "tfjs", "--backend", "cpu", "-o", "never")).toMatchObject({ code: 1, err: refused });
    expect(existsSync(join(folder, "never"))).toBe(false);
  });

  it("weights of another variant, of another model, and truncated ones", () => {
    expect(netc(folder, "build", "scene.net", "--variant", "b", "--target", "tfjs", "-o", "wide", "-q")).toMatchObject({ code: 0 });
    const wide = join(folder, "wide/weights/weights.safetensors");
    expect(run(...arrays, "--weights", wide)).toMatchObject({ code: 1, err: expect.stringContaining("do not fit the model: one.batch_norm.scale is [16] there, but [8] in the model") as string });
    const cut = join(folder, "cut.safetensors");
    cpSync(wide, cut);
    truncateSync(cut, 5000);
    expect(run(...arrays, "--weights", cut)).toMatchObject({ code: 1, err: expect.stringContaining("truncated") as string });
    writeFileSync(join(folder, "other.net"), "model Other {\n  input x: f32[B, C = 2]\n  output y: f32[B, C] = Linear(x)\n}\n");
    expect(netc(folder, "build", "other.net", "--target", "tfjs", "-o", "unlike", "-q")).toMatchObject({ code: 0 });
    expect(run(...arrays, "--weights", join(folder, "unlike/weights/weights.safetensors"))).toMatchObject({ code: 1, err: expect.stringContaining("has no weight of Scene: it has y.weight, y.bias") as string });
    expect(netc(folder, "build", "scene.net", "--target", "tfjs", "-o", "misfit", "--weights", wide)).toMatchObject({ code: 1, err: expect.stringContaining("do not fit the model") as string });
    expect(existsSync(join(folder, "misfit"))).toBe(false);
  });

  it("options that do not belong together", () => {
    expect(netc(folder, "run", "scene.net", "--input", "image=image.npy", "--backend", "wasm")).toMatchObject({ code: 2, err: expect.stringContaining("--engine tfjs") as string });
    expect(netc(folder, "build", "scene.net", "--target", "tfjs", "--size", "Y=6", "-o", "never")).toMatchObject({ code: 1, err: expect.stringContaining("Y must be a multiple of 4") as string });
    expect(netc(folder, "build", "scene.net", "--target", "tfjs", "-o", "scene")).toMatchObject({ code: 1, err: expect.stringContaining("say --force") as string });
  });
});
