/**
 * The operator table: one row for each operator of the graph. ADD AN OPERATOR HERE: its attributes in ir/graph.ts, its row in the file of its family,
 * and for a primitive one line in each backend; tsc names whatever is missing.
 */
import type { OperatorName } from "../ir/graph.ts";
import { activationRows } from "./activations.ts";
import { binaryRows } from "./binary.ts";
import { channelsLastRows } from "./channels-last.ts";
import { contractionRows } from "./contractions.ts";
import { convolutionRows } from "./convolution.ts";
import { normalisationRows } from "./normalisation.ts";
import type { Operator, OperatorTable } from "./operator.ts";
import { poolingRows } from "./pooling.ts";
import { reductionRows } from "./reductions.ts";
import { resizeRows } from "./resize.ts";
import { selectionRows } from "./selection.ts";
import { shapeRows } from "./shape.ts";
import { slopeRows } from "./slopes.ts";
import { softmaxRows } from "./softmax.ts";
import { sourceRows } from "./sources.ts";
import { unaryRows } from "./unary.ts";
import { windowRows } from "./windows.ts";

export const operators = {
  ...sourceRows,
  ...shapeRows,
  ...windowRows,
  ...selectionRows,
  ...unaryRows,
  ...binaryRows,
  ...reductionRows,
  ...contractionRows,
  ...convolutionRows,
  ...poolingRows,
  ...softmaxRows,
  ...normalisationRows,
  ...activationRows,
  ...resizeRows,
  ...slopeRows,
  ...channelsLastRows,
} satisfies OperatorTable;

const table: OperatorTable = operators;

/** The row of an operator. */
export const operatorOf = <Name extends OperatorName>(name: Name): Operator<Name> => table[name];

/** Every operator, in the order of the table. */
export const operatorNames = Object.keys(operators) as readonly OperatorName[];
