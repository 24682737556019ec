/** What tells a person something about a place and changes nothing. */
import { MarkupKind } from "vscode-languageserver";
import { hover } from "../service/hover.ts";
import type { Capability } from "./capability.ts";

export const informing: readonly Capability[] = [
  {
    name: "hover",
    provides: () => ({ hoverProvider: true }),
    wire(workspace) {
      workspace.connection.onHover(({ textDocument: { uri }, position }) => {
        const look = workspace.look(uri);
        const found = look && hover(look, workspace.offset(uri, position));
        return found ? { contents: { kind: MarkupKind.Markdown, value: found.markdown }, range: workspace.range(look.name, found) } : null;
      });
    },
  },
];
