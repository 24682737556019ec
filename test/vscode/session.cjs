/** A session with the packed extension; what it did is printed as JSON. At first a server is named that does not start; with the argument `server` the one inside is started at the end. */
const { writeFileSync, readFileSync } = require("node:fs");
const { extensionFolder, file, log, editor, listeners, settings, until, load, command, Uri } = require("./editor.cjs");

async function session() {
  const { activate } = load();
  settings.path = "no-such-netc";
  await activate({ extensionPath: extensionFolder, subscriptions: [] });
  const complaint = log.messages.splice(0);
  const registered = log.registered.map(({ name }) => name);
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

  // The server inside, and the command that hangs on its code lenses.
  const served = process.argv[4] === "server" ? await withServer() : undefined;

  return {
    registered, served, complaint, title: panel.title, options: panel.options, html, places, line, shown: log.shown, offered: log.offered, updated: log.updated, variant, output: log.output, after, reason,
  };
}

async function withServer() {
  log.registered.splice(0, log.registered.length, ...log.registered.filter(({ name }) => name === "netc.restartServer"));
  log.updated = [];
  settings.variants = {};
  await command("netc.restartServer")();
  const commands = log.registered.map(({ name }) => name).filter((name) => name !== "netc.restartServer");
  await command("netc.chooseVariant")(Uri.file(file).toString(), "Small");
  const { deactivate } = load();
  await deactivate();
  return { complaint: log.messages.splice(0), commands, updated: log.updated };
}

session().then(
  (done) => { process.stdout.write(JSON.stringify(done)); process.exit(0); },
  (error) => { process.stderr.write(`${error.stack}\n${log.messages.join("\n")}\n${log.output}`); process.exit(1); },
);
