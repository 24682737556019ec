/** Where nothing will be differentiated any more, `stop_gradient` is its operand. */
import type { Pass } from "./pass.ts";
import { rewrite } from "./rewrite.ts";

const NAME = "drop_stop_gradient";

export const dropStopGradient: Pass = {
  name: NAME,
  stage: "inference",
  run: (graph) => rewrite(graph, NAME, (node) => (node.operator === "stop_gradient" ? node.inputs[0] : undefined)),
  doc: "Removes stop_gradient, which means nothing without a gradient.",
};
