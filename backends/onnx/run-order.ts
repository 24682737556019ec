/**
 * The order in which ONNX Runtime runs the nodes of a file (1.30: GraphViewer's default order, Graph::ReverseDFSFrom): a depth-first search from the nodes
 * that nobody reads, the last one of the file first, and at each node first to the operand whose node stands last in the file.
 */
export interface WrittenNode {
  readonly name: string;
  readonly opType: string;
  /** Names of values; an empty one is an operand that is left out. */
  readonly input: readonly string[];
  readonly output: readonly string[];
}

export function runOrder<Written extends WrittenNode>(nodes: readonly Written[]): readonly Written[] {
  const maker = new Map(nodes.flatMap(({ output }, at) => output.map((name) => [name, at] as const)));
  maker.delete("");
  const operands = nodes.map(({ input }) => [...new Set(input.flatMap((name) => maker.get(name) ?? []))].sort((a, b) => a - b));
  const isRead = new Set(operands.flat());
  const stack = nodes.flatMap((_, at) => (isRead.has(at) ? [] : [{ at, isLeft: false }]));
  const seen = new Set<number>();
  const order: Written[] = [];
  while (stack.length > 0) {
    const { at, isLeft } = stack.pop()!;
    if (isLeft) order.push(nodes[at]);
    else if (!seen.has(at)) {
      seen.add(at);
      stack.push({ at, isLeft: true });
      for (const operand of operands[at]) if (!seen.has(operand)) stack.push({ at: operand, isLeft: false });
    }
  }
  return order;
}
