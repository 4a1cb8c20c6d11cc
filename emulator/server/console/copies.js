// An exchange as something to paste: a command, a test, a stub, a fixture.

//: Header fields that clients write themselves.
const OWN = new Set(["host", "content-length", "connection", "accept-encoding", "user-agent", "emulator-scope", "origin", "referer"]);

function sentHeaders(request) {
  return Object.entries(request.headers ?? {})
    .filter(([name]) => !OWN.has(name.toLowerCase()) && !name.toLowerCase().startsWith("sec-"))
    .flatMap(([name, values]) => [values].flat().map((value) => [name, value]));
}

//: What stands where a secret was.
const REDACTED = /\[REDACTED\]|%5BREDACTED%5D/i;

/** Whether each number of a JSON text is written as this language writes it: large ones are changed. */
export function isExact(text) {
  const numbers = text.replace(/"(?:[^"\\]|\\.)*"/g, "").match(/-?\d[\d.eE+-]*/g) ?? [];
  return numbers.every((each) => String(Number(each)) === each);
}

function json(text) {
  try {
    return { is: isExact(text), value: JSON.parse(text) };
  } catch {
    return { is: false };
  }
}

/** For a POSIX shell: within single quotes everything is itself. */
function quoted(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** `-g`: brackets are themselves; `--data-raw`: so is `@`, which would name a file of the reader's. */
export function asCurl({ request, scope }) {
  const isBinary = request.body.includes("\ufffd");
  const start = isBinary ? `printf %s ${quoted(request.bodyAsBase64)} | base64 -d | ` : "";
  const method = request.method === "HEAD" ? "-I" : `-i -X ${quoted(request.method)}`;
  const parts = [`${start}curl -g ${method} ${quoted(request.absoluteUrl)}`];
  for (const [name, value] of sentHeaders(request)) parts.push(`-H ${quoted(`${name}: ${value}`)}`);
  if (scope && scope !== "default") parts.push(`-H ${quoted(`Emulator-Scope: ${scope}`)}`);
  if (request.body && !("content-type" in request.headers)) parts.push("-H 'Content-Type:'");
  if (isBinary) parts.push("--data-binary @-");
  else if (request.body) parts.push(`--data-raw ${quoted(request.body)}`);
  return parts.join(" \\\n  ");
}

/** A text of Python: JSON's escapes are Python's as well, with each surrogate pair as one. */
function python(value, depth = 0) {
  if (value === null) return "None";
  if (value === true) return "True";
  if (value === false) return "False";
  if (typeof value === "string") {
    return JSON.stringify(value).replace(/[\u007f-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`)
      .replace(/\\u(d[89ab]..)\\u(d[c-f]..)/g, (_, high, low) =>
        `\\U${(0x10000 + ((parseInt(high, 16) - 0xd800) << 10) + parseInt(low, 16) - 0xdc00).toString(16).padStart(8, "0")}`);
  }
  if (typeof value !== "object") return String(value);
  const indent = "    ".repeat(depth + 1), end = "    ".repeat(depth);
  const items = Array.isArray(value) ? value.map((each) => python(each, depth + 1))
    : Object.entries(value).map(([name, each]) => `${python(name)}: ${python(each, depth + 1)}`);
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  return items.length ? `${open}\n${items.map((each) => `${indent}${each},\n`).join("")}${end}${close}` : open + close;
}

export function asPytest({ request, response, trace }) {
  const name = (trace.operation || request.method).replace(/[^A-Za-z0-9]+/g, "_").replace(/^_|_$/g, "").toLowerCase();
  const found = json(response.body);
  const lines = ["import httpx", "", "", `def test_${name}(emulator):`, "    response = httpx.request(",
    `        ${python(request.method)},`, `        emulator.url + ${python(request.url)},`,
    `        headers=${python(Object.fromEntries(sentHeaders(request)), 2)},`];
  if (request.body) lines.push(`        content=${python(request.body)}.encode(),`);
  lines.push("    )", `    assert response.status_code == ${response.status}`);
  if (response.body) lines.push(found.is ? `    assert response.json() == ${python(found.value, 1)}` : `    assert response.text == ${python(response.body)}`);
  return `${lines.join("\n")}\n`;
}

/** A stub that answers such requests as this one was. */
export function asStub({ request, response }) {
  const [path, query] = request.url.split("?");
  const whole = query !== undefined && !REDACTED.test(query);
  const wanted = { method: request.method, ...(whole ? { url: request.url } : { urlPath: path }) };
  const isJson = "value" in json(request.body);
  // What was taken out of the body would never be met again.
  if (request.body && !REDACTED.test(request.body)) wanted.bodyPatterns = [isJson ? { equalToJson: request.body } : { equalTo: request.body }];
  const answer = { status: Math.max(response.status, 200) };
  const type = Object.entries(response.headers ?? {}).find(([name]) => name.toLowerCase() === "content-type");
  if (type) answer.headers = { "Content-Type": [type[1]].flat()[0] };
  const found = json(response.body);
  if (found.is) answer.jsonBody = found.value;
  else if (response.body.includes("\ufffd")) answer.base64Body = response.bodyAsBase64;
  else if (response.body) answer.body = response.body;
  return { name: `${request.method} ${path}`, request: wanted, response: answer };
}

/** A file of the fixtures' folder: JSON within YAML, with the path it belongs to. */
export function asFixture({ response, trace }) {
  const found = json(response.body);
  const type = [Object.entries(response.headers ?? {}).find(([name]) => name.toLowerCase() === "content-type")?.[1] ?? ""].flat()[0];
  // What looks like a template would be one.
  const raw = (text) => text.replace(/\{(?=[{%#])/g, "{{ '{' }}");
  const plain = (value) => {
    if (typeof value === "string") return raw(value);
    if (Array.isArray(value)) return value.map(plain);
    return value && typeof value === "object" ? Object.fromEntries(Object.entries(value).map(([n, v]) => [n, plain(v)])) : value;
  };
  const content = found.is ? { body: plain(found.value) } : { body_text: raw(response.body) };
  const whole = { description: "Copied from the console.", source: "guess", ...(type && { media_type: type.split(";")[0] }), ...(response.body ? content : {}) };
  const place = `${trace.api || "API"}/${trace.operation || "OPERATION"}`.replace(/\s+/g, " ");
  return `# fixtures/${place}/${response.status}.copied.yaml\n${JSON.stringify(whole, null, 2)}\n`;
}
