/**
 * TensorBoard's event files: scalars and PNG pictures. Each session of a training writes a file of its own, and one that goes on says from which step, as
 * TensorFlow does; TensorBoard then forgets what earlier files say of later steps. So no file is ever written over.
 */
import { mkdirSync, readdirSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { openAppended, writingProblem } from "./files.ts";
import { bytes, double, float, joined, whole } from "./protobuf.ts";
import { framed } from "./tfrecord.ts";

export interface EventLog {
  readonly path: string;
  /** Numbers of one step, by tags such as `loss/train`. */
  scalars(step: number, values: Readonly<Record<string, number>>): void;
  /** A picture as a PNG file. */
  picture(step: number, tag: string, picture: { readonly height: number; readonly width: number; readonly png: Uint8Array }): void;
  close(): void;
}

export interface EventLogOptions {
  /** Goes on after this step. Undefined: a training from its beginning. */
  readonly after?: number;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/** A new event file in `folder`, which is made. Throws a ReportError when it cannot be written. */
export function openEventLog(folder: string, { after, now = Date.now }: EventLogOptions = {}): EventLog {
  const path = join(folder, nameIn(folder, Math.floor(now() / 1000)));
  const file = openAppended(path, true);
  // One write a record: a reader meets whole ones.
  const write = (...fields: readonly Uint8Array[]): void => file.append(framed(joined(double(event.wallTime, now() / 1000), ...fields)));
  write(bytes(event.fileVersion, "brain.Event:2"));
  if (after !== undefined) write(whole(event.step, after + 1), bytes(event.sessionLog, whole(sessionLog.status, sessionLog.start)));
  return {
    path,
    scalars(step, values) {
      const entries = Object.entries(values).map(([tag, value]) => bytes(summary.value, joined(bytes(summaryValue.tag, tag), float(summaryValue.simpleValue, value))));
      if (entries.length) write(whole(event.step, step), bytes(event.summary, joined(...entries)));
    },
    picture(step, tag, { height, width, png }) {
      const content = joined(whole(image.height, height), whole(image.width, width), whole(image.colours, 3), bytes(image.encoded, png));
      write(whole(event.step, step), bytes(event.summary, bytes(summary.value, joined(bytes(summaryValue.tag, tag), bytes(summaryValue.image, content)))));
    },
    close: () => file.close(),
  };
}

/** TensorBoard reads the files of a folder in the order of their names, so a later session has a greater number even within the same second. */
function nameIn(folder: string, seconds: number): string {
  let others: readonly string[];
  try {
    mkdirSync(folder, { recursive: true });
    others = readdirSync(folder);
  } catch (error) {
    throw writingProblem(folder, error);
  }
  const last = Math.max(0, ...others.map((name) => Number(/^events\.out\.tfevents\.(\d+)\./.exec(name)?.[1] ?? 0)));
  return `events.out.tfevents.${Math.max(seconds, last + 1)}.${hostname().replace(/[^\w-]/g, "-") || "machine"}.${process.pid}.netc`;
}

// Numbers of fields. Source: event.proto and summary.proto of TensorFlow.
const event = { wallTime: 1, step: 2, fileVersion: 3, summary: 5, sessionLog: 7 };
const sessionLog = { status: 1, start: 1 };
const summary = { value: 1 };
const summaryValue = { tag: 1, simpleValue: 2, image: 4 };
const image = { height: 1, width: 2, colours: 3, encoded: 4 };
