/** Calls of the functions of blocks: what is handed over, what is kept of what comes back, and its names. */
import type { Node } from "../../../compiler/ir/graph.ts";
import type { Access } from "./access.ts";
import type { Body } from "./body.ts";
import { familiesOf, familyName, plainName, wantedOf, type Wanted } from "./families.ts";
import { functionMark, givenHole, variablesMark } from "./holes.ts";
import type { Declaration } from "./joining.ts";
import { camelCase } from "./names.ts";
import { suffixOf } from "../functions/phase.ts";
import type { Region } from "../functions/regions.ts";
import { relative } from "../functions/paths.ts";
import type { Writing } from "./writing.ts";

interface RecordName {
  readonly name: string;
  readonly declares?: Declaration;
}

/** Writes the call of a region inside another into its body. `recordNames`: of `namesOfRecords`. */
export function writeCall(writing: Writing, region: Region, item: Region, body: Body, access: Access, recordNames: ReadonlyMap<Region, RecordName>): void {
  const { plan, flow, records, localNames, called, library } = writing;
  const { template, holes, given, partners, takesWeights, takesStream } = called.get(item)!;
  const texts = [
    ...givenTexts(given, (node) => access.alias(item, node) ?? body.textOf(node)), ...partners.map((phase) => partnerText(writing, region, flow.partner(item, phase)!, body) ?? access.recordFor(item, phase)),
    ...(takesWeights ? [access.weights(item.path)] : []), ...(takesStream ? [access.stream(item.path)] : []),
  ];
  const numbers = holes.map(({ value, hint }, place) => givenHole(template, place, value, hint)).join("");
  const text = `${functionMark(template)}(${texts.join(", ")}${numbers}${variablesMark(template)})`;
  // What is handed over twice is read twice.
  const again = given.filter(([node], at) => given.findIndex(([each]) => each === node) < at).map(([node]) => node);
  const common = { reads: [...flow.reads(item), ...again].filter((node) => !plan.isGiven(node) && access.alias(item, node) === undefined), wanted: wantedCall(item, region), named: (name: string): void => void localNames.set(item, name) };
  const needed = neededOf(writing, region, item);
  if (records.isPlain(item)) return body.call({ ...common, text, result: needed[0], unread: [] });
  const only = pickedOf(writing, region, item);
  if (only) {
    records.picked.add(item);
    library.add("pick");
    return body.call({ ...common, text: `pick(${text}, "${records.within(item, only).slice(1)}")`, result: only, unread: [] });
  }
  const { name, declares } = recordNames.get(item)!;
  const isNeeded = new Set(needed);
  const isLost = records.fields(item).some((node) => !isNeeded.has(node));
  if (isLost) library.add("disposeOthers");
  body.call({ ...common, text, name, declares, unread: isLost ? [`disposeOthers(${name}, [${needed.map((node) => `${name}${records.within(item, node)}`).join(", ")}]);`] : [] });
}

/** Of a call in the same function that gives one tensor: this. */
function partnerText({ flow, records }: Writing, region: Region, partner: Region, body: Body): string | undefined {
  return region.children.includes(partner) && records.isPlain(partner) ? body.textOf(flow.results(partner)[0]) : undefined;
}

/** What of the results of a call is read where it stands. */
const neededOf = ({ flow }: Writing, region: Region, item: Region): readonly Node[] => {
  const results = new Set(flow.results(region));
  return flow.results(item).filter((node) => flow.needed(item).has(node) || results.has(node));
};

/** The one tensor that is kept of a call, where its function gives more for a gradient that is not computed here. */
function pickedOf(writing: Writing, region: Region, item: Region): Node | undefined {
  const { records, flow } = writing;
  const needed = neededOf(writing, region, item);
  if (records.isPlain(item) || needed.length !== 1 || records.hasLeaves(item) || needed.length === flow.results(item).length) return undefined;
  return /^\.\w+$/.test(records.within(item, needed[0])) ? needed[0] : undefined;
}

function wantedCall(item: Region, region: Region): Wanted {
  const wanted = wantedOf(relative(item.path, region.path), camelCase);
  // In a function of a phase all is of that phase, but in the function of the whole.
  return { base: `${wanted.base}${region.parent && item.phase === region.phase ? "" : suffixOf[item.phase]}`, index: wanted.index };
}

/** Calls that give records are named before all others, because what they hold is reached by their names; those of one family and function stand in an array. */
export function namesOfRecords(writing: Writing, region: Region, unique: (wanted: string) => string): ReadonlyMap<Region, RecordName> {
  const { records, called, localNames } = writing;
  const items = region.children.filter((item) => !records.isPlain(item) && !pickedOf(writing, region, item));
  const templateOf = (item: Region): string => functionMark(called.get(item)!.template);
  const found = familiesOf(items.map((item) => ({ wanted: wantedCall(item, region), expression: templateOf(item) })));
  const isOneFunction = (first: number): boolean => items.every((item, at) => found[at]?.first !== first || templateOf(item) === templateOf(items[first]));
  const families = new Map<number, string>();
  return new Map(items.map((item, at) => {
    const family = found[at] && isOneFunction(found[at].first) ? found[at] : undefined;
    if (family?.first === at) families.set(at, unique(wantedCall(item, region).base));
    const name = family ? `${families.get(family.first)}[${family.index}]` : unique(plainName(wantedCall(item, region)));
    localNames.set(item, name);
    return [item, { name, declares: family?.first === at ? { name: families.get(at)!, type: `Saved<typeof ${templateOf(item)}>[]` } : undefined }];
  }));
}

/** Values for the parameters of a function: those of a list as one. */
function givenTexts(values: readonly (readonly [Node, string])[], textOf: (node: Node) => string): readonly string[] {
  const texts = new Map<string, string[]>();
  for (const [node, name] of values) {
    const [, index] = /\[(\d+)\]$/.exec(name) ?? [];
    const own = texts.get(familyName(name)) ?? [];
    texts.set(familyName(name), own);
    own[index === undefined ? 0 : Number(index)] = textOf(node);
  }
  const names = values.map(([, name]) => name);
  return [...texts].map(([name, own]) => (names.includes(name) ? own[0] : `[${own.join(", ")}]`));
}
