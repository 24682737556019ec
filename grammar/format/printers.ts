/**
 * How each kind of node is printed: a table that does not compile when a kind is missing.
 */
import type { Node, NodeKind, NodeOfKind } from "../ast.ts";
import type { Doc } from "./documents.ts";
import * as expressions from "./print-expressions.ts";
import * as items from "./print-items.ts";
import * as statements from "./print-statements.ts";
import * as train from "./print-train.ts";
import * as types from "./print-types.ts";
import * as weights from "./print-weights.ts";
import { name, token, type Printing } from "./printing.ts";

type Printer<N extends Node> = (p: Printing, node: N) => Doc;

/** Only a tree without problems is printed, and it has no Missing node. */
const nothing: Printer<Node> = (_, { kind }) => {
  throw new Error(`a ${kind} cannot be printed`);
};
const word: Printer<Node> = (p) => token(p);

const table: { readonly [K in NodeKind]: Printer<NodeOfKind<K>> } = {
  File: items.file,
  Comment: nothing,
  Import: items.importItem,
  Identifier: name,
  MissingItem: nothing,
  Choice: items.choice,
  Block: items.block,
  Input: items.input,
  Option: statements.option,
  NumberKind: types.numberKind,
  BoolKind: word,
  InitKind: word,
  AxisKind: word,
  NamedKind: word,
  ChoiceKind: types.choiceKind,
  ListKind: types.listKind,
  MissingKind: nothing,
  RecordResult: types.recordResult,
  ResultField: types.resultField,
  Body: statements.body,
  Let: statements.letStatement,
  MemberTarget: statements.memberTarget,
  FieldsTarget: statements.fieldsTarget,
  FamilyRange: statements.familyRange,
  Parameter: statements.held,
  State: statements.held,
  Update: statements.update,
  Assume: statements.assume,
  Assert: statements.assert,
  Return: statements.returnStatement,
  MissingStatement: nothing,
  Model: items.model,
  ModelInput: statements.modelInput,
  ModelOutput: statements.modelOutput,
  TensorType: types.tensorType,
  ListType: types.listType,
  ScalarType: word,
  MissingType: nothing,
  RowAxis: types.rowAxis,
  NamedAxis: types.namedAxis,
  UnnamedAxis: types.unnamedAxis,
  IntegerLiteral: word,
  FloatLiteral: word,
  BooleanLiteral: word,
  StringLiteral: word,
  Name: word,
  Unary: expressions.unary,
  Binary: expressions.binary,
  If: expressions.ifExpression,
  Match: expressions.match,
  MatchArm: expressions.matchArm,
  Range: expressions.range,
  Member: expressions.suffixed,
  Call: expressions.suffixed,
  Argument: expressions.argument,
  SizedName: expressions.sizedName,
  Spread: expressions.spread,
  Index: expressions.suffixed,
  Record: expressions.record,
  RecordField: expressions.recordField,
  List: expressions.listExpression,
  Table: expressions.table,
  Domain: expressions.domain,
  Rearrange: types.rearrange,
  Contraction: types.contraction,
  Operand: types.operand,
  Pattern: types.pattern,
  RowPart: types.rowAxis,
  AxisPart: word,
  RenamedPart: types.renamedPart,
  GroupPart: types.groupPart,
  SizePart: word,
  MissingExpression: nothing,
  Weights: weights.weights,
  LoadRule: weights.loadRule,
  LoopRule: weights.loopRule,
  IgnoreRule: weights.ignoreRule,
  FreshRule: weights.pathsRule,
  FreezeRule: weights.pathsRule,
  RangeDomain: weights.rangeDomain,
  PairDomain: weights.pairDomain,
  WeightsPair: weights.weightsPair,
  SplitGoal: weights.wordGoal,
  TransposeGoal: weights.wordGoal,
  CastGoal: weights.wordGoal,
  ResizeGoal: weights.resizeGoal,
  SliceGoal: weights.sliceGoal,
  RearrangeGoal: weights.rearrangeGoal,
  MissingGoal: nothing,
  Path: weights.path,
  PathSegment: weights.pathSegment,
  TextPiece: word,
  WildcardPiece: word,
  BracePiece: weights.bracePiece,
  Ablation: items.ablation,
  AblationRow: items.ablationRow,
  Train: train.train,
  DataItem: train.dataItem,
  WeightsItem: train.weightsItem,
  LossItem: train.lossItem,
  OptimizerItem: train.optimizerItem,
  ScheduleItem: train.scheduleItem,
  NumberItem: train.numberItem,
  MetricsItem: train.metricsItem,
  MissingTrainItem: nothing,
  TrainCall: train.trainCall,
  DataField: train.dataField,
  OptimizerGroup: train.optimizerGroup,
  Metric: train.metric,
};

/** Prints a node and all that is in it. */
export function print(p: Printing, node: Node): Doc {
  return (table[node.kind] as Printer<Node>)(p, node);
}
