/** How long values live when steps run in an order: what memory figures, and the points at which a program disposes its tensors, are read off. */

/** For every step that another reads, the place of its last reader in `order`; for results, the place after the last. Who is not in it is read by nobody. */
export function lastUses<Step>(order: readonly Step[], operandsOf: (step: Step) => readonly Step[], results: Iterable<Step>): ReadonlyMap<Step, number> {
  const last = new Map<Step, number>();
  order.forEach((step, at) => operandsOf(step).forEach((operand) => last.set(operand, at)));
  for (const result of results) last.set(result, order.length);
  return last;
}
