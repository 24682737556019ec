/**
 * The graph of a training step: from the loss, the joint graph of its value and of the gradient of each trainable parameter. What a frozen parameter
 * would need is not in it. Random nodes become inputs, drawn outside as a function of (key, step): every engine draws the same, and a recomputation
 * repeats them.
 */
import { gradients } from "../gradient.ts";
import { createBuilder, type Builder } from "../ir/builder.ts";
import { topologicalOrder, rootsOf, type Graph, type NamedNode, type Node, type NodeOf } from "../ir/graph.ts";
import { shortenAttentionGradients } from "./attention-gradient.ts";
import type { Facts } from "../dims/index.ts";
import { optimise } from "../passes/index.ts";
import { rewrite } from "../passes/rewrite.ts";

export interface RandomInput {
  /** The name of the graph's input. */
  readonly name: string;
  readonly key: string;
  readonly distribution: "uniform" | "normal";
  readonly node: NodeOf<"input">;
}

export interface StepGraph {
  /** Outputs: `loss`, `squared_norm` (of all gradients together), then `gradient/PATH` for each of `trainable`. Updates: new values of the states. */
  readonly graph: Graph;
  /** What the loss depends on and nothing freezes, in the order of the source. */
  readonly trainable: readonly NodeOf<"parameter">[];
  readonly random: readonly RandomInput[];
}

export const gradientName = (path: string): string => `gradient/${path}`;

export interface StepOptions {
  /** Verifies the graph after each pass. */
  readonly verify?: boolean;
  /** For a target that takes the composites of the backward part whole. */
  readonly makesComposites?: boolean;
}

/** `graph`: a loss in training, its first output. */
export function stepGraph(graph: Graph, facts: Facts, isFrozen: (path: string) => boolean, { verify = false, makesComposites = false }: StepOptions = {}): StepGraph {
  const plain = optimise({ ...graph, outputs: graph.outputs.slice(0, 1) }, { facts, training: true, verify });
  const { graph: drawn, random } = randomAsInputs(plain);
  const [{ node: loss }] = drawn.outputs;
  const wanted = drawn.parameters.filter(({ attributes }) => !isFrozen(attributes.path));
  const build = createBuilder({ makesComposites });
  const found = gradients(build, loss, wanted);
  const trainable = wanted.filter((_, i) => found[i] !== undefined);
  // In the order in which the backward part finds them: the last layers' first.
  const norm = build.within({ location: { ...loss.location, derived: "gradient" }, path: "" }, () => squaredNorm(build, found.filter((node) => node !== undefined).reverse()));
  const outputs: NamedNode[] = [drawn.outputs[0], { name: "squared_norm", node: norm }, ...wanted.flatMap((parameter, i) => (found[i] ? [{ name: gradientName(parameter.attributes.path), node: found[i] }] : []))];
  const joint = shortenAttentionGradients(optimise({ ...drawn, outputs }, { facts, training: true, verify }));
  return { graph: { ...joint, parameters: drawn.parameters, states: drawn.states }, trainable, random };
}

function squaredNorm(build: Builder, slopes: readonly Node[]): Node {
  const parts = slopes.map((slope) => build.reduce("sum", build.mul(slope, slope), slope.type.shape.map((_, axis) => axis)));
  return parts.reduce((sum, part) => build.add(sum, part));
}

/** Random nodes as inputs, those of one key and shape as one. */
export function randomAsInputs(graph: Graph): { readonly graph: Graph; readonly random: readonly RandomInput[] } {
  const random = new Map<string, RandomInput>();
  const rewritten = rewrite(graph, "random_as_input", (node, { build }) => {
    if (node.operator !== "random") return undefined;
    const { key, distribution, shape } = node.attributes;
    const name = `random/${key}`;
    const known = random.get(name) ?? { name, key, distribution, node: build.make("input", [], { name, shape, dtype: "f32" }) as NodeOf<"input"> };
    random.set(name, known);
    return known.node;
  });
  const reached = new Set(topologicalOrder(rootsOf(rewritten)));
  const kept = [...random.values()].filter(({ node }) => reached.has(node));
  return { graph: { ...rewritten, inputs: [...rewritten.inputs, ...kept.map(({ node }) => node)] }, random: kept };
}
