/**
 * Whether the primary span of a diagnostic lies within one operator of the fault. All nodes are those of the changed text.
 *
 * *Operators* are calls, binaries, unaries, slices (`x[tok = 0]`), einsum and conv, rearrange, tables, `if` and `match`. A *declaration* (an input,
 * an option, a parameter, a result type, a declared type, a fact, a range, a row, a rule of a plan, …) counts as one operator, with all that stands
 * in it. With F the node that holds the fault, near are
 *   1. F, and the operator O that directly encloses it;
 *   2. the operator that directly encloses O, which consumes its result (`if` and `match` hand on what their arms are);
 *   3. where the value of O (or of F, when nothing encloses it) is bound, returned or put out: that statement, its declared type, and every operator
 *      that directly uses the name; what a block returns is declared by its result type and used by the calls of the block;
 *   4. where O is a declaration: every operator that directly uses a name that it declares, or that the fault or the text in its place mentions (of a
 *      fact, all names in it); in a
 *      signature also those that use an input whose type mentions such a name, and the calls of the block.
 * A binding that only names (`let layer[0] = x`) is no step, and all definitions of a family are one binding. A span is near when it is in one of these and in no operator below it, or is one of
 * their direct operands; the name that a statement binds is near when the fault is anywhere in the statement.
 */
import type { Block, File, Node } from "../../grammar/ast.ts";
import type { Span } from "../../grammar/source.ts";
import { children, walk } from "../../grammar/visit.ts";
import type { Region } from "./mutant.ts";

const operatorKinds: ReadonlySet<Node["kind"]> = new Set(["Call", "Binary", "Unary", "Contraction", "Rearrange", "Table", "If", "Match"]);
const declarationKinds: ReadonlySet<Node["kind"]> = new Set([
  "Import", "Input", "Option", "Parameter", "State", "ModelInput", "ResultField", "FamilyRange", "MemberTarget", "AblationRow", "DataField", "OptimizerGroup", "TrainCall", "Metric",
  "LoadRule", "FreshRule", "FreezeRule", "IgnoreRule",
]);

function isDeclaration(node: Node, parent: Node | undefined): boolean {
  switch (parent?.kind) {
    case "Block":
      return node.kind === "Input" || node.kind === "Option" || (node === parent.result && node.kind !== "RecordResult") || parent.where.some((fact) => fact === node);
    case "Model":
      return declarationKinds.has(node.kind) || node.kind === "Option" || parent.configWhere.some((fact) => fact === node);
    case "ModelInput":
      return parent.where.some((fact) => fact === node);
    case "Let":
    case "ModelOutput":
      return node === parent.type || declarationKinds.has(node.kind);
    default:
      return declarationKinds.has(node.kind);
  }
}

/** `layer[3]` names a member; `x[tok = 0]` is an operator. */
const isOperator = (node: Node): boolean => operatorKinds.has(node.kind) || (node.kind === "Index" && node.indexes.some((index) => index.kind === "SizedName"));

const holds = ({ span }: Node, { start, end }: Region): boolean => span.start <= start && end <= span.end;

/** The nodes that hold a stretch of text, outermost first. */
function pathTo(root: Node, region: Region): readonly Node[] {
  const path: Node[] = [];
  for (let node: Node | undefined = root; node; node = children(node).find((child) => child.kind !== "Comment" && holds(child, region))) path.push(node);
  return path;
}

/** The operators on a path, innermost first; nothing below a declaration is one. */
function operatorsOn(path: readonly Node[]): readonly Node[] {
  const declaration = path.findIndex((node, i) => isDeclaration(node, path[i - 1]));
  return path.slice(0, declaration < 0 ? path.length : declaration + 1).filter((node, i) => i === declaration || isOperator(node)).reverse();
}

const statementOn = (path: readonly Node[]): Node | undefined => path.findLast((node) => ["Let", "Return", "Update", "ModelOutput"].includes(node.kind));

const naming: ReadonlySet<Node["kind"]> = new Set(["AxisPart", "GroupPart", "RenamedPart", "SizedName", "Domain", "RowPart", "Spread", "Update", "NamedAxis", "RowAxis"]);
const handsOn = (node: Node): boolean => node.kind === "If" || node.kind === "Match";

function boundBy(statement: Node): readonly string[] {
  if (statement.kind === "ModelOutput" || statement.kind === "Update") return [statement.name.text];
  if (statement.kind !== "Let") return [];
  const { target } = statement;
  return target.kind === "Identifier" ? [target.text] : target.kind === "MemberTarget" ? [target.name.text] : target.names.map((name) => name.text);
}

/** Every operator that directly uses one of these names under a node. */
function usersOf(root: Node, names: ReadonlySet<string>, seen: ReadonlySet<string> = new Set()): readonly Node[] {
  const found: Node[] = [];
  walk(root, (node, parents) => {
    // The members of a family are defined in several places: it is one binding.
    if (node.kind === "MemberTarget" && names.has(node.name.text)) found.push(node);
    const text = node.kind === "Name" || (node.kind === "Identifier" && naming.has(parents.at(-1)?.kind ?? "File")) ? node.text : undefined;
    if (text === undefined || !names.has(text) || seen.has(text)) return;
    const path = [...parents, node];
    const operators = operatorsOn(path);
    const consumer = operators.findIndex((operator) => !handsOn(operator));
    found.push(...operators.slice(0, consumer < 0 ? operators.length : consumer + 1));
    const statement = statementOn(path);
    if (consumer >= 0 || !statement) return;
    found.push(statement, ...usersOf(root, new Set(boundBy(statement)), new Set([...seen, ...names])));
  });
  return found;
}

function callsOf(files: readonly File[], name: string): readonly Node[] {
  return files.flatMap((file) => {
    const calls: Node[] = [];
    walk(file, (node, parents) => {
      if (node.kind !== "Call" || node.callee.kind !== "Name" || node.callee.text !== name) return;
      calls.push(node);
      // `let cell = Cell()`, applied later.
      const statement = statementOn(parents);
      if (statement?.kind === "Let" && statement.value === node) calls.push(...usersOf(parents[1], new Set(boundBy(statement))));
    });
    return calls;
  });
}

const trainings = (files: readonly File[]): readonly Node[] => files.flatMap((file) => file.items.filter((item) => item.kind === "Train"));

/** What a statement makes known: itself, its declared type, the users of its name; for what a block returns, its result and its calls. */
function consumersOf(path: readonly Node[], files: readonly File[]): readonly Node[] {
  const item = path[1];
  const statement = statementOn(path);
  if (!item) return [];
  const returned: readonly Node[] = item.kind === "Block" && (!statement || statement.kind === "Return") ? [...resultsOf(item), ...callsOf(files, item.name.text)] : [];
  if (!statement) return returned;
  const declared: readonly Node[] = (statement.kind === "Let" || statement.kind === "ModelOutput") && statement.type ? [statement.type] : [];
  const names = new Set(boundBy(statement));
  return [statement, ...declared, ...returned, ...usersOf(item, names), ...trainings(files).flatMap((train) => usersOf(train, names))];
}

const resultsOf = ({ result }: Block): readonly Node[] => (result.kind === "RecordResult" ? [result, ...result.fields] : [result]);

const words = (text: string): readonly string[] => text.match(/[A-Za-z_]\w*/g) ?? [];

const nameOf = (node: Node): readonly string[] => ("name" in node && node.name && typeof node.name === "object" && "text" in node.name ? [node.name.text] : []);

/** The operators at which a fault in a declaration may show. `mentioned`: the names in the faulty text and in the text that it replaced. */
function usersOfDeclaration(declaration: Node, path: readonly Node[], mentioned: readonly string[], files: readonly File[]): readonly Node[] {
  const item = path[1];
  const names = new Set([...mentioned, ...nameOf(declaration)]);
  const train = trainings(files).flatMap((each) => usersOf(each, names));
  switch (item.kind) {
    case "Weights":
      return [item, item.name];
    case "Train":
      return [item.model, ...train];
    case "Ablation":
      return item.rows.filter((row) => declaration.kind === "AblationRow" && row.base?.text === declaration.name.text);
    case "Block": {
      const calls = callsOf(files, item.name.text);
      if (declaration.kind === "ResultField" || declaration === item.result) return [...calls, ...returnsOf(item), ...usersOf(item, new Set(mentioned))];
      for (const input of item.inputs) if (words(textIn(input.type)).some((name) => mentioned.includes(name))) names.add(input.name.text);
      return [...usersOf(item, names), ...calls];
    }
    default:
      return [...usersOf(item, names), ...train];
  }
}

const textIn = ({ span }: Node): string => span.file.text.slice(span.start, span.end);

function returnsOf(block: Block): readonly Node[] {
  if (block.body.kind !== "Body") return [block.body];
  return block.body.statements.flatMap((statement) => (statement.kind === "Return" ? [statement, statement.value] : []));
}

/** The nodes at which a message about this fault is near; `replaced` is the original text of each region. */
export function nearNodes(file: File, files: readonly File[], regions: readonly Region[], replaced: readonly string[]): ReadonlySet<Node> {
  const near = new Set<Node>();
  const add = (nodes: readonly Node[]): void => nodes.forEach((node) => near.add(node));
  regions.forEach((region, i) => {
    const path = pathTo(file, region);
    const fault = path[path.length - 1];
    const item = path[1];
    add([fault]);
    if (!item) return;
    const declaration = path.find((node, at) => isDeclaration(node, path[at - 1]));
    const mentioned = [...words(file.span.file.text.slice(region.start, region.end)), ...words(replaced[i]), ...(declaration && isFact(declaration, path) ? words(textIn(declaration)) : [])];
    const statement = statementOn(path);
    if (statement) add([statement]);
    if (declaration) {
      add([declaration, ...usersOfDeclaration(declaration, path, mentioned, files)]);
      if (statement) add(consumersOf(path, files));
      return;
    }
    const operators = operatorsOn(path).filter((node) => node !== fault);
    if (operators.length === 0) {
      // In the signature (a fact that was dropped), or the whole value of a statement.
      add(statement || item.kind !== "Block" || inBody(item, region) ? consumersOf(path, files) : usersOfDeclaration(fault, path, mentioned, files));
      if (item.kind !== "Block" && !statement) add(usersOfDeclaration(fault, path, mentioned, files));
      return;
    }
    // Twice up from the fault; `if` and `match` are no steps.
    let steps = 0;
    for (const node of operators) {
      if (steps === 2) break;
      near.add(node);
      if (!handsOn(node)) steps++;
    }
    if (steps < 2) add(consumersOf(path, files));
  });
  return near;
}

/** What a fact is about are the names in all of it. */
function isFact(node: Node, path: readonly Node[]): boolean {
  const parent = path[path.indexOf(node) - 1];
  return (parent?.kind === "Block" || parent?.kind === "ModelInput") && parent.where.some((fact) => fact === node);
}

const inBody = ({ body }: Block, region: Region): boolean => holds(body, region);

/** Whether a span is at one of these nodes: in it and in no operator below, or one of its operands. */
export function isNear(span: Span, files: readonly File[], near: ReadonlySet<Node>): boolean {
  const file = files.find((each) => each.span.file.name === span.file.name);
  if (!file) return false;
  const path = pathTo(file, span);
  const inner = path[path.length - 1];
  const [own, next] = operatorsOn(path);
  if (near.has(inner) || (own && near.has(own)) || (own === inner && next && near.has(next))) return true;
  const statement = statementOn(path);
  return statement !== undefined && near.has(statement) && (own === undefined || own === inner);
}
