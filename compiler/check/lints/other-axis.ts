/**
 * The size of another axis: `Y: image.X / 16`, where the image has an axis Y. With square pictures both sizes are equal and nothing shows it; the first
 * picture that is not square comes out wrong.
 */
import type { AxisArgument, Expression, Node as Tree } from "../../../grammar/ast.ts";
import { textOf } from "../../../grammar/source.ts";
import { walk } from "../../../grammar/visit.ts";
import { report, type Scope } from "../scope.ts";
import { evaluate } from "../evaluate.ts";

/** `axis`: what the size is given for. */
export function refuseOtherAxis(scope: Scope, axis: string, size: AxisArgument): void {
  if (scope.frame.quiet || scope.frame.session.mode === "build") return;
  const members: (Tree & { readonly kind: "Member" })[] = [];
  walk(size, (node) => void (node.kind === "Member" && members.push(node)));
  if (members.length === 0 || members.some((member) => member.name.text === axis)) return;
  for (const { object, name, span } of members) {
    const value = evaluate(scope, object as Expression);
    if (value.kind !== "tensor") continue;
    const names = value.type.axes.flatMap((item) => (item.kind === "axis" && item.label && !item.label.hidden ? [item.label.name] : []));
    if (!names.includes(axis) || !names.includes(name.text)) continue;
    const meant = `${textOf(object.span)}.${axis}`;
    report(scope, "NET0822", span, { axis, given: textOf(span), meant }, { fixes: [{ title: `\`${meant}\` instead of \`${textOf(span)}\``, edits: [{ span, newText: meant }] }] });
    return;
  }
}
