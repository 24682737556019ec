/** Writing fails as a person can understand, and what was there stays. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openAppended, replaceFile } from "../../runtime/reports/files.ts";

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "netc-files-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it("a file is replaced whole, or not at all", () => {
  const path = join(folder, "a.txt");
  replaceFile(path, "one");
  replaceFile(path, Buffer.from("two"));
  expect(readFileSync(path, "utf8")).toBe("two");
  mkdirSync(join(folder, "b"));
  expect(() => replaceFile(join(folder, "b"), "x")).toThrow(`${join(folder, "b")}: cannot be written: it is a folder`);
  expect(readdirSync(folder).sort()).toEqual(["a.txt", "b"]);
});

it.skipIf(!existsSync("/dev/full"))("a full disk is said", () => {
  const file = openAppended("/dev/full");
  expect(() => file.append("text")).toThrow("/dev/full: cannot be written: the disk is full");
  file.close();
});

it("a new file must not be there, and nothing is added after its end", () => {
  const path = join(folder, "events");
  const file = openAppended(path, true);
  file.append(Uint8Array.of(65, 66));
  file.close();
  expect(() => file.append("x")).toThrow("is closed");
  expect(() => openAppended(path, true)).toThrow("cannot be written: something of its name is there already");
  expect(readFileSync(path, "utf8")).toBe("AB");
});
