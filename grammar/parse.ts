/**
 * The one entry: a text becomes a tree and a list of what is wrong with it.
 *
 * Never throws and always ends, whatever the text: depth and size are checked before anything recurses, and errors leave Missing nodes.
 */
import type { IToken } from "chevrotain";
import type { File } from "./ast.ts";
import { buildFile } from "./build-ast.ts";
import { lex } from "./lex.ts";
import { checkDepth, checkText } from "./limits.ts";
import { parseTokens } from "./parser.ts";
import { plainProblem, type SyntaxProblem } from "./problems.ts";
import { oneProblemEach } from "./regions.ts";
import { spanIn, type SourceFile, type Span } from "./source.ts";
import { wordErrors } from "./syntax-errors.ts";
import { classifyWords } from "./words.ts";

export type { SyntaxProblem } from "./problems.ts";

export interface ParseResult {
  readonly file: File;
  /** In the order of the text; empty means that the tree has no Missing node. */
  readonly problems: readonly SyntaxProblem[];
  /** The statements and heads of items that were not read wholly. */
  readonly doubtful: readonly Span[];
}

/** Parses one file. */
export function parse(source: SourceFile): ParseResult {
  const { file, problems, doubtful } = parseWithTokens(source);
  return { file, problems, doubtful };
}

/** Parses one file, and gives the tokens too, which a tree does not hold on to: none where the text was not read at all. */
export function parseWithTokens(source: SourceFile): ParseResult & { readonly tokens: readonly IToken[] } {
  const hopeless = checkText(source);
  if (hopeless !== undefined) return unread(source, [hopeless]);
  const { tokens, comments, problems: lexical } = lex(source);
  classifyWords(tokens);
  const tooDeep = checkDepth(source, tokens);
  if (tooDeep !== undefined) return unread(source, [...lexical, tooDeep]);
  const parsed = withinStack(() => parseTokens(tokens));
  if (parsed === undefined) return unread(source, [...lexical, stackProblem(source)]);
  const { cst, errors, notes } = parsed;
  const broken = errors.length > 0;
  const built = buildFile(source, cst, tokens, comments, broken);
  const syntactic = wordErrors(source, tokens, errors, notes);
  const problems = [...syntactic, ...built.problems].filter((problem) => !lexical.some((cause) => touching(cause.span, problem.span)));
  const { problems: kept, regions } = oneProblemEach(source, tokens, [...lexical, ...problems]);
  return { file: built.file, problems: kept, doubtful: regions, tokens };
}

function unread(source: SourceFile, problems: readonly SyntaxProblem[]): ReturnType<typeof parseWithTokens> {
  return { file: opaqueFile(source), problems, doubtful: [wholeOf(source)], tokens: [] };
}

/** Undefined where the stack of this thread is smaller than `limits.ts` supposes. */
function withinStack<Value>(compute: () => Value): Value | undefined {
  try {
    return compute();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function stackProblem(source: SourceFile): SyntaxProblem {
  const span = spanIn(source, 0, 0);
  return plainProblem(span, "nesting", "nested too deep for the stack of this process: give inner parts names with `let`");
}

/** What is wrong beside something that could not be read is wrong because of it. */
function touching(cause: Span, consequence: Span): boolean {
  return consequence.start <= cause.end + 1 && cause.start <= consequence.end + 1;
}

const wholeOf = (source: SourceFile): Span => (spanIn(source, 0, source.text.length));

/** A file of which nothing was read. */
function opaqueFile(source: SourceFile): File {
  const span = wholeOf(source);
  return { kind: "File", doc: "", imports: [], items: [{ kind: "MissingItem", span }], comments: [], span };
}
