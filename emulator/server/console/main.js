// The frame: which view is shown, in which scope.
import { call, decoded, HOME, Refused, session } from "./client.js";
import { fill, h, problem, select } from "./dom.js";
import { apis } from "./apis.js";
import { clock } from "./clock.js";
import { coverage } from "./coverage.js";
import { exchanges } from "./exchanges.js";
import { faults } from "./faults.js";
import { ledger } from "./ledger.js";
import { resources } from "./resources.js";
import { scopes } from "./scopes.js";
import { stubs } from "./stubs.js";

//: Each view: its name, and what fills an element with it, given the rest of the address.
const VIEWS = {
  exchanges: ["Exchanges", exchanges],
  apis: ["APIs", apis],
  stubs: ["Stubs", stubs],
  faults: ["Faults", faults],
  resources: ["Resources", resources],
  ledger: ["Ledger", ledger],
  coverage: ["Coverage", coverage],
  clock: ["Clock", clock],
  scopes: ["Scopes", scopes],
};

const main = document.getElementById("main");
const views = document.getElementById("views");
let leave = new AbortController();
let shown = "";

/** The view and the parts of `#/exchanges/ID?status=4xx`. */
export function address() {
  const [path, query] = location.hash.replace(/^#\/?/, "").split("?");
  const [view, ...parts] = path.split("/").map(decoded);
  return { view: Object.hasOwn(VIEWS, view) ? view : "exchanges", parts, query: new URLSearchParams(query ?? "") };
}

async function show() {
  const { view, parts, query } = address();
  if (view === shown && VIEWS[view][1].moved?.(parts, query)) return;
  shown = view;
  leave.abort();
  leave = new AbortController();
  const [title, draw] = VIEWS[view];
  document.title = `${title} · Emulator`;
  for (const link of views.querySelectorAll("a")) {
    if (link.dataset.view === view) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  const element = fill(h("section", { class: view, "aria-label": title }));
  fill(main, element);
  main.setAttribute("aria-busy", "true");
  try {
    await draw(element, parts, query, leave.signal);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    fill(element, h("h2", {}, title), problem(error));
  } finally {
    if (element.isConnected) main.removeAttribute("aria-busy");
  }
}

/** The scopes to choose from, as they are when somebody does; the one shown even without state. */
async function drawStatus() {
  const chosen = select([session.scope], session.scope, { id: "scope", change: () => {
    session.scope = chosen.value;
    shown = "";
    show();
  }, focus: () => refresh(), pointerenter: () => refresh() });
  const refresh = async () => {
    const { scopes: known } = await call("GET", "/scopes");
    const names = [...new Set([...known.map((each) => each.name), HOME, session.scope])].sort();
    if (names.join() === [...chosen.options].map((each) => each.value).join()) return;
    fill(chosen, names.map((name) => h("option", { value: name, selected: name === session.scope }, name)));
  };
  fill(document.getElementById("status"), h("label", { for: "scope" }, "Scope"), chosen);
  await refresh();
}

fill(views, h("ul", {}, Object.entries(VIEWS).map(([view, [title]]) =>
  h("li", {}, h("a", { href: `#/${view}`, "data-view": view }, title)))));
// The rest of the address says which view is shown, so this link can't be one within the page.
document.querySelector(".skip").addEventListener("click", (event) => { event.preventDefault(); main.focus(); });
addEventListener("hashchange", show);
addEventListener("scopes", () => { shown = ""; drawStatus().then(show); });
show();
drawStatus().catch((error) => fill(main, problem(error)));
