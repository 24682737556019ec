/** Who calls a block, and what it calls: across files, into the library too. */
import type { ProgramFile } from "../../compiler/check/program.ts";
import { signatureOf } from "./describe.ts";
import { stretch, type LongWork } from "../../compiler/long-work.ts";
import { itemsOf, namesOf, occurrenceAt, occurrencesWithin, resolvingNames } from "./names.ts";
import { baseName } from "./paths.ts";
import { libraryFile, libraryFiles, type Look, type Project } from "./project.ts";
import { namesIn } from "./references.ts";
import { isNamed, itemSymbol, type NamedItem } from "./symbols.ts";
import { overlaps, rangeOf, type Range } from "./text.ts";

export interface Callable {
  readonly name: string;
  readonly kind: "block" | "model";
  readonly detail: string;
  readonly file: string;
  readonly range: Range;
  readonly nameRange: Range;
}

export interface CallEdge {
  readonly other: Callable;
  /** The places of the calls, in the file of the caller. */
  readonly places: readonly Range[];
}

function callable(item: NamedItem): Callable {
  return { name: item.name.text, kind: item.kind === "Model" ? "model" : "block", detail: item.kind === "Block" ? signatureOf(item) : "", file: item.span.file.name, range: rangeOf(item.span), nameRange: rangeOf(item.name.span) };
}

export function callableAt(look: Look, offset: number): Callable | undefined {
  const symbol = occurrenceAt(namesIn(look), offset)?.symbol;
  if (symbol?.item && (symbol.kind === "block" || symbol.kind === "model") && isNamed(symbol.item)) return callable(symbol.item);
  const around = itemAround(look, offset);
  return around && (around.kind === "Block" || around.kind === "Model") ? callable(around) : undefined;
}

function itemAround({ tree }: Look, offset: number): NamedItem | undefined {
  return tree.items.filter(isNamed).find(({ span }) => span.start <= offset && offset <= span.end);
}

function itemNamed(project: Project, file: string, name: string): { readonly item: NamedItem; readonly file: ProgramFile } | undefined {
  const own = libraryFile(file) ?? project.file(file);
  const item = own && itemsOf(own).find((other) => other.name.text === name);
  return own && item ? { item, file: own } : undefined;
}

export function* incomingCalls(project: Project, file: string, name: string): LongWork<readonly CallEdge[]> {
  const target = itemNamed(project, file, name);
  if (!target) return [];
  const { key } = itemSymbol(target.item);
  const known = yield* stretch(project.reading(), 0, 0.5);
  const files = new Set([...known.flatMap((own) => project.file(own) ?? []), ...(target.file.library ? libraryFiles() : [])]);
  const edges: CallEdge[] = [];
  let done = 0;
  for (const own of files) {
    yield { part: 0.5 + done / files.size / 2, what: baseName(own.source.name) };
    const { occurrences } = yield* stretch(resolvingNames(project, own), 0.5 + done / files.size / 2, 0.5 + ++done / files.size / 2);
    const places = occurrences.filter(({ symbol, declares }) => symbol.key === key && !declares);
    for (const item of places.length ? itemsOf(own) : []) {
      const inside = places.filter(({ span }) => overlaps(item.span, span)).map(({ span }) => rangeOf(span));
      if (inside.length && (item.kind === "Block" || item.kind === "Model")) edges.push({ other: callable(item), places: inside });
    }
  }
  return edges;
}

export function outgoingCalls(project: Project, file: string, name: string): readonly CallEdge[] {
  const caller = itemNamed(project, file, name);
  if (!caller) return [];
  const edges = new Map<string, { other: Callable; places: Range[] }>();
  for (const { symbol, span, declares } of occurrencesWithin(namesOf(project, caller.file), caller.item.span)) {
    if (symbol.kind !== "block" || declares || !symbol.item || !isNamed(symbol.item)) continue;
    const edge = edges.get(symbol.key) ?? { other: callable(symbol.item), places: [] };
    edge.places.push(rangeOf(span));
    edges.set(symbol.key, edge);
  }
  return [...edges.values()];
}
