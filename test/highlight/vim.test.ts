/** The Vim syntax file says what our own lexer says, on every `.net` file of the repository, in a Vim or Neovim without a screen. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { repository } from "../programs.ts";
import { allNetFiles, piecesOf, textOfFile, type Kind } from "./words.ts";

const editors = ["vim", "nvim"].filter((command) => spawnSync(command, ["--version"], { encoding: "utf8" }).stdout?.includes(command === "vim" ? "+syntax" : "NVIM"));
if (editors.length === 0) console.log("netc: neither Vim nor Neovim is installed, so the Vim syntax is not tested (Debian: apt-get install vim)");

/** Asks for the syntax group at each place of each file; places are lines and columns in bytes, from 1. */
const script = (folder: string): string => `
set nocompatible encoding=utf-8 redrawtime=60000 maxmempattern=100000
set runtimepath^=${join(repository, "editor/vim")}
filetype plugin on
syntax on
let answers = {}
for [file, places] in items(json_decode(join(readfile("${folder}/places.json"), "")))
  execute "edit! " . fnameescape(file)
  let answers[file] = [&filetype, &commentstring, map(copy(places), {_, place -> synIDattr(synID(place[0], place[1], 1), "name")})]
endfor
call writefile([json_encode(answers)], "${folder}/answers.json")
quitall!
`;

type Answers = Readonly<Record<string, readonly [filetype: string, commentstring: string, groups: readonly string[]]>>;

/** Line and column in bytes of an offset. */
function placeOf(text: string, offset: number): readonly [number, number] {
  const before = text.slice(0, offset).split("\n");
  return [before.length, Buffer.byteLength(before[before.length - 1]) + 1];
}

function ask(editor: string, folder: string, places: Readonly<Record<string, readonly (readonly [number, number])[]>>): Answers {
  writeFileSync(join(folder, "places.json"), JSON.stringify(places));
  writeFileSync(join(folder, "ask.vim"), script(folder));
  const quiet = editor === "vim" ? ["-es", "-N", "-i", "NONE"] : ["--headless", "-i", "NONE"];
  const { error, stdout, stderr } = spawnSync(editor, [...quiet, "-u", "NONE", "-n", "-S", join(folder, "ask.vim")], { encoding: "utf8", timeout: 100_000, env: { ...process.env, HOME: folder, TERM: "dumb" } });
  if (error) throw error;
  expect(`${stdout}${stderr}`.trim(), "what the editor complains about").toBe("");
  return JSON.parse(readFileSync(join(folder, "answers.json"), "utf8")) as Answers;
}

const keywordGroup = /^netc(Declaration|Control|WordOperator|Boolean|Form)$/;
const fits: Readonly<Record<Kind, (group: string) => boolean>> = {
  keyword: (group) => keywordGroup.test(group),
  name: (group) => !keywordGroup.test(group),
  comment: (group) => group === "netcComment" || group === "netcDocumentation",
  string: (group) => group === "netcString" || group === "netcEscape",
  number: (group) => group === "netcNumber",
};

describe.skipIf(editors.length === 0).each(editors)("%s", (editor) => {
  let folder: string;
  let answers: Answers;
  /** Small texts beside the programs: what is asked, and the group that is due. */
  const small: readonly (readonly [text: string, word: string, group: string])[] = [
    ["block Unit(x: f32[B, C]) -> f32[B, C] = relu(x)", "Unit", "netcBlock"],
    ["block Unit(x: f32[B, C]) -> f32[B, C] = relu(x)", "relu", "netcFunction"],
    ["block Unit(x: f32[B, C]) -> f32[B, C] = relu(x)", "f32", "netcType"],
    ["block Unit(x: f32[B, C]) -> f32[B, C] = relu(x)", "C]", "netcAxis"],
    ["block shrink(x: f32[B]) -> f32[B] = x", "shrink", "netcFunction"],
    ["  let y = Linear(x, out: 4)", "Linear", "netcBlock"],
    ["  let y = Linear(x, out: 4)", "out", "netcOption"],
    ["  let y = pool.max(x)", "pool", "netcNamespace"],
    ["choice Pooling = average | largest", "largest", "netcChoiceValue"],
    ["  average => mean(x, over: C)", "average", "netcChoiceValue"],
    ["  average => mean(x, over: C)", "C)", "netcAxis"],
    ["  b \"wide\" = a with { width: 64 }", "b", "netcRow"],
    ["  let y = padding.from", "from", "netcName"],
    ["  let y = a && b", "&", "netcStrange"],
    ["  let y = a != b", "!=", "netcOperator"],
    ["  let y = \"open", "open", "netcUnclosed"],
    ["/// says", "says", "netcDocumentation"],
  ];

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "netc-vim-"));
    const places: Record<string, readonly (readonly [number, number])[]> = {};
    for (const file of allNetFiles) {
      const text = textOfFile(file);
      places[join(repository, file)] = piecesOf(text).flatMap(({ text: piece, start }) => [placeOf(text, start), placeOf(text, start + piece.length - 1)]);
    }
    small.forEach(([text, word], i) => {
      writeFileSync(join(folder, `small-${i}.net`), `${text}\n`);
      places[join(folder, `small-${i}.net`)] = [placeOf(text, text.indexOf(word))];
    });
    answers = ask(editor, folder, places);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("knows .net files, and how their comments are written", () => {
    for (const file of allNetFiles) expect(answers[join(repository, file)].slice(0, 2)).toEqual(["netc", "// %s"]);
  });

  it.each(allNetFiles)("%s: keywords, names, comments, strings and numbers are what the lexer says", (file) => {
    const text = textOfFile(file);
    const groups = answers[join(repository, file)][2];
    const wrong = piecesOf(text).flatMap(({ kind, text: piece, start }, i) =>
      groups.slice(2 * i, 2 * i + 2).every(fits[kind]) ? [] : [`line ${placeOf(text, start)[0]}: ${kind} ${piece} is ${groups.slice(2 * i, 2 * i + 2).join(", ") || "nothing"}`]);
    expect(wrong).toEqual([]);
    expect(groups.filter((group) => group === "netcStrange" || group === "netcUnclosed")).toEqual([]);
  });

  it.each(small.map((row, i) => [i, ...row] as const))("%i: %s: %s is %s", (i, _, word, group) => {
    expect([word, answers[join(folder, `small-${i}.net`)][2]]).toEqual([word, [group]]);
  });
});
