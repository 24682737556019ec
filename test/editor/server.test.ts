/** The bundled server, driven by a real client over stdio. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildIfMissing, temporaryFolder } from "../cli/netc.ts";
import { startClient, uriOf, type Client } from "./client.ts";

const wrong = `model M {
  input x: f32[B, C = 8]
  let half = x[C = 0..4]
  output y: f32[B, C = 8] = x + half
}
`;

describe("a session", () => {
  let client: Client;
  const uri = uriOf(temporaryFolder(), "main.net");
  beforeAll(async () => {
    buildIfMissing();
    client = await startClient();
  });
  afterAll(async () => {
    expect(await client.close()).toBe(0);
  });

  it("says what it can do", () => {
    expect(client.initialized.serverInfo?.name).toBe("netc");
    expect(client.initialized.capabilities).toMatchObject({ hoverProvider: true, positionEncoding: "utf-16", textDocumentSync: { openClose: true, change: 2 } });
  });

  it("reports a mistake, and takes it back when it is mended", async () => {
    client.open(uri, wrong);
    const found = await client.diagnostics(uri, 1);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ code: "NET0301", severity: 1, source: "netc", range: { start: { line: 3 }, end: { line: 3 } } });
    expect(found[0].codeDescription?.href).toMatch(/^file:.*NET0301\.md$/);
    client.change(uri, 2, { range: { start: { line: 2, character: 19 }, end: { line: 2, character: 23 } }, text: "0..8" });
    expect(await client.diagnostics(uri, 2)).toEqual([]);
  });

  it("tells the type of a binding", async () => {
    const told = await client.connection.sendRequest("textDocument/hover", { textDocument: { uri }, position: { line: 2, character: 7 } });
    expect(told).toMatchObject({ contents: { kind: "markdown", value: expect.stringContaining("half: f32[B, C = 8]") } });
  });
});
