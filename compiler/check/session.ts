/** Making a session: one run of the evaluator over a program, to check it or to build a graph. */
import type { Block } from "../../grammar/ast.ts";
import type { Builder } from "../ir/builder.ts";
import { createSink, type Diagnostic, type DiagnosticSink } from "../diagnostics/diagnostic.ts";
import { bodyValue, checkBlock } from "./block.ts";
import { evaluateExpression } from "./expression.ts";
import type { Program } from "./program.ts";
import type { Recall } from "./recall.ts";
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
  readonly found?: Map<Block, readonly Diagnostic[]>;
  readonly recall?: Recall;
  readonly callees?: Set<Block>[];
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
    found: options.found,
    recall: options.recall,
    callees: options.callees ?? [new Set()],
    cyclic: new Set(),
    walked: [{ bodies: new Set(), uses: new Set() }],
    fixedSizes: options.fixedSizes ?? new Map(),
    active: [],
    evaluate: evaluateExpression,
    factsOf: (block, span, scope) => {
      session.callees.at(-1)!.add(block);
      if (!session.blocks.has(block) && session.active.includes(block)) {
        for (const open of session.active) session.cyclic.add(open);
        const cycle = [...session.active.slice(session.active.indexOf(block)), block].map((member) => member.name.text);
        report({ ...scope, frame: { ...scope.frame, quiet: false } }, "NET0108", span, { cycle });
        return undefined;
      }
      return checkOnce(session, block);
    },
    runBody: (scope, block) => {
      scope.frame.session.walked.at(-1)!.bodies.add(block);
      return bodyValue(scope, block);
    },
    caseSizes: new Map(),
    suspicion: noSuspicion(),
    draws: new Map(),
    fresh: 0,
  };
  return session;
}

/** Checks a block by itself, unless that was done or is remembered; its own diagnostics name no user. */
export function checkOnce(session: Session, block: Block): BlockFacts {
  const known = session.blocks.get(block);
  if (known) return known;
  session.active.push(block);
  const remembered = session.recall?.block(block, (callee) => void (session.active.includes(callee) ? session.cyclic.add(block) : checkOnce(session, callee)));
  const { facts, diagnostics } = remembered && !session.cyclic.has(block) ? { facts: remembered.value, diagnostics: remembered.diagnostics } : checkAnew(session, block);
  session.active.pop();
  session.blocks.set(block, facts);
  if (session.found) session.found.set(block, diagnostics);
  else for (const diagnostic of diagnostics) session.sink.add(diagnostic);
  return facts;
}

/** What is found wrong in a block does not depend on what was found wrong in others before. */
function checkAnew(session: Session, block: Block): { readonly facts: BlockFacts; readonly diagnostics: readonly Diagnostic[] } {
  const sink = createSink();
  const own: Session = { ...session, users: [], everyArm: false, sink, suspicion: noSuspicion(), caseSizes: new Map(), fresh: 0 };
  session.callees.push(new Set());
  const facts = apart(own, () => checkBlock(own, block)).value;
  const callees = session.callees.pop()!;
  if (session.cyclic.has(block)) session.recall?.forgetBlock(block);
  else session.recall?.rememberBlock(block, facts, sink.all(), callees);
  return { facts, diagnostics: sink.all() };
}
