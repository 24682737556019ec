/** The service over texts: no files, no server. A place in a text is marked `¦`. */
import { createProject, type Look, type Project } from "../../editor/service/project.ts";
import type { FileEdits, Location } from "../../editor/service/text.ts";
import { editedText } from "../../editor/service/text.ts";

export const mark = "¦";

export interface Marked {
  readonly project: Project;
  readonly look: Look;
  readonly offset: number;
  /** All marks of the main text. */
  readonly offsets: readonly number[];
}

/** A project of texts, `main.net` open and looked at. */
export function marked(main: string, others: Readonly<Record<string, string>> = {}, name = "main.net"): Marked {
  const offsets: number[] = [];
  let text = main;
  for (let at = text.indexOf(mark); at >= 0; at = text.indexOf(mark)) {
    offsets.push(at);
    text = text.slice(0, at) + text.slice(at + 1);
  }
  const project = createProject({ read: (file) => others[file], list: () => Object.keys(others) });
  project.setText(name, text);
  return { project, look: project.look(name)!, offset: offsets[0] ?? 0, offsets };
}

/** `name` and the line of each place. */
export function shown(project: Project, places: readonly Location[]): readonly string[] {
  return places.map(({ file, start, end }) => {
    const text = project.file(file)!.source.text;
    return `${file}:${text.slice(0, start).split("\n").length} ${text.slice(start, end)}`;
  });
}

/** The texts after edits. */
export function applied(project: Project, edits: FileEdits): Readonly<Record<string, string>> {
  return Object.fromEntries([...edits].map(([name, own]) => [name, editedText(project.read(name)!, own)]));
}
