/** A session with the packed extension; what it did is printed as JSON. At first a server is named that does not start; with the argument `server` the one inside is started at the end. */
const { readFileSync } = require("node:fs");
const { extensionFolder, file, log, editor, opened, listeners, settings, until, load, command, Uri } = require("./editor.cjs");

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
  const text = readFileSync(file, "utf8");
  const move = (own, piece, kind) => {
    const line = own.document.getText().split("\n").findIndex((line) => line.includes(piece));
    own.selection = { active: { line, character: own.document.getText().split("\n")[line].indexOf(piece) } };
    listeners.selection.forEach((run) => run({ kind, textEditor: own }));
  };
  move(editor, "up = Linear", 2);
  move(editor, "up = Linear", undefined);
  const places = log.posted.splice(0).map(({ kind, place }) => [kind, place]);
  panel.receive({ kind: "select", place: { file: 0, start: places[1][1].start, end: places[1][1].start + 2 } });
  await until(() => log.shown.length === 1, "the source");

  // A place in the layer library opens its file; the cursor there is followed too, but not the one that came with it.
  const { program } = JSON.parse(/<script type="application\/json"[^>]*>(.*?)<\/script>/.exec(html)[1]).view;
  const inLibrary = program.sources.findIndex(({ name }) => name === "std/linear.net");
  const start = program.sources[inLibrary].text.indexOf("block Linear");
  panel.receive({ kind: "select", place: { file: inLibrary, start, end: start + 5 } });
  await until(() => log.shown.length === 2, "the library");
  await new Promise((resolve) => setTimeout(resolve, 50));
  const unasked = log.posted.splice(0).length;
  const there = { document: opened(log.shown[1].file), selection: { active: { line: 0, character: 0 } } };
  move(there, "block Linear", 1);
  const library = { file: log.shown[1].file, start, place: log.posted.splice(0)[0]?.place, index: inLibrary };

  // Another variant, other config keys, and a check.
  await command("netc.pickVariant")(Uri.file(file).toString(), "Small");
  await until(() => log.posted.length === 1, "the variant");
  const variant = log.posted.splice(0)[0].showing.view.choice;
  settings.set = { Small: { width: "24" } };
  listeners.configuration.forEach((run) => run({ affectsConfiguration: (name) => name === "netc.set" }));
  await until(() => log.posted.length === 1, "the config key");
  const configured = log.posted.splice(0)[0].showing.view;
  settings.set = {};
  listeners.configuration.forEach((run) => run({ affectsConfiguration: (name) => name === "netc.set" }));
  await until(() => log.posted.length === 1, "the variant without it");
  log.posted.splice(0);
  await command("netc.checkVariants")();
  await until(() => log.output.includes("Small"), "the check");

  // What is typed is shown before it is saved; a mistake comes and goes, and the cursor is followed meanwhile.
  const shows = () => log.posted.filter(({ kind }) => kind === "show");
  editor.document.type(`// typed\n${text.replace("relu(up)", "relu(down)")}`);
  await until(() => shows().length === 1, "the problem");
  const problems = log.posted.splice(0)[0].showing;
  move(editor, "up = Linear", 2);
  const during = log.posted.splice(0).map(({ place }) => text.slice(place.start).split(" ")[0]);
  panel.receive({ kind: "problem", problem: problems.problems.problems[0] });
  await until(() => log.shown.length === 3, "the line of the problem");
  panel.receive({ kind: "select", place: { file: 0, start: text.indexOf("relu("), end: text.indexOf("relu(") + 8 } });
  await until(() => log.shown.length === 4, "the line as it is typed");
  editor.document.type(text.replace("relu(up)", "gelu(up)"));
  await until(() => shows().length === 1, "the graph of what is typed");
  const typed = { text: shows()[0].showing.view.program.sources[0].text.includes("gelu(up)"), saved: readFileSync(file, "utf8").includes("gelu(up)"), kinds: log.posted.splice(0).map(({ kind }) => kind) };
  editor.document.typed = undefined;
  listeners.closed.forEach((run) => run(editor.document));
  await until(() => shows().length === 1, "the file of the disk");
  const closed = log.posted.splice(0)[0].showing.view.program.sources[0].text === text;

  // A panel that opens on a text with a mistake shows the graph as soon as there is none.
  panel.dispose();
  editor.document.type(text.replace("relu(up)", "relu(down)"));
  await command("netc.showGraph")();
  const second = log.panels[1];
  await until(() => second.webview.html !== "", "the page");
  const early = JSON.parse(/<script type="application\/json"[^>]*>(.*?)<\/script>/.exec(second.webview.html)[1]);
  editor.document.type(undefined);
  await until(() => shows().length === 1, "the graph after the mistake");
  const late = log.posted.splice(0).find(({ kind }) => kind === "show").showing;
  second.dispose();

  // The server inside, and the command that hangs on its code lenses.
  const served = process.argv[4] === "server" ? await withServer() : undefined;

  return {
    registered, served, complaint, title: panel.title, options: panel.options, html, places, unasked, library, shown: log.shown, offered: log.offered, updated: log.updated, variant, output: log.output,
    configured: { choice: configured.choice, parameters: configured.document.root.parameters }, problems, during, typed, closed, early, late: { view: late.view.choice, problems: late.problems ?? null },
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
