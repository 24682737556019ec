/** The first check of a large program lasts: others are answered meanwhile, it begins anew with each edit, and what is sent is of the text as it is. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { createConnection } from "vscode-languageserver/node";
import { createMessageConnection, StreamMessageReader, StreamMessageWriter, type CodeLens, type PublishDiagnosticsParams } from "vscode-languageserver-protocol/node";
import { describe, expect, it } from "vitest";
import { finished } from "../../compiler/long-work.ts";
import { serve } from "../../editor/server/server.ts";
import { createProject } from "../../editor/service/project.ts";
import { repository } from "../programs.ts";

const folder = "/project/models";
const texts = new Map(["cd2fsan.net", "clip.net"].map((name) => [`${folder}/${name}`, readFileSync(join(repository, "models", name), "utf8")]));
const text = texts.get(`${folder}/cd2fsan.net`)!;
const uri = `file://${folder}/cd2fsan.net`;
const wrong = text.replace("let aligned = Align(", "let aligned = Alignn(");

/** A server in this process whose clock goes on by 20 ms whenever it is looked at, so that each step is a slice of its own; with the flagship open. */
async function opened(first = text, capabilities: object = {}) {
  const [toServer, toClient] = [new PassThrough(), new PassThrough()];
  let clock = 0;
  serve(createConnection(new StreamMessageReader(toServer), new StreamMessageWriter(toClient)), { version: "0", read: (path) => texts.get(path), stamp: (path) => texts.get(path), list: () => [] }, () => (clock += 20));
  const client = createMessageConnection(new StreamMessageReader(toClient), new StreamMessageWriter(toServer));
  const published: PublishDiagnosticsParams[] = [];
  const titles: string[] = [];
  const heard: (() => void)[] = [];
  client.onNotification("textDocument/publishDiagnostics", (found: PublishDiagnosticsParams) => {
    published.push(found);
    for (const hear of heard) hear();
  });
  client.onRequest("window/workDoneProgress/create", () => null);
  client.onUnhandledProgress(({ value }) => void ((value as { kind: string }).kind === "begin" && titles.push((value as { title: string }).title)));
  client.listen();
  await client.sendRequest("initialize", { processId: null, rootUri: null, capabilities, workspaceFolders: null });
  await client.sendNotification("textDocument/didOpen", { textDocument: { uri, languageId: "net", version: 1, text: first } });
  /** The diagnostics of a version, once they are there. */
  const of = async (version: number): Promise<readonly string[]> => {
    for (;;) {
      const found = published.findLast((own) => own.uri === uri && own.version === version);
      if (found) return found.diagnostics.filter(({ severity }) => severity === 1).map(({ code }) => String(code));
      await new Promise<void>((done) => heard.push(done));
    }
  };
  const change = (version: number, whole: string): Promise<void> => client.sendNotification("textDocument/didChange", { textDocument: { uri, version }, contentChanges: [{ text: whole }] });
  const trifle = (): Promise<unknown> => client.sendRequest("textDocument/hover", { textDocument: { uri: "untitled:nothing" }, position: { line: 0, character: 0 } });
  return { client, published, titles, of, change, trifle };
}

describe("the first check of the flagship", () => {
  it("lets others be answered, many times", async () => {
    const { client, of, trifle } = await opened();
    let isOver = false;
    const first = of(1).finally(() => (isOver = true));
    let answered = 0;
    for (; !isOver; answered++) expect(await trifle()).toBeNull();
    expect(await first).toEqual([]);
    expect(answered).toBeGreaterThan(10);
    client.dispose();
  });

  it("begins anew when the text changes, and tells nothing of the older one", async () => {
    const { client, of, change, trifle, published } = await opened(wrong);
    for (let version = 2; version < 8; version++) {
      await trifle();
      await trifle();
      await change(version, version % 2 ? wrong : text);
    }
    expect(await of(7)).toEqual(["NET0101"]);
    await change(8, text);
    expect(await of(8)).toEqual([]);
    for (const { uri: own, version, diagnostics } of published) {
      if (own === uri) expect(diagnostics.filter(({ severity }) => severity === 1).map(({ code }) => code)).toEqual(version! % 2 ? ["NET0101"] : []);
    }
    client.dispose();
  });

  it("begins anew when something else changes, and ends", async () => {
    const { client, of, trifle } = await opened(wrong);
    for (let i = 0; i < 3; i++) {
      await trifle();
      await client.sendNotification("workspace/didChangeConfiguration", { settings: { netc: { codeLens: i % 2 === 0 } } });
    }
    expect(await of(1)).toEqual(["NET0101"]);
    client.dispose();
  });

  it("shows a client that can show it how far it is", async () => {
    const { client, of, titles } = await opened(text, { window: { workDoneProgress: true } });
    await of(1);
    expect(titles).toContain("Checking cd2fsan.net");
    client.dispose();
  });

  it("is shared by those who ask for types meanwhile, pulled diagnostics among them", async () => {
    const { client } = await opened(wrong, { textDocument: { diagnostic: {} } });
    const position = { line: text.slice(0, text.indexOf("let vision = ")).split("\n").length - 1, character: 6 };
    const [report, hover] = await Promise.all([
      client.sendRequest<{ items: readonly { severity: number; code: string }[] }>("textDocument/diagnostic", { textDocument: { uri } }),
      client.sendRequest<{ contents: { value: string } }>("textDocument/hover", { textDocument: { uri }, position }),
    ]);
    expect(report.items.filter(({ severity }) => severity === 1).map(({ code }) => code)).toEqual(["NET0101"]);
    expect(hover.contents.value).toContain("vision");
    client.dispose();
  });
});

describe("lenses over a text with an error", () => {
  it("keep the last figures, and are silent where there are none", async () => {
    const small = "block Unit(x: f32[B, C]) -> f32[B, C] = Linear(x, out: C)\nmodel M {\n  input x: f32[B, C = 4]\n  output y: f32[B, C] = Unit(x)\n}\n";
    const { client, of, change } = await opened(small);
    const titles = async (): Promise<readonly string[]> => {
      const lenses = await client.sendRequest<readonly CodeLens[]>("textDocument/codeLens", { textDocument: { uri } });
      const shown = lenses.filter(({ data }) => ["cost", "users"].includes((data as { kind: string }).kind));
      return Promise.all(shown.map(async (lens) => (await client.sendRequest<CodeLens>("codeLens/resolve", lens)).command!.title));
    };
    await change(2, `${small}block x`);
    await of(2);
    expect(new Set(await titles())).toEqual(new Set([""]));
    await change(3, small);
    await of(3);
    const figures = await titles();
    expect(figures).toEqual([expect.stringContaining("MACs"), "in every variant (1)", expect.stringContaining("MACs")]);
    await change(4, small.replace("Unit(x)\n}", "Unit(z)\n}"));
    expect(await of(4)).toEqual(["NET0101"]);
    expect(await titles()).toEqual(figures);
    client.dispose();
  });
});

describe("a text that comes back", () => {
  it("while another is being read is checked as it was", () => {
    const open = new Map(texts);
    const project = createProject({ read: (name) => open.get(name), list: () => [] });
    const name = `${folder}/cd2fsan.net`;
    const errors = (): readonly string[] => finished(project.checking(name))!.compilation.diagnostics().filter(({ severity }) => severity === "error").map(({ code }) => code);
    project.setText(name, wrong);
    finished(project.looking(name));
    for (let steps = 1; steps < 12; steps++) {
      project.setText(name, text);
      const reading = project.checking(name);
      for (let i = 0; i < steps; i++) reading.next();
      project.setText(name, wrong);
      expect(errors(), `${steps} steps`).toEqual(["NET0101"]);
      project.setText(name, `${wrong}\n`);
      finished(project.looking(name));
      project.setText(name, wrong);
      finished(project.looking(name));
    }
  });
});
