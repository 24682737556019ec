/**
 * One step of an optimiser as a graph over vectors of any length N: parameter, gradient and moments go in, parameter and moments come out. Elementwise,
 * so that an engine may write every result over its operand. Rates and corrections are scalars from outside, computed in double precision there.
 *
 * Adam (Kingma and Ba 2015) and AdamW (Loshchilov and Hutter 2019) in the form of PyTorch: p - rate m' / (sqrt(v') correction + epsilon), where rate is
 * lr / (1 - beta1^t) and correction 1 / sqrt(1 - beta2^t). SGD with momentum: p - lr b', b' = momentum b + g.
 */
import { variable } from "../dims/index.ts";
import { createBuilder } from "../ir/builder.ts";
import { createSourceFile, spanIn } from "../../grammar/source.ts";
import type { Graph, NamedNode, Node, NodeOf } from "../ir/graph.ts";
import type { Optimizer } from "./description.ts";
import { momentsOf } from "./moments.ts";

/** Scalars that the graph takes: `scale` multiplies the gradient (clipping, accumulation), the others are as above; `decay` is the factor of the parameter. */
export const scalarsOf = ({ kind }: Pick<Optimizer, "kind">): readonly string[] => (kind === "sgd" ? ["scale", "rate", "decay"] : ["scale", "rate", "correction", "decay"]);

/** Inputs: `parameter`, `gradient`, the moments, the scalars. Outputs: `next/parameter` and the moments' `next/…`. */
export function updateGraph(optimizer: Pick<Optimizer, "kind" | "momentum" | "betas" | "epsilon">): Graph {
  const build = createBuilder();
  const nowhere = { location: { span: spanIn(createSourceFile("optimizer", ""), 0, 0), callers: [] }, path: "" };
  return build.within(nowhere, () => {
    const inputs: NodeOf<"input">[] = [];
    const input = (name: string, isScalar = false): Node => {
      const node = build.make("input", [], { name, shape: isScalar ? [] : [variable("N")], dtype: "f32" }, isScalar ? [] : ["N"]);
      inputs.push(node);
      return node;
    };
    const [parameter, gradient] = [input("parameter"), input("gradient")];
    const moments = momentsOf(optimizer).map((name) => input(name));
    const scalar = Object.fromEntries(scalarsOf(optimizer).map((name) => [name, input(name, true)]));
    const scaled = build.mul(gradient, scalar.scale);
    const outputs: NamedNode[] = [];
    const put = (name: string, node: Node): Node => (outputs.push({ name: `next/${name}`, node }), node);
    if (optimizer.kind === "sgd") {
      const slope = build.add(scaled, build.mul(parameter, scalar.decay));
      const velocity = moments.length ? put("velocity", build.add(build.mul(moments[0], optimizer.momentum), slope)) : slope;
      put("parameter", build.sub(parameter, build.mul(velocity, scalar.rate)));
    } else {
      const isAdam = optimizer.kind === "adam";
      const slope = isAdam ? build.add(scaled, build.mul(parameter, scalar.decay)) : scaled;
      const [beta1, beta2] = optimizer.betas;
      const first = put("first", build.add(build.mul(moments[0], beta1), build.mul(slope, 1 - beta1)));
      const second = put("second", build.add(build.mul(moments[1], beta2), build.mul(build.mul(slope, slope), 1 - beta2)));
      const spread = build.add(build.mul(build.sqrt(second), scalar.correction), optimizer.epsilon);
      // AdamW shrinks the parameter itself: `decay` is lr times the section's decay.
      const shrunk = isAdam ? parameter : build.sub(parameter, build.mul(parameter, scalar.decay));
      put("parameter", build.sub(shrunk, build.mul(build.div(first, spread), scalar.rate)));
    }
    return { name: "optimizer", inputs, outputs, parameters: [], states: [], updates: [] };
  });
}
