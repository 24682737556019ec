/** The local server as host: a view is fetched, and when the file changes the server says so. The token stands in the page's own address. */
import type { Choice, Host, Page, Showing } from "../model/messages.ts";

export function serverHost(first: Showing): Host {
  const token = new URLSearchParams(location.search).get("token") ?? "";
  let page: Page | undefined;
  let choice: Partial<Choice> = first.view?.choice ?? {};
  let asked = 0;
  const ask = async (next: Partial<Choice>): Promise<void> => {
    const own = ++asked;
    choice = next;
    const response = await fetch(`/view?${new URLSearchParams({ token, ...next })}`);
    if (!response.ok) throw new Error(await response.text());
    const showing = (await response.json()) as Showing;
    if (own !== asked) return; // another was asked for since
    choice = showing.view?.choice ?? next; // a row that was asked for may have left the text
    page?.show(showing);
  };
  const lost = (): void => page?.setNotice("The server does not answer. What is shown stays.");
  return {
    start(own) {
      page = own;
      page.show(first);
      const events = new EventSource(`/events?${new URLSearchParams({ token, revision: String(first.revision) })}`);
      events.addEventListener("changed", (event) => {
        const showing = JSON.parse((event as MessageEvent<string>).data) as Showing;
        // While the text has errors the last graph stays, and the page has it.
        if (showing.problems) page?.show(showing);
        else void ask(choice).catch(lost);
      });
      events.addEventListener("error", () => page?.setNotice("The server has ended: what is shown stays, but no longer follows the file."));
      events.addEventListener("open", () => page?.setNotice(undefined));
    },
    choose: (next) => void ask(next).catch(lost),
    onSelect: () => undefined,
    onProblem: () => undefined,
  };
}
