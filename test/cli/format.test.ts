/** `netc fmt` from outside: files and folders in place, `--check`, `--stdin`, and what it leaves alone. */
import { spawnSync } from "node:child_process";
import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { repository } from "../programs.ts";
import { buildIfMissing, netc, temporaryFolder, type Run } from "./netc.ts";

const mangled = "model   M {\n input x : f32[B,C=8]    // the input\n output y: f32[B, C]=relu( x ) }";
const neat = "model M {\n  input x: f32[B, C = 8]  // the input\n  output y: f32[B, C] = relu(x)\n}\n";
const broken = "model M {\n  input   x: f32[B, C = ]\n}\n";

let folder: string;
const run = (...args: readonly string[]): Run => netc(folder, "fmt", ...args);
const read = (name: string): string => readFileSync(join(folder, name), "utf8");
const write = (name: string, text: string | Uint8Array): void => {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
};
const piped = (input: string | Uint8Array, ...args: readonly string[]): Run => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(repository, "bin/netc.mjs"), "fmt", "--stdin", ...args], { cwd: folder, input, encoding: "utf8", env: { ...process.env, NO_COLOR: "1" } });
  return { code: status, out: stdout, err: stderr };
};

beforeAll(buildIfMissing);
beforeEach(() => {
  if (folder) rmSync(folder, { recursive: true, force: true });
  folder = temporaryFolder();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("files", () => {
  it("are formatted in place, and named", () => {
    write("a.net", mangled);
    write("b.net", neat);
    expect(run("a.net", "b.net")).toEqual({ code: 0, out: "a.net\n2 files: 1 changed\n", err: "" });
    expect([read("a.net"), read("b.net")]).toEqual([neat, neat]);
    expect(readdirSync(folder).sort()).toEqual(["a.net", "b.net"]);
  });

  it("are not written when they are formatted already", () => {
    write("a.net", neat);
    const before = statSync(join(folder, "a.net"));
    expect(run("a.net")).toEqual({ code: 0, out: "1 file: none changed\n", err: "" });
    const after = statSync(join(folder, "a.net"));
    expect([after.mtimeMs, after.ino]).toEqual([before.mtimeMs, before.ino]);
  });

  it("keep their permissions, and a link stays a link", () => {
    write("real/a.net", mangled);
    chmodSync(join(folder, "real/a.net"), 0o640);
    symlinkSync("real/a.net", join(folder, "link.net"));
    expect(run("link.net", "--quiet")).toEqual({ code: 0, out: "", err: "" });
    expect(lstatSync(join(folder, "link.net")).isSymbolicLink()).toBe(true);
    expect(read("real/a.net")).toBe(neat);
    expect(statSync(join(folder, "real/a.net")).mode & 0o777).toBe(0o640);
  });

  it("keep Windows line endings and a byte-order mark", () => {
    write("a.net", `\ufeff${mangled.replaceAll("\n", "\r\n")}`);
    expect(run("a.net").code).toBe(0);
    expect(read("a.net")).toBe(`\ufeff${neat.replaceAll("\n", "\r\n")}`);
  });

  it("with a syntax error are left alone, and the others formatted: exit code 2", () => {
    write("a.net", mangled);
    write("broken.net", broken);
    write("z.net", mangled);
    const { code, out, err } = run("a.net", "broken.net", "z.net");
    expect(code).toBe(2);
    expect(out).toBe("a.net\nz.net\n3 files: 2 changed, 1 left alone\n");
    expect(err).toContain("error[NET0002]: expected an expression");
    expect(err).toContain("broken.net:2:25");
    expect([read("a.net"), read("broken.net"), read("z.net")]).toEqual([neat, broken, neat]);
  });

  it("that are no text are left alone", () => {
    write("a.net", Buffer.concat([Buffer.from("// "), Buffer.from([0xff, 0xfe]), Buffer.from("\nchoice  A = a | b\n")]));
    const before = readFileSync(join(folder, "a.net"));
    expect(run("a.net")).toEqual({ code: 2, out: "1 file: none changed, 1 left alone\n", err: "netc: a.net is not UTF-8 text and was left alone\n" });
    expect(readFileSync(join(folder, "a.net"))).toEqual(before);
  });
});

describe("folders", () => {
  it("are searched at any depth, but not hidden ones and packages", () => {
    for (const name of ["nets/a.net", "nets/deep/er/b.net", "nets/.hidden/c.net", "nets/node_modules/d.net"]) write(name, mangled);
    write("nets/notes.txt", mangled);
    expect(run("nets", "nets/a.net").out).toBe("nets/a.net\nnets/deep/er/b.net\n2 files: 2 changed\n");
    expect([read("nets/.hidden/c.net"), read("nets/node_modules/d.net"), read("nets/notes.txt")]).toEqual([mangled, mangled, mangled]);
  });

  it("without such files are a mistake", () => {
    write("empty/notes.txt", "");
    expect(run("empty")).toEqual({ code: 2, out: "", err: "netc: there is no .net file in empty\n" });
  });
});

describe("the starter program", () => {
  it("is formatted", () => {
    expect(netc(folder, "init", "new").code).toBe(0);
    expect(run("--check", "new")).toEqual({ code: 0, out: "", err: "" });
  });
});

describe("--check", () => {
  it("lists what would change and changes nothing: exit code 1", () => {
    write("a.net", mangled);
    write("b.net", neat);
    expect(run("--check", ".")).toEqual({ code: 1, out: "a.net\n", err: "" });
    expect(read("a.net")).toBe(mangled);
    expect(run("--check", "b.net")).toEqual({ code: 0, out: "", err: "" });
  });

  it("exits with 2 where a file has a syntax error", () => {
    write("a.net", mangled);
    write("broken.net", broken);
    expect(run("--check", ".").code).toBe(2);
  });
});

describe("--stdin", () => {
  it("writes standard input formatted to standard output", () => {
    expect(piped(mangled)).toEqual({ code: 0, out: neat, err: "" });
    expect(piped(neat)).toEqual({ code: 0, out: neat, err: "" });
    expect(piped("")).toEqual({ code: 0, out: "", err: "" });
  });

  it("writes nothing where there is a syntax error, and says which", () => {
    const { code, out, err } = piped(broken);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toContain("standard input:2:25");
  });

  it("with --check only tells", () => {
    expect(piped(mangled, "--check")).toEqual({ code: 1, out: "", err: "" });
    expect(piped(neat, "--check")).toEqual({ code: 0, out: "", err: "" });
  });
});

describe("wrong usage", () => {
  it("names the remedy", () => {
    expect(run().err).toContain("which files? name .net files or folders");
    expect(run("--stdin", "a.net").err).toContain("--stdin reads standard input and takes no files");
    write("net.net", neat);
    expect(run("ney.net")).toMatchObject({ code: 2, err: expect.stringContaining("did you mean net.net?") });
    write("notes.txt", "");
    expect(run("notes.txt").err).toContain("notes.txt is no .net file");
    for (const args of [[], ["--stdin", "a.net"], ["ney.net"], ["notes.txt"]]) expect(run(...args).code).toBe(2);
  });

  it("has help with an example", () => {
    const { code, out } = run("--help");
    expect(code).toBe(0);
    expect(out).toContain("netc fmt --check models examples");
  });
});
