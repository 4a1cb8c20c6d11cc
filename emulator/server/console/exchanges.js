// Every exchange of a scope as it happens, filtered; and one of them.
import { call, follow, Refused, session } from "./client.js";
import { button, field, fill, h, save, statusClass, tell, time } from "./dom.js";
import { drawExchange } from "./exchange.js";
import { VirtualList } from "./virtual.js";

const MOST = 10000, FIRST = 200, QUIET = 1500;
//: The filters, with the member of a row that each looks at.
const CHOICES = { api: "API", operation: "Operation", status: "Status", rule: "Rule", fault: "Fault" };

const COLUMNS = [
  ["Time", "time", (row) => time(row.at)],
  ["Method", "method", (row) => row.method],
  ["Path", "target", (row) => row.target],
  ["Status", "code", (row) => h("span", { class: statusClass(row.status) }, String(row.status ?? "broken"))],
  ["Operation", "operation", (row) => row.operation ?? (row.unmatched ? "no operation" : "")],
  ["Why", "why", (row) => why(row)],
];

function why(row) {
  const parts = [row.problem ?? row.rule ?? ""];
  if (row.stub) parts.push(row.stub);
  if (row.faults) parts.push(`fault: ${row.faults.join(", ")}`);
  if (row.reason) parts.push(row.reason);
  return parts.join(" · ");
}

/** What a row has for a filter: the texts it can be chosen by. */
function values(row, name) {
  if (name === "status") return [`${Math.floor((row.status ?? 0) / 100)}xx`, String(row.status ?? "broken")];
  if (name === "fault") return row.faults ?? [];
  return row[name] ? [row[name]] : [];
}

class Exchanges {
  constructor(element, signal, query) {
    this.signal = signal;
    this.rows = [];
    this.total = 0;
    this.seen = Object.fromEntries(Object.keys(CHOICES).map((name) => [name, new Set()]));
    this.chosen = { text: query.get("text") ?? "", unmatched: query.get("unmatched") === "true" };
    for (const name of Object.keys(CHOICES)) this.chosen[name] = query.get(name) ?? "";
    this.list = new VirtualList("Exchanges", COLUMNS, (row) => { location.hash = `#/exchanges/${row.id}`; });
    this.filters = h("form", { class: "filters", role: "search", submit: (event) => event.preventDefault() });
    this.count = h("p", { class: "count", role: "status" });
    this.detail = h("aside", { class: "detail", "aria-label": "Exchange", tabindex: "-1" });
    this.paused = false;
    this.pause = button("Pause", () => this.toggle(), { "aria-pressed": "false" });
    fill(element, h("div", { class: "bar" }, h("h2", {}, "Exchanges"), this.count, h("span", { class: "push" }),
      this.pause, button("Export HAR", () => this.archive()), button("Clear", () => this.clear())),
    this.filters, h("div", { class: "split" }, this.list.element, this.detail));
    this.drawFilters();
  }

  drawFilters() {
    const text = h("input", { type: "search", value: this.chosen.text, placeholder: "path, operation, reason …",
      input: () => this.choose("text", text.value) });
    const unmatched = h("input", { type: "checkbox", checked: this.chosen.unmatched,
      change: () => this.choose("unmatched", unmatched.checked) });
    this.selects = Object.keys(CHOICES).map((name) =>
      h("select", { name, change: (event) => this.choose(name, event.target.value), blur: () => this.offer() }));
    fill(this.filters, field("Text", text), this.selects.map((each) => field(CHOICES[each.name], each)),
      h("label", { class: "check" }, unmatched, "Unmatched only"));
    this.news = true;
    this.offer();
  }

  /** Offer what can be chosen now, but change no list under the hands of who chooses of it. */
  offer() {
    if (!this.news || this.selects.includes(document.activeElement)) return;
    this.news = false;
    for (const each of this.selects) {
      const chosen = this.chosen[each.name];
      const known = new Set([...this.seen[each.name], ...(chosen ? [chosen] : [])]);
      fill(each, [["", "any"], ...[...known].sort().map((one) => [one, one])].map(([value, title]) =>
        h("option", { value, selected: value === chosen }, title)));
    }
  }

  /** Note what can be chosen of these rows. */
  note(rows) {
    for (const [name, seen] of Object.entries(this.seen)) {
      const before = seen.size;
      for (const row of rows) for (const value of values(row, name)) seen.add(value);
      this.news ||= seen.size > before;
    }
  }

  choose(name, value) {
    this.chosen[name] = value;
    this.draw();
  }

  draw() {
    const wanted = this.chosen.text.toLowerCase();
    const chosen = Object.keys(CHOICES).filter((name) => this.chosen[name]);
    const fits = (row) => chosen.every((name) => values(row, name).includes(this.chosen[name]))
      && (!this.chosen.unmatched || row.unmatched)
      && (!wanted || `${row.method} ${row.target} ${row.operation ?? ""} ${why(row)}`.toLowerCase().includes(wanted));
    const isWhole = !chosen.length && !this.chosen.unmatched && !wanted;
    const shown = isWhole ? this.rows : this.rows.filter(fits);
    this.list.set(shown);
    let unmatched = 0;
    for (const row of this.rows) if (row.unmatched) unmatched += 1;
    const of = shown.length === this.rows.length ? "" : `${shown.length.toLocaleString("en")} of `;
    fill(this.count, this.isLost ? h("strong", { class: "unmatched" }, "The server can't be reached. ") : "", `${of}${this.rows.length.toLocaleString("en")} exchanges, `, unmatched > 0
      ? h("strong", { class: "unmatched" }, `${unmatched.toLocaleString("en")} unmatched`) : "none unmatched");
    if (this.rows.length && this.isEmpty) fill(this.detail);
    this.isEmpty = !this.rows.length;
    if (this.isEmpty) {
      fill(this.detail, h("p", { class: "empty" }, "No request yet. Send one to this server and it appears here:"),
        h("pre", {}, `curl -i ${location.origin}/`));
    }
  }

  /** The newest rows at once, then the older ones, then those that come. */
  async load() {
    const first = await call("GET", `/requests/rows?limit=${FIRST}`);
    this.rows = first.rows;
    this.note(first.rows);
    this.draw();
    this.offer();
    this.follow(first.last);
    if (first.rows.length < first.total) {
      const oldest = first.rows.at(-1).number;
      const rest = await call("GET", `/requests/rows?limit=${MOST}&before=${oldest}`);
      this.rows = [...this.rows, ...rest.rows].slice(0, MOST);
      this.note(rest.rows);
      this.later();
    }
  }

  /** Follow what comes; where the connection breaks, begin anew: another server counts from one. */
  async follow(last) {
    let wait = 500;
    while (!this.signal.aborted) {
      try {
        await follow(`/requests/rows?after=${last}`, (told) => {
          wait = 500;
          this.isLost = false;
          this.add(told);
        }, this.signal);
      } catch (error) {
        if (!(error instanceof Refused) && error.name !== "AbortError" && !(error instanceof TypeError)) throw error;
      }
      if (this.signal.aborted) return;
      this.isLost = true;
      this.later();
      await new Promise((resolve) => setTimeout(resolve, wait));
      wait = Math.min(wait * 2, 10000);
      const now = await call("GET", `/requests/rows?limit=${MOST}`).catch(() => null);
      if (now === null) continue;
      this.rows = now.rows;
      this.note(now.rows);
      last = now.last;
    }
  }

  add(told) {
    if (told.total === 0) this.rows = [];
    else if (told.total < this.total) this.askAgain();
    this.total = told.total;
    const newest = this.rows[0]?.number ?? 0;
    this.note(told.rows);
    this.rows = [...told.rows.filter((row) => row.number > newest), ...this.rows].slice(0, Math.min(MOST, told.total));
    this.later();
    if (told.more) this.askAgain();
  }

  /** What a busy server left out is asked for once it is quieter. */
  askAgain() {
    clearTimeout(this.again);
    this.again = setTimeout(async () => {
      if (this.signal.aborted) return;
      this.rows = (await call("GET", `/requests/rows?limit=${MOST}`)).rows;
      this.note(this.rows);
      this.later();
    }, QUIET);
  }

  later() {
    if (this.paused) return;
    this.waiting ??= requestAnimationFrame(() => {
      this.waiting = null;
      this.draw();
      this.offer();
    });
  }

  toggle() {
    this.paused = !this.paused;
    this.pause.setAttribute("aria-pressed", String(this.paused));
    this.pause.textContent = this.paused ? "Go on" : "Pause";
    this.later();
  }

  async open(id) {
    this.list.select(id);
    this.list.element.parentElement.classList.toggle("opened", Boolean(id));
    if (!id) {
      fill(this.detail);
      this.draw();
      this.list.element.focus();
      return;
    }
    await drawExchange(this.detail, id, () => this.list.current === id);
    this.detail.focus({ preventScroll: true });
  }

  async archive() {
    save(JSON.stringify(await call("GET", "/requests.har")), `${session.scope}.har`);
  }

  async clear() {
    await call("DELETE", "/requests");
    location.hash = "#/exchanges";
    this.rows = [];
    this.draw();
    tell("The journal of this scope is empty.");
  }
}

let shown = null;

export async function exchanges(element, parts, query, signal) {
  shown = new Exchanges(element, signal, query);
  await shown.load();
  if (parts[0]) await shown.open(parts[0]);
}

//: Another exchange of the same list is shown beside it.
exchanges.moved = (parts, query) => {
  if (query.size) return false;
  shown.open(parts[0]);
  return true;
};
