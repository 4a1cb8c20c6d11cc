// JSON for people, with the places that a contract complains of marked.
import { isExact } from "./copies.js";
import { h } from "./dom.js";

const LONGEST = 200000, DEEPEST = 200, MOST = 5000;

/** A body: JSON line by line, with `marks` (message by pointer); any other text, and what is too deep, as it is. */
export function body(text, mediaType, label, marks = new Map()) {
  if (!text) return h("p", { class: "empty" }, "No body.");
  let shown;
  try {
    if (text.length > LONGEST || !isExact(text)) throw new Error("not to be shown otherwise");
    shown = lines(JSON.parse(text), null, "", 0, marks, { left: MOST });
  } catch {
    const cut = text.length > LONGEST ? `${text.slice(0, LONGEST)}\n… ${text.length - LONGEST} more characters` : text;
    return h("pre", { tabindex: "0", "aria-label": label }, cut);
  }
  return h("pre", { class: "json", tabindex: "0", "aria-label": label }, shown);
}

/** The lines of a value; one that is marked says why. Throws where there are too many, or levels. */
function lines(value, name, pointer, depth, marks, budget, comma = "") {
  budget.left -= 1;
  if (depth > DEEPEST || budget.left < 0) throw new RangeError("too much to be read");
  const said = marks.get(pointer);
  const indent = "  ".repeat(depth);
  const before = name === null ? "" : `${JSON.stringify(name)}: `;
  const key = before ? h("span", { class: "key" }, before) : "";
  const line = (...parts) => h("span", { class: said ? "line marked" : "line" }, indent, ...parts,
    said ? h("mark", {}, ` ← ${said}`) : "", "\n");
  const isList = Array.isArray(value);
  if (value === null || typeof value !== "object") {
    const kind = value === null ? "null" : typeof value;
    return [line(key, h("span", { class: kind }, JSON.stringify(value)), comma)];
  }
  const entries = isList ? value.map((each, index) => [String(index), each]) : Object.entries(value);
  const [open, close] = isList ? "[]" : "{}";
  if (!entries.length) return [line(key, open + close, comma)];
  const inner = entries.flatMap(([member, each], index) => lines(each, isList ? null : member,
    `${pointer}/${escape(member)}`, depth + 1, marks, budget, index < entries.length - 1 ? "," : ""));
  return [line(key, open), ...inner, h("span", { class: "line" }, indent, close, comma, "\n")];
}

export function escape(name) {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}

/** The nearest place above a pointer that a value has: what is missing is marked where it should be. */
export function placeOf(value, pointer) {
  let at = "", here = value;
  for (const part of pointer.split("/").slice(1)) {
    const name = part.replaceAll("~1", "/").replaceAll("~0", "~");
    if (here === null || typeof here !== "object" || !(name in here)) return at;
    here = here[name];
    at += `/${part}`;
  }
  return at;
}

const TEXT = /"(?:[^"\\\n]|\\.)*"/y;
const SCALAR = /true|false|null|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

/** Where in a text each value of its JSON begins, by pointer: line, start, end; and what is wrong. */
export function scan(text) {
  const places = new Map();
  let at = 0, line = 1, counted = 0;
  const lineHere = () => {
    for (; counted < at; counted += 1) if (text[counted] === "\n") line += 1;
    return line;
  };
  const fail = (message) => { throw Object.assign(new Error(message), { at }); };
  const blank = () => { while (/\s/.test(text[at] ?? "")) at += 1; };
  const take = (pattern, message) => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (!found) fail(message);
    at += found[0].length;
    return found[0];
  };
  const string = () => {
    const start = at, taken = take(TEXT, "a text in quotes is expected");
    try { return JSON.parse(taken); } catch { at = start; return fail("this is no text of JSON"); }
  };
  const members = (pointer) => {
    const isList = text[at] === "[", end = isList ? "]" : "}";
    at += 1;
    blank();
    for (let index = 0; text[at] !== end; index += 1) {
      let name = String(index);
      if (!isList) {
        name = string();
        blank();
        if (text[at] !== ":") fail("a colon is expected");
        at += 1;
      }
      value(`${pointer}/${escape(name)}`);
      blank();
      if (text[at] === ",") {
        at += 1;
        blank();
        if (text[at] === end) fail("nothing follows this comma");
      } else if (text[at] !== end) fail(`a comma or ${end} is expected`);
    }
    at += 1;
  };
  let depth = 0;
  const value = (pointer) => {
    depth += 1;
    if (depth > DEEPEST) fail("there are too many levels");
    blank();
    const start = at, here = lineHere();
    if (text[at] === "{" || text[at] === "[") members(pointer);
    else if (text[at] === '"') string();
    else take(SCALAR, at < text.length ? "a value is expected" : "the text ends too early");
    places.set(pointer, { start, end: at, line: here });
    depth -= 1;
  };
  try {
    value("");
    blank();
    if (at < text.length) fail("nothing may follow");
    return { places, error: null };
  } catch (error) {
    if (error.at === undefined) throw error;
    at = error.at;
    return { places, error: { message: error.message, start: at, line: lineHere() } };
  }
}
