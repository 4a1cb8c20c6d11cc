// The scope's clock: look, freeze, set, advance.
import { call, every } from "./client.js";
import { button, field, fill, h, problem } from "./dom.js";

const STEPS = [["1 minute", 60], ["1 hour", 3600], ["1 day", 86400], ["30 days", 2592000]];

export async function clock(element) {
  const now = h("output", { class: "now" }), state = h("p", {}), wrong = h("div", {});
  const moment = h("input", { type: "text", placeholder: "2030-01-31T09:00:00Z" }), seconds = h("input", { type: "number", step: "any", value: "90" });
  const skips = h("input", { type: "checkbox", change: () => act("PUT", "", { skips_delays: skips.checked }) });
  const show = (found) => {
    now.textContent = found.now;
    state.textContent = found.frozen ? "It is frozen." : "It runs.";
    skips.checked = found.skips_delays;
  };
  const act = async (method, path, body) => {
    try {
      fill(wrong);
      show(await call(method, `/clock${path}`, body));
    } catch (error) {
      fill(wrong, problem(error));
    }
  };
  fill(element, h("h2", {}, "Clock"), h("p", {}, now), state, wrong,
    h("div", { class: "actions" }, button("Freeze", () => act("PUT", "", { frozen: true })), button("Run", () => act("PUT", "", { frozen: false })), button("Back to the start", () => act("DELETE", ""))),
    h("fieldset", {}, h("legend", {}, "Advance"), STEPS.map(([text, by]) => button(text, () => act("POST", "/advance", { seconds: by }))),
      field("Seconds", seconds), button("Advance", () => act("POST", "/advance", { seconds: Number(seconds.value) }))),
    h("fieldset", {}, h("legend", {}, "Set"), field("Time", moment), button("Set", () => act("PUT", "", { now: moment.value }))),
    h("p", {}, h("label", { class: "check" }, skips, "Delays take no time, only the clock moves")));
  await every(1000, now, async () => show(await call("GET", "/clock")));
}
