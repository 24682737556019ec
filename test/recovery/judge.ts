/**
 * How well the compiler bears a mutant. Near is defined so: the span of the first diagnostic (in the order of the text) touches the changed tokens
 * or a token beside them; or shares a line with them; or lies in the statement (or the head of the item) in which the change was made.
 */
import type { Compilation } from "../../compiler/compilation.ts";
import type { Diagnostic } from "../../compiler/diagnostics/diagnostic.ts";
import type { File, Item, Node } from "../../grammar/ast.ts";
import { positionAt } from "../../grammar/source.ts";
import { nodeAtOffset } from "../../grammar/visit.ts";
import { compileAs, treeOf, type CorpusFile } from "./corpus.ts";
import { nameOfItem, typesOf, usersOf, type TypesOfItems } from "./items.ts";
import type { Mutant } from "./mutant.ts";

export type Distance = "token" | "line" | "statement" | "item" | "far";

export interface Judgement {
  readonly mutant: Mutant;
  readonly threw?: string;
  readonly milliseconds: number;
  readonly diagnostics: readonly Diagnostic[];
  /** Of the first diagnostic; undefined without one. */
  readonly distance?: Distance;
  /** A related place of the first diagnostic is near, where its span is not. */
  readonly relatedNear: boolean;
  readonly syntax: boolean;
  /** Items that do not use the changed one, and whose bindings have other types than before. */
  readonly lost: readonly string[];
  /** The same for items that do use it. */
  readonly lostUsers: readonly string[];
}

/** A file as it is: what mutants are compared with. */
export interface Original {
  readonly file: CorpusFile;
  readonly tree: File;
  readonly types: TypesOfItems;
  readonly users: Map<string, ReadonlySet<string>>;
}

export function originalOf(file: CorpusFile): Original {
  const compilation = compileAs(file, file.text);
  const tree = treeOf(compilation, file);
  return { file, tree, types: typesOf(compilation, tree), users: new Map() };
}

const statementKinds: ReadonlySet<Node["kind"]> = new Set<Node["kind"]>([
  "Import", "Choice", "Let", "Parameter", "State", "Update", "Assume", "Assert", "Return", "ModelInput", "ModelOutput", "Option", "AblationRow", "LoadRule", "LoopRule", "IgnoreRule",
  "FreshRule", "FreezeRule", "DataItem", "WeightsItem", "LossItem", "OptimizerItem", "ScheduleItem", "NumberItem", "MetricsItem",
]);

interface Range {
  readonly start: number;
  readonly end: number;
}

/** The statement around an offset of the original; for a block's head, from its first word to its body. */
function statementAt(tree: File, at: number): Range | undefined {
  const path = nodeAtOffset(tree, at);
  const statement = path.findLast((node) => statementKinds.has(node.kind));
  const item = path.find((node): node is Item => "items" in tree && tree.items.includes(node as Item));
  if (statement && statement.kind !== "Option") return statement.span;
  if (item?.kind === "Block") return { start: item.span.start, end: item.body.kind === "Body" ? item.body.span.start + 1 : item.body.span.end };
  return statement?.span ?? (item && { start: item.span.start, end: item.span.start + 1 });
}

const touches = (a: Range, b: Range): boolean => a.start <= b.end && b.start <= a.end;

function distanceOf(original: Original, mutant: Mutant, { span }: { readonly span: Diagnostic["span"] }): Distance {
  if (span.file.name !== mutant.file.name) return "far";
  if (touches(span, mutant.around)) return "token";
  const line = (offset: number): number => positionAt(span.file, Math.min(offset, span.file.text.length)).line;
  const lines = { start: line(mutant.around.start), end: line(mutant.around.end) };
  const own = { start: line(span.start), end: line(span.end) };
  if (touches(lines, own)) return "line";
  const grown = mutant.text.length - mutant.file.text.length;
  const widened = (range: Range | undefined): Range | undefined => range && { start: range.start, end: range.end + Math.max(grown, 0) };
  const statement = widened(statementAt(original.tree, mutant.at));
  if (statement && touches(span, statement)) return "statement";
  const item = widened(original.tree.items.find(({ span: each }) => each.start <= mutant.at && mutant.at <= each.end)?.span);
  return item && touches(span, item) ? "item" : "far";
}

function lostItems(original: Original, compilation: Compilation, mutant: Mutant): { lost: readonly string[]; lostUsers: readonly string[] } {
  const own = original.tree.items.find(({ span }) => span.start <= mutant.at && mutant.at <= span.end);
  const changed = own ? nameOfItem(own) : "";
  let users = original.users.get(changed);
  if (!users) original.users.set(changed, (users = usersOf(original.tree, changed)));
  const now = typesOf(compilation, treeOf(compilation, mutant.file));
  const different: string[] = [];
  for (const [name, lines] of original.types) {
    if (name === changed) continue;
    const after = now.get(name);
    if (!after) different.push(`${name} is gone`);
    else if (after.join("\n") !== lines.join("\n")) different.push(`${name}: ${lines.find((line, i) => line !== after[i])} became ${after.find((line, i) => line !== lines[i])}`);
  }
  // Something outside every item: an import, say, is used by all.
  const isUser = (text: string): boolean => changed === "" || users.has(text.replace(/( is gone$|: .*$)/s, ""));
  return { lost: different.filter((text) => !isUser(text)), lostUsers: different.filter(isUser) };
}

export function judge(original: Original, mutant: Mutant): Judgement {
  const begin = performance.now();
  try {
    const compilation = compileAs(mutant.file, mutant.text);
    const diagnostics = compilation.diagnostics();
    const [first] = diagnostics;
    const distance = first && distanceOf(original, mutant, first);
    const near = (each: Distance | undefined): boolean => each === "token" || each === "line" || each === "statement";
    return {
      mutant, diagnostics, distance,
      relatedNear: !near(distance) && (first?.related ?? []).some((place) => near(distanceOf(original, mutant, place))),
      syntax: diagnostics.some(({ code }) => code === "NET0001" || code === "NET0002" || code === "NET0003"),
      ...lostItems(original, compilation, mutant),
      milliseconds: performance.now() - begin,
    };
  } catch (error) {
    const threw = error instanceof Error ? `${error.message}\n${error.stack?.split("\n").slice(1, 5).join("\n") ?? ""}` : String(error);
    return { mutant, threw, diagnostics: [], relatedNear: false, syntax: false, lost: [], lostUsers: [], milliseconds: performance.now() - begin };
  }
}
