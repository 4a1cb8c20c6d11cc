// Schemas, parameters and responses of a document, for people.
import { decoded } from "./client.js";
import { h, statusClass, table } from "./dom.js";

const DEEPEST = 8, MOST = 400;

/** What a reference within the document points to; {} where it leads nowhere. */
export function resolve(document, node) {
  for (let count = 0; count < 20 && node && typeof node === "object" && typeof node.$ref === "string"; count += 1) {
    if (!node.$ref.startsWith("#/")) return {};
    let found = document;
    for (const part of node.$ref.slice(2).split("/")) {
      found = found?.[decoded(part).replaceAll("~1", "/").replaceAll("~0", "~")];
    }
    node = found === undefined ? {} : { ...found, title: found?.title ?? node.$ref.split("/").at(-1) };
  }
  return node ?? {};
}

/** `array of string (date-time)`, `object`, `"a" | "b"`. */
export function typeOf(document, schema, depth = 0) {
  if (typeof schema === "boolean") return schema ? "anything" : "nothing";
  const whole = resolve(document, schema);
  if (whole.const !== undefined) return JSON.stringify(whole.const);
  if (whole.enum) return whole.enum.slice(0, 12).map((each) => JSON.stringify(each)).join(" | ") + (whole.enum.length > 12 ? " | …" : "");
  for (const [word, joint] of [["oneOf", " or "], ["anyOf", " or "], ["allOf", " and "]]) {
    if (whole[word] && depth < 3) return whole[word].slice(0, 6).map((each) => typeOf(document, each, depth + 1)).join(joint);
  }
  const types = [whole.type ?? (whole.properties ? "object" : whole.items ? "array" : "anything")].flat();
  return types.map((type) => {
    if (type === "array" && depth < 3) return `array of ${typeOf(document, whole.items ?? true, depth + 1)}`;
    if (type === "object" && whole.title) return `object ${whole.title}`;
    return whole.format ? `${type} (${whole.format})` : type;
  }).join(" | ") + (whole.nullable ? " | null" : "");
}

function limits(schema) {
  const said = [];
  for (const [word, text] of [["minimum", "≥ "], ["exclusiveMinimum", "> "], ["maximum", "≤ "], ["exclusiveMaximum", "< "],
    ["minLength", "characters ≥ "], ["maxLength", "characters ≤ "], ["minItems", "items ≥ "], ["maxItems", "items ≤ "],
    ["pattern", "pattern "], ["multipleOf", "multiple of "]]) {
    if (schema[word] !== undefined && typeof schema[word] !== "boolean") said.push(text + schema[word]);
  }
  if (schema.default !== undefined) said.push(`default ${JSON.stringify(schema.default)}`);
  if (schema.readOnly) said.push("only in responses");
  if (schema.writeOnly) said.push("only in requests");
  if (schema.deprecated) said.push("deprecated");
  return said.join(", ");
}

/** The members of an object, and of what is within, each a line; opened where there are few. */
export function schemaView(document, schema, label) {
  const budget = { left: MOST };
  const found = members(document, schema, 0, budget, new Set());
  const type = h("p", { class: "type" }, typeOf(document, schema));
  return h("div", { class: "schema", role: "group", "aria-label": label }, type, found);
}

function members(document, schema, depth, budget, above) {
  const whole = resolve(document, schema);
  if (depth > DEEPEST || budget.left <= 0 || typeof whole !== "object") return null;
  if (schema?.$ref) {
    if (above.has(schema.$ref)) return h("p", { class: "note" }, "as above");
    above = new Set([...above, schema.$ref]);
  }
  const parts = [];
  for (const word of ["allOf", "oneOf", "anyOf"]) {
    for (const each of whole[word] ?? []) {
      if (word !== "allOf") parts.push(h("p", { class: "note" }, `${word === "oneOf" ? "either" : "any"}: ${typeOf(document, each)}`));
      parts.push(members(document, each, depth + 1, budget, above));
    }
  }
  if (whole.items) parts.push(members(document, whole.items, depth + 1, budget, above));
  const properties = Object.entries(whole.properties ?? {});
  const required = new Set(whole.required ?? []);
  if (properties.length) {
    parts.push(h("ul", {}, properties.map(([name, each]) => {
      budget.left -= 1;
      if (budget.left < 0) return null;
      const described = resolve(document, each);
      const inner = members(document, each, depth + 1, budget, above);
      const line = [h("code", {}, name), required.has(name) ? h("em", {}, " required") : "", " ", h("span", { class: "type" }, typeOf(document, each)),
        limits(described) ? h("span", { class: "limits" }, ` ${limits(described)}`) : "",
        described.description ? h("p", { class: "description" }, described.description) : null];
      return h("li", {}, inner ? h("details", { open: depth < 1 }, h("summary", {}, line), inner) : line);
    })));
  }
  const some = parts.filter((each) => each);
  return some.length ? h("div", {}, some) : null;
}

/** What an operation takes: parameters and body. */
export function requestView(document, item, operation) {
  const parameters = [...(item.parameters ?? []), ...(operation.parameters ?? [])].map((each) => resolve(document, each));
  const body = resolve(document, operation.requestBody);
  return [
    h("h4", {}, "Parameters"),
    table("Parameters", ["Name", "In", "Type", "Description"], parameters.map((each) => [
      [h("code", {}, each.name ?? ""), each.required ? h("em", {}, " required") : ""], each.in,
      typeOf(document, each.schema ?? Object.values(each.content ?? {})[0]?.schema ?? true), each.description ?? ""]), "It takes none."),
    Object.entries(body.content ?? {}).map(([type, described]) => h("section", {},
      h("h4", {}, "Body ", h("code", {}, type), body.required ? h("em", {}, " required") : ""),
      schemaView(document, described.schema ?? true, `Body ${type}`))),
  ];
}

/** What an operation answers, by status. */
export function responsesView(document, operation, more = () => null) {
  return Object.entries(operation.responses ?? {}).map(([status, raw]) => {
    const response = resolve(document, raw);
    return h("details", { class: "response" },
      h("summary", {}, h("span", { class: statusClass(Number(status[0])* 100) }, status), ` ${response.description ?? ""}`),
      more(status),
      Object.keys(response.headers ?? {}).length > 0 && h("p", {}, "Header fields: ", h("code", {}, Object.keys(response.headers).join(", "))),
      Object.entries(response.content ?? {}).map(([type, described]) => h("div", {}, h("p", {}, h("code", {}, type)),
        schemaView(document, described.schema ?? true, `${status} ${type}`))));
  });
}
