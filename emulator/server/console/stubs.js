// Stubs: list, edit with help and errors in place, switch off and on; scenarios and their states.
import { call, encode, session } from "./client.js";
import { button, field, fill, h, problem, select, table, tell } from "./dom.js";
import { scan } from "./json-view.js";
import { resolve, typeOf } from "./schema-view.js";

const NEW = { request: { method: "GET", urlPath: "/" }, response: { status: 200, jsonBody: {} } };

//: Stubs that were switched off here: the server knows nothing of them until they are on again.
const off = {
  key: () => `emulator-stubs-off/${session.scope}`,
  all() { return JSON.parse(sessionStorage.getItem(this.key()) ?? "[]"); },
  save(stubs) { sessionStorage.setItem(this.key(), JSON.stringify(stubs)); },
  add(stub) { this.save([...this.without(stub.id), stub]); },
  without(id) { return this.all().filter((each) => each.id !== id); },
  remove(id) { this.save(this.without(id)); },
};

export async function stubs(element, [id]) {
  const list = h("div", {}), editor = h("div", { class: "detail" }), scenarios = h("div", {});
  fill(element, h("div", { class: "bar" }, h("h2", {}, "Stubs"), h("span", { class: "push" }),
    h("a", { class: "button primary", href: "#/stubs/new" }, "New stub"),
    button("Remove all", async () => { await call("DELETE", "/mappings"); off.save([]); await draw(); tell("No stubs are left in this scope."); })),
  h("div", { class: id ? "split opened" : "split" }, h("div", {}, list, scenarios), editor));
  const draw = async () => {
    const [{ mappings }, { mappings: unmet }] = await Promise.all([call("GET", "/mappings"), call("GET", "/mappings/unmatched")]);
    drawList(list, mappings, new Set(unmet.map((each) => each.id)), id, draw);
    await drawScenarios(scenarios, draw);
    return mappings;
  };
  const known = await draw();
  if (!id) return;
  const stub = id === "new" ? NEW : known.find((each) => each.id === id) ?? off.all().find((each) => each.id === id);
  if (!stub) fill(editor, h("p", { class: "wrong" }, `There is no stub ${id} in this scope.`));
  else await drawEditor(editor, stub, id, draw);
}

function drawList(list, mappings, unmet, chosen, draw) {
  const row = (stub, isOn) => {
    const { request = {}, response = {} } = stub;
    const place = request.url ?? request.urlPath ?? request.urlPattern ?? request.urlPathPattern ?? request.urlPathTemplate ?? "any path";
    const toggle = h("input", { type: "checkbox", role: "switch", checked: isOn, "aria-label": `On: ${stub.name || place}`, change: async () => {
      try {
        if (toggle.checked) { await call("POST", "/mappings", stub); off.remove(stub.id); }
        else {
          off.add(stub);  // first: one that is too large to be kept here is not removed there
          await call("DELETE", `/mappings/${encode(stub.id)}`);
        }
      } catch (error) { tell(error.message, "wrong"); }
      await draw();
    } });
    return [toggle, h("a", { href: `#/stubs/${encode(stub.id)}`, "aria-current": stub.id === chosen ? "true" : null }, stub.name || `${request.method ?? "ANY"} ${place}`),
      `${request.method ?? "ANY"} ${place}`, String(response.status ?? response.fault ?? 200), stub.scenarioName ?? "", isOn ? (unmet.has(stub.id) ? "not yet" : "yes") : "off"];
  };
  fill(list, table("Stubs", ["On", "Name", "Request", "Answer", "Scenario", "Met"],
    [...mappings.map((each) => row(each, true)), ...off.all().map((each) => row(each, false))],
    "No stubs in this scope. Make one here, or of an exchange."));
}

async function drawScenarios(element, draw) {
  const { scenarios } = await call("GET", "/scenarios");
  if (!scenarios.length) { fill(element); return; }
  fill(element, h("h3", {}, "Scenarios"), table("Scenarios", ["Name", "State"], scenarios.map((each) => {
    const state = select([...new Set([...each.possibleStates, each.state])], each.state, { "aria-label": `State of ${each.name}`, change: async () => {
      await call("PUT", `/scenarios/${encode(each.name)}/state`, { state: state.value });
      tell(`${each.name} is ${state.value}.`);
    } });
    return [each.name, state];
  })), button("Set all to Started", async () => { await call("POST", "/scenarios/reset"); await draw(); }));
}

async function drawEditor(editor, stub, id, draw) {
  const { id: _, uuid: __, ...shown } = stub;
  const document = await call("GET", "/openapi.json");
  const text = h("textarea", { class: "code", rows: 24, spellcheck: false, value: JSON.stringify(shown, null, 2) });
  const gutter = h("pre", { class: "gutter", "aria-hidden": "true" });
  const errors = h("div", {}), help = h("aside", { class: "help", "aria-label": "What may stand here" });
  const said = field("Stub, as JSON", text);
  fill(editor, h("a", { class: "back", href: "#/stubs" }, "Close"), h("h3", {}, id === "new" ? "New stub" : stub.name || id),
    h("div", { class: "editor" }, gutter, said), errors,
    h("div", { class: "actions" }, button("Save", save, { class: "primary" }), id !== "new" && button("Remove", async () => {
      await call("DELETE", `/mappings/${encode(id)}`);
      off.remove(id);
      location.hash = "#/stubs";
    })), help);

  function number(marked = new Set()) {
    const count = text.value.split("\n").length;
    fill(gutter, Array.from({ length: count }, (_, index) => marked.has(index + 1)
      ? h("mark", {}, `${index + 1}\n`) : `${index + 1}\n`));
    text.rows = Math.min(Math.max(count + 1, 12), 60);
  }

  /** Each error with its line; choosing it leads there. */
  function drawErrors(found) {
    number(new Set(found.map((each) => each.line)));
    text.setAttribute("aria-invalid", String(found.length > 0));
    fill(errors, found.length > 0 && h("div", { class: "wrong", role: "alert" }, h("ul", {}, found.map((each) =>
      h("li", {}, button(`Line ${each.line}`, () => { text.focus(); text.setSelectionRange(each.start, each.end ?? each.start); }), " ",
        each.pointer ? h("code", {}, each.pointer) : "", " ", each.message)))));
  }

  function check() {
    const { error } = scan(text.value);
    drawErrors(error ? [{ ...error, message: error.message }] : []);
    return !error;
  }

  async function save() {
    if (!check()) return;
    try {
      const value = JSON.parse(text.value);
      const saved = id === "new" ? await call("POST", "/mappings", value) : await call("PUT", `/mappings/${encode(id)}`, value);
      off.remove(id);
      const wrong = saved.metadata?.["emulator:violations"];
      tell(wrong ? "Saved. Its response violates the document: see its metadata." : "Saved.");
      await draw();
      if (id === "new") location.hash = `#/stubs/${encode(saved.id)}`;
    } catch (error) {
      const { places } = scan(text.value);
      const place = (pointer) => {
        while (pointer && !places.has(pointer)) pointer = pointer.slice(0, pointer.lastIndexOf("/"));
        return places.get(pointer) ?? { line: 1, start: 0, end: 0 };
      };
      if (error.violations?.length) drawErrors(error.violations.map((each) => ({ ...each, ...place(each.pointer) })));
      else fill(errors, problem(error));
    }
  }

  /** The members that may stand where the caret is, by the schema of stubs. */
  function advise() {
    const { places } = scan(text.value);
    const at = text.selectionStart;
    const around = [...places].filter(([, place]) => place.start <= at && at <= place.end).sort((a, b) => a[1].end - a[1].start - (b[1].end - b[1].start));
    const steps = (around[0]?.[0] ?? "").split("/").slice(1);
    for (let count = steps.length; count >= 0; count -= 1) {
      const schema = schemaAt(document, steps.slice(0, count));
      const members = Object.entries(schema.properties ?? {});
      if (members.length) {
        const where = count ? `/${steps.slice(0, count).join("/")}` : "the stub";
        fill(help, h("h4", {}, `Members of ${where}`), h("ul", {}, members.map(([name, each]) => h("li", {},
          button(name, () => text.setRangeText(`"${name}": `, text.selectionStart, text.selectionEnd, "end")), " ",
          h("span", { class: "type" }, typeOf(document, each)), " ", resolve(document, each).description ?? ""))));
        return;
      }
    }
  }
  text.addEventListener("input", () => { check(); advise(); });
  for (const event of ["click", "keyup"]) text.addEventListener(event, advise);
  number();
  advise();
}

function schemaAt(document, steps) {
  let schema = resolve(document, { $ref: "#/components/schemas/stub" });
  for (const step of steps) {
    const next = schema.properties?.[step] ?? schema.items ?? (typeof schema.additionalProperties === "object" ? schema.additionalProperties : {});
    schema = resolve(document, next);
    const way = schema.anyOf ?? schema.oneOf;
    if (way && !schema.properties) schema = way.map((each) => resolve(document, each)).find((each) => each.properties ?? each.items) ?? schema;
  }
  return schema;
}
