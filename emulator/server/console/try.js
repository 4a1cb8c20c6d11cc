// A request to an operation, as a form or raw; its response is judged by the document.
import { BASE, call, decoded, encode, session } from "./client.js";
import { button, field, fill, h, problem, select, size, statusClass, table } from "./dom.js";
import { body } from "./json-view.js";

//: What browsers send without a body.
const BODILESS = ["GET", "HEAD"];

//: Milliseconds that a response may take: some faults never end.
const PATIENCE = 30000;

let faultNames = null;

async function faults() {
  faultNames ??= (await call("GET", "/faults/types")).faults.map((each) => each.name);
  return faultNames;
}

/** Fill an element with the form; `choose(response)` sets it to ask for one of the responses. */
export function tryIt(element, api, operation, sample) {
  const start = sample.request ?? { method: operation.method, url: operation.path, headers: {}, body: "" };
  const url = h("input", { type: "text", class: "wide", spellcheck: false });
  const fields = h("textarea", { rows: 4, spellcheck: false });
  const content = h("textarea", { rows: 8, spellcheck: false });
  const named = h("div", { class: "named" });
  const wanted = select([["", "the usual one"], ...sample.responses.map((each, index) =>
    [String(index), `${each.code} ${each.name || each.media_type || ""}`])]);
  const fault = select([["", "none"]]);
  faults().then((names) => fault.append(...names.map((name) => h("option", { value: name }, name))));
  const answer = h("div", { class: "answer", "aria-live": "polite" });

  const put = (request) => {
    url.value = request.url;
    fields.value = Object.entries(request.headers ?? {}).map(([name, values]) => [values].flat().map((value) => `${name}: ${value}`).join("\n")).join("\n");
    content.value = request.body ?? "";
    drawNamed(named, operation, api, url);
  };
  const choose = (response) => {
    put(response.request ?? start);
    wanted.value = String(sample.responses.indexOf(response));
    element.scrollIntoView({ block: "nearest" });
    return send();
  };
  const send = async () => {
    const chosen = sample.responses[Number(wanted.value)];
    const prefer = wanted.value === "" ? [] : [chosen.prefer];
    if (fault.value) prefer.push(`fault=${fault.value}`);
    await attempt(answer, operation, sample, {
      url: url.value, headers: fields.value, body: content.value,
      accept: wanted.value !== "" && !chosen.name ? chosen.media_type : null, prefer: prefer.filter(Boolean).join(", ") });
  };
  wanted.addEventListener("change", () => {
    const chosen = sample.responses[Number(wanted.value)];
    put(wanted.value !== "" && chosen.request ? chosen.request : start);
  });
  put(start);
  fill(element, h("h4", {}, "Try it"), sample.obstacle && h("p", { class: "note" }, `No valid request could be made: ${sample.obstacle}`),
    h("form", { submit: (event) => { event.preventDefault(); send(); } },
      h("div", { class: "choices" }, field("Response", wanted), field("Fault", fault)),
      named, h("details", { open: true }, h("summary", {}, "Raw"), field(`${operation.method} URL`, url), field("Header fields, a line each", fields),
        !BODILESS.includes(operation.method) && field("Body", content)),
      h("p", {}, h("button", { type: "submit", class: "primary" }, "Send"), " ", button("Start again", () => { wanted.value = ""; fault.value = ""; put(start); }))),
    answer);
  return { choose };
}

/** A field for each parameter of the path and of the query: the URL follows what is typed. */
function drawNamed(element, operation, api, url) {
  const prefix = api.prefixes.find((each) => each && url.value.startsWith(each)) ?? "";
  const template = prefix + operation.path;
  const names = [...template.matchAll(/\{([^{}]+)\}/g)].map((match) => match[1]);
  const pattern = new RegExp(`^${template.split(/\{[^{}]+\}/).map((each) => each.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("(.*?)")}$`);
  const [path, query = ""] = url.value.split("?");
  const values = pattern.exec(path)?.slice(1) ?? [];
  const pairs = new URLSearchParams(query);
  const inputs = [];
  const follow = () => {
    let at = 0;
    const filled = template.replace(/\{[^{}]+\}/g, () => encode(inputs[at++].value));
    const rest = new URLSearchParams(inputs.slice(names.length).filter((each) => each.value !== "").map((each) => [each.dataset.name, each.value]));
    url.value = filled + (rest.size ? `?${rest}` : "");
  };
  const input = (name, value) => {
    const made = h("input", { type: "text", value, "data-name": name, input: follow });
    inputs.push(made);
    return field(name, made);
  };
  fill(element, names.map((name, index) => input(name, decoded(values[index] ?? ""))), [...pairs].map(([name, value]) => input(name, value)));
}

async function attempt(answer, operation, sample, { url, headers, body: content, accept, prefer }) {
  fill(answer, h("p", {}, "Waiting for the response …"));
  const fields = new Headers(), notes = [];
  try {
    for (const line of headers.split("\n").filter((each) => each.trim())) {
      const [name, ...value] = line.split(":");
      fields.append(name.trim(), value.join(":").trim());
    }
    if (fields.has("cookie") || /^cookie:/im.test(headers)) notes.push("Browsers send no Cookie field that a page sets: this part of the request is missing.");
    // A field of a form has line ends of its own (RFC 2046, 4.1.1).
    if ((fields.get("content-type") ?? "").startsWith("multipart/")) content = content.replace(/\r?\n/g, "\r\n");
    if (accept) fields.set("accept", accept);
    if (prefer) fields.set("prefer", prefer);
    fields.set("emulator-scope", session.scope);
  } catch (error) {
    fill(answer, h("p", { class: "wrong" }, `A header field can't be sent: ${error.message}`));
    return;
  }
  const before = await call("GET", "/requests/rows?limit=1");
  const began = performance.now();
  let shown;
  try {
    const response = await fetch(BASE + url, { method: operation.method, headers: fields, credentials: "omit", cache: "no-store",
      signal: AbortSignal.timeout(PATIENCE), redirect: "manual", body: BODILESS.includes(operation.method) || content === "" ? undefined : content });
    const text = await response.text();
    const took = Math.round(performance.now() - began);
    const status = response.type === "opaqueredirect" ? "a redirect" : String(response.status);
    shown = [h("p", {}, h("span", { class: statusClass(response.status) }, status), ` in ${took} ms, ${size(text.length)}`),
      h("details", {}, h("summary", {}, "Header fields"), table("Header fields of the response", ["Field", "Value"], [...response.headers].map(([name, value]) => [h("code", {}, name), value]))),
      body(text, response.headers.get("content-type"), "Body of the response")];
  } catch (error) {
    shown = [h("p", { class: "wrong" }, `No whole response came: ${error.message}. ${prefer.includes("fault=") ? "That is what this fault does." : ""}`)];
  }
  if (sample.request?.body && BODILESS.includes(operation.method)) notes.push(`Browsers send no body with ${operation.method}.`);
  fill(answer, h("h4", {}, "Response"), notes.map((each) => h("p", { class: "note" }, each)), shown, await judged(operation, url, before.last));
}

/** What the journal says of the exchange that was just made. */
async function judged(operation, url, last) {
  try {
    const { rows } = await call("GET", `/requests/rows?limit=50&after=${last}`);
    const row = rows.find((each) => each.method === operation.method && (each.target === url || each.operation === operation.id));
    if (!row) return null;
    const { judged: is, violations } = await call("GET", `/requests/${encode(row.id)}/judgement`);
    const link = h("a", { href: `#/exchanges/${row.id}` }, "See the exchange");
    if (!is) return h("p", {}, "Nothing in the document says what this should be. ", link);
    if (!violations.length) return h("p", { class: "right", "data-judged": "right" }, "✓ The response is what the document describes. ", link);
    return h("div", { class: "wrong", "data-judged": "wrong" }, h("p", {}, "The response violates the document. ", link),
      h("ul", {}, violations.map((each) => h("li", {}, `${each.location} ${each.pointer}: ${each.message}`))));
  } catch (error) {
    return problem(error);
  }
}
