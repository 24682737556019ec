/** Calls and values: what is missing, too much, of the wrong kind, or not to be called. */
import type { Argument, Call, Expression, Node } from "../../../grammar/ast.ts";
import { spanBetween, textOf } from "../../../grammar/source.ts";
import { showType as shownType } from "../../types/show.ts";
import type { Fix } from "../diagnostic.ts";
import { allOf, axesOf, blockNamed, calledBlock, declarationsIn, letOf } from "./look-up.ts";
import { around, fix, guess, indentOf, inserted, isBody, quoted, removed, replaced, type Case, type Remedy } from "./remedy.ts";

const callAt = ({ path, span }: Case): Call | undefined => path.findLast((node): node is Call => node.kind === "Call" && node.span.start === span.start && node.span.end === span.end);
const firstInput = (call: Call): Argument | undefined => call.arguments.find((argument) => !argument.name);

/** An option that is missing is most often a value of the same name that was not passed on; of `over`, the only axis that it can be. */
export function missingArgument(about: Case): Remedy | undefined {
  const { diagnostic, item } = about;
  const call = callAt(about);
  const missing = quoted(about)[1];
  if (!call || !item || missing === undefined || !diagnostic.message.includes("the option")) return undefined;
  const give = (value: string): Fix => fix(`give \`${missing}: ${value}\``, inserted(call.span, call.span.end - 1, `${call.arguments.length ? ", " : ""}${missing}: ${value}`));
  const named = declarationsIn(item, missing).length ? [give(missing)] : [];
  const input = firstInput(call);
  const axes = missing === "over" && input ? axesOf(about, input.value).map((axis) => axis.label!.name).filter((name) => name !== "B") : [];
  const axis = axes.includes("C") ? "C" : axes.length === 1 ? axes[0] : undefined;
  return { label: `without \`${missing}\``, fixes: [...named, ...(axis ? [give(axis)] : [])] };
}

/** An argument by place that an option takes by name. */
export function tooManyInputs(about: Case): Remedy | undefined {
  const { text, span, diagnostic } = about;
  const call = around(about, "Call");
  const block = call && calledBlock(about, call);
  const given = new Set(call?.arguments.flatMap((argument) => (argument.name ? [argument.name.text] : [])));
  const isNumber = /^[\d.]+$/.test(text);
  const options = (block?.options ?? []).filter((option) => !isNumber || option.name.text === "out" || option.optionKind.kind === "NumberKind").map((option) => option.name.text).filter((name) => !given.has(name));
  const preferred = [...options.filter((name) => name === text), ...options.filter((name) => name === "out" || name === "over"), ...options];
  const said = /`(\w+: [^`]+)`/.exec(diagnostic.help ?? "")?.[1];
  return {
    label: "one too many",
    related: block && !block.span.file.name.startsWith("std/") ? [{ span: block.name.span, message: `\`${block.name.text}\` is declared here` }] : [],
    fixes: [
      ...(said ? [fix(`give it by name: \`${said}\``, replaced(span, said))] : []),
      ...[...new Set(preferred)].slice(0, 3).map((name) => fix(`give it by name: \`${name}: ${text}\``, replaced(span, `${name}: ${text}`))),
      guess("take it away", removed(span)),
    ],
  };
}

/** A value of another kind: a layer that is not applied, a whole number written as a float, a truth value where a number is wanted. */
export function wrongKind(about: Case): Remedy | undefined {
  const { diagnostic, item, span, text, path } = about;
  const found = diagnostic.label ?? "";
  const fixes: Fix[] = [];
  if (/^a layer |^the (block|operator) /.test(found) && item) {
    const inputs = item.kind === "Block" ? item.inputs.map((input) => input.name.text) : item.kind === "Model" ? item.members.flatMap((member) => (member.kind === "ModelInput" ? [member.name.text] : [])) : [];
    for (const input of inputs.slice(0, 3)) fixes.push(guess(`apply it to \`${input}\``, replaced(span, /^[A-Z]\w*\(/.test(text) ? text.replace(/\((.*)\)$/s, (_, options: string) => `(${input}${options ? `, ${options}` : ""})`) : `${text}(${input})`)));
  }
  if (/^the float/.test(found) && /^\d+\.0*$/.test(text)) fixes.push(fix("write it as an int", replaced(span, text.replace(/\..*/, ""))));
  if (/^(true|false|a bool)$/.test(found) && /^\w+$/.test(text)) fixes.push(guess("choose a number by it", replaced(span, `(if ${text} then 1.0 else 0.0)`)));
  if (/^the int [01]$/.test(found) && diagnostic.message.includes("a bool")) fixes.push(fix(`write \`${text === "1" ? "true" : "false"}\``, replaced(span, text === "1" ? "true" : "false")));
  if (found === "a plain name") fixes.push(...[path.findLast((node) => node.kind === "Let")].flatMap((statement) => (statement?.kind === "Let" && statement.family ? [fix("make it a family", replaced(span, `${text}[${statement.family.variable.text}]`))] : [])));
  const [, name] = /of `(\w+)` needs/.exec(diagnostic.message) ?? [];
  const block = name === undefined ? undefined : blockNamed(about, name);
  const input = block?.inputs.find((own) => diagnostic.message.includes(`\`${own.name.text}\` of`)) ?? block?.options.find((own) => diagnostic.message.includes(`\`${own.name.text}\` of`));
  const made = /^\w+$/.test(text) ? letOf(item, text) : undefined;
  return {
    related: [input && { span: input.span, message: "declared here" }, made && made.value.span.start !== span.start ? { span: made.value.span, message: `\`${text}\` is made here` } : undefined],
    fixes,
  };
}

/** What was made with an input is a value; with its options alone it would be a layer. */
export function notCallable(about: Case): Remedy | undefined {
  const { item, text, path } = about;
  const call = path.findLast((node): node is Call => node.kind === "Call");
  const made = letOf(item, text);
  if (!call) return undefined;
  const definition = made?.value.kind === "Call" ? made.value : undefined;
  const inputs = definition?.arguments.filter((argument) => !argument.name) ?? [];
  const options = definition?.arguments.filter((argument) => argument.name).map((argument) => textOf(argument.span)) ?? [];
  return {
    label: "called here",
    related: [made && { span: made.value.span, message: `\`${text}\` is made here${inputs.length ? ", with its input" : ""}` }],
    fixes: [
      ...(definition && inputs.length ? [fix(`make \`${text}\` a layer: leave its input out`, replaced(definition.span, `${textOf(definition.callee.span)}(${options.join(", ")})`))] : []),
      guess(`use the value: \`${text}\``, replaced(call.span, text)),
    ],
  };
}

/** Two layers of one block in a statement: each gets a binding of its own. */
export function twoLayers(about: Case): Remedy | undefined {
  const { item, path } = about;
  const own = callAt(about);
  const name = own?.callee.kind === "Name" ? own.callee.text : undefined;
  const statement = path.findLast((node) => node.kind === "Let" || node.kind === "ModelOutput" || node.kind === "Return");
  const whole = statement ?? (item?.kind === "Block" && item.body.kind !== "Body" ? item.body : undefined);
  if (!own || name === undefined || !whole || !isBody(item)) return undefined;
  const calls = allOf(whole, "Call").filter(({ callee }) => callee.kind === "Name" && callee.text === name);
  const first = calls.find((call) => call !== own);
  const stem = name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toLowerCase();
  const bindings = calls.map((call, i) => ({ call, name: `${stem}_${i + 1}` }));
  const nested = calls.some((call) => calls.some((other) => other !== call && other.span.start <= call.span.start && call.span.end <= other.span.end));
  const lets = (indent: string): string => bindings.map((binding) => `let ${binding.name} = ${textOf(binding.call.span)}\n${indent}`).join("");
  const uses = bindings.map((binding) => replaced(binding.call.span, binding.name));
  const fixes: Fix[] = [];
  if (nested) fixes.push(fix("give each its own `let`", inserted(whole.span, whole.span.start, `let ${stem}_1 = ${textOf(inner(calls).span)}\n${indentOf(whole.span)}`), replaced(inner(calls).span, `${stem}_1`)));
  else if (statement) fixes.push(fix("give each its own `let`", inserted(statement.span, statement.span.start, lets(indentOf(statement.span))), ...uses));
  else {
    const equals = whole.span.file.text.lastIndexOf("=", whole.span.start);
    fixes.push(fix("give each its own `let`", replaced(spanBetween(whole.span, equals, whole.span.start), `{\n  ${lets("  ")}return `), ...uses, inserted(whole.span, whole.span.end, "\n}")));
  }
  return { label: `the second \`${name}\``, related: [first && { span: first.span, message: `the first \`${name}\`` }], fixes };
}

const inner = (calls: readonly Call[]): Call => calls.reduce((least, call) => (call.span.end - call.span.start < least.span.end - least.span.start ? call : least));

/** A body without `return` gives what it bound last. */
export function noReturn(about: Case): Remedy | undefined {
  const { item } = about;
  const body = around(about, "Body");
  const last = body?.statements.findLast((statement) => statement.kind === "Let");
  if (!body || item?.kind !== "Block") return undefined;
  const name = last?.kind === "Let" && last.target.kind === "Identifier" ? last.target.text : undefined;
  return {
    label: "`return …` belongs before this",
    related: [{ span: item.result.span, message: "this is promised" }],
    fixes: name && last ? [fix(`return \`${name}\``, inserted(body.span, last.span.end, `\n${indentOf(last.span)}return ${name}`))] : [],
  };
}

/** A layer that was applied at other sizes: here a layer of its own. */
export function sharedSizes(about: Case): Remedy | undefined {
  const { item, span } = about;
  const call = callAt(about);
  const name = call?.callee.kind === "Name" ? call.callee.text : undefined;
  const layer = name === undefined ? undefined : letOf(item, name)?.value;
  if (!call || !item || name === undefined) return undefined;
  const first = allOf(item, "Call").find((other) => other !== call && other.callee.kind === "Name" && other.callee.text === name && other.span.start < span.start);
  const options = layer?.kind === "Call" ? layer.arguments.map((argument) => textOf(argument.span)) : [];
  const inputs = call.arguments.map((argument) => textOf(argument.span));
  const shape = (tree: Argument | undefined): string => axesText(about, tree?.value);
  return {
    label: `applied to ${shape(firstInput(call))}`,
    related: [first && { span: first.span, message: `applied first to ${shape(firstInput(first))}` }, layer && { span: layer.span, message: "made here" }],
    fixes: layer?.kind === "Call" ? [fix("a layer of its own here", replaced(call.span, `${textOf(layer.callee.span)}(${[...inputs, ...options].join(", ")})`))] : [],
  };
}

function axesText({ valueOf }: Case, tree: Node | undefined): string {
  const value = tree && valueOf(tree);
  return value?.kind === "tensor" ? shownType(value.type) : "this";
}


/** `if` over data: `select`. */
export function dataChooses(about: Case): Remedy | undefined {
  const { path, span, valueOf } = about;
  const tree = path.findLast((node) => node.kind === "If" || node.kind === "Match");
  const condition: Expression | undefined = tree?.kind === "If" ? tree.condition : tree?.kind === "Match" ? tree.subject : undefined;
  const value = condition && valueOf(condition);
  return {
    label: value?.kind === "tensor" ? `data: ${shownType(value.type)}` : "data",
    fixes: tree?.kind === "If" && tree.condition.span.start === span.start ? [fix("choose element by element", replaced(tree.span, `select(${textOf(tree.condition.span)}, ${textOf(tree.then.span)}, ${textOf(tree.else.span)})`))] : [],
  };
}

/** The arms that a match forgets, with what its last arm does. */
export function missingArms(about: Case): Remedy | undefined {
  const { path, span, program } = about;
  const tree = path.findLast((node) => node.kind === "Match");
  const missing = quoted(about);
  if (tree?.kind !== "Match") return undefined;
  const last = tree.arms[tree.arms.length - 1];
  const choice = [...(program.names.get(span.file)?.choices.values() ?? [])].find((own) => missing.every((name) => own.alternatives.some((alternative) => alternative.text === name)));
  const option = path.flatMap((node) => (node.kind === "Block" ? node.options : node.kind === "Model" ? node.config : [])).find((own) => tree.subject.kind === "Name" && own.name.text === tree.subject.text);
  const arms = missing.map((name) => `\n${indentOf(last?.span ?? tree.span)}${name} => ${last ? textOf(last.body.span) : ""}`).join("");
  return {
    label: `no arm for ${missing.join(", ")}`,
    related: [choice ? { span: choice.name.span, message: `its alternatives are ${choice.alternatives.map(({ text }) => text).join(", ")}` } : option && { span: option.span, message: "declared here" }],
    fixes: last ? [guess(`add ${missing.length > 1 ? "arms" : "an arm"} for ${missing.map((name) => `\`${name}\``).join(", ")} that ${missing.length > 1 ? "do" : "does"} what \`${textOf(last.pattern.span)}\` does`, inserted(last.span, last.span.end, arms))] : [],
  };
}
