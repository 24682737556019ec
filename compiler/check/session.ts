/** Making a session: one run of the evaluator over a program, to check it or to build a graph. */
import type { Block } from "../../grammar/ast.ts";
import type { Builder } from "../ir/builder.ts";
import type { DiagnosticSink } from "../diagnostics/diagnostic.ts";
import { bodyValue, checkBlock } from "./block.ts";
import { evaluateExpression } from "./expression.ts";
import type { Program } from "./program.ts";
import { report, type BlockFacts, type Session } from "./scope.ts";
import { apart, noSuspicion } from "./suspicion.ts";

export interface SessionOptions {
  readonly program: Program;
  readonly sink: DiagnosticSink;
  readonly users?: readonly string[];
  readonly build?: Builder;
  readonly training?: boolean;
  readonly everyArm?: boolean;
  readonly record?: Session["record"];
  readonly fixedSizes?: ReadonlyMap<string, number>;
  readonly definedComposites?: boolean;
  /** An outline is wanted, not a graph: see `outline.ts`. */
  readonly summaries?: Session["summaries"];
  /** Blocks that were checked before, shared by the sessions of one compilation. */
  readonly blocks?: Map<Block, BlockFacts>;
}

export function createSession(options: SessionOptions): Session {
  const building = options.build !== undefined;
  const session: Session = {
    mode: building ? "build" : "check",
    program: options.program,
    sink: options.sink,
    users: options.users ?? [],
    training: building ? (options.training ?? false) : undefined,
    build: options.build,
    weights: new Map(),
    made: [],
    updates: new Map(),
    requirements: [],
    definedComposites: options.definedComposites ?? false,
    summaries: options.summaries,
    layers: new Map(),
    everyArm: options.everyArm ?? false,
    record: options.record,
    blocks: options.blocks ?? new Map(),
    fixedSizes: options.fixedSizes ?? new Map(),
    active: [],
    evaluate: evaluateExpression,
    factsOf: (block, span, scope) => {
      const known = session.blocks.get(block);
      if (known) return known;
      if (session.active.includes(block)) {
        const cycle = [...session.active.slice(session.active.indexOf(block)), block].map((member) => member.name.text);
        report({ ...scope, frame: { ...scope.frame, quiet: false } }, "NET0108", span, { cycle });
        return undefined;
      }
      return checkOnce(session, block);
    },
    runBody: bodyValue,
    caseSizes: new Map(),
    suspicion: noSuspicion(),
    fresh: 0,
  };
  return session;
}

/** Checks a block by itself, unless that was done; its own diagnostics name no user. */
export function checkOnce(session: Session, block: Block): BlockFacts {
  const known = session.blocks.get(block);
  if (known) return known;
  session.active.push(block);
  const own: Session = session.users.length || session.everyArm ? { ...session, users: [], everyArm: false } : session;
  const facts = apart(session, () => checkBlock(own, block)).value;
  session.active.pop();
  session.blocks.set(block, facts);
  return facts;
}
