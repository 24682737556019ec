/**
 * Messages in a stream of bytes: headers, an empty line, and as many bytes of content as `Content-Length` says. What is no message is told as such and
 * passed over to the next place where one may begin, so that a client that stumbled once is understood again.
 */

/** The text of a message, or why there is none. */
export type Frame = { readonly kind: "content"; readonly text: string } | { readonly kind: "malformed"; readonly reason: string };

/** A longer content is taken for a mistake in its header: waiting for it would swallow all that follows. In bytes. */
const longestContent = 256 * 1024 * 1024;
/** Headers that go on for longer are none. In bytes. */
const longestHeaders = 8 * 1024;
const name = "content-length:";

export class Framing {
  private chunks: Uint8Array[] = [];
  private size = 0;
  /** The bytes of the content that is awaited; undefined while headers are. */
  private awaited: number | undefined;
  /** The bytes up to the next possible header were told to be malformed already. */
  private astray = false;
  private readonly decoder = new TextDecoder("utf-8", { ignoreBOM: true });

  /** Takes bytes in and gives the frames that are complete with them, one after the other. */
  *take(bytes: Uint8Array): Generator<Frame, void> {
    this.chunks.push(bytes);
    this.size += bytes.length;
    for (;;) {
      const frame = this.awaited === undefined ? this.headers() : this.content(this.awaited);
      if (frame === undefined) return;
      if (frame !== "again") yield frame;
    }
  }

  /** What was given by `take` turned out to be no JSON: a message that began in it, because its length was too large, is looked for. */
  takeBack(text: string): void {
    const at = /\bcontent-length: *\d+\r\n/i.exec(text)?.index;
    if (at === undefined) return;
    const rest = new TextEncoder().encode(text.slice(at));
    this.chunks.unshift(rest);
    this.size += rest.length;
  }

  private headers(): Frame | "again" | undefined {
    const bytes = this.joined();
    const end = endOfHeaders(bytes);
    if (end < 0 && bytes.length <= longestHeaders) return undefined;
    const length = end < 0 ? "headers without an end" : lengthIn(ascii(bytes.subarray(0, end)));
    if (typeof length === "number") {
      this.drop(end);
      this.awaited = length;
      this.astray = false;
      return "again";
    }
    // The next message may begin anywhere behind the first byte: a content that was cut off ends in the middle of a line.
    const next = ascii(bytes).toLowerCase().indexOf(name, 1);
    this.drop(next >= 0 ? next : Math.max(1, bytes.length - name.length));
    if (this.astray) return "again";
    this.astray = true;
    return { kind: "malformed", reason: length };
  }

  private content(length: number): Frame | undefined {
    if (this.size < length) return undefined;
    const text = this.decoder.decode(this.joined().subarray(0, length));
    this.drop(length);
    this.awaited = undefined;
    return { kind: "content", text };
  }

  private joined(): Uint8Array {
    if (this.chunks.length !== 1) {
      const all = new Uint8Array(this.size);
      let at = 0;
      for (const chunk of this.chunks) {
        all.set(chunk, at);
        at += chunk.length;
      }
      this.chunks = [all];
    }
    return this.chunks[0];
  }

  private drop(count: number): void {
    const rest = this.joined().subarray(count);
    this.chunks = rest.length > 0 ? [rest] : [];
    this.size = rest.length;
  }
}

/** The offset behind the empty line that ends headers; -1 where there is none yet. */
function endOfHeaders(bytes: Uint8Array): number {
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) {
    if (bytes[at + 1] === 10) return at + 2;
    if (bytes[at + 1] === 13 && bytes[at + 2] === 10) return at + 3;
  }
  return -1;
}

/** The length that headers tell, or what is wrong with them. */
function lengthIn(headers: string): number | string {
  let length: number | undefined;
  for (const line of headers.trimEnd().split(/\r?\n/)) {
    const [, key, value] = /^([A-Za-z-]+):(.*)$/.exec(line) ?? [];
    if (key === undefined) return `a header is a name, a colon and a value, and not ${JSON.stringify(line.slice(0, 60))}`;
    if (key.toLowerCase() !== "content-length") continue;
    if (!/^\s*\d+\s*$/.test(value) || Number(value) > longestContent) return `Content-Length is a number of bytes up to ${longestContent}, and not ${JSON.stringify(value.trim().slice(0, 60))}`;
    length = Number(value);
  }
  return length ?? "the headers have no Content-Length";
}

function ascii(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 4096) text += String.fromCharCode(...bytes.subarray(at, at + 4096));
  return text;
}
