/**
 * The tree: one interface per construct of the language, each with the span of its text, and the typed table of child keys.
 *
 * The tree is total: where the text is broken, the parser leaves a `Missing` node (or an empty list) instead of nothing, so that every
 * consumer can walk any tree. It knows no types, no operators and no backends.
 */
import type { Span } from "./source.ts";

interface Base {
  readonly span: Span;
}

/** A name with its own span: what is declared or referred to. An empty text stands for a name that is missing from a broken source. */
export interface Identifier extends Base {
  readonly kind: "Identifier";
  readonly text: string;
}

// ------------------------------------------------------------------------------------------------------------------- files and items

export interface File extends Base {
  readonly kind: "File";
  /** The text of the leading `//!` comments, joined by newlines, without the marks. */
  readonly doc: string;
  readonly imports: readonly Import[];
  readonly items: readonly Item[];
  /** Every comment of the file in order, doc comments included. */
  readonly comments: readonly Comment[];
}

export interface Comment extends Base {
  readonly kind: "Comment";
  /** With its marks: `// …`, `/// …` or `//! …`. */
  readonly text: string;
}

export interface Import extends Base {
  readonly kind: "Import";
  readonly names: readonly Identifier[];
  readonly from: StringLiteral;
}

export type Item = Block | Model | Choice | Weights | Ablation | Train | MissingItem;

/** An item that could not be parsed at all; it keeps the skipped text's span. */
export interface MissingItem extends Base {
  readonly kind: "MissingItem";
}

export interface Choice extends Base {
  readonly kind: "Choice";
  readonly doc: string;
  readonly name: Identifier;
  readonly alternatives: readonly Identifier[];
}

export interface Block extends Base {
  readonly kind: "Block";
  readonly doc: string;
  /** `composite block softmax(...)`: the operator table has an operator of the same name and meaning, and backends may take it whole. */
  readonly composite: boolean;
  readonly name: Identifier;
  readonly inputs: readonly Input[];
  readonly options: readonly Option[];
  readonly result: Result;
  readonly where: readonly Expression[];
  /** `= expression` is an Expression, `{ … }` is a Body. */
  readonly body: Expression | Body;
}

export interface Input extends Base {
  readonly kind: "Input";
  readonly name: Identifier;
  readonly type: Type;
  readonly default?: Expression;
}

export interface Option extends Base {
  readonly kind: "Option";
  readonly doc: string;
  readonly name: Identifier;
  readonly optionKind: OptionKind;
  readonly default?: AxisArgument;
}

/** What an option may be: see language.md, "options". `axes` is set for `int[Y, X]`: one number for each of these axes. */
export type OptionKind =
  | (Base & { readonly kind: "NumberKind"; readonly number: "int" | "float"; readonly axes?: readonly Identifier[] })
  | (Base & { readonly kind: "BoolKind" })
  | (Base & { readonly kind: "InitKind" })
  | (Base & { readonly kind: "AxisKind" })
  | (Base & { readonly kind: "NamedKind"; readonly name: Identifier })
  | (Base & { readonly kind: "ChoiceKind"; readonly alternatives: readonly Identifier[] })
  | (Base & { readonly kind: "ListKind"; readonly element: OptionKind; readonly length: Expression })
  | (Base & { readonly kind: "MissingKind" });

export type Result =
  | Type
  | (Base & { readonly kind: "RecordResult"; readonly fields: readonly ResultField[] });

export interface ResultField extends Base {
  readonly kind: "ResultField";
  readonly name: Identifier;
  readonly type: Type;
}

// ------------------------------------------------------------------------------------------------------------------- bodies

export interface Body extends Base {
  readonly kind: "Body";
  readonly statements: readonly Statement[];
}

export type Statement = Let | Parameter | State | Update | Assume | Assert | Return | MissingStatement;

export interface Let extends Base {
  readonly kind: "Let";
  readonly doc: string;
  readonly target: Target;
  readonly type?: Type;
  readonly value: Expression;
  /** `for i in 1..=12`. */
  readonly family?: FamilyRange;
}

export type Target =
  | Identifier
  /** `layer[i]`, `layer[0]`: a member of a family. */
  | (Base & { readonly kind: "MemberTarget"; readonly name: Identifier; readonly index: Expression })
  /** `(a, b)`: picks the fields of a record by name. */
  | (Base & { readonly kind: "FieldsTarget"; readonly names: readonly Identifier[] });

export interface FamilyRange extends Base {
  readonly kind: "FamilyRange";
  readonly variable: Identifier;
  readonly range: Expression;
}

export interface Parameter extends Base {
  readonly kind: "Parameter";
  readonly doc: string;
  readonly name: Identifier;
  readonly type: Type;
  readonly init: Expression;
}

export interface State extends Base {
  readonly kind: "State";
  readonly doc: string;
  readonly name: Identifier;
  readonly type: Type;
  readonly init: Expression;
}

export interface Update extends Base {
  readonly kind: "Update";
  readonly name: Identifier;
  readonly value: Expression;
}

/** `assume T <= 77 "the tokenizer cuts"`: a fact that is promised, not proved. */
export interface Assume extends Base {
  readonly kind: "Assume";
  readonly fact: Expression;
  readonly reason: StringLiteral;
}

/** `assert memory(train, B = 8) <= 24GB`: a budget of the model, checked in every variant. */
export interface Assert extends Base {
  readonly kind: "Assert";
  readonly condition: Expression;
  /** `M`, `GB`: the unit of the number at the end. */
  readonly unit?: Identifier;
}

export interface Return extends Base {
  readonly kind: "Return";
  readonly value: Expression;
}

export interface MissingStatement extends Base {
  readonly kind: "MissingStatement";
}

export interface Model extends Base {
  readonly kind: "Model";
  readonly doc: string;
  readonly name: Identifier;
  /** Options of `config { … }`, empty when there is none. */
  readonly config: readonly Option[];
  readonly configWhere: readonly Expression[];
  readonly members: readonly ModelMember[];
}

export type ModelMember = Statement | ModelInput | ModelOutput;

export interface ModelInput extends Base {
  readonly kind: "ModelInput";
  readonly doc: string;
  readonly name: Identifier;
  readonly type: Type;
  readonly where: readonly Expression[];
}

export interface ModelOutput extends Base {
  readonly kind: "ModelOutput";
  readonly doc: string;
  readonly name: Identifier;
  readonly type: Type;
  readonly value: Expression;
}

// ------------------------------------------------------------------------------------------------------------------- types

export type Dtype = "f32" | "f16" | "bf16" | "i32" | "bool";

export type Type =
  | (Base & { readonly kind: "TensorType"; readonly dtype: Dtype; readonly axes: readonly AxisNode[] })
  /** `[f32[B, C]; L]` */
  | (Base & { readonly kind: "ListType"; readonly element: Type; readonly length: Expression })
  /** The scalar results of compile-time blocks: `-> float`, `-> int`, `-> bool`. */
  | (Base & { readonly kind: "ScalarType"; readonly scalar: "float" | "int" | "bool" })
  | (Base & { readonly kind: "MissingType" });

export type AxisNode =
  /** `...S`; without a name, `...` alone. */
  | (Base & { readonly kind: "RowAxis"; readonly name?: Identifier })
  /** `C` or `tok = Y * X + 1`. */
  | (Base & { readonly kind: "NamedAxis"; readonly name: Identifier; readonly size?: Expression })
  /** `3`: an axis without a name. */
  | (Base & { readonly kind: "UnnamedAxis"; readonly size: Expression });

// ------------------------------------------------------------------------------------------------------------------- expressions

export type BinaryOperator = "+" | "-" | "*" | "/" | "%" | "^" | "==" | "!=" | "<" | "<=" | ">" | ">=" | "and" | "or";
export type UnaryOperator = "-" | "not";

export type Expression =
  | IntegerLiteral
  | FloatLiteral
  | BooleanLiteral
  | Name
  | Unary
  | Binary
  | If
  | Match
  | Range
  | Member
  | Call
  | Index
  | Record
  | List
  | Table
  | Rearrange
  | Contraction
  | MissingExpression;

/** The value is exact up to 2^53; `text` keeps the digits as written, underscores included. */
export interface IntegerLiteral extends Base {
  readonly kind: "IntegerLiteral";
  readonly text: string;
  readonly value: number;
}

export interface FloatLiteral extends Base {
  readonly kind: "FloatLiteral";
  readonly text: string;
  readonly value: number;
}

export interface BooleanLiteral extends Base {
  readonly kind: "BooleanLiteral";
  readonly value: boolean;
}

export interface StringLiteral extends Base {
  readonly kind: "StringLiteral";
  /** Without its quotes, escapes resolved. */
  readonly value: string;
}

/** A reference by name; also `inf`, `pi` and `training`, which are ordinary names of the prelude scope. */
export interface Name extends Base {
  readonly kind: "Name";
  readonly text: string;
}

export interface Unary extends Base {
  readonly kind: "Unary";
  readonly operator: UnaryOperator;
  readonly operand: Expression;
}

export interface Binary extends Base {
  readonly kind: "Binary";
  readonly operator: BinaryOperator;
  readonly operatorSpan: Span;
  readonly left: Expression;
  readonly right: Expression;
}

export interface If extends Base {
  readonly kind: "If";
  readonly condition: Expression;
  readonly then: Expression;
  readonly else: Expression;
}

export interface Match extends Base {
  readonly kind: "Match";
  readonly subject: Expression;
  readonly arms: readonly MatchArm[];
}

export interface MatchArm extends Base {
  readonly kind: "MatchArm";
  /** A name of a choice, an integer, or `_`. */
  readonly pattern: Identifier | IntegerLiteral;
  readonly body: Expression | Body;
}

/** `a..b`, `a..=b`, `a..`, `..b`. */
export interface Range extends Base {
  readonly kind: "Range";
  readonly from?: Expression;
  readonly to?: Expression;
  readonly inclusive: boolean;
}

/** `text.sentence`, `x.tok`, `pool.max`. */
export interface Member extends Base {
  readonly kind: "Member";
  readonly object: Expression;
  readonly name: Identifier;
}

export interface Call extends Base {
  readonly kind: "Call";
  readonly callee: Expression;
  readonly arguments: readonly Argument[];
}

export interface Argument extends Base {
  readonly kind: "Argument";
  /** Set for `name: value`. */
  readonly name?: Identifier;
  readonly value: AxisArgument;
}

/** An expression, or `C = 512` (a named axis with a size), which only options of kind `axis`, `expand`, `rename` and shapes take. */
export type AxisArgument = Expression | SizedName | Spread;

export interface SizedName extends Base {
  readonly kind: "SizedName";
  readonly name: Identifier;
  readonly size: Expression;
}

/** `...S` inside a list that stands for a shape or for axes. */
export interface Spread extends Base {
  readonly kind: "Spread";
  readonly name: Identifier;
}

/** `layer[3]`, `layer[4..=11]`, `x[tok = 0]`, `x[tok = 1.., Y = 2]`. */
export interface Index extends Base {
  readonly kind: "Index";
  readonly object: Expression;
  readonly indexes: readonly (Expression | SizedName)[];
}

export interface Record extends Base {
  readonly kind: "Record";
  readonly fields: readonly RecordField[];
}

export interface RecordField extends Base {
  readonly kind: "RecordField";
  readonly name: Identifier;
  readonly value: Expression;
}

/** `[3, 4, 6, 3]`, and the lists of axes and shapes: `[Y, X]`, `[B, tok = 1, C]`, `[...S, ...R]`. */
export interface List extends Base {
  readonly kind: "List";
  readonly elements: readonly AxisArgument[];
}

/** `[f32(i - r) for i in ky, j in kx]`. */
export interface Table extends Base {
  readonly kind: "Table";
  readonly element: Expression;
  readonly domains: readonly Domain[];
}

export interface Domain extends Base {
  readonly kind: "Domain";
  readonly variable: Identifier;
  readonly axis: Identifier;
  readonly size?: Expression;
}

/** `rearrange(x, [B, tok = (Y X), C] -> [B, C, Y, X], Y: 30)`. */
export interface Rearrange extends Base {
  readonly kind: "Rearrange";
  readonly value: Expression;
  readonly from: Pattern;
  readonly to: Pattern;
  readonly options: readonly Argument[];
}

/** `einsum(q[B, i, d], k[B, j, d] -> [B, i, j])`, and `conv`, `conv_transpose`, in which some axes slide. */
export interface Contraction extends Base {
  readonly kind: "Contraction";
  readonly operator: "einsum" | "conv" | "conv_transpose";
  readonly operatorSpan: Span;
  readonly operands: readonly Operand[];
  readonly result: Pattern;
  readonly options: readonly Argument[];
}

export interface Operand extends Base {
  readonly kind: "Operand";
  readonly value: Expression;
  readonly pattern: Pattern;
}

export interface Pattern extends Base {
  readonly kind: "Pattern";
  readonly parts: readonly PatternPart[];
}

export type PatternPart =
  | (Base & { readonly kind: "RowPart"; readonly name?: Identifier })
  | (Base & { readonly kind: "AxisPart"; readonly name: Identifier })
  /** `key = tok`: the new name, then the old one. */
  | (Base & { readonly kind: "RenamedPart"; readonly name: Identifier; readonly from: Identifier })
  /** `(Y X)`, or `tok = (Y X)` with a name. */
  | (Base & { readonly kind: "GroupPart"; readonly name?: Identifier; readonly members: readonly Identifier[] })
  /** `1` or another integer: an unnamed axis. */
  | (Base & { readonly kind: "SizePart"; readonly size: IntegerLiteral });

export interface MissingExpression extends Base {
  readonly kind: "MissingExpression";
}

// ------------------------------------------------------------------------------------------------------------------- weights

export interface Weights extends Base {
  readonly kind: "Weights";
  readonly doc: string;
  readonly name: Identifier;
  readonly model: Identifier;
  readonly from: StringLiteral;
  readonly rules: readonly WeightsRule[];
}

export type WeightsRule =
  | (Base & { readonly kind: "LoadRule"; readonly source: StringLiteral; readonly goal: WeightsGoal })
  | (Base & { readonly kind: "LoopRule"; readonly domains: readonly WeightsDomain[]; readonly rules: readonly WeightsRule[] })
  | (Base & { readonly kind: "IgnoreRule"; readonly names: readonly StringLiteral[] })
  | (Base & { readonly kind: "FreshRule"; readonly paths: readonly Path[] })
  | (Base & { readonly kind: "FreezeRule"; readonly paths: readonly Path[] });

export type WeightsDomain =
  | (Base & { readonly kind: "RangeDomain"; readonly variable: Identifier; readonly range: Expression })
  /** `(theirs, ours) in ["visual." -> vision, "" -> text]` */
  | (Base & {
      readonly kind: "PairDomain";
      readonly theirs: Identifier;
      readonly ours: Identifier;
      readonly pairs: readonly WeightsPair[];
    });

export interface WeightsPair extends Base {
  readonly kind: "WeightsPair";
  readonly theirs: StringLiteral;
  readonly ours: Path;
}

/** What is done to the checkpoint's tensor to get ours. */
export type WeightsGoal =
  | Path
  | (Base & { readonly kind: "SplitGoal"; readonly path: Path })
  | (Base & { readonly kind: "TransposeGoal"; readonly path: Path })
  | (Base & { readonly kind: "CastGoal"; readonly path: Path })
  | (Base & {
      readonly kind: "ResizeGoal";
      readonly path: Path;
      readonly from: Expression;
      readonly to: Expression;
      readonly keep?: Expression;
      readonly mode?: Identifier;
    })
  | (Base & { readonly kind: "SliceGoal"; readonly path: Path; readonly axis: Identifier; readonly range: Expression })
  | (Base & { readonly kind: "RearrangeGoal"; readonly path: Path; readonly from: Pattern; readonly to: Pattern })
  | (Base & { readonly kind: "MissingGoal" });

/** `vision.layer.{i + 1}.norm_{1, 2}.*`. */
export interface Path extends Base {
  readonly kind: "Path";
  readonly segments: readonly PathSegment[];
}

export interface PathSegment extends Base {
  readonly kind: "PathSegment";
  /** A segment is the concatenation of its pieces: `norm_{1, 2}` has two. */
  readonly pieces: readonly PathPiece[];
}

export type PathPiece =
  | (Base & { readonly kind: "TextPiece"; readonly text: string })
  | (Base & { readonly kind: "WildcardPiece" })
  /** `{i + 1}` has one alternative, `{q, k, v}` three. */
  | (Base & { readonly kind: "BracePiece"; readonly alternatives: readonly Expression[] });

// ------------------------------------------------------------------------------------------------------------------- ablations, training

export interface Ablation extends Base {
  readonly kind: "Ablation";
  readonly doc: string;
  readonly name: Identifier;
  readonly model: Identifier;
  readonly rows: readonly AblationRow[];
}

export interface AblationRow extends Base {
  readonly kind: "AblationRow";
  readonly name: Identifier;
  readonly title: StringLiteral;
  /** `a with { … }` */
  readonly base?: Identifier;
  readonly changes: readonly RecordField[];
}

export interface Train extends Base {
  readonly kind: "Train";
  readonly doc: string;
  readonly model: Identifier;
  readonly items: readonly TrainItem[];
}

export type TrainItem =
  | (Base & { readonly kind: "DataItem"; readonly source: TrainCall; readonly fields: readonly DataField[] })
  | (Base & { readonly kind: "WeightsItem"; readonly name: Identifier })
  | (Base & { readonly kind: "LossItem"; readonly value: Expression; readonly bindings: readonly RecordField[] })
  | (Base & { readonly kind: "OptimizerItem"; readonly call: TrainCall; readonly groups: readonly OptimizerGroup[] })
  | (Base & { readonly kind: "ScheduleItem"; readonly call: TrainCall })
  | (Base & { readonly kind: "NumberItem"; readonly name: Identifier; readonly value: Expression }) // epochs, steps, batch, accumulate, ema, patience
  | (Base & {
      readonly kind: "MetricsItem";
      readonly metrics: readonly Metric[];
      readonly of?: Expression;
      readonly atOriginal: boolean;
    })
  | (Base & { readonly kind: "MissingTrainItem" });

export interface TrainCall extends Base {
  readonly kind: "TrainCall";
  readonly name: Identifier;
  readonly arguments: readonly (Argument | StringLiteral)[];
}

export interface DataField extends Base {
  readonly kind: "DataField";
  readonly name: Identifier;
  readonly type: Type;
  /** `in [0, 1]` */
  readonly low?: Expression;
  readonly high?: Expression;
  /** `normalised by clip` */
  readonly normalisedBy?: Identifier;
}

/** `vision, text: lr * 0.1`. */
export interface OptimizerGroup extends Base {
  readonly kind: "OptimizerGroup";
  readonly paths: readonly Path[];
  readonly quantity: Identifier;
  readonly factor: Expression;
}

export interface Metric extends Base {
  readonly kind: "Metric";
  readonly name: Identifier;
  readonly at?: Expression;
}

// ------------------------------------------------------------------------------------------------------------------- every node

export type Node =
  | File | Comment | Import | Item | Input | Option | OptionKind | Result | ResultField | Body | Statement | Target | FamilyRange
  | ModelMember | Type | AxisNode | Expression | MatchArm | Argument | AxisArgument | RecordField | Domain | Operand | Pattern
  | PatternPart | StringLiteral | Identifier | WeightsRule | WeightsDomain | WeightsPair | WeightsGoal | Path | PathSegment | PathPiece
  | AblationRow | TrainItem | TrainCall | DataField | OptimizerGroup | Metric;

export type NodeKind = Node["kind"];
export type NodeOfKind<K extends NodeKind> = Extract<Node, { readonly kind: K }>;
