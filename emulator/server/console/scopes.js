// Scopes: what keeps tests apart. Switch, reset, delete.
import { call, encode, session } from "./client.js";
import { button, field, fill, h, table, tell } from "./dom.js";

export async function scopes(element) {
  const { scopes: known } = await call("GET", "/scopes");
  const changed = () => dispatchEvent(new Event("scopes"));
  const names = [...new Set([...known.map((each) => each.name), session.scope])].sort();
  const name = h("input", { type: "text", required: true, pattern: "[A-Za-z0-9._\\-]{1,128}", title: "Letters, digits, dots, dashes" });
  const go = (scope) => { session.scope = scope; tell(`This is ${scope}.`); changed(); };
  fill(element, h("h2", {}, "Scopes"), table("Scopes", ["Name", "", "", ""], names.map((scope) => [
    scope === session.scope ? h("strong", {}, `${scope} (shown)`) : scope,
    scope !== session.scope && button(`Switch to ${scope}`, () => go(scope)),
    button(`Reset ${scope}`, async () => {
      const before = session.scope;
      session.scope = scope;
      try { await call("POST", "/reset"); } finally { session.scope = before; }
      tell(`${scope} is as it was at start.`);
      changed();
    }),
    button(`Delete ${scope}`, async () => { await call("DELETE", `/scopes/${encode(scope)}`); tell(`${scope} is deleted with all its state.`); changed(); }, { class: "danger" })])),
  h("form", { class: "filters", submit: (event) => { event.preventDefault(); go(name.value); } },
    field("Another scope", name), h("button", { type: "submit" }, "Switch")));
}
