// The APIs that are served: their operations, how to get each response, and a form to try them.
import { call, encode, ROOT } from "./client.js";
import { button, field, fill, h, problem, table } from "./dom.js";
import { requestView, resolve, responsesView } from "./schema-view.js";
import { tryIt } from "./try.js";

const documents = new Map();

/** An API's document, asked for once. */
export async function documentOf(name) {
  if (!documents.has(name)) documents.set(name, await call("GET", `/apis/${encode(name)}/openapi.json`));
  return documents.get(name);
}

export async function apis(element, [name, operation]) {
  const { apis: known } = await call("GET", "/apis");
  if (!name && known.length === 1) name = known[0].name;
  if (!name) {
    fill(element, h("h2", {}, "APIs"), table("APIs", ["Name", "Title", "Version", "Operations", "Below"],
      known.map((each) => [h("a", { href: `#/apis/${encode(each.name)}` }, each.name), each.title, each.version,
        String(each.operations), each.prefixes.map((prefix) => prefix || "/").join(", ")])));
    return;
  }
  const list = h("div", { class: "operations" });
  const detail = h("div", { class: "detail" });
  fill(element, h("div", { class: "bar" }, h("h2", {}, name), known.length > 1 && h("a", { href: "#/apis" }, "All APIs"),
    h("a", { href: `${ROOT}/apis/${encode(name)}/docs`, target: "_blank", rel: "noreferrer" }, "Reference"),
    h("a", { href: `${ROOT}/apis/${encode(name)}/openapi.json`, target: "_blank", rel: "noreferrer" }, "openapi.json")),
  h("div", { class: operation ? "split opened" : "split" }, list, detail));
  const api = await call("GET", `/apis/${encode(name)}`);
  drawOperations(list, api, operation);
  if (operation) await drawOperation(detail, api, operation);
  else fill(detail, h("p", { class: "empty" }, "Choose an operation to see what it takes and answers, and to try it."));
}

function drawOperations(list, api, chosen) {
  const text = h("input", { type: "search", placeholder: "path, id, summary …" });
  const links = api.operations.map((each) => h("li", {
    "data-text": `${each.method} ${each.path} ${each.id} ${each.summary ?? ""}`.toLowerCase() },
  h("a", { href: `#/apis/${encode(api.name)}/${encode(each.id)}`, "aria-current": each.id === chosen ? "page" : null },
    h("span", { class: "method" }, each.method), " ", each.path,
    h("small", {}, each.summary || each.id))));
  text.addEventListener("input", () => {
    for (const link of links) link.hidden = !link.dataset.text.includes(text.value.toLowerCase());
  });
  fill(list, field("Find an operation", text), h("ul", {}, links));
}

async function drawOperation(detail, api, id) {
  const found = api.operations.find((each) => each.id === id);
  if (!found) {
    fill(detail, h("p", { class: "wrong" }, `${api.name} has no operation ${id}.`));
    return;
  }
  const document = await documentOf(api.name);
  const [item, described] = describedBy(document, found);
  const sample = await call("GET", `/apis/${encode(api.name)}/operations/${encode(id)}/example`).catch((error) => error);
  const attempt = h("section", { class: "try" });
  const form = sample instanceof Error ? null : tryIt(attempt, api, found, sample);
  if (!form) fill(attempt, problem(sample));
  const ways = (status) => form && h("div", { class: "ways" }, sample.responses.filter((each) => each.status === status).map((each) => {
    const what = each.name ? `${each.kind} ${each.name}` : each.media_type ?? "no body";
    return h("p", {}, button(`Try ${each.code} (${what})`, () => form.choose(each)), " ",
      each.prefer ? h("code", {}, `Prefer: ${each.prefer}`) : h("span", {}, `where ${(each.when ?? []).map((one) => one.is).join(" and ")}`));
  }));
  fill(detail, h("a", { class: "back", href: `#/apis/${encode(api.name)}` }, "Close"),
    h("h3", {}, h("span", { class: "method" }, found.method), " ", found.path),
    described.summary && h("p", {}, described.summary), described.description && h("p", { class: "description" }, described.description),
    h("p", { class: "note" }, "operationId ", h("code", {}, id)),
    attempt, requestView(document, item, described), h("h4", {}, "Responses"), responsesView(document, described, ways));
}

/** The path item and the operation object of an operation. */
export function describedBy(document, { method, path }) {
  const item = resolve(document, document.paths?.[path] ?? document.paths?.[`${path}/`] ?? {});
  return [item, item[method.toLowerCase()] ?? item.additionalOperations?.[method] ?? {}];
}
