// Elements, made of data. Text is only ever set as text: what is shown may be hostile.

/** An element: `h("a", {href: "#/"}, "text", child)`. Functions among the properties are listeners. */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (typeof value === "function") element.addEventListener(name, told(value));
    else if (name in element && typeof value !== "string") element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  if ("value" in properties && tag !== "option") element.value = properties.value ?? "";
  element.append(...children.flat(3).filter((each) => each !== null && each !== undefined && each !== false));
  return element;
}

/** A listener that says what the server refused, whatever was clicked. */
function told(listener) {
  return async (event) => {
    try {
      await listener(event);
    } catch (error) {
      tell(error.message, "wrong");
      if (!("violations" in error)) throw error;
    }
  };
}

/** Put these in the place of all that an element has. */
export function fill(element, ...children) {
  element.replaceChildren(...children.flat(3).filter((each) => each !== null && each !== undefined && each !== false));
  return element;
}

let fields = 0;

/** A labelled control; `hint` is read with it. */
export function field(label, control, hint = "") {
  control.id ||= `field-${++fields}`;
  const parts = [h("label", { for: control.id }, label), control];
  if (hint) {
    const said = h("small", { id: `${control.id}-hint` }, hint);
    control.setAttribute("aria-describedby", said.id);
    parts.push(said);
  }
  return h("div", { class: "field" }, parts);
}

/** A select of texts, or of [value, text] pairs. */
export function select(options, value = "", properties = {}) {
  const made = options.map((each) => {
    const [key, text] = Array.isArray(each) ? each : [each, each];
    return h("option", { value: key, selected: key === value }, text);
  });
  return h("select", properties, made);
}

export function button(text, click, properties = {}) {
  return h("button", { type: "button", click, ...properties }, text);
}

/** A table with a caption, which readers of the screen hear; cells are texts or elements. */
export function table(caption, heads, rows, empty = "Nothing yet.") {
  if (!rows.length) return h("p", { class: "empty" }, empty);
  return h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
    h("table", {},
      h("caption", {}, caption),
      h("thead", {}, h("tr", {}, heads.map((each) => h("th", { scope: "col" }, each)))),
      h("tbody", {}, rows.map((cells) => h("tr", {}, cells.map((each) => h("td", {}, each)))))));
}

/** Say something for a while, and to readers of the screen. */
export function tell(text, kind = "done") {
  const told = document.getElementById("told");
  fill(told, h("p", { class: kind }, text));
  clearTimeout(tell.timer);
  tell.timer = setTimeout(() => fill(told), kind === "wrong" ? 10000 : 4000);
}

/** What a problem says, with the place of each violation. */
export function problem(error) {
  const violations = error.violations ?? [];
  return h("div", { class: "wrong", role: "alert" },
    h("p", {}, error.message),
    violations.length > 0 && h("ul", {}, violations.map((each) =>
      h("li", {}, h("code", {}, each.pointer || "/"), " ", each.message))));
}

/** Have a text in the clipboard; shown to be copied by hand where a page may not (no HTTPS). */
export async function copy(text, what) {
  try {
    await navigator.clipboard.writeText(text);
    tell(`${what} copied.`);
  } catch {
    const area = h("textarea", { readonly: true, rows: 12, "aria-label": what, value: text });
    const dialog = h("dialog", { "aria-label": what }, h("p", {}, `Copy this ${what}:`), area,
      button("Close", () => dialog.close()));
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
    area.select();
  }
}

/** Have the browser save a text as a file. */
export function save(text, name, type = "application/json") {
  const url = URL.createObjectURL(new Blob([text], { type }));
  h("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}

/** Bytes, as people say them. */
export function size(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1e6 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** The time of day of a moment, with milliseconds, which say the date where somebody points at it. */
export function time(moment) {
  return h("time", { datetime: moment, title: moment }, String(moment).slice(11, 23));
}

export function statusClass(status) {
  return `status s${Math.floor((status ?? 0) / 100)}`;
}
