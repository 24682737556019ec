/** `netc weights`, as a person calls it. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { openTensors, readFloat32 } from "../../runtime/safetensors.ts";
import { goldenFile, smallClip } from "../checkpoints/small-clip.ts";
import { buildIfMissing, netc, temporaryFolder } from "./netc.ts";

const folder = temporaryFolder();
const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);

/** A model with one weight of each origin. */
const every = `import { ViT } from "./clip.net"

model Every {
  input image: f32[B, rgb = 3, Y = 48, X = 48]
  let tower = ViT(image, patch: 8, width: 16, depth: 2, heads: 2)
  let norm = BatchNorm(tower.layer[2][tok = 0])
  output logit: f32[B, class = 3] = Linear(norm, out: class = 3)
}

weights some of Every from "clip.pt" {
  "visual.conv1.weight" -> rearrange(tower.patches.weight, [g, o, c, ky, kx] -> [(g o), c, ky, kx])
  "visual.class_embedding" -> tower.class
  "visual.positional_embedding" -> resize(tower.position, grid: 4 -> 6, keep: 1, mode: bicubic)
  "visual.ln_pre.{weight, bias}" -> tower.norm_pre.{scale, shift}
  "visual.ln_post.weight" -> norm.running_mean
  for i in 0..2 {
    "visual.transformer.resblocks.{i}.ln_{1, 2}.{weight, bias}" -> tower.layer.{i + 1}.norm_{1, 2}.{scale, shift}
    "visual.transformer.resblocks.{i}.attn.in_proj_{weight, bias}" -> split(tower.layer.{i + 1}.attention.{q, k, v}.{weight, bias})
    "visual.transformer.resblocks.{i}.attn.out_proj.{weight, bias}" -> tower.layer.{i + 1}.attention.out.{weight, bias}
    "visual.transformer.resblocks.{i}.mlp.c_fc.{weight, bias}" -> tower.layer.{i + 1}.mlp.up.{weight, bias}
    "visual.transformer.resblocks.{i}.mlp.c_proj.{weight, bias}" -> tower.layer.{i + 1}.mlp.down.{weight, bias}
  }
  ignore "transformer.*", "text_projection"
  fresh norm.scale, norm.shift, logit
  freeze tower
}
`;

beforeAll(() => {
  buildIfMissing();
  for (const [name, text] of Object.entries(smallClip())) write(name, text);
  write("every.net", every);
  write("rows.net", `model Rows {
  input x: f32[B, T = 8, C = 16]
  param table: f32[T = 8, C = 16] = random.normal(std: 1.0)
  param columns: f32[T = 16, C = 5] = random.normal(std: 1.0)
  output y: f32[B, T = 8, C = 16] = x + table
  output z: f32[T = 16, C = 5] = columns
}
weights cut of Rows from "clip.pt" {
  "positional_embedding" -> slice(table, T = 2..10)
  "text_projection" -> slice(columns, C = 3..=7)
}
`);
  write("pair.net", `model Pair {
  input x: f32[B, C = 16]
  output y: f32[B, D = 16] = Linear(x, out: D = 16, biased: false)
}
weights turned of Pair from "clip.pt" {
  "visual.proj" -> transpose(y.weight)
}
weights cut of Pair from "clip.pt" {
  "positional_embedding" -> slice(y.weight, out = 2..18)
}
weights wrong of Pair from "clip.pt" {
  "visual.porj" -> y.weight
}
weights small of Pair from "clip.pt" {
  "visual.ln_post.weight" -> y.weight
}
`);
});

describe("netc weights", () => {
  it("prints what happens to each weight, once", () => {
    const { code, out, err } = netc(folder, "weights", "every.net", "--from", goldenFile("openai-f16.pt"), "--plan");
    expect(err).toBe("");
    expect(code).toBe(0);
    const rows = out.slice(0, out.indexOf("\n\n")).split("\n").slice(1);
    expect(new Set(rows.map((row) => row.split(/ +/)[0])).size).toBe(rows.length);
    const row = (path: string): string => rows.find((each) => each.startsWith(`${path} `))!.replace(/ {2,}/g, " | ");
    expect(row("tower.class")).toBe("tower.class | [16] | loaded, frozen | visual.class_embedding | [16] f16");
    expect(row("tower.position")).toBe("tower.position | [37, 16] | resized, frozen | visual.positional_embedding | [17, 16] f16");
    expect(row("tower.patches.weight")).toBe("tower.patches.weight | [1, 16, 3, 8, 8] | rearranged, frozen | visual.conv1.weight | [16, 3, 8, 8] f16");
    expect(row("tower.layer.2.attention.v.weight")).toBe("tower.layer.2.attention.v.weight | [16, 16] | split, frozen | visual.transformer.resblocks.1.attn.in_proj_weight | [48, 16] f16");
    expect(row("logit.weight")).toBe("logit.weight | [3, 16] | fresh");
    expect(row("norm.running_mean")).toBe("norm.running_mean | [16] | loaded | visual.ln_post.weight | [16] f16");
    expect(row("norm.running_variance")).toBe("norm.running_variance | [16] | initial");
    const summary = out.slice(out.indexOf("\n\n") + 2);
    expect(summary).toMatch(/^plan some of Every, variant default, from .*openai-f16.pt, a PyTorch state dict of \d+ tensors\n/);
    expect(summary).toMatch(/\n {2}12 split \(1,632 numbers\)\n {2}1 rearranged \(3,072 numbers\)\n {2}1 resized \(592 numbers\)\n {2}4 fresh \(83 numbers\)\n {2}1 states at their first values \(16 numbers\)\n {2}\d+ of them frozen\n/);
    expect(summary).toMatch(/\n {2}ignored, as the plan says: .*transformer.resblocks.\*.attn.in_proj_weight \(2\)/);
    expect(summary).toMatch(/\n {2}not used: positional_embedding, logit_scale, .*visual.proj/);
  });

  it("says the same as JSON, and what does not fit as well", () => {
    const checkpoint = goldenFile("openai-f16.pt");
    const { code, out, err } = netc(folder, "weights", "every.net", "--from", checkpoint, "--format", "json");
    expect([code, err]).toEqual([0, ""]);
    const told = JSON.parse(out) as { weights: { path: string; origin: string; frozen: boolean; shape: number[]; kind: string; from: unknown }[]; ignored: string[]; unused: string[]; problems: string[]; checkpoint: unknown };
    expect(told).toMatchObject({ version: 1, model: "Every", variant: "default", plan: "some", checkpoint: { path: checkpoint }, problems: [] });
    const table = netc(folder, "weights", "every.net", "--from", checkpoint, "--plan", "-q").out;
    expect(told.weights.map(({ path }) => path)).toEqual(table.slice(0, table.indexOf("\n\n")).split("\n").slice(1).map((line) => line.split(" ")[0]));
    const of = (path: string) => told.weights.find((own) => own.path === path);
    expect(of("tower.position")).toEqual({ path: "tower.position", kind: "parameter", shape: [37, 16], origin: "resize", frozen: true, from: { name: "visual.positional_embedding", shape: [17, 16], dtype: expect.stringMatching(/^f(16|32)$/) } });
    expect(of("norm.running_mean")).toMatchObject({ kind: "state", origin: "load", frozen: false });
    expect(of("logit.weight")).toMatchObject({ origin: "fresh", from: null });
    expect(told.ignored).toContain("text_projection");
    const without = JSON.parse(netc(folder, "weights", "every.net", "--format", "json").out) as typeof told;
    expect(without.checkpoint).toBeNull();
    expect(without.weights.find(({ path }) => path === "tower.position")!.from).toEqual({ name: "visual.positional_embedding" });
    const other = netc(folder, "weights", "pair.net", "--name", "wrong", "--from", goldenFile("openai.safetensors"), "--format", "json", "--out", "none.safetensors");
    expect(other.code).toBe(1);
    expect((JSON.parse(other.out) as typeof told).problems[0]).toContain("has no tensor visual.porj; did you mean visual.proj?");
    expect(existsSync(join(folder, "none.safetensors"))).toBe(false);
    const written = netc(folder, "weights", "every.net", "--from", checkpoint, "--format", "json", "--out", "json.safetensors");
    expect([written.code, written.out]).toEqual([0, out]);
    expect(openTensors(join(folder, "json.safetensors")).tensors.size).toBe(told.weights.length);
  });

  it("writes weights that netc run takes, the same from every layout", () => {
    const files = ["openai-f32.pt", "openai-f16.pt", "script-f16.pt", "nested-bf16.pt", "openai.safetensors", "huggingface.safetensors", "huggingface-f16.safetensors"];
    const made = files.map((file) => {
      const name = `${file}.weights.safetensors`;
      const { code, out, err } = netc(folder, "weights", "small.net", "--from", goldenFile(file), "--out", name);
      expect([code, err]).toEqual([0, ""]);
      expect(out).toContain(`plan ${file.startsWith("hugging") ? "clip_huggingface" : "clip"} of Clip`);
      expect(out).toMatch(/wrote .*: \d+ tensors, /);
      return openTensors(join(folder, name));
    });
    for (const each of made.slice(1)) {
      expect([...each.tensors.keys()]).toEqual([...made[0].tensors.keys()]);
      for (const name of each.tensors.keys()) expect(readFloat32(each, name)).toEqual(readFloat32(made[0], name));
    }
    expect(made[0].metadata.get("plan")).toBe("clip");
    const words = join(folder, "words.npy");
    const header = "{'descr': '<i4', 'fortran_order': False, 'shape': (1, 9), }".padEnd(117) + "\n";
    writeFileSync(words, Buffer.concat([Buffer.from("\x93NUMPY\x01\x00", "latin1"), Buffer.of(118, 0), Buffer.from(header), Buffer.from(Int32Array.from({ length: 9 }, (_, i) => 3 * i).buffer)]));
    const picture = netc(folder, "data", "generate", "drawn", "--count", "10", "--size", "64");
    expect(picture.code).toBe(0);
    const image = readFileSync(join(folder, "drawn", "train.jsonl"), "utf8").match(/"image": ?"([^"]+)"/)![1];
    const run = netc(folder, "run", "small.net", "--weights", "script-f16.pt.weights.safetensors", "--input", `image=${join(folder, "drawn", image)}`, "--input", `words=${words}`);
    expect([run.code, run.err]).toEqual([0, ""]);
  });

  it("transposes and slices", () => {
    const source = openTensors(goldenFile("openai.safetensors"));
    const made = (file: string, plan: string) => {
      expect(netc(folder, "weights", file, "--name", plan, "--from", source.path, "--out", `${plan}.safetensors`).err).toBe("");
      return openTensors(join(folder, `${plan}.safetensors`));
    };
    const projection = readFloat32(source, "visual.proj");
    expect(readFloat32(made("pair.net", "turned"), "y.weight")).toEqual(Float32Array.from({ length: 256 }, (_, i) => projection[(i % 16) * 16 + Math.floor(i / 16)]));
    const rows = made("rows.net", "cut");
    expect(readFloat32(rows, "table")).toEqual(readFloat32(source, "positional_embedding").slice(32, 160));
    const text = readFloat32(source, "text_projection");
    expect(readFloat32(rows, "columns")).toEqual(Float32Array.from({ length: 80 }, (_, i) => text[16 * Math.floor(i / 5) + 3 + (i % 5)]));
    // The text's table has 12 rows, so 16 of them from the third on are not there.
    const { code, err } = netc(folder, "weights", "pair.net", "--name", "cut", "--from", goldenFile("openai.safetensors"));
    expect(code).toBe(1);
    expect(err).toContain("but y.weight is [16, 16], and the slice needs 18 along out");
  });

  it("begins the rest as netc build does, from the seed", () => {
    netc(folder, "weights", "every.net", "--from", goldenFile("openai-f16.pt"), "--out", "one.safetensors", "--seed", "1", "-q");
    netc(folder, "weights", "every.net", "--from", goldenFile("openai-f16.pt"), "--out", "two.safetensors", "--seed", "2", "-q");
    const [one, two] = ["one", "two"].map((name) => openTensors(join(folder, `${name}.safetensors`)));
    expect(readFloat32(one, "logit.weight")).not.toEqual(readFloat32(two, "logit.weight"));
    expect(readFloat32(one, "tower.class")).toEqual(readFloat32(two, "tower.class"));
    expect(readFloat32(one, "norm.running_variance")).toEqual(new Float32Array(16).fill(1));
  });

  it("says in one line what is wrong, and names both sides", () => {
    const says = (...options: readonly string[]): string => {
      const { code, out, err } = netc(folder, "weights", ...options);
      expect(err).not.toMatch(/ at .*\.(ts|cjs|mjs):/);
      return `${code} ${err.replaceAll(`${goldenFile("")}/`, "")}${out ? "" : " (no output)"}`;
    };
    const from = ["--from", goldenFile("openai.safetensors")];
    expect(says("pair.net", "--name", "wrong", ...from)).toContain("1 netc: the checkpoint does not fit the plan wrong:\n  openai.safetensors has no tensor visual.porj; did you mean visual.proj?");
    expect(says("pair.net", "--name", "small", ...from)).toContain("visual.ln_post.weight is [16] in openai.safetensors, but y.weight is [16, 16]");
    expect(says("pair.net", "--name", "turnd", ...from)).toContain("2 netc: Pair has no weights plan turnd; it has turned, cut, wrong, small\n  help: did you mean turned?");
    expect(says("every.net", "--from", "none.pt")).toBe("1 netc: cannot read none.pt: there is no such file\n (no output)");
    expect(says("every.net", "--from", goldenFile("legacy.pt"))).toMatch(/^1 netc: legacy.pt has the format of PyTorch before 1.6.*\n {2}help: load it in PyTorch and save it again/);
    expect(says("every.net", "--out", "x.safetensors")).toMatch(/^2 netc: --out needs a checkpoint/);
    expect(says("clip.net", ...from)).toMatch(/^2 netc: the file has no model/);
    write("plain.net", "model Plain {\n  input x: f32[B, C = 4]\n  output y: f32[B, C] = Linear(x)\n}\n");
    expect(says("plain.net", ...from)).toMatch(/^1 netc: Plain has no weights plan\n {2}help: write `weights pretrained of Plain/);
  });

  it("writes all or nothing: what was there stays when the checkpoint is damaged or the place cannot be written", () => {
    write("kept.safetensors", "before");
    const bytes = Buffer.from(readFileSync(goldenFile("openai.safetensors")));
    const tensor = openTensors(goldenFile("openai.safetensors")).tensors.get("ln_final.weight")!;
    bytes.writeUInt32LE(0x7fc00000, tensor.start);
    writeFileSync(join(folder, "nan.safetensors"), bytes);
    const { code, err } = netc(folder, "weights", "small.net", "--from", "nan.safetensors", "--out", "kept.safetensors");
    expect([code, err]).toEqual([1, "netc: nan.safetensors: ln_final.weight has numbers that are not finite\n  help: the training that wrote it had failed: take an earlier checkpoint\n"]);
    expect(readFileSync(join(folder, "kept.safetensors"), "utf8")).toBe("before");
    expect(existsSync(join(folder, `kept.safetensors.tmp-${process.pid}`))).toBe(false);
    mkdirSync(join(folder, "place"));
    expect(netc(folder, "weights", "small.net", "--from", goldenFile("openai-f16.pt"), "--out", "place").err).toMatch(/^netc: cannot write place: it is a folder|cannot write place/);
  });

  it("shows the flagship's plan without a checkpoint", () => {
    const { code, out } = netc(folder, "weights", join(import.meta.dirname, "../../models/cd2fsan.net"), "--variant", "a", "--name", "clip");
    expect(code).toBe(0);
    expect(out).toContain("plan clip of CD2FSAN, variant a\n  246 loaded");
    expect(out).not.toContain("selection");
  });
});
