// Faults: pick one, say where and when; the rules that are active, and how often they struck.
import { call, encode, every } from "./client.js";
import { button, field, fill, h, problem, select, table, tell } from "./dom.js";
import { resolve, typeOf } from "./schema-view.js";

export async function faults(element) {
  const [{ faults: types }, { apis }, document] = await Promise.all([call("GET", "/faults/types"), call("GET", "/apis"), call("GET", "/openapi.json")]);
  const active = h("div", {}), form = h("form", { class: "fault" });
  fill(element, h("div", { class: "bar" }, h("h2", {}, "Faults"), h("span", { class: "push" }), button("Stop all", async () => {
    await call("DELETE", "/faults");
    await draw();
    tell("No faults are injected any more.");
  }, { class: "danger" })), active, h("h3", {}, "Inject a fault"), form);
  const draw = () => drawRules(active);
  drawForm(form, types, apis, document, draw);
  await draw();
  every(1000, active, draw);
}

async function drawRules(element) {
  const [{ faults: rules }, { counts }] = await Promise.all([call("GET", "/faults"), call("GET", "/faults/counts")]);
  const known = new Map(counts.map((each) => [each.id, each]));
  const text = (value) => (value === undefined ? "always" : Object.entries(value).map(([name, each]) => `${name} ${typeof each === "string" ? each : JSON.stringify(each)}`).join(", "));
  const signature = JSON.stringify([rules, counts]);
  if (element.dataset.signature === signature) return;
  element.dataset.signature = signature;
  fill(element, table("Active rules", ["Rule", "Fault", "Parameters", "Where", "When", "Injected", "Matched", ""], rules.map((rule) => {
    const count = known.get(rule.id) ?? { injected: 0, matched: 0, missed: "" };
    return [rule.id, h("code", {}, rule.fault), rule.parameters ? text(rule.parameters) : "", rule.where ? text(rule.where) : "everywhere", text(rule.when),
      String(count.injected), String(count.matched) + (count.missed ? ` (${count.missed})` : ""), button(`Stop ${rule.id}`, async () => {
        await call("DELETE", `/faults/${encode(rule.id)}`);
        element.dataset.signature = "";
        await drawRules(element);
      })];
  }), "No faults are injected in this scope."));
}

function drawForm(form, types, apis, document, draw) {
  const levels = [...new Set(types.map((each) => each.level))];
  const kind = h("select", { change: () => drawParameters() }, levels.map((level) => h("optgroup", { label: level },
    types.filter((each) => each.level === level).map((each) => h("option", { value: each.name }, each.name)))));
  const about = h("p", { class: "description" }), parameters = h("fieldset", {}), wrong = h("div", {});
  const api = select([["", "any"], ...apis.map((each) => [each.name, each.name])]);
  const operation = h("input", { type: "text", list: "fault-operations" }), ids = h("datalist", { id: "fault-operations" });
  const path = h("input", { type: "text", placeholder: "/v1/pets" }), method = select([["", "any"], "GET", "POST", "PUT", "PATCH", "DELETE"]);
  api.addEventListener("change", async () => {
    const found = api.value ? (await call("GET", `/apis/${encode(api.value)}`)).operations : [];
    fill(ids, found.map((each) => h("option", { value: each.id })));
  });
  const rule = resolve(document, { $ref: "#/components/schemas/fault-rule" });
  const whens = Object.entries(rule.properties.when?.properties ?? resolve(document, rule.properties.when).properties ?? {})
    .map(([name, schema]) => [name, schema, h("input", { type: "text" })]);
  const lives = h("input", { type: "number", min: "0", step: "any" });

  function drawParameters() {
    const chosen = types.find((each) => each.name === kind.value);
    about.textContent = chosen.description;
    fill(parameters, h("legend", {}, "Parameters"), chosen.parameters.length ? chosen.parameters.map((each) =>
      field(each.name, h("input", { type: "text", name: each.name, placeholder: each.default === null ? each.takes : String(each.default) }), `${each.help} Takes ${each.takes}.`))
      : h("p", { class: "empty" }, "It has none."));
  }

  /** What was typed: a number, a list, true or false where it is JSON; otherwise a text. */
  const read = (text) => { try { return JSON.parse(text); } catch { return text; } };
  const given = (pairs) => {
    const found = Object.fromEntries(pairs.filter(([, value]) => value !== ""));
    return Object.keys(found).length ? found : undefined;
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    fill(wrong);
    const request = given([["method", method.value], ["urlPath", path.value]]);
    const body = {
      fault: kind.value,
      parameters: given([...parameters.querySelectorAll("input")].map((each) => [each.name, each.value === "" ? "" : read(each.value)])),
      where: given([["api", api.value], ["operation", operation.value], ["request", request ?? ""]]),
      when: given(whens.map(([name, , input]) => [name, input.value === "" ? "" : read(input.value)])),
      ttl_s: lives.value === "" ? undefined : Number(lives.value),
    };
    try {
      const made = await call("POST", "/faults", body);
      tell(`${made.fault} is injected from now on.`);
      await draw();
    } catch (error) {
      fill(wrong, problem(error));
    }
  });
  fill(form, field("Fault", kind), about, parameters,
    h("fieldset", {}, h("legend", {}, "Where"), field("API", api), field("Operation", operation), ids, field("Method", method), field("Path", path)),
    h("fieldset", {}, h("legend", {}, "When"), whens.map(([name, schema, input]) => field(name, input, schema.description ?? typeOf(document, schema))),
      field("Lives for seconds", lives)),
    wrong, h("p", {}, h("button", { type: "submit", class: "primary" }, "Inject")));
  drawParameters();
}
