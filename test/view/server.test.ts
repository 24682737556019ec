/** The viewer's server answers the page that it opened, and nobody else. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createViewSession } from "../../cli/view-session.ts";
import { startServer, type ViewServer } from "../../cli/view-server.ts";
import type { Showing } from "../../editor/view/model/messages.ts";

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
  const session = createViewSession([file]);
  session.want({});
  server = await startServer({ port: 0, session, page: ({ view, problems }) => `<page>${view?.document.variant ?? problems!.problems[0].code}</page>` });
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
    const { view } = JSON.parse((await ask(`/view?token=${token}&model=Small&variant=wide`)).text) as Showing;
    expect([view!.document.variant, view!.document.root.parameters]).toEqual(["wide", 4 * 64 + 64]);
    const { view: difference } = JSON.parse((await ask(`/view?token=${token}&model=Small&variant=wide&from=default`)).text) as Showing;
    expect([difference!.document.from, difference!.config]).toEqual(["default", [{ key: "width", before: "8", after: "64" }]]);
    expect(difference!.document.root.children.find(({ name }) => name === "up")!.change).toBe("changed");
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

  it.each([
    ["nothing said", "", { model: "Small", variant: "default" }], ["a variant that is not there", "model=Small&variant=narrow", { model: "Small", variant: "default" }], ["a model that is not there", "model=Large&variant=wide", { model: "Small", variant: "default" }],
    ["a comparison with what is not there", "variant=wide&from=narrow", { model: "Small", variant: "wide" }], ["a comparison with itself", "variant=wide&from=wide", { model: "Small", variant: "wide" }],
  ])("of %s, what there is of it, and the answer says which", async (_, query, choice) => {
    expect((JSON.parse((await ask(`/view?token=${token}&${query}`)).text) as Showing).view!.choice).toEqual(choice);
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
    await expect(startServer({ port, session: createViewSession([file]), page: () => "" })).rejects.toThrow(`port ${port} is in use`);
  });
});

/** Listens for what the server says of the texts. */
function listen(revision = 1): { readonly heard: Showing[]; until(count: number): Promise<Showing>; close(): void } {
  const heard: Showing[] = [];
  const asked = request({ host: "127.0.0.1", port, path: `/events?token=${token}&revision=${revision}`, agent: false }, (response) => {
    let rest = "";
    response.setEncoding("utf8");
    response.on("data", (part: string) => {
      const blocks = (rest + part).split("\n\n");
      rest = blocks.pop()!;
      for (const block of blocks) {
        const [, data] = /^event: changed\ndata: (.*)$/.exec(block) ?? [];
        if (data) heard.push(JSON.parse(data) as Showing);
      }
    });
  });
  asked.on("error", () => undefined);
  asked.end();
  return {
    heard,
    async until(count) {
      for (const limit = Date.now() + 15_000; heard.length < count && Date.now() < limit; ) await new Promise((resolve) => setTimeout(resolve, 20));
      expect(heard.length).toBe(count);
      return heard[count - 1];
    },
    close: () => asked.destroy(),
  };
}

describe("when the file changes", () => {
  it("the page is told; while there is an error the last good program stays", async () => {
    const { until, heard, close } = listen();
    const shown = async (): Promise<Showing> => JSON.parse((await ask(`/view?token=${token}&variant=default`)).text) as Showing;
    const parameters = async (): Promise<number> => (await shown()).view!.document.root.parameters;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(heard, "a page that is up to date is told nothing").toEqual([]);
    writeFileSync(file, program(16));
    expect([(await until(1)).problems, await parameters()]).toEqual([undefined, 4 * 16 + 16]);
    const wrong = program(16).replace("relu(up)", "relu(uq)").replace("out: width", "out: with");
    writeFileSync(file, wrong);
    const { problems } = await until(2);
    expect(problems!.sources).toEqual([{ name: file, text: wrong, library: false }]);
    expect(problems!.problems.map(({ code, line, place }) => [code, line, place && wrong.slice(place.start, place.end)])).toEqual([["NET0101", 4, "with"], ["NET0101", 5, "uq"]]);
    expect([await parameters(), (await shown()).problems]).toEqual([4 * 16 + 16, problems]);
    const wide = JSON.parse((await ask(`/view?token=${token}&variant=wide&from=default`)).text) as Showing;
    expect([wide.view!.document.root.parameters, wide.view!.program.sources[0].text, wide.problems], "other choices are of the last good text").toEqual([4 * 64 + 64, program(16), problems]);
    const late = listen();
    expect((await late.until(1)).problems, "a page that is behind is told at once").toEqual(problems);
    late.close();
    writeFileSync(file, program(32));
    expect([(await until(3)).problems, await parameters()]).toEqual([undefined, 4 * 32 + 32]);
    // An import that is not there yet, in a folder that is not there yet, is waited for; once there it is followed.
    const part = (factor: number): string => `block Part(x: f32[B, C]; out: axis = C) -> f32[B, out] = Linear(x, out: out, biased: ${factor > 0})\n`;
    writeFileSync(file, `import { Part } from "./parts/part.net"\n${program(32).replace("Linear(x", "Part(x")}`);
    expect((await until(4)).problems!.problems[0].line).toBe(1);
    mkdirSync(join(folder, "parts"));
    await new Promise((resolve) => setTimeout(resolve, 200));
    writeFileSync(join(folder, "parts", "part.net"), part(1));
    expect([(await until(5)).problems, await parameters()]).toEqual([undefined, 4 * 32 + 32]);
    writeFileSync(join(folder, "parts", "part.net"), part(0));
    await until(6);
    expect(await parameters()).toBe(4 * 32);
    // So is a file that was away for a moment.
    rmSync(file);
    expect((await until(7)).problems!.problems).toEqual([{ code: "", message: `${file} is no longer there, or cannot be read` }]);
    writeFileSync(file, program(8));
    expect([(await until(8)).problems, await parameters()]).toEqual([undefined, 4 * 8 + 8]);
    close();
  });
});

describe("a session", () => {
  const edited = (text: string) => [{ file, text }];

  it("begins with a text that has errors, without a graph, and goes on when it has none", () => {
    const session = createViewSession([file]);
    expect(session.setTexts(edited(program(8).replace("relu(up)", "relu("))), "nothing was read yet").toBe(false);
    session.want({ variant: "wide" });
    expect([session.refusal(), session.showing({}).view, session.showing({}).problems!.problems[0].line]).toEqual([undefined, undefined, 5]);
    expect(session.setTexts(edited(program(8)))).toBe(true);
    expect([session.showing({}).view!.choice, session.showing({}).problems]).toEqual([{ model: "Small", variant: "wide" }, undefined]);
    expect(session.setTexts(edited(program(8))), "the same text again").toBe(false);
    expect(session.setTexts([{ file }]), "the text of the disk, which is the same").toBe(false);
    session.close();
  });

  it("lays settings over the variant that is wanted: a further variant, to choose and to compare", () => {
    const session = createViewSession([file]);
    session.want({ variant: "wide", from: "wide", settings: ["width=128"] });
    const { view } = session.showing({});
    const name = "wide with width=128";
    expect(view!.choice).toEqual({ model: "Small", variant: name, from: "wide" });
    expect([view!.document.root.parameters, view!.config]).toEqual([4 * 128 + 128, [{ key: "width", before: "64", after: "128" }]]);
    expect(view!.program.models).toEqual([{ name: "Small", variants: [{ name: "default", title: "the defaults" }, { name: "wide", title: "wider" }, { name, title: "" }] }]);
    expect(session.showing({ model: "Small", variant: "default", from: name }).view!.document.root.parameters).toBe(4 * 8 + 8);
    session.setTexts(edited(program(8).replaceAll("width", "breadth")));
    const { problems, view: kept } = session.showing({});
    expect([problems!.problems, kept!.choice.variant]).toEqual([[{ code: "", message: expect.stringContaining("no key `width`") as string }], name]);
    session.setTexts(edited(program(8).replace("x: f32[B, C = 4]", "x: f32[B, C = 4] where C < width, width < 100")));
    expect(session.showing({}).problems!.problems.length, "settings that break a fact of the text").toBeGreaterThan(0);
    session.close();
  });

  it("of several models shows the first, and each that is chosen", () => {
    const session = createViewSession([file]);
    session.setTexts(edited(""));
    session.want({});
    expect(session.refusal()?.message).toBe("the file has no model");
    session.setTexts(edited(`${program(8)}model Other {\n  input x: f32[B, C = 4]\n  output y: f32[B, C] = relu(x)\n}\n`));
    const { view } = session.showing({});
    expect([view!.choice, view!.program.models.map(({ name }) => name)]).toEqual([{ model: "Small", variant: "default" }, ["Small", "Other"]]);
    expect(session.showing({ model: "Other" }).view!.choice).toEqual({ model: "Other", variant: "default" });
    session.close();
  });

  it("refuses what the text has not, and says what is near", () => {
    const session = createViewSession([file]);
    for (const [wanted, words] of [[{ variant: "wid" }, "no variant wid"], [{ model: "Smal" }, "no model Smal"], [{ from: "wid" }, "no variant wid"], [{ settings: ["widh=3"] }, "no key `widh`"], [{ settings: ["width"] }, "takes key=value"]] as const) {
      session.want(wanted);
      expect(session.refusal()?.message).toContain(words);
      expect(session.showing({}).view).toBeUndefined();
    }
    session.close();
  });
});
