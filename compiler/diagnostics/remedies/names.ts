/** Names: declared twice, given twice, unknown, in a circle, with the wrong first letter. */
import type { Block, Identifier, Let, Node } from "../../../grammar/ast.ts";
import { spanBetween, textOf, type Span } from "../../../grammar/source.ts";
import { children, walk } from "../../../grammar/visit.ts";
import type { Fix, RelatedPlace } from "../diagnostic.ts";
import { allOf, blockNamed, calledBlock, declarationsIn, letOf, usesIn } from "./look-up.ts";
import { fix, guess, freshName, isBody, removed, replaced, type Case, type Remedy } from "./remedy.ts";

/** The statement or member that declares a name. */
function statementAt(item: Node, name: Identifier): Node | undefined {
  let found: Node | undefined;
  walk(item, (node, parents) => {
    if (node === name) found = parents.findLast((parent) => ["Let", "Parameter", "State", "ModelInput", "ModelOutput", "Option", "Input"].includes(parent.kind));
  });
  return found;
}

/** The second of two declarations gets a name of its own, and so do the uses after it; or the first does, and the uses up to the second. */
export function declaredTwice({ item, path, span, text }: Case): Remedy | undefined {
  const own = path[path.length - 1];
  const holder = path[path.length - 2];
  if (holder?.kind === "MatchArm" || holder?.kind === "AblationRow") {
    const list = path[path.length - 3];
    const twin = list && children(list).find((other) => other.kind === holder.kind && other !== holder && textOf(firstOf(other)) === text);
    return twin && { related: [{ span: firstOf(twin), message: "first here" }], fixes: holder.kind === "MatchArm" ? [fix(`take the second \`${text}\` away`, replaced(holder.span, ""))] : [renaming(freshName(list, text), [span])] };
  }
  if (!item || own?.kind !== "Identifier") return undefined;
  const first = declarationsIn(item, text).find((other) => other.span.start < span.start) ?? declarationsIn(item, text).find((other) => other !== own);
  if (!first) return undefined;
  const [earlier, later] = first.span.start < span.start ? [first, own] : [own, first];
  const second = statementAt(item, later);
  const fresh = freshName(item, text);
  const uses = usesIn(item, text);
  const end = second?.span.end ?? later.span.end;
  const renameSecond = renaming(fresh, [later.span, ...uses.filter((use) => use.span.start >= end).map((use) => use.span)], "the second");
  const renameFirst = renaming(fresh, [earlier.span, ...uses.filter((use) => use.span.start < end).map((use) => use.span)], "the first");
  return {
    label: "declared again here",
    related: [{ span: first.span, message: "declared first here" }],
    // The name of an output is what the world calls it.
    fixes: !isBody(item) ? [] : second?.kind === "ModelOutput" ? [renameFirst, renameSecond] : [renameSecond, renameFirst],
  };
}

const firstOf = (node: Node): Span => children(node)[0]?.span ?? node.span;

function renaming(name: string, spans: readonly Span[], which = "it"): Fix {
  return fix(`call ${which} \`${name}\``, ...spans.map((span) => replaced(span, name)));
}

/** The second goes. */
export function givenTwice({ path, text }: Case): Remedy | undefined {
  const nameOf = (node: Node): string | undefined => ("name" in node && (node.name as Identifier | undefined)?.kind === "Identifier" ? (node.name as Identifier).text : node.kind === "Name" ? node.text : undefined);
  for (let at = path.length - 1; at > 0; at--) {
    const siblings = children(path[at - 1]);
    const own = path[at];
    if (own.kind === "List") {
      const twice = own.elements.find((element, i) => nameOf(element) !== undefined && own.elements.findIndex((other) => nameOf(other) === nameOf(element)) < i);
      const first = twice && own.elements.find((element) => nameOf(element) === nameOf(twice));
      if (twice && first) return { related: [{ span: first.span, message: "given first here" }], fixes: [fix("take the second away", removed(twice.span))] };
    }
    const wanted = own.kind === "Argument" || own.kind === "RecordField" ? nameOf(own) : own.kind.endsWith("Item") ? own.kind : undefined;
    if (wanted === undefined) continue;
    const first = siblings.find((other) => other !== own && other.span.start < own.span.start && (own.kind.endsWith("Item") ? other.kind : nameOf(other)) === wanted);
    if (!first) continue;
    return { label: "given again here", related: [{ span: first.span, message: "given first here" }], fixes: [fix(`take the second ${/^\w+$/.test(text) ? `\`${text}\` ` : ""}away`, removed(own.span)), guess("take the first away", removed(first.span))] };
  }
  return undefined;
}

/** `a needs b here`, `b needs a here`: the way round, found in the text. */
export function circle({ item, text, diagnostic }: Case): Remedy | undefined {
  if (!item) return undefined;
  const start = text.replace(/\[.*/s, "");
  const bound = new Map<string, readonly Let[]>();
  for (const statement of allOf(item, "Let")) {
    const { target } = statement;
    const names = target.kind === "Identifier" ? [target.text] : target.kind === "MemberTarget" ? [target.name.text] : target.names.map((name) => name.text);
    for (const name of names) bound.set(name, [...(bound.get(name) ?? []), statement]);
  }
  const way = (name: string, seen: readonly string[]): readonly RelatedPlace[] | undefined => {
    for (const statement of bound.get(name) ?? []) {
      for (const use of [statement.value, ...(statement.family ? [statement.family.range] : [])].flatMap((tree) => allOf(tree, "Name"))) {
        const place = { span: use.span, message: `\`${name}\` needs \`${use.text}\` here` };
        if (use.text === start) return [place];
        if (!bound.has(use.text) || seen.includes(use.text)) continue;
        const rest = way(use.text, [...seen, use.text]);
        if (rest) return [place, ...rest];
      }
    }
    return undefined;
  };
  const related = way(start, [start]);
  return related && { label: `made from ${diagnostic.message.startsWith(`\`${start}`) ? "itself" : "what is made from it"}`, related: related.slice(0, 4) };
}

/** Blocks or files in a circle, by the names that the message lists. */
const members = ({ diagnostic }: Case): readonly string[] => diagnostic.message.slice(diagnostic.message.indexOf(": ") + 2).split(" → ");

export function blocksInCircle(about: Case): Remedy {
  const names = members(about);
  const related = names.slice(0, -1).flatMap((name, i): readonly RelatedPlace[] => {
    const block = blockNamed(about, name);
    const call = block && allOf(block, "Call").find(({ callee }) => callee.kind === "Name" && callee.text === names[i + 1]);
    return [...(block && i === 0 ? [{ span: block.name.span, message: `\`${name}\` is declared here` }] : []), ...(call && call.span.start !== about.span.start ? [{ span: call.span, message: `\`${name}\` uses \`${names[i + 1]}\` here` }] : [])];
  });
  return { label: "here it comes round", related };
}

export function filesInCircle(about: Case): Remedy {
  const names = members(about);
  const fileNamed = (name: string): string => name.replace(/^.*\//, "");
  const related = names.slice(0, -1).flatMap((name, i): readonly RelatedPlace[] => {
    const statement = about.program.files.find((file) => file.source.name === name)?.tree.imports.find(({ from }) => fileNamed(from.value) === fileNamed(names[i + 1]));
    return statement && statement.from.span.start + name !== about.span.start + about.span.file.name ? [{ span: statement.from.span, message: `${name} imports ${names[i + 1]} here` }] : [];
  });
  return { label: `${about.span.file.name} imports ${names[names.length - 1]} here`, related };
}

/** Of what a member was asked, and where that was made. */
export function unknownMember({ item, path }: Case): Remedy | undefined {
  const member = path.findLast((node) => node.kind === "Member");
  if (member?.kind !== "Member" || member.object.kind !== "Name") return undefined;
  const made = letOf(item, member.object.text);
  return made && { related: [{ span: made.value.span, message: `\`${member.object.text}\` is made here` }] };
}

/** The block and its uses in every file get the other first letter. */
export function firstLetter(about: Case): Remedy | undefined {
  const { item, text, program } = about;
  if (item?.kind !== "Block") return undefined;
  const owns = about.diagnostic.message.includes("owns weights");
  const letter = text[0] ?? "";
  const name = owns ? letter.toUpperCase() + text.slice(1) : letter.toLowerCase() + text.slice(1);
  const spans = program.files.flatMap((file): readonly Span[] => {
    if (file.library || program.names.get(file.source)?.blocks.get(text) !== item) return [];
    const imported = file.tree.imports.flatMap((statement) => statement.names).filter((own) => own.text === text);
    return [...imported, ...allOf(file.tree, "Name").filter((own) => own.text === text)].map((own) => own.span);
  });
  const weight = owns ? ownedIn(about, item) : undefined;
  return {
    label: owns ? "a small letter" : "a capital letter",
    related: weight ? [{ span: weight, message: "weights are made here" }] : [],
    fixes: [fix(`call it \`${name}\`, here and where it is used`, ...[item.name.span, ...spans].map((span) => replaced(span, name)))],
  };
}

function ownedIn(about: Case, block: Block): Span | undefined {
  const parameter = allOf(block, "Parameter")[0] ?? allOf(block, "State")[0];
  return parameter?.name.span ?? allOf(block, "Call").find((call) => /^[A-Z]/.test(calledBlock(about, call)?.name.text ?? ""))?.span;
}

/** A letter from another keyboard, or from another language. */
const meant: Readonly<Record<string, readonly string[]>> = {
  "×": ["*"], "·": ["*"], "∙": ["*"], "⋅": ["*"], "÷": ["/"], "−": ["-"], "–": ["-"], "—": ["-"], "≤": ["<="], "≥": [">="], "≠": ["!="], "→": ["->"], "⇒": ["=>"], "…": ["..."],
  "“": ['"'], "”": ['"'], "‘": ['"'], "’": ['"'], "'": ['"'], "`": ['"'], "#": ["//"], "&&": ["and"], "&": ["and"], "||": ["or"], "!": ["not "], "²": [" ^ 2"], "³": [" ^ 3"],
};

export function strayCharacter({ text, span }: Case): Remedy {
  const { text: whole } = span.file;
  // `&&` and quotes come in pairs: the second is replaced with the first.
  const pair = whole.slice(span.start, span.start + 2);
  const closing = /^['‘’“”`]$/.test(text) ? /^[^\n'‘’“”`]*(['‘’“”`])/.exec(whole.slice(span.end)) : null;
  const ends = closing ? [replaced(spanBetween(span, span.end + closing[0].length - 1, span.end + closing[0].length), '"')] : [];
  const wide = pair === "&&" || pair === "||" ? spanBetween(span, span.start, span.start + 2) : span;
  return {
    fixes: [
      ...(meant[textOf(wide)] ?? meant[text] ?? []).map((other) => fix(`\`${other.trim()}\` instead of \`${textOf(wide)}\``, replaced(wide, other), ...ends)),
      guess(`take \`${text}\` away`, replaced(span, "")),
    ],
  };
}

/** `did you mean `x`?`: the word instead of the underlined one. */
export function meantWord({ diagnostic, text, span }: Case): readonly Fix[] {
  const near = /did you mean `([^`]+)`/.exec(diagnostic.help ?? "")?.[1];
  if (near === undefined || near === text || !/^"?[\w.*/-]+"?$/.test(text)) return [];
  return [fix(`\`${near}\` instead of \`${text.replaceAll('"', "")}\``, replaced(span, text.startsWith('"') ? `"${near}"` : near))];
}
