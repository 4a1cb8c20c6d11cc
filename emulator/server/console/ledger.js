// What was done: executions, identified calls, deliveries to webhooks.
import { call, every } from "./client.js";
import { fill, h, table, time } from "./dom.js";

export async function ledger(element) {
  const done = h("div", {});
  fill(element, h("h2", {}, "Ledger"), done);
  let known = "";
  await every(2000, done, async () => {
    const [{ executions, calls }, { deliveries }] = await Promise.all([call("GET", "/executions"), call("GET", "/deliveries")]);
    const signature = JSON.stringify([executions, calls, deliveries]);
    if (signature === known) return;
    known = signature;
    fill(done,
      h("h3", {}, "Executions"), table("Executions", ["Time", "API", "What", "Effect", "Arguments", "Caller"],
        executions.toReversed().slice(0, 500).map((each) => [time(each.at), each.api, h("code", {}, each.tool), each.side_effect, h("code", {}, JSON.stringify(each.arguments)), each.caller]),
        "Nothing was executed in this scope."),
      h("h3", {}, "Identified calls"), table("Identified calls", ["API", "Operation", "Call", "Attempts", "Executions"],
        calls.map((each) => [each.api, each.operation, each.call, String(each.attempts), String(each.executions)]), "No call named itself (X-Request-Id, Idempotency-Key)."),
      h("h3", {}, "Deliveries"), table("Deliveries", ["API", "Event", "To", "State", "Attempts"],
        deliveries.map((each) => [each.api, each.type, each.url, each.state, each.attempts.map((one) => one.status ?? one.error).join(", ")]), "Nothing was delivered."));
  });
}
