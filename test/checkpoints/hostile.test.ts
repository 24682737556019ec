/** Files that are damaged, hostile or not checkpoints at all: one sentence that names the file and what is wrong, and nothing run or allocated. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../cli/netc.ts";
import { CheckpointError } from "../../runtime/checkpoints/checkpoint.ts";
import { openCheckpoint } from "../../runtime/checkpoints/open.ts";
import { goldenFile } from "./small-clip.ts";
import { pickleOf, tensorPickle, zipOf, type Entry, type Form } from "./zip.ts";

const folder = temporaryFolder();
const path = join(folder, "weights.pt");

const floats = (...values: readonly number[]): Uint8Array => new Uint8Array(Float32Array.from(values).buffer);
const six = floats(1, 2, 3, 4, 5, 6);

/** An archive of one tensor `w`. */
const archive = (pickle: Uint8Array = tensorPickle("w"), data: Partial<Entry> = {}, more: readonly Entry[] = [], form: Form = {}): Buffer =>
  zipOf([{ name: "weights/data.pkl", data: pickle }, { name: "weights/data/0", data: six, ...data }, ...more], form);

function problemOf(bytes: Uint8Array, name = "w"): string {
  writeFileSync(path, bytes);
  try {
    openCheckpoint(path).read(name);
  } catch (error) {
    expect(error).toBeInstanceOf(CheckpointError);
    const { message, help } = error as CheckpointError;
    expect(message).toContain(path);
    return `${message.replaceAll(path, "FILE")}${help ? ` | ${help}` : ""}`;
  }
  return "nothing";
}

function readBack(bytes: Uint8Array, name = "w"): readonly number[] {
  writeFileSync(path, bytes);
  return [...openCheckpoint(path).read(name)];
}

describe("well-made archives", () => {
  it("are read with and without ZIP64 records", () => {
    expect(readBack(archive())).toEqual([1, 2, 3, 4, 5, 6]);
    expect(readBack(archive(undefined, {}, [], { wide: true }))).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("with strides and an offset, in the order of the tensor", () => {
    expect(readBack(archive(tensorPickle("w", { shape: [3, 2], strides: [1, 3] })))).toEqual([1, 4, 2, 5, 3, 6]);
    expect(readBack(archive(tensorPickle("w", { offset: 1, shape: [2, 2], strides: [3, 1] })))).toEqual([2, 3, 5, 6]);
    expect(readBack(archive(tensorPickle("w", { offset: 5, shape: [], strides: [] })))).toEqual([6]);
    expect(readBack(archive(tensorPickle("w", { shape: [0, 3] })))).toEqual([]);
  });

  it("written on a machine of the other byte order", () => {
    const swapped = Buffer.from(six).swap32();
    expect(readBack(archive(undefined, { data: swapped }, [{ name: "weights/byteorder", data: Buffer.from("big") }]))).toEqual([1, 2, 3, 4, 5, 6]);
    expect(problemOf(archive(undefined, {}, [{ name: "weights/byteorder", data: Buffer.from("middle") }]))).toBe('FILE: its byte order is "middle", neither little nor big');
  });

  it("in doubles; integers are named as such", () => {
    const doubles = new Uint8Array(Float64Array.of(0.5, 1e-3).buffer);
    expect(readBack(archive(tensorPickle("w", { type: "DoubleStorage", count: 2, shape: [2], strides: [1] }), { data: doubles }))).toEqual([0.5, Math.fround(1e-3)]);
    expect(problemOf(archive(tensorPickle("w", { type: "IntStorage" })))).toBe("FILE: w holds i32, not floats");
  });
});

describe("zip files that lie", () => {
  it.each([
    ["a path that climbs out", archive(undefined, {}, [{ name: "../../etc/passwd", data: six }]), /has an entry "..\/..\/etc\/passwd", whose path climbs out of the file \| do not trust/],
    ["an absolute path", archive(undefined, {}, [{ name: "/etc/passwd", data: six }]), /climbs out/],
    ["a path of Windows", archive(undefined, {}, [{ name: "a\\..\\b", data: six }]), /climbs out/],
    ["a name twice", archive(undefined, {}, [{ name: "weights/data/0", data: six }]), /two entries weights\/data\/0/],
    ["a compressed storage", archive(undefined, { method: 8 }), /weights\/data\/0 is compressed, as PyTorch does not write it \| load it in PyTorch/],
    ["an encrypted storage", archive(undefined, { flags: 1 }), /is encrypted/],
    ["a size beyond the file", archive(undefined, { size: 4_000_000_000 }), /weights\/data\/0 would have 4000000000 bytes/],
    ["a size that reaches into the next entry", archive(undefined, { size: 100 }, [{ name: "weights/version", data: Buffer.from("3") }]), /would have 100 bytes from byte \d+ on, but the next entry begins/],
    ["a place on another entry", archive(undefined, { at: 0 }), /the next entry begins|is not weights\/data\/0/],
    ["another name at the place", archive(undefined, { localName: "weights/data/1" }), /is not weights\/data\/0, as the table of contents says/],
    ["more entries than there are", archive(undefined, {}, [], { count: 9 }), /table of contents ends after 2 of 9 entries/],
    ["a huge ZIP64 size", archive(undefined, { size: 2 ** 52 }, [], { wide: true }), /would have 4503599627370496 bytes/],
    ["no table of contents", archive().subarray(0, -60), /table of contents of a zip file is missing at its end \| download or copy it again/],
    ["nothing of PyTorch", zipOf([{ name: "readme.txt", data: six }]), /none of PyTorch: it has no data.pkl/],
    ["a storage that is missing", zipOf([{ name: "weights/data.pkl", data: tensorPickle("w") }]), /w is in its entry weights\/data\/0, which is missing/],
    ["a storage of another size", archive(undefined, { data: floats(1, 2) }), /weights\/data\/0 has 8 bytes, but w says 24/],
  ])("%s", (_, bytes, problem) => expect(problemOf(bytes)).toMatch(problem));

  it("are refused wherever the file ends, without a fault", () => {
    const whole = archive(undefined, {}, [], { wide: true });
    for (let length = 0; length < whole.length; length++) expect(problemOf(whole.subarray(0, length)), `${length} bytes`).not.toBe("nothing");
  });

  it("and with any byte changed give the numbers, or an error, but no fault", () => {
    const whole = archive(undefined, {}, [], { wide: true });
    let refused = 0;
    for (let at = 0; at < whole.length; at++) {
      const bytes = Buffer.from(whole);
      bytes[at] ^= 0xff;
      if (problemOf(bytes) !== "nothing") refused++;
    }
    expect(refused).toBeGreaterThan(whole.length / 3);
  });
});

describe("pickles that lie", () => {
  it.each([
    ["a call of the system", pickleOf("cposix\nsystem\n(X\u0004\0\0\0truetR"), /weights\/data.pkl is not read: GLOBAL at byte 2: it would import posix.system, which is not data \| netc runs nothing that a file names/],
    ["a whole model", pickleOf("c__main__\nNet\n)\x81}b"), /would import __main__.Net, which is not data \| netc runs nothing .*state_dict/],
    ["a class of TorchScript in a state dict", pickleOf("c__torch__.a\nB\n)\x81}b"), /would import __torch__/],
    ["a tensor beyond its storage", tensorPickle("w", { shape: [3, 3] }), /a tensor of \[3, 3\] reaches number 8 of a storage of 6/],
    ["a tensor that repeats its storage", tensorPickle("w", { shape: [1_000_000, 1_000_000], strides: [0, 0] }), /repeats the 6 numbers of its storage/],
    ["a negative offset", tensorPickle("w", { offset: 0xffffffff }), /a form that is not known/],
    ["a storage of an unknown type", tensorPickle("w", { type: "QInt8Storage" }), /would import torch.QInt8Storage/],
    ["a storage elsewhere", tensorPickle("w", { key: "../0" }), /a storage is described in a form that is not known/],
    ["no tensor", pickleOf("}X\u0005\0\0\0epochK\x03s"), /holds no state dict: at its top are epoch/],
    ["no table", pickleOf("K\x03"), /holds no table of tensors/],
    ["an end too early", tensorPickle("w").subarray(0, 60), /is not read/],
  ])("%s", (_, pickle, problem) => expect(problemOf(archive(pickle))).toMatch(problem));

  it("a TorchScript archive whose modules hold each other is not followed forever", () => {
    const circle = pickleOf("c__torch__\nA\n)\x81q\0}X\u0001\0\0\0ah\0sb");
    expect(problemOf(archive(circle, {}, [{ name: "weights/constants.pkl", data: pickleOf(")") }]))).toMatch(/nested more than 64 deep/);
  });
});

describe("files of other formats", () => {
  it.each([
    ["PyTorch before 1.6", readFileSync(goldenFile("legacy.pt")), /format of PyTorch before 1.6, or is a plain pickle \| load it in PyTorch and save it again/],
    ["a tar file", Buffer.concat([Buffer.alloc(257), Buffer.from("ustar"), Buffer.alloc(250)]), /format of PyTorch before 1.6/],
    ["an empty file", Buffer.alloc(0), /FILE is truncated: it has 0 bytes \| netc reads files of torch.save/],
    ["a text", Buffer.from("these are no weights, but some words"), /no safetensors file/],
    ["a safetensors header that lies", Buffer.concat([Buffer.of(67, 0, 0, 0, 0, 0, 0, 0), Buffer.from(JSON.stringify({ w: { dtype: "F32", shape: [1_000_000], data_offsets: [0, 4_000_000] } }).padEnd(67)), six]), /w should have 4000000 bytes, but its place is 0..4000000 of 24/],
  ])("%s", (_, bytes, problem) => expect(problemOf(bytes)).toMatch(problem));

  it("a folder, and nothing", () => {
    expect(() => openCheckpoint(folder)).toThrow(`cannot read ${folder}: it is a folder`);
    expect(() => openCheckpoint(join(folder, "none.pt"))).toThrow("there is no such file");
  });
});
