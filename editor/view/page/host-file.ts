/** A file with everything inside as host: all variants are there, and a comparison is put together here. */
import { mergeViews } from "../model/merge.ts";
import type { ViewDifference } from "../model/document.ts";
import { inverted } from "../model/inverted.ts";
import type { Choice, Host, Page, ViewBundle } from "../model/messages.ts";

/** The texts never change. */
const revision = 0;

/** `packed` is the bundle as JSON, gzip and base64. */
export function fileHost(packed: string): Host {
  let page: Page | undefined;
  let bundle: ViewBundle | undefined;
  const show = (choice: Choice): void => {
    if (!bundle) return;
    const { program, documents, differences } = bundle;
    const of = (variant: string): ViewBundle["documents"][number] | undefined => documents.find((document) => document.model === choice.model && document.variant === variant);
    const after = of(choice.variant);
    const before = choice.from === undefined ? undefined : of(choice.from);
    if (!after) return;
    if (!before) return page?.show({ revision, view: { program, choice, document: after } });
    const between = (from: string, to: string): ViewDifference | undefined => differences.find((one) => one.model === choice.model && one.from === from && one.to === to);
    const backwards = between(choice.variant, before.variant);
    const difference = between(before.variant, choice.variant) ?? (backwards && inverted(backwards));
    if (difference) page?.show({ revision, view: { program, choice, document: mergeViews(before, after, difference), config: difference.config } });
  };
  return {
    start(own) {
      page = own;
      void unpacked(packed).then((text) => {
        bundle = JSON.parse(text) as ViewBundle;
        show(bundle.choice);
      });
    },
    choose: show,
    onSelect: () => undefined,
    onProblem: () => undefined,
  };
}

async function unpacked(text: string): Promise<string> {
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
}
