/** Whole programs: no problems, spans in order, and the tree says what the text says. */
import { describe, expect, test } from "vitest";
import type { Node, NodeKind } from "../../grammar/ast.ts";
import { FileParser } from "../../grammar/parser.ts";
import { textOf } from "../../grammar/source.ts";
import { childKeys, children, nodeAtOffset, walk } from "../../grammar/visit.ts";
import { fixtures, parseText, spanFaults } from "./fixtures.ts";

test("the grammar is unambiguous to Chevrotain", () => {
  expect(() => new FileParser(true)).not.toThrow();
});

describe.each(fixtures)("$name", ({ text }) => {
  const { file, problems } = parseText(text);

  test("parses without problems and without Missing nodes", () => {
    expect(problems).toEqual([]);
    const missing: string[] = [];
    walk(file, (node) => {
      if (node.kind.startsWith("Missing") || (node.kind === "Identifier" && node.text === "")) missing.push(node.kind);
    });
    expect(missing).toEqual([]);
  });

  test("children lie in their parent and in order", () => {
    expect(spanFaults(file, true)).toEqual([]);
  });

  test("names and literals span exactly their text", () => {
    walk(file, (node) => {
      if (node.kind === "Identifier" || node.kind === "TextPiece" || node.kind === "IntegerLiteral") expect(textOf(node.span)).toBe(node.text);
      if (node.kind === "StringLiteral") expect(textOf(node.span)).toBe(`"${node.value}"`);
    });
  });

  test("no node begins or ends with blanks or comments", () => {
    walk(file, (node) => {
      if (node.kind !== "File" && node.kind !== "Comment") expect(textOf(node.span)).toMatch(/^(?!\/\/)\S([^]*\S)?$/);
    });
  });

  test("every comment is kept", () => {
    expect(file.comments.length).toBe(text.match(/\/\/.*/g)?.length ?? 0);
    for (const comment of file.comments) expect(textOf(comment.span)).toBe(comment.text);
  });

  test("a parse with CRLF has the same tree", () => {
    const other = parseText(text.replaceAll("\n", "\r\n"));
    expect(other.problems).toEqual([]);
    expect(kinds(other.file)).toEqual(kinds(file));
  });

  test("every node is the innermost at its own start, or holds the one that is", () => {
    walk(file, (node) => {
      if (node.kind === "Comment" || node.span.start === node.span.end) return;
      const path = nodeAtOffset(file, node.span.start);
      expect(path[0]).toBe(file);
      for (let index = 1; index < path.length; index++) expect(children(path[index - 1])).toContain(path[index]);
      expect(path).toContain(node);
    });
  });
});

function kinds(root: Node): readonly string[] {
  const found: string[] = [];
  walk(root, (node) => void (node.kind === "Comment" ? undefined : found.push(node.kind)));
  return found;
}

test("the table of child keys names every node-valued property of the trees", () => {
  const isNode = (value: unknown): boolean => typeof value === "object" && value !== null && "kind" in value && "span" in value;
  const seen = new Set<NodeKind>();
  for (const { text } of fixtures) {
    walk(parseText(text).file, (node) => {
      seen.add(node.kind);
      const keys = Object.entries(node).filter(([, value]) => isNode(value) || (Array.isArray(value) && value.length > 0 && value.every(isNode)));
      for (const [key] of keys) expect(childKeys.get(node.kind)).toContain(key);
    });
  }
  expect(seen.size).toBeGreaterThan(85);
});

test("docs attach to what stands below them", () => {
  const { file } = parseText(`//! About the file.
//! More.

/// A block.
///   Indented.
block f(
  x: f32[B];   /// not a doc: it stands behind something
  /// How many.
  heads: int,
) -> f32[B] {
  /// A value.
  // and a remark
  let y = x
  /// A weight.
  param w: f32[C] = 0
  return y
}
/// A model.
model M {
  config {
    /// Depth.
    depth: int = 3
  }
  /// The image.
  input image: f32[B]
}`);
  expect(file.doc).toBe("About the file.\nMore.");
  const docs: string[] = [];
  walk(file, (node) => void ("doc" in node && node.kind !== "File" ? docs.push(`${node.kind}: ${node.doc}`) : undefined));
  expect(docs).toEqual([
    "Block: A block.\n  Indented.", "Option: How many.", "Let: A value.",
    "Parameter: A weight.", "Model: A model.", "Option: Depth.", "ModelInput: The image.",
  ]);
});

test("nodeAtOffset finds the innermost, also at its end and in comments", () => {
  const text = "block f(x: f32[B]) -> f32[B] = relu(x) // remark";
  const { file } = parseText(text);
  const last = (offset: number): string => nodeAtOffset(file, offset).at(-1)?.kind ?? "none";
  expect(last(text.indexOf("relu"))).toBe("Name");
  expect(last(text.indexOf("relu") + 4)).toBe("Name");
  expect(last(text.indexOf("remark"))).toBe("Comment");
  expect(nodeAtOffset(file, text.indexOf("x)")).map((node) => node.kind)).toEqual(["File", "Block", "Call", "Argument", "Name"]);
});
