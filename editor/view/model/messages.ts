/**
 * What passes between the page and whoever hosts it: the local server, a file with everything inside, or an editor's panel. A host is the only thing
 * that a page talks to, and these are all the words.
 */
import type { ConfigDifference, Place, ViewDifference, ViewDocument, ViewProgram, ViewSource } from "./document.ts";

/** What is to be shown: a variant, or what changed since another. */
export interface Choice {
  readonly model: string;
  readonly variant: string;
  readonly from?: string;
}

/** A choice as a person states it, before it is known what the text has: what is left out is the first, and settings are laid over the variant. */
export interface Wanted extends Partial<Choice> {
  /** `key=value` of the config, as `--set` takes them. */
  readonly settings?: readonly string[];
}

/** A graph with all that belongs to it. */
export interface ViewMessage {
  readonly program: ViewProgram;
  readonly choice: Choice;
  /** In a comparison both variants in one. */
  readonly document: ViewDocument;
  readonly config?: readonly ConfigDifference[];
}

/** One thing that is wrong. */
export interface Problem {
  /** "" where it is no diagnostic of the text: `--set` of a key that is no longer there. */
  readonly code: string;
  readonly message: string;
  /** Where, in the sources of `Problems`. */
  readonly place?: Place;
  /** The same for a person; both count from 1. */
  readonly line?: number;
  readonly column?: number;
}

/** Why there is no graph of the text as it is now. */
export interface Problems {
  readonly problems: readonly Problem[];
  /** The person's own files as they are now. */
  readonly sources: readonly ViewSource[];
}

/** The state of the text: its graph, what is wrong with it, or both, where the graph is of the text before. */
export interface Showing {
  /** Counts the texts: another number, other texts. */
  readonly revision: number;
  /** Left out where no text was good yet, or where the page has it. */
  readonly view?: ViewMessage;
  readonly problems?: Problems;
}

/** What a host tells the page. */
export interface Page {
  show(showing: Showing): void;
  /** The host itself has something to say, such as that it ended; undefined when it is over. */
  setNotice(text: string | undefined): void;
  /** Selects what stands at a place of the graph's sources, as a cursor there would. */
  select(place: Place): void;
  /** Light or dark as the host has it. */
  setTheme(theme: "light" | "dark"): void;
}

/** What the page tells its host. */
export interface Host {
  /** Called once; the host answers with what is to be shown. */
  start(page: Page): void;
  /** Asks for another view; the answer comes by `show`. */
  choose(choice: Choice): void;
  /** The person selected a member that stands here, in the graph's sources. */
  onSelect(place: Place): void;
  /** The person selected a problem. */
  onProblem(problem: Problem): void;
}

/** Everything that a file without a host needs: every variant of some models, and what differs between each and those before it. */
export interface ViewBundle {
  readonly program: ViewProgram;
  readonly choice: Choice;
  readonly documents: readonly ViewDocument[];
  readonly differences: readonly (ViewDifference & { readonly model: string })[];
}

// ------------------------------------------------------------------------------------------------------------------- an editor's panel

/** What an editor says to `netc view --stdio`, one JSON object a line. */
export type StdioRequest =
  /** Texts that are open in the editor and so go before those on the disk; without a text the disk counts again. */
  | { readonly kind: "texts"; readonly texts: readonly { readonly file: string; readonly text?: string }[] }
  /** What to show; the first of these starts the work. */
  | { readonly kind: "want"; readonly wanted: Wanted }
  | { readonly kind: "choose"; readonly choice: Choice };

/** What `netc view --stdio` says, one JSON object a line. */
export type StdioNews =
  /** The page with its first state inside, once; `library` is the folder that holds the `std/` of library sources. */
  | { readonly kind: "page"; readonly html: string; readonly showing: Showing; readonly library: string }
  | { readonly kind: "show"; readonly showing: Showing };

/** What an editor says to the page in its panel. */
export type PanelNews =
  | { readonly kind: "show"; readonly showing: Showing }
  | { readonly kind: "notice"; readonly text: string | undefined }
  | { readonly kind: "select"; readonly place: Place };

/** What the page in a panel says to its editor. */
export type PanelRequest =
  | { readonly kind: "ready" }
  | { readonly kind: "choose"; readonly choice: Choice }
  | { readonly kind: "select"; readonly place: Place }
  | { readonly kind: "problem"; readonly problem: Problem };
