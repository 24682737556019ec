/** A working session with the bundled server: what an editor does, message by message. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CodeAction, CompletionItem, CompletionList, DocumentSymbol, InlayHint, Location, WorkspaceEdit } from "vscode-languageserver-protocol/node";
import { buildIfMissing, temporaryFolder } from "../cli/netc.ts";
import { repository } from "../programs.ts";
import { startClient, uriOf, type Client } from "./client.ts";

const folder = temporaryFolder();
const second = temporaryFolder();
const [main, blocks] = [uriOf(folder, "main.net"), uriOf(folder, "lib", "blocks.net")];
const blocksText = "/// Twice x, for a café.\nblock doubled(x: f32[B, C]) -> f32[B, C] = x + x\n";
const mainText = "import { doubled } from \"lib/blocks.net\"\n\nmodel M {\n  input x: f32[B, C = 8]\n  let twice = doubled(x)\n  output y: f32[B, C] = twicee\n}\n";

/** A text after the protocol's edits; only lines of ASCII are edited here. */
function edited(text: string, edits: readonly { readonly range: { readonly start: { line: number; character: number }; readonly end: { line: number; character: number } }; readonly newText: string }[]): string {
  const lines = text.split("\n");
  const offset = ({ line, character }: { line: number; character: number }): number => lines.slice(0, line).reduce((sum, own) => sum + own.length + 1, 0) + character;
  return [...edits].sort((a, b) => offset(b.range.start) - offset(a.range.start)).reduce((now, { range, newText }) => now.slice(0, offset(range.start)) + newText + now.slice(offset(range.end)), text);
}

describe("an editor", () => {
  let client: Client;
  let text = mainText;
  let version = 1;
  const at = (line: number, character: number) => ({ textDocument: { uri: main }, position: { line, character } });
  const replace = async (newText: string): Promise<void> => {
    text = newText;
    client.change(main, ++version, { text });
    await client.diagnostics(main, version);
  };
  beforeAll(async () => {
    buildIfMissing();
    mkdirSync(join(folder, "lib"));
    writeFileSync(join(folder, "main.net"), mainText);
    writeFileSync(join(folder, "lib", "blocks.net"), blocksText);
    writeFileSync(join(second, "other.net"), "import { Absent } from \"absent.net\"\nblock other(x: f32[B]) -> f32[B] = x\n");
    client = await startClient({
      folders: [folder, second, join(folder, "nowhere")], initializationOptions: { inlayHints: { names: false } },
      capabilities: { textDocument: { publishDiagnostics: { relatedInformation: true } }, workspace: { workspaceEdit: { documentChanges: true } }, window: { workDoneProgress: true } },
    });
    client.open(main, text);
  });
  afterAll(async () => {
    expect(await client.close()).toBe(0);
  });

  it("sees a mistake, asks for its fix and applies it", async () => {
    const [wrong] = await client.diagnostics(main, 1);
    expect(wrong).toMatchObject({ code: "NET0101", range: { start: { line: 5, character: 24 } } });
    const actions = (await client.connection.sendRequest("textDocument/codeAction", { textDocument: { uri: main }, range: wrong.range, context: { diagnostics: [wrong] } })) as readonly CodeAction[];
    expect(actions[0]).toMatchObject({ kind: "quickfix", isPreferred: true, diagnostics: [{ code: "NET0101" }] });
    const [change] = actions[0].edit!.documentChanges as { textDocument: { uri: string; version: number }; edits: Parameters<typeof edited>[1] }[];
    expect(change.textDocument).toEqual({ uri: main, version: 1 });
    await replace(edited(text, change.edits));
    expect(await client.diagnostics(main, version)).toEqual([]);
  });

  it("renames across files, opened or not, and is told why a name is refused", async () => {
    const edit = (await client.connection.sendRequest("textDocument/rename", { ...at(4, 16), newName: "twofold" })) as WorkspaceEdit;
    const changes = edit.documentChanges as { textDocument: { uri: string; version: number | null }; edits: Parameters<typeof edited>[1] }[];
    expect(changes.map(({ textDocument }) => [textDocument.uri, textDocument.version])).toEqual([[main, version], [blocks, null]]);
    expect(edited(blocksText, changes[1].edits)).toContain("block twofold(");
    expect(edited(text, changes[0].edits)).toMatch(/import \{ twofold \}[^]*= twofold\(x\)/);
    await expect(client.connection.sendRequest("textDocument/rename", { ...at(4, 7), newName: "x" })).rejects.toThrow(/another `x`/);
  });

  it("goes to declarations: in the folder and in the library", async () => {
    expect(await client.connection.sendRequest("textDocument/definition", at(4, 16))).toMatchObject([{ uri: blocks, range: { start: { line: 1, character: 6 } } }]);
    await replace(text.replace("doubled(x)\n", "doubled(x)\n  let up = Linear(x)\n"));
    const [place] = (await client.connection.sendRequest("textDocument/definition", at(5, 12))) as readonly Location[];
    expect(place.uri).toBe(uriOf(repository, "compiler/std/linear.net"));
    const references = (await client.connection.sendRequest("textDocument/references", { ...at(4, 16), context: { includeDeclaration: true } })) as readonly Location[];
    expect(references.map(({ uri }) => uri)).toEqual([main, main, blocks]);
    await replace(text.replace("  let up = Linear(x)\n", ""));
  });

  it("completes, with documentation", async () => {
    await replace(text.replace("doubled(x)", "dou"));
    const { items } = (await client.connection.sendRequest("textDocument/completion", at(4, 17))) as CompletionList;
    const item = items.find(({ label }) => label === "doubled")!;
    expect(item.textEdit).toMatchObject({ newText: "doubled", range: { start: { line: 4, character: 14 }, end: { line: 4, character: 17 } } });
    expect((await client.connection.sendRequest("completionItem/resolve", item) as CompletionItem).documentation).toMatchObject({ value: expect.stringContaining("café") });
    await replace(text.replace("= dou\n", "= doubled(x)\n"));
  });

  it("shows hints of the kinds that are wanted, symbols, folds and colours", async () => {
    const hints = (await client.connection.sendRequest("textDocument/inlayHint", { textDocument: { uri: main }, range: { start: { line: 0, character: 0 }, end: { line: 9, character: 0 } } })) as readonly InlayHint[];
    expect(hints.map(({ label }) => label)).toEqual([": f32[B, C = 8]", " ⟨C = 8⟩"]);
    const symbols = (await client.connection.sendRequest("textDocument/documentSymbol", { textDocument: { uri: main } })) as readonly DocumentSymbol[];
    expect(symbols.map(({ name }) => name)).toEqual(["M"]);
    expect(await client.connection.sendRequest("workspace/symbol", { query: "other" })).toMatchObject([{ name: "other", location: { uri: uriOf(second, "other.net") } }]);
    expect(await client.connection.sendRequest("textDocument/foldingRange", { textDocument: { uri: main } })).toEqual(expect.arrayContaining([{ startLine: 2, endLine: 6 }]));
    const { data } = (await client.connection.sendRequest("textDocument/semanticTokens/full", { textDocument: { uri: main } })) as { data: readonly number[] };
    expect(data.length % 5).toBe(0);
    expect(data.length).toBeGreaterThan(50);
  });

  it("resolves lenses and runs their commands", async () => {
    const lenses = (await client.connection.sendRequest("textDocument/codeLens", { textDocument: { uri: main } })) as readonly object[];
    const resolved = await Promise.all(lenses.map((lens) => client.connection.sendRequest<{ command: { title: string; command: string; arguments?: unknown[] } }>("codeLens/resolve", lens)));
    expect(resolved.map(({ command }) => command.title)).toEqual([expect.stringMatching(/^0 parameters/), "variant: default", "check all variants (1)"]);
    expect(await client.connection.sendRequest("workspace/executeCommand", { command: "netc.checkAllVariants", arguments: resolved[2].command.arguments })).toMatch(/^M, 1 variants: default: 0 parameters/);
    await expect(client.connection.sendRequest("workspace/executeCommand", { command: "netc.chooseVariant", arguments: [main, "M", "zz"] })).rejects.toThrow(/no variant zz/);
  });

  it("keeps the imports right when a file is renamed, and notices that a file changed outside", async () => {
    const edit = (await client.connection.sendRequest("workspace/willRenameFiles", { files: [{ oldUri: blocks, newUri: uriOf(folder, "moved.net") }] })) as WorkspaceEdit;
    expect(edit.documentChanges).toMatchObject([{ textDocument: { uri: main }, edits: [{ newText: "\"moved.net\"" }] }]);
    writeFileSync(join(folder, "lib", "blocks.net"), blocksText.replace("doubled", "renamed"));
    await client.connection.sendNotification("workspace/didChangeWatchedFiles", { changes: [{ uri: blocks, type: 2 }] });
    const refused = (): Promise<boolean> => client.connection.sendRequest<object | null>("textDocument/definition", at(4, 16)).then((found) => found === null);
    expect(await refused()).toBe(true);
    writeFileSync(join(folder, "lib", "blocks.net"), blocksText);
    await client.connection.sendNotification("workspace/didChangeWatchedFiles", { changes: [{ uri: blocks, type: 2 }] });
    expect(await refused()).toBe(false);
  });

  it("answers in the files of the library, and reports nothing there", async () => {
    const uri = uriOf(repository, "compiler/std/activations.net");
    const library = readFileSync(join(repository, "compiler/std/activations.net"), "utf8");
    client.open(uri, library);
    const lines = library.split("\n");
    const line = lines.findIndex((own) => /^(composite )?block /.test(own));
    const told = await client.connection.sendRequest("textDocument/hover", { textDocument: { uri }, position: { line, character: lines[line].indexOf("block ") + 7 } });
    expect(told).toMatchObject({ contents: { value: expect.stringContaining("block ") } });
    expect(await client.connection.sendRequest("textDocument/documentSymbol", { textDocument: { uri } })).not.toEqual([]);
    expect(await client.connection.sendRequest("workspace/textDocumentContent", { uri: "netc-library:/std/activations.net" })).toEqual({ text: library });
    await expect(client.connection.sendRequest("workspace/textDocumentContent", { uri: "netc-library:/std/none.net" })).rejects.toThrow(/no file of the layer library/);
  });

  it("speaks of documents that are no files", async () => {
    client.open("untitled:Untitled-1", "block f(x: f32[B, C]) -> f32[B, C] = y\n");
    expect(await client.diagnostics("untitled:Untitled-1", 1)).toMatchObject([{ code: "NET0101" }]);
    await client.connection.sendNotification("textDocument/didClose", { textDocument: { uri: "untitled:Untitled-1" } });
  });
});

describe("positions in UTF-8", () => {
  it("are counted in bytes, both ways", async () => {
    const client = await startClient({ capabilities: { general: { positionEncodings: ["utf-8", "utf-16"] } } });
    expect(client.initialized.capabilities.positionEncoding).toBe("utf-8");
    const uri = uriOf(folder, "bytes.net");
    client.open(uri, "block f(x: f32[B]) -> f32[B] /* */ = x\n".replace("/* */ ", "") + "// ünïcödé 😀\nblock g(x: f32[B]) -> f32[B] = x // é\n");
    expect(await client.diagnostics(uri, 1)).toEqual([]);
    // Behind the emoji, 4 bytes wide, a line with a mistake begins.
    client.change(uri, 2, { range: { start: { line: 1, character: 18 }, end: { line: 1, character: 18 } }, text: "\nblock h(x: f32[B]) -> f32[B] = " }, { range: { start: { line: 2, character: 31 }, end: { line: 2, character: 31 } }, text: "yy // é😀" });
    expect(await client.diagnostics(uri, 2)).toMatchObject([{ code: "NET0101", range: { start: { line: 2, character: 31 }, end: { line: 2, character: 33 } } }]);
    expect(await client.close()).toBe(0);
  });
});

describe("the chosen variant", () => {
  const program = "choice Norm = batch | none\nmodel M {\n  config { norm: Norm = batch }\n  input x: f32[B, C = 8]\n  output y: f32[B, C] = match norm { batch => relu(x)  none => x * 2.0 }\n}\nablation norms of M {\n  a \"without\" = { norm: none }\n}\n";
  it("fades the arms that it does not have, when it is configured and when it is chosen by a command", async () => {
    const client = await startClient({ capabilities: { workspace: { configuration: true } }, initializationOptions: { variants: { M: "a" } } });
    client.connection.onRequest("workspace/configuration", () => [null]);
    const uri = uriOf(folder, "variants.net");
    const faded = async (): Promise<string> => {
      for (;;) {
        const [hint] = (await client.told(uri)).filter(({ severity, tags }) => severity === 4 && tags?.[0] === 1);
        if (hint) return program.split("\n")[hint.range.start.line].slice(hint.range.start.character, hint.range.end.character);
      }
    };
    client.open(uri, program);
    expect(await faded()).toBe("relu(x)");
    expect(await client.connection.sendRequest("workspace/executeCommand", { command: "netc.chooseVariant", arguments: [uri, "M", "default"] })).toBe("default");
    expect(await faded()).toBe("x * 2.0");
    expect(await client.close()).toBe(0);
  });
});

describe("pulled diagnostics", () => {
  it("are the same as those that are sent, and unchanged where nothing changed", async () => {
    const client = await startClient({ capabilities: { textDocument: { diagnostic: {} } } });
    const uri = uriOf(repository, "models", "cd2fsan.net");
    const text = readFileSync(join(repository, "models", "cd2fsan.net"), "utf8");
    client.open(uri, text.replace("biased: false)", "biased: 3)"));
    const pull = (previousResultId?: string): Promise<{ kind: string; resultId: string; items?: readonly object[] }> => client.connection.sendRequest("textDocument/diagnostic", { textDocument: { uri }, ...(previousResultId ? { previousResultId } : {}) });
    const first = await pull();
    expect(first).toMatchObject({ kind: "full", items: [{ code: "NET0203" }] });
    expect(await pull(first.resultId)).toEqual({ kind: "unchanged", resultId: first.resultId });
    client.change(uri, 2, { text });
    expect(await pull(first.resultId)).toMatchObject({ kind: "full", items: [] });
    expect(await client.close()).toBe(0);
  });
});

describe("random edits", () => {
  it.each(["utf-16", "utf-8"] as const)("leave the text and its diagnostics as if it had been opened anew, in %s", async (encoding) => {
    const client = await startClient({ capabilities: { general: { positionEncodings: [encoding] }, textDocument: { diagnostic: {} } } });
    const uri = uriOf(folder, "edits.net");
    const fresh = uriOf(folder, "fresh.net");
    let now = readFileSync(join(repository, "examples", "unet.net"), "utf8").replace("//! ", "//! ünïcode 😀 ");
    client.open(uri, now);
    let state = 7;
    const random = (below: number): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) % below;
    const position = (offset: number): object => {
      const before = now.slice(0, offset).split("\n");
      const last = before.at(-1)!;
      return { line: before.length - 1, character: encoding === "utf-8" ? Buffer.byteLength(last) : last.length };
    };
    const pull = async (of: string): Promise<readonly object[]> => ((await client.connection.sendRequest("textDocument/diagnostic", { textDocument: { uri: of } })) as { items: readonly object[] }).items;
    for (let edit = 2; edit < 62; edit++) {
      // Never between the halves of a character that takes two.
      const places = [random(now.length + 1), random(now.length + 1)].map((own) => (/[\udc00-\udfff]/.test(now[own] ?? "") ? own + 1 : own)).sort((a, b) => a - b);
      const [start, end] = edit % 3 ? [places[0], Math.min(places[1], places[0] + random(30))] : [places[0], places[0]];
      const safeEnd = /[\udc00-\udfff]/.test(now[end] ?? "") ? end + 1 : end;
      const text = ["", "x", "let y = x\n", "é😀", "}", "(", "16"][random(7)];
      client.change(uri, edit, { range: { start: position(start), end: position(safeEnd) } as object, text });
      now = now.slice(0, start) + text + now.slice(safeEnd);
      if (edit % 10 !== 1) continue;
      client.open(fresh, now);
      expect(await pull(uri)).toEqual(await pull(fresh));
      await client.connection.sendNotification("textDocument/didClose", { textDocument: { uri: fresh } });
    }
    expect(await client.close()).toBe(0);
  });
});
