/** A panel of an editor as host: the editor asks netc and passes on what it says, and the cursors of both follow each other. */
import type { Host, Page, PanelNews, PanelRequest, Showing } from "../model/messages.ts";

interface Editor {
  postMessage(request: PanelRequest): void;
}
declare function acquireVsCodeApi(): Editor;

/** `first` came with the page. The editor says by a class of the body whether it is light or dark. */
export function panelHost(first: Showing): Host {
  const editor = acquireVsCodeApi();
  return {
    start(page) {
      document.body.classList.add("panel");
      followTheme(page);
      page.show(first);
      addEventListener("message", ({ data }: MessageEvent<PanelNews>) => {
        switch (data.kind) {
          case "show":
            return page.show(data.showing);
          case "notice":
            return page.setNotice(data.text);
          case "select":
            return page.select(data.place);
        }
      });
      editor.postMessage({ kind: "ready" });
    },
    choose: (choice) => editor.postMessage({ kind: "choose", choice }),
    onSelect: (place) => editor.postMessage({ kind: "select", place }),
    onProblem: (problem) => editor.postMessage({ kind: "problem", problem }),
  };
}

function followTheme(page: Page): void {
  const { classList } = document.body;
  let theme: "light" | "dark" | undefined;
  const look = (): void => {
    const now = classList.contains("vscode-dark") || (classList.contains("vscode-high-contrast") && !classList.contains("vscode-high-contrast-light")) ? "dark" : "light";
    if (now !== theme) page.setTheme((theme = now));
  };
  look();
  new MutationObserver(look).observe(document.body, { attributes: true, attributeFilter: ["class"] });
}
