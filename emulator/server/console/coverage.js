// Which documented responses were received in this scope: operation by status.
import { call, encode } from "./client.js";
import { fill, h } from "./dom.js";

const STATES = { met: "met by a request", produced: "only where it was asked for", documented: "documented, not seen" };

export async function coverage(element) {
  fill(element, h("h2", {}, "Coverage"), h("p", { role: "status" }, "Counting …"));
  const { apis } = await call("GET", "/coverage");
  fill(element, h("h2", {}, "Coverage"), h("ul", { class: "legend" }, Object.entries(STATES).map(([state, text]) =>
    h("li", {}, h("span", { class: `cell ${state}`, "aria-hidden": "true" }, SIGNS[state]), text))), apis.map(map));
}

const SIGNS = { met: "●", produced: "◐", documented: "○" };

function map({ api, answers, answers_met: met, cases }) {
  const operations = new Map();
  const statuses = new Set();
  for (const each of cases.filter((one) => one.kind === "answer")) {
    const own = operations.get(each.operation) ?? new Map();
    const state = each.met > each.forced ? "met" : each.met + each.forced > 0 ? "produced" : "documented";
    const times = Math.max(each.met, each.forced);
    const before = own.get(each.status);
    const better = !before || Object.keys(STATES).indexOf(state) < Object.keys(STATES).indexOf(before.state);
    own.set(each.status, better ? { state, times } : before);
    operations.set(each.operation, own);
    statuses.add(each.status);
  }
  const columns = [...statuses].sort();
  return h("section", {}, h("h3", {}, api), h("p", {}, `${met} of ${answers} documented responses were received.`),
    h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": `Coverage of ${api}` }, h("table", { class: "map" },
      h("caption", {}, `Operations of ${api} by status`),
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Operation"), columns.map((each) => h("th", { scope: "col" }, each)))),
      h("tbody", {}, [...operations].map(([id, own]) => h("tr", {},
        h("th", { scope: "row" }, h("a", { href: `#/apis/${encode(api)}/${encode(id)}` }, id)),
        columns.map((status) => {
          const cell = own.get(status);
          return cell ? h("td", { class: `cell ${cell.state}`, title: `${status}: ${STATES[cell.state]}, ${cell.times} times` },
            h("span", { "aria-hidden": "true" }, SIGNS[cell.state]), h("span", { class: "hidden" }, `${STATES[cell.state]}, ${cell.times} times`)) : h("td", {});
        })))))));
}
