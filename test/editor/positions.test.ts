/** Positions of the protocol and offsets, in both encodings; URIs and names. */
import { describe, expect, it } from "vitest";
import { createAddresses } from "../../editor/server/addresses.ts";
import { linesOf, offsetOf, positionOf } from "../../editor/server/positions.ts";
import { settingsFrom, defaultSettings } from "../../editor/server/settings.ts";

describe("positions", () => {
  const lines = linesOf("a\r\nbé😀c\rd\n");
  it("begin lines behind every kind of line end", () => {
    expect(lines.starts).toEqual([0, 3, 9, 11]);
  });

  it.each(["utf-8", "utf-16"] as const)("come back as they were, in %s", (encoding) => {
    for (let offset = 0; offset <= lines.text.length; offset++) {
      if (/[\udc00-\udfff]/.test(lines.text[offset] ?? "") || (lines.text[offset] === "\n" && lines.text[offset - 1] === "\r")) continue;
      expect(offsetOf(lines, positionOf(lines, offset, encoding), encoding)).toBe(offset);
    }
  });

  it("are counted in bytes or code units", () => {
    expect(positionOf(lines, 7, "utf-8")).toEqual({ line: 1, character: 7 });
    expect(positionOf(lines, 7, "utf-16")).toEqual({ line: 1, character: 4 });
  });

  it.each([[{ line: 99, character: 0 }, 11], [{ line: 0, character: 99 }, 1], [{ line: -1, character: 5 }, 0], [{ line: 1, character: -1 }, 3], [{ line: NaN, character: NaN }, 0]])("%o outside of the text moves into it", (position, offset) => {
    for (const encoding of ["utf-8", "utf-16"] as const) expect(offsetOf(lines, position, encoding)).toBe(offset);
  });
});

describe("addresses", () => {
  const { nameOf, uriOf } = createAddresses("/opt/netc/compiler");
  it.each([
    ["file:///home/a%20b/m%C3%B6.net", "/home/a b/mö.net"], ["file:///c%3A/x/y.net", "c:/x/y.net"], ["untitled:Untitled-1", "untitled:Untitled-1"], ["file:///opt/netc/compiler/std/linear.net", "std/linear.net"], ["file://server/share/y.net", "//server/share/y.net"],
  ])("%s is called %s", (uri, name) => {
    expect(nameOf(uri)).toBe(name);
    expect(uriOf(name)).toBe(uri);
  });

  it("without a package the library has a scheme of its own", () => {
    const bare = createAddresses(undefined);
    expect(bare.uriOf("std/linear.net")).toBe("netc-library:/std/linear.net");
    expect(bare.nameOf("netc-library:/std/linear.net")).toBe("std/linear.net");
    expect(bare.nameOf("file:///%E0%A4%A")).toBe("/%E0%A4%A");
  });
});

describe("settings", () => {
  it("keep their defaults where they are not understood", () => {
    for (const nonsense of [undefined, null, 3, "x", [], { inlayHints: 7, variants: [], set: { M: 3 }, codeLens: "yes" }]) expect({ ...settingsFrom(nonsense), set: {} }).toEqual(defaultSettings);
    expect(settingsFrom({ inlayHints: { names: false }, set: { M: { wide: 16, on: true } } })).toMatchObject({ inlayHints: { shapes: true, names: false }, set: { M: { wide: "16", on: "true" } } });
    expect(settingsFrom({ inlayHints: false }).inlayHints).toEqual({ shapes: false, names: false, sizes: false });
  });
});
