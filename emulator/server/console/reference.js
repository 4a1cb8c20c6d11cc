// The reference of one API: its document for people, with this server's address.
import { call, decoded, encode, ROOT } from "./client.js";
import { field, fill, h, problem } from "./dom.js";
import { requestView, resolve, responsesView } from "./schema-view.js";

const METHODS = ["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"];
const name = decoded(location.pathname.split("/").at(-2));
const main = document.getElementById("main");

/** Every operation of the document, in its order, below its first tag. */
function operations(described) {
  const found = new Map((described.tags ?? []).map((tag) => [tag.name, { description: tag.description, operations: [] }]));
  for (const [path, raw] of Object.entries(described.paths ?? {})) {
    const item = resolve(described, raw);
    for (const method of [...METHODS, ...Object.keys(item.additionalOperations ?? {})]) {
      const operation = item[method] ?? item.additionalOperations?.[method];
      if (!operation) continue;
      const tag = operation.tags?.[0] ?? "Operations";
      if (!found.has(tag)) found.set(tag, { operations: [] });
      found.get(tag).operations.push({ path, method: method.toUpperCase(), item, operation });
    }
  }
  return [...found].filter(([, tag]) => tag.operations.length);
}

function drawOperation(described, { path, method, item, operation }) {
  const id = operation.operationId ?? `${method} ${path}`;
  const body = h("div", {});
  // What is inside is made when somebody looks: large documents have a thousand operations.
  const draw = () => {
    if (details.open && !body.childElementCount) {
      fill(body, operation.description && h("p", { class: "description" }, operation.description), requestView(described, item, operation),
        h("h4", {}, "Responses"), responsesView(described, operation),
        h("p", {}, h("a", { href: `${ROOT}/ui#/apis/${encode(name)}/${encode(id)}` }, "Try it in the console")));
    }
  };
  const details = h("details", { class: "operation", id, toggle: draw, "data-text": `${method} ${path} ${id} ${operation.summary ?? ""}`.toLowerCase() },
    h("summary", {}, h("span", { class: "method" }, method), " ", h("code", {}, path), " ", operation.summary ?? "", operation.deprecated ? h("em", {}, " deprecated") : ""), body);
  return details;
}

async function show() {
  const described = await call("GET", `/apis/${encode(name)}/openapi.json`);
  const { info = {} } = described;
  document.title = `${info.title ?? name} · reference`;
  const text = h("input", { type: "search", placeholder: "path, id, summary …" });
  const tags = operations(described);
  fill(main, h("h1", {}, info.title ?? name, " ", h("small", {}, info.version ?? "")),
    info.description && h("p", { class: "description" }, info.description),
    h("p", {}, "Served at ", (described.servers ?? []).map((each) => [h("code", {}, each.url), " "]),
      h("a", { href: "openapi.json" }, "openapi.json"), " ", h("a", { href: `${ROOT}/ui#/apis/${encode(name)}` }, "Console")),
    field("Find an operation", text),
    tags.map(([tag, found]) => h("section", {}, h("h2", {}, tag), found.description && h("p", { class: "description" }, found.description),
      found.operations.map((each) => drawOperation(described, each)))));
  text.addEventListener("input", () => {
    for (const each of main.querySelectorAll("details.operation")) each.hidden = !each.dataset.text.includes(text.value.toLowerCase());
  });
  const meant = document.getElementById(decoded(location.hash.slice(1)));
  if (meant) { meant.open = true; meant.scrollIntoView(); }
}

main.setAttribute("aria-busy", "true");
show().finally(() => main.removeAttribute("aria-busy")).catch((error) => fill(main, h("h1", {}, name), problem(error)));
