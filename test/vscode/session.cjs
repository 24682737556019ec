/** A session with the packed extension; what it did is printed as JSON. The language server is not part of it: the one that is named does not start. */
const { writeFileSync, readFileSync } = require("node:fs");
const { extensionFolder, file, log, editor, listeners, settings, until, load, command, Uri } = require("./editor.cjs");

async function session() {
  const { activate } = load();
  settings.path = "no-such-netc";
  await activate({ extensionPath: extensionFolder, subscriptions: [] });
  const complaint = log.messages.splice(0);
  settings.path = "";

  // The graph, and the cursors of both sides.
  await command("netc.showGraph")();
  const [panel] = log.panels;
  await until(() => panel.webview.html.includes("data-host"), "the page");
  const html = panel.webview.html;
  panel.receive({ kind: "ready" });
  await until(() => log.posted.length === 1, "the cursor");
  const line = readFileSync(file, "utf8").split("\n").findIndex((text) => text.includes("let up"));
  editor.selection = { active: { line, character: 6 } };
  listeners.selection.forEach((run) => run({ kind: 2, textEditor: editor }));
  listeners.selection.forEach((run) => run({ kind: undefined, textEditor: editor }));
  const places = log.posted.splice(0).map(({ kind, place }) => [kind, place]);
  panel.receive({ kind: "select", place: { file: 0, start: places[1][1].start, end: places[1][1].start + 2 } });
  await until(() => log.shown.length === 1, "the source");

  // Another variant, and a check.
  await command("netc.pickVariant")(Uri.file(file).toString(), "Small");
  await until(() => log.posted.length === 1, "the variant");
  const variant = log.posted.splice(0)[0].message.choice;
  await command("netc.checkVariants")();
  await until(() => log.output.includes("Small"), "the check");

  // A mistake comes and goes.
  const text = readFileSync(file, "utf8");
  writeFileSync(file, text.replace("relu(up)", "relu(down)"));
  await until(() => log.posted.some(({ kind }) => kind === "problem"), "the problem");
  writeFileSync(file, text.replace("relu(up)", "gelu(up)"));
  await until(() => log.posted.some(({ kind }) => kind === "document"), "the graph again");
  const after = log.posted.splice(0).map(({ kind }) => kind);

  // A panel that opens on a file with a mistake shows the graph when the file is saved without.
  panel.dispose();
  writeFileSync(file, text.replace("relu(up)", "relu(down)"));
  await command("netc.showGraph")();
  const second = log.panels[1];
  await until(() => second.webview.html !== "", "the reason");
  const reason = second.webview.html;
  writeFileSync(file, text);
  listeners.saved.forEach((run) => run(editor.document));
  await until(() => second.webview.html.includes("data-host"), "the page after the mistake");
  second.dispose();

  return {
    registered: log.registered.map(({ name }) => name), complaint, title: panel.title, options: panel.options, html, places, line, shown: log.shown, offered: log.offered, updated: log.updated, variant, output: log.output, after, reason,
  };
}

session().then(
  (done) => { process.stdout.write(JSON.stringify(done)); process.exit(0); },
  (error) => { process.stderr.write(`${error.stack}\n${JSON.stringify(log)}`); process.exit(1); },
);
