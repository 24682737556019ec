/** Event files: their bytes are what a reader written from the format's description finds, and what TensorBoard's own reader finds where it is installed. */
import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { formatPng } from "../../runtime/pictures.ts";
import { openEventLog } from "../../runtime/reports/events.ts";
import { crc32c, maskedCrc32c } from "../../runtime/reports/tfrecord.ts";
import { hasTensorBoard, readByTensorBoard, whySkipped } from "./tensorboard.ts";

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "netc-events-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A message of protobuf as [field, value]: varints and fixed numbers as numbers, everything else as bytes. */
function fieldsOf(message: Buffer): readonly (readonly [field: number, value: number | Buffer])[] {
  const fields: (readonly [number, number | Buffer])[] = [];
  let at = 0;
  const varint = (): number => {
    let [value, factor] = [0, 1];
    for (;;) {
      const byte = message[at++];
      value += (byte & 127) * factor;
      if (byte < 128) return value;
      factor *= 128;
    }
  };
  while (at < message.length) {
    const tag = varint();
    const wire = tag % 8;
    if (wire === 0) fields.push([tag >> 3, varint()]);
    else if (wire === 1) fields.push([tag >> 3, message.readDoubleLE((at += 8) - 8)]);
    else if (wire === 5) fields.push([tag >> 3, message.readFloatLE((at += 4) - 4)]);
    else {
      expect(wire).toBe(2);
      const length = varint();
      expect(at + length).toBeLessThanOrEqual(message.length);
      fields.push([tag >> 3, message.subarray(at, (at += length))]);
    }
  }
  return fields;
}

/** The records of a file, their checksums computed bit by bit. */
function recordsOf(file: Buffer): readonly Buffer[] {
  const slow = (bytes: Buffer): number => {
    let value = 0xffffffff;
    for (const byte of bytes) for (let bit = 0; bit < 8; bit++) value = ((value ^ (byte >> bit)) & 1 ? 0x82f63b78 : 0) ^ (value >>> 1);
    return ~value >>> 0;
  };
  const masked = (bytes: Buffer): number => {
    const sum = slow(bytes);
    return Number((((BigInt(sum) >> 15n) | ((BigInt(sum) << 17n) & 0xffffffffn)) + 0xa282ead8n) & 0xffffffffn);
  };
  const records: Buffer[] = [];
  for (let at = 0; at < file.length; ) {
    const length = Number(file.readBigUInt64LE(at));
    expect(file.readUInt32LE(at + 8)).toBe(masked(file.subarray(at, at + 8)));
    const record = file.subarray(at + 12, at + 12 + length);
    expect(file.readUInt32LE(at + 12 + length)).toBe(masked(record));
    records.push(record);
    at += length + 16;
  }
  return records;
}

const png = formatPng({ height: 3, width: 5, planes: new Float32Array(45).fill(0.5) });

/** Two sessions: the first came to step 300, the second goes on after step 200. */
function writeTwoSessions(): void {
  const first = openEventLog(folder, { now: () => 1_700_000_000_500 });
  for (const step of [0, 100, 200, 300]) first.scalars(step, { "loss/train": 1 / (step + 1), rate: 5e-5 });
  first.picture(300, "prediction/0", { height: 3, width: 5, png });
  first.close();
  const second = openEventLog(folder, { after: 200, now: () => 1_700_000_000_900 });
  for (const step of [201, 300, 2 ** 40]) second.scalars(step, { "loss/train": -step });
  second.picture(300, "prediction/0", { height: 3, width: 5, png });
  second.close();
}

describe("checksums", () => {
  it("are those of RFC 3720, and masked as TensorFlow masks them", () => {
    expect(crc32c(Buffer.from("123456789"))).toBe(0xe3069283);
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
    expect(crc32c(new Uint8Array(32).fill(255))).toBe(0x62a8ab43);
    expect(maskedCrc32c(new Uint8Array(0))).toBe(0xa282ead8);
  });
});

describe("event files", () => {
  it("hold events as the format says", () => {
    writeTwoSessions();
    const names = readdirSync(folder).sort();
    expect(names).toHaveLength(2);
    expect(names[0]).toMatch(/^events\.out\.tfevents\.1700000000\./);
    expect(names[1]).toMatch(/^events\.out\.tfevents\.1700000001\./);
    const [first, second] = names.map((name) => recordsOf(readFileSync(join(folder, name))).map(fieldsOf));
    expect(first[0]).toEqual([[1, 1_700_000_000.5], [3, Buffer.from("brain.Event:2")]]);
    const [time, step, summary] = first[2];
    expect([time, step]).toEqual([[1, 1_700_000_000.5], [2, 100]]);
    expect(summary[0]).toBe(5);
    const values = fieldsOf(summary[1] as Buffer).map(([field, value]) => [field, fieldsOf(value as Buffer)]);
    expect(values).toEqual([[1, [[1, Buffer.from("loss/train")], [2, Math.fround(1 / 101)]]], [1, [[1, Buffer.from("rate")], [2, Math.fround(5e-5)]]]]);
    const picture = fieldsOf(fieldsOf(first[5][2][1] as Buffer)[0][1] as Buffer);
    expect(picture[0]).toEqual([1, Buffer.from("prediction/0")]);
    expect(fieldsOf(picture[1][1] as Buffer)).toEqual([[1, 3], [2, 5], [3, 3], [4, png]]);
    expect(second[1]).toEqual([[1, 1_700_000_000.9], [2, 201], [7, Buffer.from([8, 1])]]);
    expect(second[4][1]).toEqual([2, 2 ** 40]);
  });

  it("are made in a folder that is not there; one that cannot be made is named", () => {
    const log = openEventLog(join(folder, "a", "b"));
    log.scalars(1, {});
    log.close();
    expect(existsSync(log.path)).toBe(true);
    expect(recordsOf(readFileSync(log.path))).toHaveLength(1);
    writeFileSync(join(folder, "file"), "");
    expect(() => openEventLog(join(folder, "file", "tensorboard"))).toThrow("cannot be written: a part of the path is a file");
    expect(() => openEventLog(folder).scalars(-1, { loss: 1 })).toThrow("-1 cannot be written");
  });

  it.skipIf(!hasTensorBoard)(`are read by TensorBoard's own reader${whySkipped}`, () => {
    writeTwoSessions();
    // The first session was killed while it wrote: its last record is cut short.
    const [first] = readdirSync(folder).sort();
    appendFileSync(join(folder, first), readFileSync(join(folder, first)).subarray(0, 30));
    const { scalars, images } = readByTensorBoard(folder);
    // Step 300 of the first session is forgotten, since the second went on after 200.
    expect(scalars["loss/train"].map(([step, value]) => [step, value])).toEqual([[0, 1], [100, Math.fround(1 / 101)], [200, Math.fround(1 / 201)], [201, -201], [300, -300], [2 ** 40, -(2 ** 40)]]);
    expect(scalars["rate"].map(([step, , time]) => [step, time])).toEqual([[0, 1_700_000_000.5], [100, 1_700_000_000.5], [200, 1_700_000_000.5]]);
    expect(images["prediction/0"]).toEqual([[300, 5, 3, png.toString("base64")]]);
  });
});
