// Calls of the control plane, in a scope, with the token where one is required.
import { button, field, fill, h } from "./dom.js";

//: The scope that the page was opened in: this file is `…/~name/__admin/ui/client.js`.
const WITHIN = /^(.*?)(?:\/~([^/]+))?(\/[^/]+)\/ui\/$/.exec(new URL(".", import.meta.url).pathname);
export const HOME = WITHIN[2] ? decodeURIComponent(WITHIN[2]) : "default";
//: What the paths of APIs begin with; and where the control plane is.
export const BASE = WITHIN[1];
export const ROOT = BASE + WITHIN[3];

const SCOPE = `emulator-scope ${HOME}`, TOKEN = "emulator-token";

export const session = {
  get scope() { return sessionStorage.getItem(SCOPE) ?? HOME; },
  set scope(name) { sessionStorage.setItem(SCOPE, name); },
  get token() { return sessionStorage.getItem(TOKEN) ?? ""; },
  set token(value) { sessionStorage.setItem(TOKEN, value); },
};

/** A response that says no, as problem details. */
export class Refused extends Error {
  constructor(status, body) {
    super(body?.detail || body?.title || `The server answered ${status}.`);
    this.status = status;
    this.violations = body?.violations ?? [];
  }
}

export function headers(more = {}) {
  const found = { ...more, "emulator-scope": session.scope };
  if (session.token) found.authorization = `Bearer ${session.token}`;
  return found;
}

/** The response to a call; asks for the token where the server wants one, and throws `Refused`. */
async function answered(method, path, body, accept, signal) {
  for (;;) {
    const fields = headers({ accept });
    if (body !== undefined) fields["content-type"] = "application/json";
    const sent = body === undefined ? undefined : JSON.stringify(body);
    let response;
    try {
      response = await fetch(ROOT + path, { method, headers: fields, body: sent, signal, cache: "no-store" });
    } catch (error) {
      if (signal?.aborted) throw error;
      throw new Refused(0, { detail: "The server can't be reached." });
    }
    if (response.status === 401) {
      await askForToken(session.token !== "");
      continue;
    }
    if (!response.ok) throw new Refused(response.status, await response.json().catch(() => null));
    return response;
  }
}

/** The JSON that a call gives. */
export async function call(method, path, body) {
  const response = await answered(method, path, body, "application/json");
  const text = await response.text();
  return text ? JSON.parse(text) : null;
}

/** Each event of a stream, until the signal says so. EventSource sends no header fields. */
export async function follow(path, onEvent, signal) {
  const response = await answered("GET", path, undefined, "text/event-stream", signal);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    rest += value;
    const frames = rest.split("\n\n");
    rest = frames.pop();
    for (const frame of frames) {
      const lines = frame.split("\n").filter((line) => line.startsWith("data:"));
      if (lines.length) onEvent(JSON.parse(lines.map((line) => line.slice(5).trimStart()).join("\n")));
    }
  }
}

let asking = null;

/** Ask once, however many calls wait for it. */
function askForToken(wasWrong) {
  asking ??= new Promise((resolve) => {
    const input = h("input", { type: "password", autocomplete: "off", required: true });
    const dialog = h("dialog", { "aria-labelledby": "token-title" });
    const form = h("form", { method: "dialog", submit: (event) => {
      event.preventDefault();
      // A header field takes no other letters.
      session.token = input.value.trim().replace(/[^\x21-\x7e]/g, "?");
      dialog.remove();
      asking = null;
      resolve();
    } },
    h("h2", { id: "token-title" }, "This server needs its token"),
    h("p", {}, wasWrong ? "That was not the token. " : "",
      "It was given as --admin-token, or printed when the server started."),
    field("Token", input),
    h("button", { type: "submit" }, "Go on"));
    fill(dialog, form);
    dialog.addEventListener("cancel", (event) => event.preventDefault());
    document.body.append(dialog);
    dialog.showModal();
  });
  return asking;
}

/** Run something now and every so often while an element is on the page. */
export function every(milliseconds, element, run) {
  const again = async () => {
    try {
      await run();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
    if (element.isConnected) setTimeout(again, milliseconds);
  };
  return again();
}

export const encode = encodeURIComponent;

/** What an address says, also where it is no encoded text. */
export function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

