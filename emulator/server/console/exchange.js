// One exchange: request, response, and why it was answered so.
import { call, encode, ROOT } from "./client.js";
import { asCurl, asFixture, asPytest, asStub } from "./copies.js";
import { button, copy, fill, h, problem, size, statusClass, table, tell, time } from "./dom.js";
import { body, placeOf } from "./json-view.js";

//: What each rule means, for who has not read the documentation.
const RULES = {
  preference: "the request asked for this response (Prefer)",
  stub: "a stub matched",
  replay: "a recorded exchange matched",
  upstream: "the real service behind the proxy answered",
  refusal: "the request was rejected",
  trigger: "a value in the request is a trigger",
  behaviour: "the built-in service did what the real one does",
  resource: "the document's resources are remembered",
  fixture: "a stored response",
  example: "an example of the document",
  generated: "generated from the schema",
  fault: "a fault took the response's place",
  options: "OPTIONS: the methods of the path",
  console: "a browser was led to this console",
  preflight: "a browser asked whether a page may send a request (CORS)",
};

/** Fill an element with an exchange, unless by then another one `isWanted` there. */
export async function drawExchange(element, id, isWanted) {
  let found;
  try {
    found = await call("GET", `/requests/${encode(id)}`);
  } catch (error) {
    if (isWanted()) fill(element, back(), problem(error));
    return;
  }
  if (!isWanted()) return;
  const { request, response, trace } = found;
  fill(element, back(),
    h("h3", {}, h("span", { class: "method" }, request.method), " ", request.url),
    h("p", {}, h("span", { class: statusClass(response.status) }, String(response.status)), " ",
      trace.operation ? h("a", { href: `#/apis/${encode(trace.api)}/${encode(trace.operation)}` }, `${trace.api} · ${trace.operation}`) : "no operation",
      " · ", time(request.loggedDateString), ` · number ${found.number}`,
      found.timing?.addedDelay ? ` · ${found.timing.addedDelay} ms of delay added` : " · no delay added"),
    actions(found), reasons(found),
    violations("The request violates the document", trace.violations),
    violations("The response violates the document", trace.breaches), nearMisses(found),
    part("Request", request.headers, request.body, request, marks(trace.violations, request.body)),
    part("Response", response.headers, response.body, response, marks(trace.breaches, response.body)));
  judge(element, found, isWanted);
}

function back() {
  return h("a", { class: "back", href: "#/exchanges" }, "Close");
}

function actions(found) {
  return h("div", { class: "actions" },
    button("Copy as curl", () => copy(asCurl(found), "curl command")),
    button("Copy as pytest", () => copy(asPytest(found), "pytest test")),
    button("Copy as stub", () => copy(JSON.stringify(asStub(found), null, 2), "stub")),
    button("Copy as fixture", () => copy(asFixture(found), "fixture")),
    button("Make it a stub", () => makeStub(found), { class: "primary" }));
}

async function makeStub(found) {
  try {
    const stub = await call("POST", "/mappings", asStub(found));
    const isLess = /REDACTED/i.test(found.request.url + found.request.body);
    tell(`The stub answers such requests from now on${isLess ? ", whatever secrets they have" : ""}.`);
    location.hash = `#/stubs/${encode(stub.id)}`;
  } catch (error) {
    tell(error.message, "wrong");
  }
}

/** Why: a sentence for each thing that had a part in it. */
function reasons({ trace, stubMapping }) {
  const said = [];
  const row = (term, ...description) => said.push(h("dt", {}, term), h("dd", {}, ...description));
  row("Rule", h("strong", {}, trace.rule ?? "none"), trace.rule ? `: ${RULES[trace.rule] ?? trace.rule}` : "");
  if (trace.problem) {
    row("Problem", h("a", { href: `${ROOT}/problems/${encode(trace.problem)}`, target: "_blank", rel: "noreferrer" }, trace.problem));
  }
  if (trace.source) row("Content", trace.source);
  if (trace.fixture) row("Fixture", h("code", {}, trace.fixture));
  if (trace.trigger) row("Trigger", h("code", {}, trace.trigger));
  if (trace.stub) row("Stub", h("a", { href: `#/stubs/${encode(trace.stub)}` }, stubMapping?.name || trace.stub));
  for (const fault of trace.faults ?? []) row("Fault", h("code", {}, JSON.stringify(fault)));
  if (trace.forced) row("Chosen", "by a preference or stub: it proves nothing about the service");
  return h("section", {}, h("h4", {}, "Why"), h("dl", {}, said));
}

function violations(title, found) {
  if (!found?.length) return null;
  return h("section", { class: "violations" }, h("h4", {}, title), table(title, ["Where", "Place", "What is wrong"],
    found.map((each) => [each.location, h("code", {}, each.pointer || "/"), each.message])));
}

/** The messages about a body by the places to mark; what is missing is marked where it should be. */
function marks(found, text) {
  const inBody = (found ?? []).filter((each) => each.location === "body");
  let value;
  try { value = JSON.parse(text); } catch { return new Map(); }
  return new Map(inBody.map((each) => [placeOf(value, each.pointer), each.message]));
}

function part(title, headers, text, whole, marked) {
  const rows = Object.entries(headers ?? {}).flatMap(([name, values]) =>
    [values].flat().map((value) => [h("code", {}, name), value]));
  return h("section", {}, h("h4", {}, title),
    h("details", { open: rows.length < 8 }, h("summary", {}, `${rows.length} header fields`),
      table(`${title}: header fields`, ["Field", "Value"], rows, "No header fields.")),
    text ? h("p", { class: "note" }, size(atob(whole.bodyAsBase64 ?? "").length)) : null,
    body(text, headers?.["content-type"], `${title}: body`, marked));
}

/** What nearly matched: what each stub asks for, and what came instead. */
function nearMisses(found) {
  if (found.wasMatched && found.trace.rule !== "refusal") return null;
  const section = h("section", { class: "near" }, h("h4", {}, "What nearly matched"));
  const { method, url, headers, body: text } = found.request;
  call("POST", "/near-misses/request", { method, url, headers, body: text }).then(({ nearMisses: near }) => {
    if (!near.length) section.append(h("p", { class: "empty" }, "No stub is near."));
    for (const each of near) {
      const { stubMapping: stub, misses, matchResult } = each;
      section.append(h("div", { class: "miss" },
        h("p", {}, h("a", { href: `#/stubs/${encode(stub.id)}` }, stub.name || stub.id),
          `, ${Math.round((1 - matchResult.distance) * 100)} % alike`),
        h("pre", { class: "diff", tabindex: "0", "aria-label": "Difference" }, misses.flatMap((miss) => [
          h("span", { class: "place" }, `${miss.pointer}\n`),
          h("del", {}, `− wanted ${JSON.stringify(miss.expected)}\n`),
          h("ins", {}, `+ came   ${miss.actual.length ? miss.actual.join(", ") : "nothing"}\n`)]))));
    }
  }, (error) => section.append(problem(error)));
  return section;
}

/** Have the response judged against the document, whatever made it. */
async function judge(element, found, isWanted) {
  const { judged, violations: wrong } = await call("GET", `/requests/${encode(found.id)}/judgement`).catch(() => ({ judged: false }));
  if (!judged || found.trace.breaches || !isWanted()) return;
  const title = wrong.length ? "The response violates the document" : "The response is what the document describes";
  element.append(h("section", { class: wrong.length ? "violations" : "right", "data-judged": wrong.length ? "wrong" : "right" },
    wrong.length ? violations(title, wrong) : h("p", {}, `✓ ${title}.`)));
}
