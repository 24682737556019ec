/** One line for each operator of the graph; tsc names what is missing. */
import type { Lowerings } from "../lowering.ts";
import { activationLowerings } from "./activations.ts";
import { channelsLastLowerings } from "./channels-last.ts";
import { contractionLowerings } from "./contractions.ts";
import { convolutionLowerings } from "./convolution.ts";
import { elementwiseLowerings } from "./elementwise.ts";
import { normalisationLowerings } from "./normalisation.ts";
import { poolingLowerings } from "./pooling.ts";
import { reductionLowerings } from "./reductions.ts";
import { resizeLowerings } from "./resize.ts";
import { selectionLowerings } from "./selection.ts";
import { shapeLowerings } from "./shape.ts";
import { slopeLowerings } from "./slopes.ts";
import { sourceLowerings } from "./sources.ts";

export const lowerings = {
  ...sourceLowerings,
  ...shapeLowerings,
  ...selectionLowerings,
  ...elementwiseLowerings,
  ...activationLowerings,
  ...reductionLowerings,
  ...contractionLowerings,
  ...convolutionLowerings,
  ...poolingLowerings,
  ...normalisationLowerings,
  ...resizeLowerings,
  ...slopeLowerings,
  ...channelsLastLowerings,
} satisfies Lowerings;
