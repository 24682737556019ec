/** Texts that come from data sets and programs, made harmless where they are written. */

/** For HTML, SVG and XML, in elements and in attributes in double quotes. Characters that XML cannot hold become the replacement character. */
export const escapeHtml = (text: string): string =>
  text.replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "\ufffd").replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;").replaceAll("'", "&#39;");

/** For a cell of a Markdown table. */
export const escapeMarkdown = (text: string): string => text.replace(/[\\`*_[\]<>|~]/g, "\\$&").replace(/\s+/g, " ");

const latexForms: Readonly<Record<string, string>> = { "\\": "\\textbackslash{}", "~": "\\textasciitilde{}", "^": "\\textasciicircum{}", "±": "$\\pm$", "−": "$-$", "–": "--" };

/** For LaTeX, outside of formulas. */
export const escapeLatex = (text: string): string => text.replace(/[\\~^±−–]|[&%$#_{}]/g, (letter) => latexForms[letter] ?? `\\${letter}`).replace(/\s+/g, " ");
