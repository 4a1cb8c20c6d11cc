// A list of ten thousand rows, of which only those in sight are elements.
import { fill, h } from "./dom.js";

const HEIGHT = 32, BEYOND = 8;

/** A grid: `columns` are [title, class, cell(row)]; `open(row)` is called for a row that is chosen. */
export class VirtualList {
  constructor(label, columns, open) {
    this.columns = columns;
    this.open = open;
    this.rows = [];
    this.at = -1;
    this.current = null;
    this.space = h("div", { class: "space", role: "rowgroup" });
    this.body = h("div", { class: "rows", role: "presentation", scroll: () => this.later() }, this.space);
    const heads = columns.map(([title, name]) => h("div", { role: "columnheader", class: name }, title));
    this.element = h("div", { class: "grid", role: "grid", tabindex: "0", "aria-label": label,
      keydown: (event) => this.key(event) },
    h("div", { role: "rowgroup" }, h("div", { role: "row", class: "heads" }, heads)), this.body);
    new ResizeObserver(() => this.later()).observe(this.body);
  }

  /** Show these, newest first; who has scrolled down keeps what is in sight. */
  set(rows) {
    const first = this.rows[Math.floor(this.body.scrollTop / HEIGHT)];
    this.rows = rows;
    this.element.setAttribute("aria-rowcount", rows.length + 1);
    if (first && this.body.scrollTop > HEIGHT) {
      const now = rows.findIndex((each) => each.number <= first.number);
      if (now >= 0) this.body.scrollTop = now * HEIGHT + (this.body.scrollTop % HEIGHT);
    }
    if (this.current) this.at = rows.findIndex((each) => each.id === this.current);
    this.later();
  }

  select(id) {
    this.current = id;
    this.at = this.rows.findIndex((each) => each.id === id);
    this.later();
  }

  later() {
    this.waiting ??= requestAnimationFrame(() => { this.waiting = null; this.draw(); });
  }

  draw() {
    const top = this.body.scrollTop, height = this.body.clientHeight || 600;
    const first = Math.max(0, Math.floor(top / HEIGHT) - BEYOND);
    const last = Math.min(this.rows.length, Math.ceil((top + height) / HEIGHT) + BEYOND);
    this.space.style.height = `${this.rows.length * HEIGHT}px`;
    fill(this.space, this.rows.slice(first, last).map((row, index) => this.row(row, first + index)));
    if (this.at >= first && this.at < last) this.element.setAttribute("aria-activedescendant", `row-${this.rows[this.at].id}`);
    else this.element.removeAttribute("aria-activedescendant");
  }

  row(row, index) {
    const chosen = row.id === this.current;
    const element = h("div", { role: "row", id: `row-${row.id}`, "aria-rowindex": String(index + 2),
      "aria-selected": String(chosen), class: row.unmatched ? "row unmatched" : "row",
      click: () => { this.select(row.id); this.open(row); } },
    this.columns.map(([, name, cell]) => h("div", { role: "gridcell", class: name }, cell(row))));
    element.style.transform = `translateY(${index * HEIGHT}px)`;
    return element;
  }

  key(event) {
    const page = Math.floor(this.body.clientHeight / HEIGHT) || 1;
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
    if (event.key === "Enter" && this.at >= 0) {
      this.open(this.rows[this.at]);
    } else if (event.key in steps && this.rows.length) {
      event.preventDefault();
      this.at = Math.min(Math.max(this.at + steps[event.key], 0), this.rows.length - 1);
      this.current = this.rows[this.at].id;
      const top = this.at * HEIGHT;
      if (top < this.body.scrollTop) this.body.scrollTop = top;
      const below = top + HEIGHT - this.body.clientHeight;
      if (below > this.body.scrollTop) this.body.scrollTop = below;
      this.later();
    }
  }
}
