/** Identities that hold exactly, one node at a time: of moves, of elements, of sizes, and broadcasts moved behind the work. */
import { simplifyElementwise, simplifySize } from "./simplify-elementwise.ts";
import { simplifyShape } from "./simplify-shape.ts";
import { sinkBroadcast } from "./sink-broadcast.ts";
import type { Pass } from "./pass.ts";
import { rewrite } from "./rewrite.ts";

const NAME = "simplify";

export const simplify: Pass = {
  name: NAME,
  stage: "always",
  run: (graph) =>
    rewrite(
      graph,
      NAME,
      (node, { build }) => simplifyElementwise(node, build) ?? simplifyShape(node, build) ?? simplifySize(node, build) ?? sinkBroadcast(node, build),
    ),
  doc: "Removes what does nothing (masks that are true everywhere, x * 1, two transposes) and repeats values after computing them, not before.",
};
