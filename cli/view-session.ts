/**
 * A program that is being viewed: compiled when its text changes, each view made when it is first asked for. While the text has an error, or from the
 * start, there are problems beside the graph of the last text without one.
 */
import type { Model } from "../grammar/ast.ts";
import { positionAt } from "../grammar/source.ts";
import { createCompilation, createMemory, type Compilation, type Variant } from "../compiler/compilation.ts";
import type { Diagnostic } from "../compiler/diagnostics/diagnostic.ts";
import { compareViews, configDifference } from "../editor/view/model/difference.ts";
import type { ViewDifference, ViewDocument, ViewProgram } from "../editor/view/model/document.ts";
import { mergeViews } from "../editor/view/model/merge.ts";
import type { Choice, Problem, Problems, Showing, ViewBundle, ViewMessage, Wanted } from "../editor/view/model/messages.ts";
import { programOf, viewOf, type View } from "../editor/view/model/view.ts";
import { ProgramError, UsageError } from "./errors.ts";
import { fileHost } from "./host.ts";
import { shownOf, type Shown } from "./view-choice.ts";
import { createTexts } from "./view-texts.ts";

export interface ViewSession {
  /** Says what is shown first, and compiles. */
  want(wanted: Wanted): void;
  /** Why a text without errors cannot be shown as it is wanted: it has no such variant, say. One of the problems, too. */
  refusal(): UsageError | ProgramError | undefined;
  /** The state of the text, with the graph of a choice, or of what is left of it: rows and models may have left the text. Where nothing is said, what was wanted. */
  showing(choice: Partial<Choice>): Showing;
  /** The same without a graph. */
  problems(): Showing;
  /** The errors behind the problems, for a terminal. */
  errors(): readonly Diagnostic[];
  /** All variants of the models, and what differs between each two; the first choice's model first, others as long as the whole has not yet `most` characters. `said` is told what is being made. */
  bundle(most: number, said?: (text: string) => void): ViewBundle;
  /** Texts as an editor has them; true when they change something. */
  setTexts(texts: readonly { readonly file: string; readonly text?: string }[]): boolean;
  /** Follows the files; `changed` is called when there is a new program or there are other problems. */
  follow(changed: () => void): void;
  close(): void;
}

/** A program without errors. */
interface Sound {
  readonly program: ViewProgram;
  readonly wanted: Wanted;
  readonly choice: Choice;
  readonly views: Map<string, View>;
  /** A compilation of it is of no use once its memory served another: then it is made again from the texts, when it is asked for. */
  compiled: { readonly compilation: Compilation; readonly shown: Shown } | undefined;
}

export function createViewSession(names: readonly string[], sizes: ReadonlyMap<string, number> = new Map()): ViewSession {
  const texts = createTexts();
  let memory = createMemory();
  let wanted: Wanted = {};
  let revision = 0;
  let sound: Sound | undefined;
  let problems: Problems | undefined;
  let errors: readonly Diagnostic[] = [];
  let refusal: UsageError | ProgramError | undefined;

  const compiledOf = (own: Sound): NonNullable<Sound["compiled"]> => {
    if (own.compiled) return own.compiled;
    const { sources } = own.program;
    const compilation = createCompilation({ ...fileHost, read: (name) => sources.find((source) => !source.library && source.name === name)?.text }, names);
    return (own.compiled = { compilation, shown: shownOf(compilation, own.wanted, sizes) });
  };
  const viewIn = (own: Sound, { compilation }: NonNullable<Sound["compiled"]>, model: Model, variant: Variant): View => {
    const key = keyOf(model.name.text, variant.name);
    const known = own.views.get(key) ?? viewOf(compilation, model, variant, sizes);
    own.views.set(key, known);
    return known;
  };
  const compare = (own: Sound, compiled: NonNullable<Sound["compiled"]>, model: Model, from: Variant, to: Variant): ViewDifference =>
    compareViews(viewIn(own, compiled, model, from), viewIn(own, compiled, model, to), configDifference(compiled.compilation, model, from, to));

  const compiled = (): { readonly compilation: Compilation; readonly diagnostics: readonly Diagnostic[] } => {
    try {
      const compilation = texts.read((host) => createCompilation(host, names, memory));
      return { compilation, diagnostics: compilation.diagnostics() };
    } catch (fault) {
      memory = createMemory(); // half of a compilation is in it
      throw fault;
    }
  };
  /** Compiles the texts as they are. */
  const look = (): void => {
    revision++;
    if (sound) sound.compiled = undefined;
    const { compilation, diagnostics } = compiled();
    errors = diagnostics.filter(({ severity }) => severity === "error");
    refusal = problems = undefined;
    if (errors.length === 0) {
      try {
        if (!compilation.program.files.some(({ source }) => source.name === names[0])) throw new ProgramError(`${names[0]} is no longer there, or cannot be read`);
        const shown = shownOf(compilation, wanted, sizes);
        errors = shown.errors;
        if (errors.length === 0) sound = { program: programOf(compilation, shown.models, shown.variantsOf), wanted, choice: shown.choice, views: new Map(), compiled: { compilation, shown } };
      } catch (error) {
        if (!(error instanceof UsageError) && !(error instanceof ProgramError)) throw error;
        refusal = error;
      }
    }
    if (errors.length > 0 || refusal) problems = problemsOf(compilation, errors, refusal);
  };
  const state = (): Showing => ({ revision, ...(problems ? { problems } : {}) });
  const view = (asked: Partial<Choice>): ViewMessage | undefined => {
    if (!sound) return undefined;
    const own = sound;
    const choice = Object.keys(asked).length === 0 ? own.choice : asked;
    const rows = own.program.models.find(({ name }) => name === (choice.model ?? own.choice.model));
    if (!rows) return view(own.choice);
    const has = (name: string | undefined): name is string => rows.variants.some((row) => row.name === name);
    const variant = has(choice.variant) ? choice.variant : choice.variant === undefined && rows.name === own.choice.model ? own.choice.variant : rows.variants[0].name;
    const from = has(choice.from) && choice.from !== variant ? choice.from : undefined;
    const shown = { program: own.program, choice: { model: rows.name, variant, ...(from === undefined ? {} : { from }) } };
    const known = own.views.get(keyOf(rows.name, variant));
    if (from === undefined && known) return { ...shown, document: known.document };
    const compiled = compiledOf(own);
    const model = modelNamed(compiled.compilation, rows.name);
    const row = (name: string): Variant => compiled.shown.variantsOf(model).find((candidate) => candidate.name === name)!;
    const { document } = viewIn(own, compiled, model, row(variant));
    if (from === undefined) return { ...shown, document };
    const difference = compare(own, compiled, model, row(from), row(variant));
    return { ...shown, document: mergeViews(viewIn(own, compiled, model, row(from)).document, document, difference), config: difference.config };
  };

  return {
    want(next) {
      wanted = next;
      look();
    },
    refusal: () => refusal,
    showing(choice) {
      const shown = view(choice);
      return { ...(shown ? { view: shown } : {}), ...state() };
    },
    problems: state,
    errors: () => errors,
    bundle(most, said = () => undefined) {
      const own = sound!;
      const compiled = compiledOf(own);
      const models = [...own.program.models].sort((a, b) => Number(b.name === own.choice.model) - Number(a.name === own.choice.model));
      const taken: ViewBundle["program"]["models"][number][] = [];
      const documents: ViewDocument[] = [];
      const differences: ViewBundle["differences"][number][] = [];
      let size = 0;
      for (const rows of models) {
        if (taken.length > 0 && size >= most) break;
        const model = modelNamed(compiled.compilation, rows.name);
        const variants = compiled.shown.variantsOf(model);
        variants.forEach((to, i) => {
          said(`${rows.name} ${to.name}: ${i + 1} of ${variants.length}`);
          const { document } = viewIn(own, compiled, model, to);
          const before = variants.slice(0, i).map((from) => ({ ...compare(own, compiled, model, from, to), model: rows.name }));
          documents.push(document);
          differences.push(...before);
          size += JSON.stringify(document).length + JSON.stringify(before).length;
        });
        taken.push(rows);
      }
      return { program: { ...own.program, models: own.program.models.filter((rows) => taken.includes(rows)) }, choice: own.choice, documents, differences };
    },
    setTexts(next) {
      for (const { file, text } of next) texts.set(file, text);
      if (!texts.isChanged()) return false;
      look();
      return true;
    },
    follow(changed) {
      texts.watch(() => {
        if (!texts.isChanged()) return;
        try {
          look();
        } catch (fault) {
          problems = { problems: [{ code: "", message: `a fault of netc itself: ${(fault as Error).message}` }], sources: [] }; // it ends neither the server nor what is shown
        }
        changed();
      });
    },
    close: () => texts.close(),
  };
}

const keyOf = (model: string, variant: string): string => `${model}\0${variant}`;
const modelNamed = ({ models }: Compilation, wanted: string): Model => models.find(({ name }) => name.text === wanted)!;

function problemsOf({ program }: Compilation, errors: readonly Diagnostic[], refusal: UsageError | ProgramError | undefined): Problems {
  const sources = program.files.filter(({ library }) => !library).map(({ source: { name, text } }) => ({ name, text, library: false }));
  const found = errors.map(({ code, message, span }): Problem => {
    const file = sources.findIndex(({ name }) => name === span.file.name);
    return file < 0 ? { code, message } : { code, message, place: { file, start: span.start, end: span.end }, ...positionAt(span.file, span.start) };
  });
  return { sources, problems: refusal ? [...found, { code: "", message: refusal.help ? `${refusal.message} (${refusal.help})` : refusal.message }] : found };
}
