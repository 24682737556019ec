/** From a span that a graph's node carries back to the tree: which expression it is, and which statement and table it stands in. */
import type { Block, Let, ModelInput, ModelOutput, Node as Tree, Parameter, Return, State } from "../../../grammar/ast.ts";
import type { SourceFile, Span } from "../../../grammar/source.ts";
import { walk } from "../../../grammar/visit.ts";

export type Holder = Let | Parameter | State | Return | ModelInput | ModelOutput | Block;

export interface Syntax {
  readonly tree: Tree;
  /** The statement around it, or the block of which it is the whole body. */
  readonly holder: Holder | undefined;
  /** Whether it is what the statement binds, and not a part of that. */
  readonly whole: boolean;
  /** The outermost table around it: what is computed element by element is one operation. */
  readonly table: Tree | undefined;
}

export interface SyntaxIndex {
  at(span: Span): Syntax | undefined;
}

const holders: ReadonlySet<Tree["kind"]> = new Set(["Let", "Parameter", "State", "Return", "ModelInput", "ModelOutput"]);
const wrappers: ReadonlySet<Tree["kind"]> = new Set(["Argument", "File", "Body", "Identifier", "SizedName", "Pattern", "Operand", "RecordField", "MatchArm"]);

/** `trees` gives the tree of a file. Each file is walked once, when a span of it is first asked for. */
export function createSyntaxIndex(trees: (file: SourceFile) => Tree | undefined): SyntaxIndex {
  const files = new Map<SourceFile, ReadonlyMap<string, Syntax>>();
  return {
    at(span) {
      let known = files.get(span.file);
      if (!known) {
        const tree = trees(span.file);
        files.set(span.file, (known = tree ? indexOf(tree) : new Map()));
      }
      return known.get(`${span.start}:${span.end}`);
    },
  };
}

function indexOf(file: Tree): ReadonlyMap<string, Syntax> {
  const found = new Map<string, Syntax>();
  const whole = new Set<Tree>();
  const bind = (tree: Tree | undefined): void => {
    if (!tree) return;
    whole.add(tree);
    if (tree.kind === "If") [tree.then, tree.else].forEach(bind);
    if (tree.kind === "Match") tree.arms.forEach((arm) => bind(arm.body));
    if (tree.kind === "Body") bind(tree.statements.find((statement) => statement.kind === "Return"));
    if (tree.kind === "Return") bind(tree.value);
  };
  walk(file, (tree, parents) => {
    // What a body in an arm returns is what the binding around the `match` holds.
    const around = parents.findLast((parent) => holders.has(parent.kind) && !(parent.kind === "Return" && whole.has(parent)) || parent.kind === "Block");
    if (holders.has(tree.kind)) {
      if ((tree.kind === "Let" || tree.kind === "Return" || tree.kind === "ModelOutput") && !(tree.kind === "Return" && whole.has(tree))) bind(tree.value);
      if (tree.kind === "Parameter" || tree.kind === "State" || tree.kind === "ModelInput") whole.add(tree);
    }
    if (tree.kind === "Block" && tree.body.kind !== "Body") bind(tree.body);
    if (wrappers.has(tree.kind)) return;
    const key = `${tree.span.start}:${tree.span.end}`;
    if (found.has(key)) return;
    const holder = whole.has(tree) && holders.has(tree.kind) ? tree : around;
    found.set(key, { tree, holder: holder as Holder | undefined, whole: whole.has(tree), table: parents.find((parent) => parent.kind === "Table") ?? (tree.kind === "Table" ? tree : undefined) });
  });
  return found;
}
