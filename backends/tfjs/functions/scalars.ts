/** Values that are one number everywhere, known without a tensor: literals, sizes, and what is made of them. They are written as JavaScript. */
import type { Size } from "../../../compiler/dims/index.ts";
import type { Node } from "../../../compiler/ir/graph.ts";
import { isFloat } from "../../../compiler/operators/typing.ts";
import { isUniform } from "../../../compiler/passes/uniform.ts";
import { numberText } from "../forms/sources.ts";
import { hole, isPlain } from "../text/holes.ts";

const signs = new Map([["add", "+"], ["sub", "-"], ["mul", "*"], ["div", "/"]]);

/** Gives the expression of a value that is one number everywhere, or undefined. Not for truth values. */
export function createScalarTexts(sizeText: (size: Size) => string): (node: Node) => string | undefined {
  const known = new Map<Node, string | undefined>();

  function find(node: Node): string | undefined {
    if (node.type.dtype === "bool") return undefined;
    switch (node.operator) {
      case "constant": {
        const { data } = node.attributes.value;
        return isUniform(data) ? hole(numberText(data[0])) : undefined;
      }
      case "size":
        return sizeText(node.attributes.size);
      case "broadcast":
      case "reshape":
        return textOf(node.inputs[0]);
      case "cast":
        return isFloat(node.type.dtype) ? textOf(node.inputs[0]) : undefined;
      default: {
        const sign = signs.get(node.operator);
        if (sign === undefined || !isFloat(node.type.dtype)) return undefined;
        const [a, b] = node.inputs.map(textOf);
        return a === undefined || b === undefined ? undefined : `${grouped(a)} ${sign} ${grouped(b)}`;
      }
    }
  }

  function textOf(node: Node): string | undefined {
    if (!known.has(node)) known.set(node, find(node));
    return known.get(node);
  }
  return textOf;
}

const grouped = (text: string): string => (isPlain(text) ? text : `(${text})`);
