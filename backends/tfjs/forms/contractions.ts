/** Sums of products: a matrix product as it stands where the axes allow it, otherwise by the library, which transposes and joins what it must. */
import { everywhere, type Forms } from "../form.ts";
import type { Node, NodeOf } from "../../../compiler/ir/graph.ts";
import { phaseOf } from "../functions/phase.ts";

/** The flags of tf.matMul where the axes stand as it wants them: equal ranks, leading axes paired in order, one of the last two axes summed. */
function matrixProduct({ inputs: [left, right], attributes: { batch, contract } }: NodeOf<"dot">): readonly [boolean, boolean] | undefined {
  const rank = left.type.shape.length;
  if (rank < 2 || right.type.shape.length !== rank || contract.length !== 1 || batch.length !== rank - 2) return undefined;
  if (!batch.every(([a, b], i) => a === i && b === i)) return undefined;
  const [[a, b]] = contract;
  return [a === rank - 2, b === rank - 1];
}

/**
 * A product of the rows of a tensor, of any rank: with a matrix, as a linear layer has it (`rowsTimes`) or as its way back has it (`rowsBack`), or with the
 * rows of another (`sumOfProducts`). Written alike for all ranks, so that a layer is one function wherever it stands.
 */
function productOfRows(node: NodeOf<"dot">): "rowsTimes" | "rowsBack" | "sumOfProducts" | undefined {
  const { inputs: [left, right], attributes: { batch, contract } } = node;
  const rank = left.type.shape.length;
  if (batch.length > 0 || rank < 2) return undefined;
  if (contract.length === 1 && right.type.shape.length === 2 && contract[0][0] === rank - 1) return contract[0][1] === 1 ? "rowsTimes" : rank > 2 || phaseOf(node as Node) === "backward" ? "rowsBack" : undefined;
  return right.type.shape.length === rank && contract.length === rank - 1 && contract.every(([a, b], axis) => a === axis && b === axis) ? "sumOfProducts" : undefined;
}

/** The einsum of a contraction: the left operand's axes are a, b, c, …, the right one's the same where they are paired, and the letters after these elsewhere. */
function equation({ inputs: [left, right], attributes: { batch, contract } }: NodeOf<"dot">): string {
  const letter = (at: number): string => String.fromCharCode(97 + at);
  const l = left.type.shape.map((_, axis) => letter(axis));
  const pairs = [...batch, ...contract];
  let next = l.length;
  const r = right.type.shape.map((_, axis) => {
    const pair = pairs.find(([, own]) => own === axis);
    return pair ? l[pair[0]] : letter(next++);
  });
  const free = [...l.filter((_, axis) => !pairs.some(([own]) => own === axis)), ...r.filter((_, axis) => !pairs.some(([, own]) => own === axis))];
  return `${l.join("")},${r.join("")}->${[...batch.map(([own]) => l[own]), ...free].join("")}`;
}

export const contractionForms = {
  dot: {
    runsOn: everywhere,
    write(node, [left, right], { library }) {
      const rows = productOfRows(node);
      if (rows) return `${library(rows)}(${left}, ${right})`;
      const flags = matrixProduct(node);
      // Without flags and batches every backend is fast.
      const isPlain = flags && !flags[0] && !flags[1] && node.type.shape.length === 2;
      if (flags) return `${isPlain ? "tf.matMul" : library("product")}(${left}, ${right}${flags[0] || flags[1] ? `, ${flags[0]}` : ""}${flags[1] ? ", true" : ""})`;
      return `${library("dot")}(${left}, ${right}, "${equation(node)}")`;
    },
  },
} satisfies Partial<Forms>;
