/**
 * Drives a headless Chromium over its own pipe (the Chrome DevTools Protocol without a socket), so that no package is needed. Used by the tests and
 * by the bench of the viewer.
 */
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";

/** The browser that is installed, or undefined. CHROMIUM names another. */
export function findChromium(): string | undefined {
  const names = [process.env["CHROMIUM"], "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
  return names.find((name) => name !== undefined && spawnSync(name, ["--version"], { stdio: "ignore" }).status === 0);
}

export interface Tab {
  send<T = Record<string, unknown>>(method: string, parameters?: Record<string, unknown>): Promise<T>;
  /** Runs an expression in the page and gives back its value. */
  evaluate<T>(expression: string): Promise<T>;
  /** Waits until an expression is true. */
  until(expression: string, what?: string): Promise<void>;
  open(address: string): Promise<void>;
  key(key: string, modifiers?: number): Promise<void>;
  type(text: string): Promise<void>;
  click(x: number, y: number, count?: number): Promise<void>;
  /** Moves the pointer there. */
  point(x: number, y: number): Promise<void>;
  screenshot(): Promise<Buffer>;
  /** Messages of the console that are errors, and addresses that were asked for. */
  readonly errors: string[];
  readonly requests: string[];
}

export interface Browser {
  tab(width?: number, height?: number): Promise<Tab>;
  close(): Promise<void>;
}

interface Reply {
  readonly id?: number;
  readonly method?: string;
  readonly sessionId?: string;
  readonly params?: Record<string, unknown>;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/** The bit of the Control key among modifiers. */
const control = 2;
const codes: Readonly<Record<string, number>> = { Enter: 13, Escape: 27, ArrowLeft: 37, ArrowUp: 38, ArrowRight: 39, ArrowDown: 40, Tab: 9, Home: 36, F1: 112 };

export async function startChromium(command: string): Promise<Browser> {
  const folder = mkdtempSync(join(tmpdir(), "netc-chromium-"));
  const child = spawn(command, ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars", "--no-first-run", "--disable-extensions", "--remote-debugging-pipe", `--user-data-dir=${folder}`, "about:blank"], { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
  const [input, output] = [child.stdio[3] as Writable, child.stdio[4] as Readable];
  const ended = new Promise<void>((resolve) => void child.once("exit", () => resolve()));
  const waiting = new Map<number, { readonly resolve: (value: unknown) => void; readonly reject: (error: Error) => void }>();
  const listeners = new Map<string, (reply: Reply) => void>();
  let last = 0;
  let rest = "";
  output.setEncoding("utf8");
  output.on("data", (text: string) => {
    const parts = (rest + text).split("\0");
    rest = parts.pop()!;
    for (const part of parts) {
      const reply = JSON.parse(part) as Reply;
      if (reply.id !== undefined) {
        const caller = waiting.get(reply.id);
        waiting.delete(reply.id);
        if (reply.error) caller?.reject(new Error(reply.error.message));
        else caller?.resolve(reply.result);
      } else if (reply.sessionId) listeners.get(reply.sessionId)?.(reply);
    }
  });
  const send = <T>(method: string, params: Record<string, unknown> = {}, sessionId?: string): Promise<T> =>
    new Promise((resolve, reject) => {
      const id = ++last;
      waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
      input.write(`${JSON.stringify({ id, method, params, ...(sessionId ? { sessionId } : {}) })}\0`);
    });

  return {
    async tab(width = 1440, height = 900) {
      const { targetId } = await send<{ targetId: string }>("Target.createTarget", { url: "about:blank" });
      const { sessionId } = await send<{ sessionId: string }>("Target.attachToTarget", { targetId, flatten: true });
      const [errors, requests]: [string[], string[]] = [[], []];
      listeners.set(sessionId, ({ method, params }) => {
        if (method === "Runtime.exceptionThrown") errors.push(JSON.stringify((params as { exceptionDetails: unknown }).exceptionDetails));
        if (method === "Log.entryAdded" && (params as { entry: { level: string } }).entry.level === "error") errors.push((params as { entry: { text: string } }).entry.text);
        if (method === "Network.requestWillBeSent") requests.push((params as { request: { url: string } }).request.url);
      });
      const own = <T = Record<string, unknown>>(method: string, parameters: Record<string, unknown> = {}): Promise<T> => send<T>(method, parameters, sessionId);
      for (const domain of ["Page", "Runtime", "Log", "Network"]) await own(`${domain}.enable`);
      await own("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: 1, mobile: false });
      const evaluate = async <T>(expression: string): Promise<T> => {
        const { result, exceptionDetails } = await own<{ result: { value: T }; exceptionDetails?: { text: string; exception?: { description?: string } } }>("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
        if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
        return result.value;
      };
      const until = async (expression: string, what = expression): Promise<void> => {
        const limit = Date.now() + 20_000;
        while (!(await evaluate<boolean>(`!!(${expression})`))) {
          if (Date.now() > limit) throw new Error(`waited in vain until ${what}`);
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      };
      const mouse = (type: string, x: number, y: number, more: Record<string, unknown> = {}): Promise<unknown> => own("Input.dispatchMouseEvent", { type, x, y, button: "left", ...more });
      return {
        send: own, evaluate, until, errors, requests,
        async open(address) {
          await own("Page.navigate", { url: address });
          await until("document.readyState === 'complete'");
        },
        async key(key, modifiers = 0) {
          const text = modifiers & control ? undefined : key.length === 1 ? key : key === "Enter" ? "\r" : undefined;
          const pressed = { key, modifiers, code: /^[a-z]$/i.test(key) ? `Key${key.toUpperCase()}` : key, windowsVirtualKeyCode: codes[key] ?? key.toUpperCase().charCodeAt(0) };
          await own("Input.dispatchKeyEvent", { type: text ? "keyDown" : "rawKeyDown", ...pressed, ...(text ? { text } : {}) });
          await own("Input.dispatchKeyEvent", { type: "keyUp", ...pressed });
        },
        async type(text) {
          await own("Input.insertText", { text });
        },
        async click(x, y, count = 1) {
          for (let i = 1; i <= count; i++) {
            await mouse("mousePressed", x, y, { clickCount: i });
            await mouse("mouseReleased", x, y, { clickCount: i });
          }
        },
        async point(x, y) {
          await own("Input.dispatchMouseEvent", { type: "mouseMoved", x, y });
        },
        async screenshot() {
          const { data } = await own<{ data: string }>("Page.captureScreenshot", { format: "png" });
          return Buffer.from(data, "base64");
        },
      };
    },
    async close() {
      void send("Browser.close").catch(() => undefined);
      await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 3000))]);
      if (child.exitCode === null) child.kill("SIGKILL");
      await ended;
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
