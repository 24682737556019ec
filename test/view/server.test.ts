/** The viewer's server answers the page that it opened, and nobody else. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fileHost } from "../../cli/host.ts";
import { createViewSession } from "../../cli/view-session.ts";
import { startServer, type ViewServer } from "../../cli/view-server.ts";
import { createCompilation } from "../../compiler/compilation.ts";
import type { Problem, ViewMessage } from "../../editor/view/model/messages.ts";

const program = (width: number): string => `model Small {
  config { width: int = ${width} }
  input x: f32[B, C = 4]
  let up = Linear(x, out: width)
  output y: f32[B, C = width] = relu(up)
}
ablation widths of Small {
  wide "wider" = { width: 64 }
}
`;

let folder: string;
let file: string;
let server: ViewServer;
let port: number;
let token: string;

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

function ask(path: string, options: { readonly method?: string; readonly headers?: Readonly<Record<string, string>>; readonly body?: string } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: "127.0.0.1", port, path, method: options.method ?? "GET", headers: options.headers ?? {}, agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (part: string) => (text += part));
      response.on("end", () => resolve({ status: response.statusCode!, text, headers: response.headers }));
    });
    asked.on("error", reject);
    asked.end(options.body);
  });
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "netc-view-"));
  file = join(folder, "small.net");
  writeFileSync(file, program(8));
  const compilation = createCompilation(fileHost, [file]);
  expect(compilation.diagnostics()).toEqual([]);
  const session = createViewSession(compilation, [file], new Map());
  server = await startServer({ port: 0, session, choice: { model: "Small", variant: "default" }, page: (message) => `<page>${message.document.variant}</page>` });
  const address = new URL(server.address);
  [port, token] = [Number(address.port), address.searchParams.get("token")!];
  expect([address.hostname, token]).toEqual(["127.0.0.1", expect.stringMatching(/^[0-9a-f]{32}$/)]);
});
afterAll(async () => {
  server.close();
  await server.closed;
  rmSync(folder, { recursive: true, force: true });
});

describe("who gets what", () => {
  it("the page and views, with the token", async () => {
    const page = await ask(`/?token=${token}`);
    expect([page.status, page.text, page.headers["content-type"]]).toEqual([200, "<page>default</page>", "text/html; charset=utf-8"]);
    expect(page.headers).toMatchObject({ "cache-control": "no-store", "x-content-type-options": "nosniff", "referrer-policy": "no-referrer", "x-frame-options": "DENY", "cross-origin-resource-policy": "same-origin" });
    expect(page.headers["access-control-allow-origin"]).toBeUndefined();
    const view = JSON.parse((await ask(`/view?token=${token}&model=Small&variant=wide`)).text) as ViewMessage;
    expect([view.document.variant, view.document.root.parameters]).toEqual(["wide", 4 * 64 + 64]);
    const difference = JSON.parse((await ask(`/view?token=${token}&model=Small&variant=wide&from=default`)).text) as ViewMessage;
    expect([difference.document.from, difference.config]).toEqual(["default", [{ key: "width", before: "8", after: "64" }]]);
    expect(difference.document.root.children.find(({ name }) => name === "up")!.change).toBe("changed");
  });

  it.each([
    ["no token", "/", {}], ["an empty token", "/?token=", {}], ["a wrong token", "/?token=00000000000000000000000000000000", {}], ["a view without a token", "/view?model=Small&variant=wide", {}],
    ["events without a token", "/events", {}], ["a file", "/package.json", {}], ["a path upwards", "/../../etc/passwd", {}],
  ])("nothing for %s", async (_, path, headers) => {
    const { status, text } = await ask(path, { headers });
    expect(status).toBe(403);
    expect(text).toMatch(/^netc view: .*token/);
    expect(text).not.toContain("Small");
  });

  it.each([
    ["a rebound name", { Host: "evil.example" }], ["a rebound name with the port", { Host: "evil.example:PORT" }], ["another port", { Host: "127.0.0.1:1" }], ["a name that begins so", { Host: "127.0.0.1:PORT.evil.example" }],
    ["a page elsewhere", { Origin: "http://evil.example" }], ["a page of another port", { Origin: "http://127.0.0.1:1" }], ["a page without an origin", { Origin: "null" }], ["a file", { Origin: "file://" }],
    ["another scheme", { Origin: "https://127.0.0.1:PORT" }], ["a link from elsewhere", { "Sec-Fetch-Site": "cross-site" }], ["a page of the same machine", { "Sec-Fetch-Site": "same-site" }],
  ])("nothing for %s, token or not", async (_, given) => {
    const headers = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, value.replace("PORT", String(port))]));
    for (const path of [`/?token=${token}`, `/view?token=${token}`, `/events?token=${token}`]) {
      const { status, text } = await ask(path, { headers });
      expect([status, text.startsWith("netc view: ")]).toEqual([403, true]);
    }
  });

  it("its own page may, under either name of the loopback address", async () => {
    for (const name of ["127.0.0.1", "localhost"]) {
      const own = `${name}:${port}`;
      expect((await ask(`/view?token=${token}`, { headers: { Host: own, Origin: `http://${own}`, "Sec-Fetch-Site": "same-origin" } })).status).toBe(200);
    }
  });

  it("a request without a Host header gets nothing", async () => {
    const reply = await new Promise<string>((resolve, reject) => {
      const socket = connect(port, "127.0.0.1", () => socket.write(`GET /?token=${token} HTTP/1.0\r\n\r\n`));
      let text = "";
      socket.on("data", (part) => (text += part.toString()));
      socket.on("end", () => resolve(text));
      socket.on("error", reject);
    });
    expect(reply).toMatch(/^HTTP\/1\.1 403/);
  });

  it.each(["POST", "PUT", "DELETE", "OPTIONS", "HEAD", "PATCH"])("%s is not known", async (method) => {
    const { status, headers } = await ask(`/?token=${token}`, { method, body: method === "POST" ? "x" : undefined });
    expect([status, headers["allow"]]).toEqual([405, "GET"]);
  });

  it.each(["/favicon.ico", "/page.html", "/view/", "//view", "/..%2f..%2fetc%2fpasswd", "/%00"])("there is no %s, even with the token", async (path) => {
    const { status, text } = await ask(`${path}?token=${token}`);
    expect([status, text]).toEqual([404, "netc view: there is nothing under this name\n"]);
  });

  it("a variant or a model that is not there", async () => {
    for (const query of ["variant=narrow", "model=Large&variant=default", "variant=wide&from=narrow"]) expect((await ask(`/view?token=${token}&${query}`)).status).toBe(404);
  });

  it("listens on the loopback address alone", async () => {
    const { networkInterfaces } = await import("node:os");
    const outside = Object.values(networkInterfaces()).flat().find((entry) => entry && !entry.internal && entry.family === "IPv4");
    if (!outside) return expect(new URL(server.address).hostname).toBe("127.0.0.1");
    await expect(new Promise((resolve, reject) => {
      const socket = connect({ host: outside.address, port, timeout: 2000 }, () => resolve("connected"));
      socket.on("error", reject);
      socket.on("timeout", () => reject(new Error("no answer")));
    })).rejects.toThrow();
  });

  it("a port that is taken is said", async () => {
    const session = createViewSession(createCompilation(fileHost, [file]), [file], new Map());
    await expect(startServer({ port, session, choice: { model: "Small", variant: "default" }, page: () => "" })).rejects.toThrow(`port ${port} is in use`);
  });
});

describe("when the file changes", () => {
  it("the page is told; while there is an error the last good program stays", async () => {
    const heard: { event: string; data: string }[] = [];
    const asked = request({ host: "127.0.0.1", port, path: `/events?token=${token}`, agent: false }, (response) => {
      let rest = "";
      response.setEncoding("utf8");
      response.on("data", (part: string) => {
        const blocks = (rest + part).split("\n\n");
        rest = blocks.pop()!;
        for (const block of blocks) {
          const [, event, data] = /^event: (\w+)\ndata: (.*)$/.exec(block) ?? [];
          if (event) heard.push({ event, data });
        }
      });
    });
    asked.on("error", () => undefined);
    asked.end();
    const until = async (count: number): Promise<void> => {
      for (const limit = Date.now() + 15_000; heard.length < count && Date.now() < limit; ) await new Promise((resolve) => setTimeout(resolve, 20));
      expect(heard.length).toBeGreaterThanOrEqual(count);
    };
    const parameters = async (): Promise<number> => (JSON.parse((await ask(`/view?token=${token}&variant=default`)).text) as ViewMessage).document.root.parameters;
    await new Promise((resolve) => setTimeout(resolve, 100));
    writeFileSync(file, program(16));
    await until(1);
    expect([heard[0].event, await parameters()]).toEqual(["changed", 4 * 16 + 16]);
    writeFileSync(file, program(16).replace("relu(up)", "relu(uq)"));
    await until(2);
    const problem = JSON.parse(heard[1].data) as Problem;
    expect([heard[1].event, problem.code, problem.line, problem.others]).toEqual(["problem", "NET0101", 5, 0]);
    expect(await parameters()).toBe(4 * 16 + 16);
    writeFileSync(file, program(32));
    await until(3);
    expect([heard[2].event, await parameters()]).toEqual(["changed", 4 * 32 + 32]);
    // A new import, of another folder, is followed too; so is a file that was away for a moment.
    mkdirSync(join(folder, "parts"));
    const part = (factor: number): string => `block Part(x: f32[B, C]; out: axis = C) -> f32[B, out] = Linear(x, out: out, biased: ${factor > 0})\n`;
    writeFileSync(join(folder, "parts", "part.net"), part(1));
    writeFileSync(file, `import { Part } from "./parts/part.net"\n${program(32).replace("Linear(x", "Part(x")}`);
    await until(4);
    expect([heard[3].event, await parameters()]).toEqual(["changed", 4 * 32 + 32]);
    writeFileSync(join(folder, "parts", "part.net"), part(0));
    await until(5);
    expect([heard[4].event, await parameters()]).toEqual(["changed", 4 * 32]);
    rmSync(file);
    await until(6);
    expect(heard[5].event).toBe("problem");
    writeFileSync(file, program(8));
    await until(7);
    expect([heard[6].event, await parameters()]).toEqual(["changed", 4 * 8 + 8]);
    asked.destroy();
  });
});
