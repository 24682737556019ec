/** Choices made when the program is compiled, and families of bindings. */
import { bind, equal, freshName, named, number, sameType, someFloat, useStatic, mayBeStatic, freshAxis, holds, type Axis, type Made, type Scope, type Tensor } from "../scope.ts";
import type { Step } from "./step.ts";

/** An expression of the type of `x`, written over a text that stands for it. */
function keepsType(scope: Scope, x: Tensor, text: string): Made {
  const { random } = scope;
  const axis = x.type.axes.length ? random.pick(x.type.axes) : undefined;
  const forms: string[] = [`tanh(${text})`, `${text} * 0.5`, `relu(${text})`, `max(${text}, -0.2)`];
  const others = scope.tensors.filter((other) => sameType(scope, other.type, x.type));
  if (others.length) forms.push(`0.5 * (${text} + ${random.pick(others).text})`, `${text} - tanh(${random.pick(others).text})`);
  if (axis) {
    forms.push(`reverse(${text}, over: ${axis.name})`, `${text} - mean(${text}, over: ${axis.name})`);
    if (!holds(scope, (world) => axis.size.values[world] === 1) && mayBeStatic(scope, [axis.size]) && random.chance(0.5)) {
      useStatic(scope, [axis.size]);
      scope.owns = true;
      return { text: random.pick([`Linear(${text}, over: ${axis.name})`, `RMSNorm(${text}, over: ${axis.name})`, `tanh(Linear(${text}, over: ${axis.name}))`]), type: x.type };
    }
  }
  return { text: random.pick(forms), type: x.type };
}

export const chosen: Step = (scope) => {
  const x = someFloat(scope, 1);
  if (!x) return undefined;
  const { random } = scope;
  const choice = scope.choices.size && random.chance(0.4) ? random.pick([...scope.choices]) : undefined;
  if (choice) {
    const [name, { alternatives }] = choice;
    const arms = alternatives.map((alternative) => `${alternative} => ${keepsType(scope, x, x.text).text}`);
    return { text: `match ${name} { ${arms.join("  ")} }`, type: x.type };
  }
  const conditions = [...[...scope.bools].flatMap((name) => [name, `not ${name}`]), ...[...scope.ints].flatMap((name) => [`${name} > 2`, `${name} == 1`, `${name} % 2 == 0`])];
  if (random.chance(0.15)) conditions.push("training");
  if (conditions.length === 0) return undefined;
  const condition = random.pick(conditions);
  const ints = [...scope.ints].filter((name) => condition.includes(name));
  if (ints.length) {
    const sizes = ints.map((name) => named(scope, name));
    if (!mayBeStatic(scope, sizes)) return undefined;
    useStatic(scope, sizes);
  }
  return { text: `if ${condition} then ${keepsType(scope, x, x.text).text} else ${random.chance(0.4) ? x.text : keepsType(scope, x, x.text).text}`, type: x.type };
};

/** What is true in the arm alone makes its type fit: an even axis is halved and put together again. */
export const guarded: Step = (scope) => {
  const x = someFloat(scope, 1);
  if (!x) return undefined;
  const { random } = scope;
  const axis = random.pick(x.type.axes.filter((own) => scope.axisNames.has(own.name) && equal(scope, named(scope, own.name), own.size)));
  if (!axis || !mayBeStatic(scope, [axis.size])) return undefined;
  useStatic(scope, [axis.size]);
  const [one, two] = [freshAxis(scope, x.type.axes), freshName(scope, "a")];
  if (random.chance(0.5)) {
    const shape = x.type.axes.map((own) => own.name);
    const split = `rearrange(${x.text}, [${shape.map((own) => (own === axis.name ? `${own} = (${one} ${two})` : own)).join(", ")}] -> [${shape.flatMap((own) => (own === axis.name ? [one, two] : [own])).join(", ")}], ${two}: 2)`;
    const merged = `rearrange(tanh(${split}), [${shape.flatMap((own) => (own === axis.name ? [one, two] : [own])).join(", ")}] -> [${shape.map((own) => (own === axis.name ? `${own} = (${one} ${two})` : own)).join(", ")}])`;
    return { text: `if ${axis.name} % 2 == 0 then ${merged} else ${x.text}`, type: x.type };
  }
  const joined = `concat(${x.text}[${axis.name} = 1..], ${x.text}[${axis.name} = 0..1], over: ${axis.name})`;
  return { text: `if ${axis.name} >= 2 then ${joined} else ${x.text}`, type: x.type };
};

/** `let h[0] = x`, `let h[i] = … h[i - 1] … for i in 1..=n`: n a number, or an int that the signature leaves open. */
export function family(scope: Scope): boolean {
  const x = someFloat(scope, 1);
  if (!x) return false;
  const { random } = scope;
  const name = freshName(scope, "h");
  const ints = [...scope.ints].filter((own) => holds(scope, (world) => (scope.names.get(own)![world] as number) <= 8));
  const open = ints.length > 0 && random.chance(0.5) ? random.pick(ints) : undefined;
  if (open) useStatic(scope, [named(scope, open)]);
  const count = 2 + random.below(2);
  const end = open ?? String(count);
  const step = keepsType(scope, x, `${name}[i - 1]`);
  const lines = [`let ${name}[0] = ${x.text}`, `let ${name}[i] = ${step.text} for i in 1..=${end}`];
  scope.statements.push(...(random.chance(0.2) ? lines.reverse() : lines));
  scope.tensors.push({ text: `${name}[${end}]`, type: x.type });
  if (!open) {
    scope.tensors.push({ text: `${name}[1]`, type: x.type });
    scope.lists.push({ text: `${name}[0..=${count}]`, length: count + 1, element: x.type }, { text: `${name}[1..${count}]`, length: count - 1, element: x.type });
  }
  return true;
}

/** Members of different types; joined along the axis in which they differ. */
export function unequalFamily(scope: Scope): boolean {
  const x = someFloat(scope, 1);
  if (!x) return false;
  const axis = scope.random.pick(x.type.axes);
  if (!mayBeStatic(scope, [axis.size])) return false;
  useStatic(scope, [axis.size]);
  scope.owns = true;
  const name = freshName(scope, "g");
  const out = freshAxis(scope, x.type.axes);
  scope.statements.push(`let ${name}[i] = Linear(${x.text}, over: ${axis.name}, out: ${out} = 2 * i + 1) for i in 0..3`);
  const withSize = (size: number): readonly Axis[] => x.type.axes.map((own) => (own === axis ? { name: out, size: number(size) } : own));
  scope.tensors.push({ text: `${name}[1]`, type: { dtype: "f32", axes: withSize(3) } });
  return bind(scope, { text: `concat(${name}[0..=2], over: ${out})`, type: { dtype: "f32", axes: withSize(9) } }) !== undefined;
}

/** A list of tensors that the signature gives, as a stack or one of it. */
export function listUse(scope: Scope): boolean {
  const list = scope.lists.length ? scope.random.pick(scope.lists) : undefined;
  if (!list || list.length < 1) return false;
  const made: Axis = { name: freshAxis(scope, list.element.axes), size: number(list.length) };
  return bind(scope, { text: `stack(${list.text}, axis: ${made.name})`, type: { dtype: "f32", axes: [made, ...list.element.axes] } }) !== undefined;
}
