/**
 * From the concrete tree to the tree: the file and its items.
 *
 * Total: whatever recovery left out is a Missing node, an empty name or an empty list, with a span where it should have stood.
 */
import type { CstNode, IToken } from "chevrotain";
import type { Comment, File, Import, Item } from "./ast.ts";
import { buildAblation, buildBlock, buildChoice, buildImport, buildModel } from "./build-items.ts";
import { buildBody } from "./build-statements.ts";
import { buildTrain } from "./build-train.ts";
import { buildWeights } from "./build-weights.ts";
import { docText, node, nodes, refuse, withSkipped, type Builder } from "./build-core.ts";
import type { SyntaxProblem } from "./problems.ts";
import { Place, spanBetween, spanIn, type SourceFile } from "./source.ts";

export interface Built {
  readonly file: File;
  readonly problems: readonly SyntaxProblem[];
}

/** `broken` says that recovery may have skipped text, which then is looked for. */
export function buildFile(
  source: SourceFile, cst: CstNode | undefined, tokens: readonly IToken[], comments: readonly Comment[], broken: boolean,
): Built {
  const problems: SyntaxProblem[] = [];
  const b: Builder = { file: source, place: new Place(source, 0), tokens, comments, problems, broken, at: 0, body: buildBody };
  const imports: Import[] = [];
  const items: Item[] = [];
  for (const each of nodes(cst, "item")) {
    const found = node(each, "importItem");
    b.place = new Place(source, each.location?.startOffset || b.at);
    if (found === undefined) {
      const item = buildItem(b, each);
      if (item !== undefined) items.push(item);
      continue;
    }
    const built = buildImport(b, found);
    if (items.length > 0) {
      refuse(b, spanBetween(built.span, built.span.start, built.span.start + "import".length), "imports stand at the head of the file, before everything else");
    }
    imports.push(built);
  }
  const whole = spanIn(source, 0, source.text.length);
  const all = withSkipped<Item>(b, items, imports.map((each) => each.span), 0, source.text.length, ({ start, end }) => ({ kind: "MissingItem", span: new Place(source, start).between(start, end) }));
  return { file: { kind: "File", doc: fileDoc(tokens, comments), imports, items: all, comments, span: whole }, problems };
}

function buildItem(b: Builder, cst: CstNode): Item | undefined {
  for (const [rule, build] of builders) {
    const found = node(cst, rule);
    if (found !== undefined) return build(b, found);
  }
  return undefined;
}

const builders: readonly (readonly [string, (b: Builder, cst: CstNode) => Item])[] = [
  ["block", buildBlock], ["model", buildModel], ["choice", buildChoice], ["weights", buildWeights], ["ablation", buildAblation],
  ["train", buildTrain],
];

function fileDoc(tokens: readonly IToken[], comments: readonly Comment[]): string {
  const first = (tokens[0] as IToken | undefined)?.startOffset ?? Infinity;
  return comments.filter(({ text, span }) => span.start < first && text.startsWith("//!")).map(({ text }) => docText(text)).join("\n");
}
