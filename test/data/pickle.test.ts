/** Pickles of every protocol that Python wrote, and pickles that would do something: refused by name and place, with nothing done. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { numpyConstructors } from "../../runtime/data/pickle-numpy.ts";
import { PickleError, PickleGlobal, readPickle } from "../../runtime/data/pickle.ts";
import { goldenPath } from "./golden.ts";

const bytes = (...parts: readonly (string | number)[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => (typeof part === "number" ? [part] : [...part].map((letter) => letter.charCodeAt(0)))));
const refusal = (file: Uint8Array): PickleError => {
  try {
    readPickle(file);
  } catch (error) {
    if (error instanceof PickleError) return error;
    throw error;
  }
  throw new Error("it was read");
};

describe("pickles of Python", () => {
  it.each([0, 1, 2, 3, 4, 5])("of protocol %i give the values that were written", (protocol) => {
    const value = readPickle(readFileSync(goldenPath(`data-${protocol}.p`)), { constructors: numpyConstructors }) as Map<unknown, unknown>;
    expect(value.get("texts")).toEqual(["plain", "ünïcode ☃ 🚀", "line\nbreak \\u0041", ""]);
    expect(value.get("numbers")).toEqual([0, -1, 255, 256, 65535, 65536, -(2 ** 31), 2 ** 31, 2 ** 40, -(2 ** 52), 2n ** 70n, -(2n ** 70n), 1.5, -0, 1e300]);
    expect(value.get("others")).toEqual([true, false, null, [], [1], [1, 2], [1, 2, 3], [1, 2, 3, 4]]);
    expect(value.get("bytes")).toEqual(Uint8Array.from([0, 255]));
    expect([value.get("set"), value.get("frozen")]).toEqual([new Set([7]), new Set([8])]);
    expect([...(value.get("ordered") as Map<unknown, unknown>)]).toEqual([["b", 1], ["a", 2]]);
    const [first, second] = value.get("shared") as unknown[];
    expect(first).toBe(second);
    expect(value.get(3)).toBe("a whole number as key");
    expect(value.get("numpy")).toEqual([-5, 7, 0.25, 200, 0.5, true]);
  });

  it("hand over what is outside of the file to the hook, and allowed constructors their arguments and state", () => {
    const persistent = readPickle(bytes(0x80, 2, "X", 3, 0, 0, 0, "abcQ."), { persistentLoad: (id) => `<${String(id)}>` });
    expect(persistent).toBe("<abc>");
    const made = readPickle(bytes(0x80, 2, "cour.module\nThing\n", "K", 7, 0x85, "R}b."), {
      constructors: new Map([["our.module.Thing", { make: (args: readonly unknown[]) => ({ args }), build: (object: unknown, state: unknown) => ({ object, state }) }]]),
    });
    expect(made).toEqual({ object: { args: [7] }, state: new Map() });
    const constructors = new Map([["torch.HalfStorage", {}]]);
    const mentioned = readPickle(bytes(0x80, 2, "ctorch\nHalfStorage\n."), { constructors });
    expect(mentioned).toBeInstanceOf(PickleGlobal);
    expect((mentioned as PickleGlobal).name).toBe("torch.HalfStorage");
    expect(() => readPickle(bytes(0x80, 2, "ctorch\nHalfStorage\n)R."), { constructors })).toThrow("REDUCE at byte 22: torch.HalfStorage may be mentioned, but not called");
  });
});

describe("pickles that would do something", () => {
  it.each([
    ["a call of os.system", bytes("cos\nsystem\n(S'touch /tmp/x'\ntR."), "GLOBAL at byte 0: it would import os.system, which is not data"],
    ["the same by protocol 4", bytes(0x80, 4, 0x8c, 2, "os", 0x8c, 6, "system", 0x93, "."), "STACK_GLOBAL at byte 14: it would import os.system"],
    ["an instance", bytes("(ios\nsystem\n."), "INST at byte 1: it would import os.system"],
    ["eval", bytes(0x80, 3, "cbuiltins\neval\nX", 1, 0, 0, 0, "1", 0x85, "R."), "GLOBAL at byte 2: it would import builtins.eval"],
    ["a name of JavaScript", bytes("c__proto__\nconstructor\n."), "it would import __proto__.constructor"],
    ["an extension", bytes(0x80, 2, 0x82, 1, "."), "EXT1 at byte 2: it is not read"],
    ["a buffer outside", bytes(0x80, 5, 0x97, "."), "NEXT_BUFFER at byte 2: it is not read"],
    ["a persistent id without a hook", bytes("Pabc\n."), "PERSID at byte 0: it refers to an object outside of the file"],
    ["a call of data", bytes("K", 1, ")R."), "REDUCE at byte 3: it would call something that is no allowed constructor"],
    ["a state for data", bytes("}}b."), "BUILD at byte 2: it gives a state to an object that takes none"],
    ["named arguments", bytes("ccollections\nOrderedDict\n)}K", 1, "K", 2, "s", 0x92, "."), "it calls with named arguments"],
  ])("%s", (_, file, message) => expect(refusal(file).message).toContain(message));

  it.each([
    ["an empty file", bytes(), "the file ends before the pickle does"],
    ["a cut text", bytes("X", 255, 0, 0, 0, "ab"), "BINUNICODE at byte 0: it wants 255 bytes, and 2 are left"],
    ["a text of 2^60 bytes", bytes(0x8d, 0, 0, 0, 0, 0, 0, 0, 16), "BINUNICODE8 at byte 0: a length of"],
    ["a stack that is empty", bytes("a."), "APPEND at byte 0: the stack is empty"],
    ["a memory that was not made", bytes("h", 9, "."), "BINGET at byte 0: nothing was remembered as 9"],
    ["a mark that is missing", bytes("]e."), "APPENDS at byte 1: there is no mark"],
    ["another kind of file", bytes("PK", 3, 4), "its line does not end"],
    ["JSON", bytes('{"a": 1}'), "there is no such instruction: it is no pickle"],
  ])("and damaged ones: %s", (_, file, message) => expect(refusal(file).message).toContain(message));

  it("at any place where bytes are changed, end in a value or in a PickleError", () => {
    const file = readFileSync(goldenPath("data-4.p"));
    let refused = 0;
    for (let i = 0; i < 4000; i++) {
      const changed = Uint8Array.from(file);
      changed[(i * 7919) % file.length] = (i * 104729) & 255;
      try {
        readPickle(changed, { constructors: numpyConstructors });
      } catch (error) {
        expect(error).toBeInstanceOf(PickleError);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(1000);
  });
});
