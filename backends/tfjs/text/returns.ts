/** Returned records that are too long for a line: the tree of gradients or states in them gets a line of its own. */
import type { Line } from "./body.ts";
import { entriesOf } from "./record-text.ts";

/** Columns of a line of a function in a project, less those before it. */
const widest = 138;

/** What a tree is called on its line. */
const nameOf = { weights: "gradients", states: "states" } as const;

/** Lines of which the last returns a record, so that it fits where it can. */
export function withShortReturn(lines: readonly Line[]): readonly Line[] {
  const last = lines[lines.length - 1];
  const record = /^return \{ (.*) \};$/.exec(last?.text ?? "")?.[1];
  if (record === undefined || last.text.length <= widest) return lines;
  const taken = new Set(lines.slice(0, -1).flatMap(({ text }) => text.match(/[A-Za-z_$][\w$]*/g) ?? []));
  const before: Line[] = [];
  const entries = entriesOf(record).map((entry) => {
    const [, tree, value] = /^(weights|states): (.*)$/.exec(entry) ?? [];
    const name = tree && nameOf[tree as keyof typeof nameOf];
    if (!name || taken.has(name)) return entry;
    before.push({ text: `const ${name} = ${value};` });
    return name === tree ? name : `${tree}: ${name}`;
  });
  const text = `return { ${entries.join(", ")} };`;
  const isShorter = before.length > 0 && [text, ...before.map((line) => line.text)].every((each) => each.length <= widest);
  return isShorter ? [...lines.slice(0, -1), ...before, { ...last, text }] : lines;
}
