// What is remembered: the collections, their records, and others in their place.
import { call, encode } from "./client.js";
import { button, field, fill, h, problem, table, tell } from "./dom.js";

const PAGE = 50;

export async function resources(element, [api, collection], query) {
  const { resources: known } = await call("GET", "/resources");
  const found = known.find((each) => each.api === api && each.collection === collection);
  if (!found) {
    fill(element, h("h2", {}, "Resources"), api && h("p", { class: "wrong" }, `Nothing is remembered as ${collection} of ${api}.`),
      table("Resources", ["API", "Collection", "Path of one"], known.map((each) => [each.api,
        h("a", { href: `#/resources/${encode(each.api)}/${encode(each.collection)}` }, each.collection), h("code", {}, each.path)]),
      "Nothing is remembered: no document has resources, or the server runs with --remember off."));
    return;
  }
  const above = found.below.map((name) => field(name, h("input", { type: "text", name, required: true, value: query.get(name) ?? "" })));
  const shown = h("div", {});
  const form = h("form", { class: "filters", submit: (event) => { event.preventDefault(); draw(0); } }, above, h("button", { type: "submit" }, "Show"));
  const below = () => [...form.querySelectorAll("input")].map((each) => `below=${encode(each.value)}`).join("&");
  fill(element, h("div", { class: "bar" }, h("h2", {}, `${api} · ${collection}`), h("a", { href: "#/resources" }, "All resources"), h("code", {}, found.path)),
    above.length > 0 && h("p", {}, "Its records are below others: say which."), above.length > 0 && form, shown);
  const place = `/resources/${encode(api)}/${encode(collection)}`;

  async function draw(offset) {
    try {
      const more = below();
      const { records, total } = await call("GET", `${place}?limit=${PAGE}&offset=${offset}${more && `&${more}`}`);
      const columns = [...new Set(records.flatMap(Object.keys))].filter((name) => records.some((each) => each[name] === null || typeof each[name] !== "object")).slice(0, 7);
      const cell = (value) => (value === undefined ? "" : typeof value === "string" ? value : JSON.stringify(value));
      fill(shown, h("p", { class: "count" }, total ? `${offset + 1} to ${offset + records.length} of ${total}` : "No records."),
        records.length > 0 && table(`Records of ${collection}`, columns, records.map((each) => columns.map((name) => cell(each[name])))),
        h("p", {}, offset > 0 && button("Before", () => draw(Math.max(offset - PAGE, 0))), offset + records.length < total && button("Next", () => draw(offset + PAGE))),
        editor(total <= PAGE ? records : []));
    } catch (error) {
      fill(shown, problem(error));
    }
  }

  function editor(records) {
    const text = h("textarea", { class: "code", rows: 12, spellcheck: false, value: JSON.stringify(records, null, 2) });
    const wrong = h("div", {});
    return h("details", {}, h("summary", {}, "Set all records"), field("Records, as JSON", text, "They take the place of all that there are."), wrong,
      button("Set", async () => {
        try {
          const more = below();
          await call("PUT", place + (more && `?${more}`), { records: JSON.parse(text.value) });
          tell("The records are set.");
          await draw(0);
        } catch (error) {
          fill(wrong, problem(error));
        }
      }, { class: "primary" }));
  }
  if (!above.length || query.size) await draw(0);
}
