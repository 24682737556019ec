/** Shapes, indices, facts and families: what can be read off the text besides what the solver says. */
import type { Let, Node } from "../../../grammar/ast.ts";
import { spanBetween, textOf } from "../../../grammar/source.ts";
import { showType } from "../../types/show.ts";
import type { Fix, RelatedPlace } from "../diagnostic.ts";
import { allOf, axesOf, originsOf } from "./look-up.ts";
import { around, fix, guess, freshName, inserted, quoted, removed, replaced, type Case, type Remedy } from "./remedy.ts";

/** Two numbers that should be one: where one of them is declared as a number, it can be declared as the other. */
export function redeclaredSize({ diagnostic }: Case): readonly Fix[] {
  const { message } = diagnostic;
  const [, a, b] = /\b(?:they|sizes) are (\d+) and (\d+)/.exec(message) ?? /must be (\d+), but is (\d+)/.exec(message) ?? /has size (\d+), not (\d+)/.exec(message) ?? (diagnostic.code === "NET0322" ? /: \w+ = (\d+) and \w+ = (\d+)$/.exec(message) : null) ?? /of size (\d+) is not (\d+)$/.exec(message) ?? [];
  if (a === undefined || b === undefined) return [];
  return diagnostic.related.flatMap(({ span, message: told }): readonly Fix[] => {
    const [, before, number] = /^(\w+\s*=\s*)(\d+)$/.exec(textOf(span)) ?? [];
    if (before === undefined || !told.includes("declared here") || (number !== a && number !== b)) return [];
    const other = number === a ? b : a;
    return [guess(`declare \`${before}${other}\``, replaced(span, `${before}${other}`))];
  });
}

/** A split that is not exact: the numbers of parts that are. */
export function inexactSplit(about: Case): Remedy | undefined {
  const tree = around(about, "Rearrange");
  const group = around(about, "GroupPart");
  const [, size] = /of size (\d+) is not/.exec(about.diagnostic.message) ?? [];
  if (!tree || !group || size === undefined) return undefined;
  const given = tree.options.flatMap((option) => (option.name && option.value.kind === "IntegerLiteral" && group.members.some((member) => member.text === option.name!.text) ? [{ name: option.name.text, value: option.value.value, span: option.value.span }] : []));
  const all = given.length === group.members.length;
  const fixes = given.flatMap((option): readonly Fix[] => {
    const others = given.filter((own) => own !== option).reduce((product, own) => product * own.value, 1);
    const fits = (value: number): boolean => (all ? value * others === Number(size) : Number(size) % (value * others) === 0);
    const legal = Array.from({ length: Math.min(Number(size), 4096) }, (_, i) => i + 1).filter(fits).sort((a, b) => Math.abs(a - option.value) - Math.abs(b - option.value));
    return legal.slice(0, 2).map((value) => guess(`${option.name}: ${value}`, replaced(option.span, String(value))));
  });
  return { label: `${group.members.map((member) => member.text).join(" × ")}`, fixes };
}

/** An index past the end: the last one; a range past the end: to the end. */
export function outside(about: Case): Remedy | undefined {
  const { diagnostic, text, span, path } = about;
  const [, size] = /lies outside 0\.\.(\d+)$/.exec(diagnostic.message) ?? [];
  const index = path.findLast((node) => node.kind === "Index");
  const fixes: Fix[] = [];
  if (size !== undefined && /^\d+$/.test(text) && Number(size) > 0) fixes.push(guess(`the last one: ${Number(size) - 1}`, replaced(span, String(Number(size) - 1))));
  const [, from] = /^(.*?)\.\.=?[^.]*$/s.exec(text) ?? [];
  if (from !== undefined) fixes.push(fix("up to the end", replaced(span, `${from}..`)));
  if (/^-\d+$/.test(text) && size !== undefined && Number(size) + Number(text) >= 0) fixes.unshift(fix(`counted from the beginning: ${Number(size) + Number(text)}`, replaced(span, String(Number(size) + Number(text)))));
  return { label: size === undefined ? undefined : `not in 0..${size}`, related: [index?.kind === "Index" ? typePlace(about, index.object) : undefined], fixes };
}

function typePlace({ valueOf }: Case, tree: Node): RelatedPlace | undefined {
  const value = valueOf(tree);
  return value?.kind === "tensor" ? { span: tree.span, message: showType(value.type) } : undefined;
}

/** An index without an axis: the axes that it can mean. */
export function unnamedIndex(about: Case): Remedy | undefined {
  const index = around(about, "Index");
  const { text, span } = about;
  if (!index) return undefined;
  return {
    label: "of which axis?",
    related: [typePlace(about, index.object)],
    fixes: axesOf(about, index.object).map((axis) => axis.label!.name).filter((name) => name !== "B").slice(0, 4).map((name) => guess(`index ${name}`, replaced(span, `${name} = ${text}`))),
  };
}

/** What is lost between the sides of `->` is kept; what a pattern leaves out is named. */
export function badPattern(about: Case): Remedy | undefined {
  const { diagnostic, path } = about;
  const tree = path.findLast((node) => node.kind === "Rearrange" || node.kind === "Contraction");
  const operand = tree?.kind === "Rearrange" ? { value: tree.value, pattern: tree.from } : tree?.kind === "Contraction" ? tree.operands.find((own) => own.span.start <= about.span.start && about.span.end <= own.span.end) : undefined;
  const names = quoted(about);
  const [name] = names;
  const origins = operand && name ? originsOf(about, operand.value, name, 1) : [];
  const fixes: Fix[] = [];
  if (tree?.kind === "Rearrange" && diagnostic.message.includes("is lost")) {
    const order = tree.from.parts.map((part) => textOf(part.span));
    const at = order.indexOf(name);
    const next = tree.to.parts.find((part) => order.indexOf(textOf(part.span)) > at || (part.kind === "GroupPart" && part.members.some((member) => order.indexOf(member.text) > at)));
    const last = tree.to.parts[tree.to.parts.length - 1];
    fixes.push(next ? fix(`keep \`${name}\``, inserted(tree.to.span, next.span.start, `${name}, `)) : fix(`keep \`${name}\``, inserted(tree.to.span, last ? last.span.end : tree.to.span.start + 1, `${last ? ", " : ""}${name}`)));
    const inLeft = tree.from.parts.find((part) => part.kind === "AxisPart" && part.name.text === name);
    if (inLeft) fixes.push(guess(`take the mean over ${name} first`, replaced(tree.value.span, `mean(${textOf(tree.value.span)}, over: ${name})`), removed(inLeft.span)));
  }
  if (operand && diagnostic.message.includes("leaves out")) {
    const axes = axesOf(about, operand.value).map((axis) => axis.label!.name);
    const missing = names.filter((own) => axes.includes(own));
    const written = operand.pattern.parts.map((part) => textOf(part.span));
    const order = axes.filter((axis) => written.includes(axis) || missing.includes(axis));
    if (written.every((own) => axes.includes(own))) fixes.push(fix(`name ${missing.map((own) => `\`${own}\``).join(", ")} too`, replaced(operand.pattern.span, `[${order.join(", ")}]`)));
  }
  if (diagnostic.message.includes("stands twice on the right") || diagnostic.message.includes("stands twice in the left")) fixes.push(fix(`take the second \`${name}\` away`, removed(about.span)));
  return { label: diagnostic.message.includes("is lost") ? `without ${name}` : undefined, related: [operand && typePlace(about, operand.value), ...origins], fixes };
}

/** The second of two axes gets a name of its own. */
export function axisTwice(about: Case): Remedy | undefined {
  const { path, item } = about;
  const domain = path.findLast((node) => node.kind === "Domain");
  if (domain?.kind === "Domain" && item) {
    const table = around(about, "Table");
    const first = table?.domains.find((other) => other !== domain && other.axis.text === domain.axis.text);
    const name = domain.axis.text;
    const fresh = new RegExp(`\\bkey\\b`).test(textOf(table?.span ?? domain.span)) ? freshName(item, name) : "key";
    const rename = (other: string): Fix => fix(`call it \`${other}\``, replaced(domain.axis.span, domain.size ? other : `${other} = ${name}`));
    return { label: `${name} again`, related: [first && { span: first.span, message: `${name} first` }], fixes: [rename(fresh), rename(freshName(item, name))] };
  }
  const shape = around(about, "TensorType");
  const [, name] = /^axis (\S+) would/.exec(about.diagnostic.message) ?? [];
  const twins = shape?.axes.filter((axis) => axis.kind === "NamedAxis" && axis.name.text === name) ?? [];
  const [first, second] = twins;
  if (first?.kind !== "NamedAxis" || second?.kind !== "NamedAxis" || !item) return undefined;
  const fresh = freshName(item, second.name.text);
  return { label: `${name} again`, related: [{ span: first.span, message: `${name} first` }], fixes: [fix(`call the second \`${fresh}\``, replaced(second.name.span, second.size ? fresh : `${fresh} = ${second.name.text}`))] };
}

/** A fact that contradicts those before it: it goes. */
export function contradiction(about: Case): Remedy | undefined {
  const { span, item } = about;
  const facts = item?.kind === "Block" ? item.where : item?.kind === "Model" ? [...item.configWhere, ...item.members.flatMap((member) => (member.kind === "ModelInput" ? member.where : []))] : [];
  const own = facts.find((fact) => fact.span.start === span.start);
  const before = facts.filter((fact) => fact !== own && (!own || fact.span.start < own.span.start || facts[0] === own));
  if (!own) return undefined;
  const lone = /\s*where\s*$/.exec(span.file.text.slice(0, span.start));
  const next = /^\s*,\s*/.exec(span.file.text.slice(span.end));
  const edit = !/,\s*$/.test(span.file.text.slice(0, span.start)) && !next && lone ? replaced(spanBetween(span, span.start - lone[0].length, span.end), "") : removed(span);
  const last = facts[facts.length - 1];
  return {
    label: "no size is left",
    related: before.slice(-3).map((fact) => ({ span: fact.span, message: "stated here" })),
    fixes: [guess(`take \`${textOf(span)}\` away`, edit), ...(own === facts[0] && last !== own ? [guess(`take \`${textOf(last.span)}\` away`, removed(last.span))] : [])],
  };
}

/** Two divisions of one signature: the facts that both need. */
export function inexact({ item }: Case): Remedy | undefined {
  if (item?.kind !== "Block") return undefined;
  const isPlain = (node: Node): boolean => node.kind === "Name" || node.kind === "IntegerLiteral";
  const facts = [...new Set(allOf(item.result, "Binary").filter((node) => node.operator === "/" && isPlain(node.left) && isPlain(node.right)).map((node) => `${textOf(node.left.span)} % ${textOf(node.right.span)} == 0`))];
  const stated = new Set(item.where.map((fact) => textOf(fact.span)));
  const needed = facts.filter((fact) => !stated.has(fact));
  const last = item.where[item.where.length - 1];
  if (needed.length < 2) return undefined;
  return { fixes: [fix(`state \`${needed.join(", ")}\``, last ? inserted(last.span, last.span.end, `, ${needed.join(", ")}`) : inserted(item.result.span, item.result.span.end, ` where ${needed.join(", ")}`))] };
}

/** What could not be proved, stated as a fact. */
export function unproved(about: Case): Remedy | undefined {
  const { item, diagnostic } = about;
  const [, claim] = /^cannot prove `(.+)`: /.exec(diagnostic.message) ?? [];
  if (item?.kind !== "Block" || claim === undefined) return { label: "not proved" };
  const last = item.where[item.where.length - 1];
  return { label: "not proved", fixes: [fix(`state \`${claim}\``, last ? inserted(last.span, last.span.end, `, ${claim}`) : inserted(item.result.span, item.result.span.end, ` where ${claim}`))] };
}

/** An assumption that callers can prove is a fact of the signature. */
export function assumed({ item, path }: Case): Remedy | undefined {
  const statement = path.findLast((node) => node.kind === "Assume");
  if (item?.kind !== "Block" || statement?.kind !== "Assume") return undefined;
  const fact = textOf(statement.fact.span);
  const last = item.where[item.where.length - 1];
  return { fixes: [fix(`state \`${fact}\` instead: each use proves it`, last ? inserted(last.span, last.span.end, `, ${fact}`) : inserted(item.result.span, item.result.span.end, ` where ${fact}`), removed(statement.span))] };
}

/** A member that no clause defines: the clauses, a range that goes one further, the nearest member. */
export function missingMember(about: Case): Remedy | undefined {
  const { diagnostic, item, text, span, path } = about;
  const [, name, index] = /^`(\w+)\[(.+)\]` is not defined/.exec(diagnostic.message) ?? [];
  if (!item || name === undefined) return undefined;
  const clauses = clausesOf(item, name);
  const wanted = Number(index);
  const fixes: Fix[] = [];
  for (const { family } of clauses) {
    if (family?.range.kind !== "Range" || family.range.inclusive || !family.range.to || textOf(family.range.to.span) !== index) continue;
    fixes.push(fix(`let the range include ${index}`, replaced(spanBetween(span, family.range.to.span.start, family.range.to.span.start), "=")));
  }
  const defined = [...(diagnostic.message.split("defined are ")[1] ?? "").matchAll(/(\d+)(?:\.\.=(\d+))?/g)].flatMap(([, from, to]) => [Number(from), Number(to ?? from)]);
  const near = Number.isNaN(wanted) ? undefined : defined.sort((a, b) => Math.abs(a - wanted) - Math.abs(b - wanted))[0];
  for (const { family } of text === index && !Number.isNaN(wanted) ? [] : clauses) {
    const variable = family?.variable.text;
    const inside = family && path.some((node) => node.kind === "Let" && node.family === family);
    const last = family?.range.kind === "Range" && family.range.to ? (family.range.inclusive ? textOf(family.range.to.span) : `${textOf(family.range.to.span)} - 1`) : undefined;
    for (const other of inside ? [`${variable} - 1`] : last === undefined ? [] : [last]) fixes.push(guess(`\`${name}[${other}]\` instead`, replaced(span, other)));
  }
  if (text === index && near !== undefined) fixes.push(guess(`\`${name}[${near}]\` instead`, replaced(span, String(near))));
  return { related: clauses.map((clause) => ({ span: clause.family?.range.span ?? clause.target.span, message: clause.family ? `\`${name}[${clause.family.variable.text}]\` is defined for these` : "defined here" })), fixes };
}

/** A member that two clauses define: the range begins behind it, or ends before it. */
export function memberTwice(about: Case): Remedy | undefined {
  const { diagnostic, item, path } = about;
  const [, name, index] = /^`(\w+)\[(.+)\]` is defined twice/.exec(diagnostic.message) ?? [];
  if (!item || name === undefined) return undefined;
  const own = path.findLast((node) => node.kind === "Let");
  const others = clausesOf(item, name).filter((clause) => clause !== own);
  const fixes: Fix[] = [];
  for (const clause of [own, ...others]) {
    if (clause?.kind !== "Let" || clause.family?.range.kind !== "Range") continue;
    const { from, to, inclusive } = clause.family.range;
    if (from && textOf(from.span) === index) fixes.push(fix(`begin at ${Number(index) + 1}`, replaced(from.span, String(Number(index) + 1))));
    if (to && inclusive && textOf(to.span) === index) fixes.push(fix(`end at ${Number(index) - 1}`, replaced(to.span, String(Number(index) - 1))));
  }
  if (own && !(own.kind === "Let" && own.family)) fixes.push(fix("take this one away", removed(own.span)));
  return { label: "defined again here", related: others.map((clause) => ({ span: clause.target.span, message: "defined first here" })), fixes };
}

function clausesOf(item: Node, name: string): readonly Let[] {
  return allOf(item, "Let").filter(({ target }) => target.kind === "MemberTarget" && target.name.text === name);
}

/** An axis that is dropped although its size is not 1: where it is declared, it can be declared as 1. */
export function dropped(about: Case): Remedy | undefined {
  const tree = around(about, "Rearrange");
  const [, name] = /^axis (\w+) is dropped/.exec(about.diagnostic.message) ?? [];
  if (!tree || name === undefined) return undefined;
  const origins = originsOf(about, tree.value, name);
  const left = tree.from.parts.find((part) => part.kind === "AxisPart" && part.name.text === name);
  const declared = origins.find(({ span }) => textOf(span) === name);
  return {
    label: `without ${name}`,
    related: [typePlace(about, tree.value), ...origins],
    fixes: [
      ...(declared ? [guess(`declare \`${name} = 1\``, replaced(declared.span, `${name} = 1`))] : []),
      ...(left ? [guess(`take the first: \`${textOf(tree.value.span)}[${name} = 0]\``, replaced(tree.value.span, `${textOf(tree.value.span)}[${name} = 0]`), removed(left.span))] : []),
    ],
  };
}

/** A size that stands in no input: where it is wanted. */
export function notFound({ program, span, diagnostic, path, valueOf }: Case): Remedy | undefined {
  const [, name, block] = /the size `(.+)` of `(\w+)`/.exec(diagnostic.message) ?? [];
  const declared = block === undefined ? undefined : program.names.get(span.file)?.blocks.get(block);
  const tree = path[path.length - 1];
  const value = tree && valueOf(tree);
  return {
    label: value?.kind === "tensor" ? showType(value.type) : `${name} = ?`,
    related: declared
      ? [declared.result, ...declared.inputs.map((input) => input.type)].filter((type) => allOf(type, "NamedAxis").some((axis) => axis.name.text === name || allOf(axis, "Name").some((own) => own.text === name))).slice(0, 2).map((type) => ({ span: type.span, message: `\`${name}\` of ${textOf(type.span).replace(/\s+/g, " ")}` }))
      : [],
  };
}
