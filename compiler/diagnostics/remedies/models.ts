/** Models, ablations, training sections and weights plans. */
import type { Ablation, AblationRow, Expression, Model, Node, Weights } from "../../../grammar/ast.ts";
import { spanBetween, textOf } from "../../../grammar/source.ts";
import { showType } from "../../types/show.ts";
import type { Fix, RelatedPlace } from "../diagnostic.ts";
import { allOf } from "./look-up.ts";
import { fix, guess, indentOf, inserted, quoted, removed, replaced, type Case, type Remedy } from "./remedy.ts";

function modelOf({ item, program, span }: Case): Model | undefined {
  return item?.kind === "Model" ? item : item?.kind === "Train" || item?.kind === "Weights" || item?.kind === "Ablation" ? program.names.get(span.file)?.models.get(item.model.text) : undefined;
}

function optionPlace(model: Model | undefined, key: string): RelatedPlace | undefined {
  const option = model?.config.find((own) => own.name.text === key);
  return option && { span: option.span, message: "declared here" };
}

/** Where a row, or a row that it stands on, sets a key. */
function settingOf(ablation: Ablation, row: AblationRow, key: string): RelatedPlace | undefined {
  for (let base = ablation.rows.find((own) => own.name.text === row.base?.text), left = ablation.rows.length; base && left > 0; left--) {
    const change = base.changes.find((own) => own.name.text === key);
    if (change) return { span: change.span, message: `row \`${base.name.text}\` sets it here` };
    const next: string | undefined = base.base?.text;
    base = ablation.rows.find((own) => own.name.text === next);
  }
  return undefined;
}

/** A change that changes nothing goes; of a row that has no other, the whole row. */
export function emptyChange(about: Case): Remedy | undefined {
  const { path, item, span } = about;
  const row = path.findLast((node): node is AblationRow => node.kind === "AblationRow");
  if (!row || item?.kind !== "Ablation") return undefined;
  const key = quoted(about)[1];
  return {
    label: "the same again",
    related: [key === undefined ? undefined : (settingOf(item, row, key) ?? optionPlace(modelOf(about), key))],
    fixes: [fix(`leave \`${key}\` out`, removed(span)), fix(`leave row \`${row.name.text}\` out`, removed(row.span))],
  };
}

export function emptyRow({ path, item }: Case): Remedy | undefined {
  const row = path.findLast((node): node is AblationRow => node.kind === "AblationRow");
  if (!row || item?.kind !== "Ablation") return undefined;
  const base = item.rows.find((own) => own.name.text === row.base?.text);
  return { label: "sets nothing", related: [base && { span: base.span, message: `it is row \`${base.name.text}\` again` }], fixes: [fix(`leave row \`${row.name.text}\` out`, removed(row.span))] };
}

/** The keys of a fact, and the nearest values of one of them that satisfy it. */
export function configFact(about: Case): Remedy | undefined {
  const { item, path } = about;
  const fact = path[path.length - 1] as Expression | undefined;
  if (item?.kind !== "Model" || !fact) return undefined;
  const values = new Map([...about.diagnostic.message.matchAll(/(\w+) = (-?\d+)\b/g)].map(([, name, value]) => [name, Number(value)]));
  const options = item.config.filter((option) => allOf(fact, "Name").some((name) => name.text === option.name.text));
  const fixes = options.flatMap((option): readonly Fix[] => {
    const present = values.get(option.name.text);
    if (option.default?.kind !== "IntegerLiteral" || option.default.value !== present) return [];
    const holds = (value: number): boolean => truth(fact, new Map([...values, [option.name.text, value]])) === 1;
    const near = Array.from({ length: 256 }, (_, i) => (i % 2 ? present + (i + 1) / 2 : present - i / 2)).filter((value) => value >= 1 && value !== present).find(holds);
    return near === undefined ? [] : [guess(`${option.name.text} = ${near}`, replaced(option.default.span, String(near)))];
  });
  return { label: "does not hold", related: options.map((option) => ({ span: option.span, message: "declared here" })), fixes };
}

/** A fact over known whole numbers: 1 where it holds. */
function truth(tree: Expression, values: ReadonlyMap<string, number>): number | undefined {
  if (tree.kind === "IntegerLiteral") return tree.value;
  if (tree.kind === "Name") return values.get(tree.text);
  if (tree.kind !== "Binary") return undefined;
  const [a, b] = [truth(tree.left, values), truth(tree.right, values)];
  if (a === undefined || b === undefined) return undefined;
  switch (tree.operator) {
    case "+": return a + b;
    case "-": return a - b;
    case "*": return a * b;
    case "/": return b !== 0 && a % b === 0 ? a / b : undefined;
    case "%": return b > 0 ? ((a % b) + b) % b : undefined;
    case "^": return a ** b;
    case "==": return Number(a === b);
    case "!=": return Number(a !== b);
    case "<": return Number(a < b);
    case "<=": return Number(a <= b);
    case ">": return Number(a > b);
    case ">=": return Number(a >= b);
    case "and": return Number(a === 1 && b === 1);
    case "or": return Number(a === 1 || b === 1);
  }
}

/** A model without an output gives what it bound last. */
export function noOutput({ item, valueOf }: Case): Remedy | undefined {
  if (item?.kind !== "Model") return undefined;
  const last = item.members.findLast((member) => member.kind === "Let");
  if (last?.kind !== "Let" || last.target.kind !== "Identifier") return { label: "no `output`" };
  const value = valueOf(last.value);
  const name = last.target.text;
  return {
    label: "no `output`",
    related: [{ span: last.target.span, message: "nothing takes this out of the model" }],
    fixes: value?.kind === "tensor" ? [fix(`make \`${name}\` an output of type ${showType(value.type)}`, replaced(spanBetween(last.span, last.span.start, last.span.start + "let".length), "output"), replaced(spanBetween(last.span, last.target.span.end, last.type ? last.type.span.end : last.target.span.end), `: ${showType(value.type)}`))] : [],
  };
}

// ------------------------------------------------------------------------------------------------------------------- training

/** A loss for each sample becomes their mean. */
export function lossShape({ text, span, diagnostic }: Case): Remedy | undefined {
  const [, found, axes] = /but is ((?:f32|f16|bf16)\[(.*)\])$/.exec(diagnostic.message) ?? [];
  if (found === undefined) return { label: "not a number" };
  const names = axes.split(", ").map((axis) => axis.split(" = ")[0]);
  return { label: found, fixes: names.every((name) => /^[A-Za-z_]\w*$/.test(name)) ? [fix(`the mean over ${names.join(", ")}`, replaced(span, `mean(${text}, over: [${names.join(", ")}])`))] : [] };
}

/** The bindings whose parameters no loss reaches. */
export function unreached(about: Case): Remedy {
  const model = modelOf(about);
  const heads = [...new Set(quoted(about).map((path) => path.split(".")[0]))];
  const related = heads.flatMap((name): readonly RelatedPlace[] => {
    const made = model && [...allOf(model, "Let"), ...allOf(model, "ModelOutput"), ...allOf(model, "Parameter")].find((own) => {
      const target = own.kind === "Let" ? own.target : own.name;
      return target.kind === "Identifier" ? target.text === name : target.kind === "MemberTarget" && target.name.text === name;
    });
    return made ? [{ span: made.span, message: `\`${name}\` is made here` }] : [];
  });
  return { label: about.diagnostic.code === "NET0605" ? "reaches no parameter" : "does not reach them", related: related.slice(0, 3) };
}

/** The data's field as the model takes it. */
export function misfittingField(about: Case): Remedy | undefined {
  const [name] = quoted(about);
  const input = modelOf(about)?.members.find((member) => member.kind === "ModelInput" && member.name.text === name);
  if (input?.kind !== "ModelInput") return undefined;
  const [, given, taken] = / as (.+), but the model takes (.+)$/.exec(about.diagnostic.message) ?? [];
  return { label: given, related: [{ span: input.type.span, message: taken }], fixes: [fix("give it as the model takes it", replaced(about.span, textOf(input.type.span))), guess("let the model take it as it is given", replaced(input.type.span, about.text))] };
}

export function missingInTraining(about: Case): Remedy | undefined {
  const { item, diagnostic } = about;
  if (item?.kind !== "Train") return undefined;
  const last = item.items[item.items.length - 1];
  if (diagnostic.message.endsWith("no optimizer") && last) return { label: "without an optimizer", related: [{ span: last.span, message: "an optimizer can follow here" }], fixes: [guess("train with Adam", inserted(last.span, last.span.end, `\n${indentOf(last.span)}optimizer adam(lr: 1e-3)`))] };
  const near = /^was `(\w+)` meant/.exec(diagnostic.help ?? "")?.[1];
  const [name] = quoted(about);
  const field = near === undefined ? undefined : allOf(item, "DataField").find((own) => own.name.text === near);
  const input = modelOf(about)?.members.find((member) => member.kind === "ModelInput" && member.name.text === name);
  return { related: [input && { span: input.span, message: "the input" }], fixes: field && name !== undefined ? [fix(`call it \`${name}\``, replaced(field.name.span, name), ...allOf(item, "Name").filter((use) => use.text === near).map((use) => replaced(use.span, name)))] : [] };
}

// ------------------------------------------------------------------------------------------------------------------- weights

export function unruled(about: Case): Remedy | undefined {
  return { label: "not complete", related: unreached(about).related };
}

export function ruledTwice({ path, span }: Case): Remedy | undefined {
  const rule = path.findLast((node: Node) => node.kind === "LoadRule" || node.kind === "FreshRule");
  return { label: "again here", fixes: [guess("take this rule away", removed(rule?.kind === "LoadRule" ? rule.span : span))] };
}

/** A tensor that does not suit what is done to it is loaded as it is. */
export function unsuited(about: Case): Remedy | undefined {
  const rule = about.path.findLast((node) => node.kind === "LoadRule");
  if (rule?.kind !== "LoadRule" || rule.goal.kind === "Path" || rule.goal.kind === "MissingGoal") return undefined;
  return { related: unreached(about).related, fixes: [guess("load it as it is", replaced(rule.goal.span, textOf(rule.goal.path.span)))] };
}

/** A rate for what a plan freezes: one of the two goes. */
export function frozenGroup({ item, path, span, program }: Case): Remedy | undefined {
  const group = path.findLast((node) => node.kind === "OptimizerGroup");
  if (item?.kind !== "Train" || group?.kind !== "OptimizerGroup") return undefined;
  const fixes: Fix[] = [];
  const optimizer = item.items.find((own) => own.kind === "OptimizerItem" && own.groups.includes(group));
  if (optimizer?.kind === "OptimizerItem" && optimizer.groups.length === 1 && group.paths.length === 1) fixes.push(guess("leave the rate out", replaced(spanBetween(span, optimizer.call.span.end, optimizer.span.end), "")));
  else fixes.push(guess("leave the rate out", group.paths.length > 1 ? removed(span) : replaced(group.span, "")));
  const plans = program.files.flatMap((file) => file.tree.items).filter((own): own is Weights => own.kind === "Weights");
  const frozen = plans.flatMap((plan) => plan.rules).find((rule) => rule.kind === "FreezeRule" && rule.paths.some((own) => textOf(own.span) === textOf(span)));
  if (frozen?.kind === "FreezeRule") fixes.push(guess("do not freeze it", removed(frozen.paths.length > 1 ? frozen.paths.find((own) => textOf(own.span) === textOf(span))!.span : frozen.span)));
  return { label: "trained here", fixes };
}

