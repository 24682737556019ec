/**
 * What passes between the page and whoever hosts it: the local server, a file with everything inside, or an editor's panel. A host is the only thing
 * that a page talks to, and these are all the words.
 */
import type { ConfigDifference, Place, ViewDifference, ViewDocument, ViewProgram } from "./document.ts";

/** What is to be shown: a variant, or what changed since another. */
export interface Choice {
  readonly model: string;
  readonly variant: string;
  readonly from?: string;
}

/** A whole state of the page. */
export interface ViewMessage {
  readonly program: ViewProgram;
  readonly choice: Choice;
  /** In a comparison both variants in one. */
  readonly document: ViewDocument;
  readonly config?: readonly ConfigDifference[];
}

/** Why what is shown is not what the text says now. */
export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** How many more there are. */
  readonly others: number;
}

/** What a host tells the page. */
export interface Page {
  setDocument(message: ViewMessage): void;
  /** The text has an error: the last good graph stays. Undefined when it is good again. */
  setProblem(problem: Problem | undefined): void;
  /** Selects what stands at a place of the source, as a cursor there would. */
  select(place: Place): void;
  /** Light or dark as the host has it. */
  setTheme(theme: "light" | "dark"): void;
}

/** What the page tells its host. */
export interface Host {
  /** Called once; the host answers with a document. */
  start(page: Page): void;
  /** Asks for another view; the answer comes by `setDocument`. */
  choose(choice: Choice): void;
  /** The person selected a member that stands here. */
  onSelect(place: Place): void;
}

/** Everything that a file without a host needs: every variant, and what differs between each and those before it. */
export interface ViewBundle {
  readonly program: ViewProgram;
  readonly choice: Choice;
  readonly documents: readonly ViewDocument[];
  readonly differences: readonly (ViewDifference & { readonly model: string })[];
}

/** What an editor says to the page in its panel. */
export type PanelNews =
  | { readonly kind: "document"; readonly message: ViewMessage }
  | { readonly kind: "problem"; readonly problem: Problem }
  | { readonly kind: "select"; readonly place: Place };

/** What the page in a panel says to its editor. */
export type PanelRequest =
  | { readonly kind: "ready" }
  | { readonly kind: "choose"; readonly choice: Choice }
  | { readonly kind: "select"; readonly place: Place };
