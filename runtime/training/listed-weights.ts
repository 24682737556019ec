/** The weights of a list as a training takes them: parameters, with the factors that the groups of the optimiser give them, and states. */
import type { Optimizer } from "../../compiler/training/description.ts";
import { groupFactor } from "../../compiler/training/groups.ts";
import type { WeightList } from "../parameters/weight-list.ts";
import type { Parameter, TrainedTensor } from "./trained-model.ts";

export const parametersOf = (list: WeightList, groups: Optimizer["groups"]): readonly Parameter[] =>
  list.flatMap(({ path, shape, init, kind }) => (kind === "state" ? [] : [{ path, shape, init, isTrained: kind === "trained", rateFactor: groupFactor(groups, "lr", path), decayFactor: groupFactor(groups, "decay", path) }]));

export const statesOf = (list: WeightList): readonly TrainedTensor[] => list.flatMap(({ path, shape, init, kind }) => (kind === "state" ? [{ path, shape, init }] : []));
