/** The local server as host: a view is fetched, and when the file changes the server says so. The token stands in the page's own address. */
import type { Choice, Host, Page, Problem, ViewMessage } from "../model/messages.ts";

export function serverHost(first: ViewMessage): Host {
  const token = new URLSearchParams(location.search).get("token") ?? "";
  let page: Page | undefined;
  let choice: Choice = first.choice;
  let asked = 0;
  const ask = async (next: Choice): Promise<void> => {
    const own = ++asked;
    const query = new URLSearchParams({ token, model: next.model, variant: next.variant, ...(next.from === undefined ? {} : { from: next.from }) });
    const response = await fetch(`/view?${query}`);
    if (own !== asked) return; // another was asked for since
    if (response.ok) page?.setDocument((await response.json()) as ViewMessage);
    else if (next.variant !== "default") {
      choice = { model: next.model, variant: "default" };
      await ask(choice);
    } else lost(`the server has no ${next.model}`);
  };
  const lost = (message: string): void => page?.setProblem({ code: "", message, file: "", line: 0, column: 0, others: 0 });
  return {
    start(own) {
      page = own;
      page.setDocument(first);
      const events = new EventSource(`/events?${new URLSearchParams({ token })}`);
      let interrupted = false;
      events.addEventListener("changed", () => {
        page?.setProblem(undefined);
        void ask(choice);
      });
      events.addEventListener("problem", (event) => page?.setProblem(JSON.parse((event as MessageEvent<string>).data) as Problem));
      events.addEventListener("error", () => {
        interrupted = true;
        lost("the server has ended: what is shown stays, but no longer follows the file");
      });
      events.addEventListener("open", () => {
        if (interrupted) page?.setProblem(undefined);
        interrupted = false;
      });
    },
    choose(next) {
      choice = next;
      void ask(next).catch(() => lost("the server does not answer"));
    },
    onSelect: () => undefined,
  };
}
