// All faces on a map: who looks alike lies close together. A job makes it, once for each kind.

import { canWrite, exists, query, url } from "./api.js";
import { button, h, replace } from "./dom.js";
import { emptyState, failureState } from "./dialogs.js";
import { language, remember, remembered, t } from "./i18n.js";
import { jobProgress, runJob } from "./jobs.js";

const choice = { method: remembered("map.method") ?? "tsne", dimensions: Number(remembered("map.dimensions") ?? 2) };

export async function render(root, { signal, setTitle }) {
  setTitle(t("map.title"));
  const stage = h("div", { class: "map-stage", id: "map-stage", dataset: { testid: "map-stage" } });
  const state = { stage, signal };
  const again = canWrite() && button({ name: "again", text: t("map.again"), dataset: { testid: "map-again" }, onclick: () => make(state, true) });
  const pick = (key, value) => { choice[key] = value; remember(`map.${key}`, String(value)); return load(state); };
  replace(root, h("div", { class: "toolbar" },
    segments(t("map.method"), "method", [["tsne", t("map.tsne")], ["pca", t("map.pca")]], pick),
    segments(t("map.dimensions"), "dimensions", [[2, t("map.2d")], [3, t("map.3d")]], pick), h("p", { class: "soft" }, t("map.text")), again), stage);
  await load(state);
}

function segments(label, key, options, pick) {
  const group = h("div", { class: "segments", role: "group", "aria-label": label, dataset: { testid: `map-${key}` } });
  group.append(...options.map(([value, text]) => h("button", { type: "button", "aria-pressed": String(choice[key] === value), dataset: { value: String(value) }, on: { click: (event) => {
    [...group.children].forEach((other) => other.setAttribute("aria-pressed", String(other === event.currentTarget)));
    pick(key, value);
  } } }, text)));
  return group;
}

async function load(state) {
  const { stage, signal } = state;
  const visit = (state.visit = {});
  replace(stage, h("p", { class: "busy", role: "status" }, h("span", { class: "spinner" }), t("loading")));
  try {
    const isThere = await exists(query("/map", choice), "no_map", { signal });
    if (signal.aborted || visit !== state.visit) return;
    if (isThere) show(state);
    else if (canWrite()) await make(state, false);
    else replace(stage, emptyState({ name: "map", title: t("map.none"), text: t("map.none.read") }));
  } catch (error) {
    if (!signal.aborted && visit === state.visit) replace(stage, failureState(error, () => load(state)));
  }
}

function show({ stage, signal }) {
  // Another theme changes only what stands behind the address's #: the map stays as it is.
  const address = () => url.mapPage(choice.method, choice.dimensions, { language: language(), theme: remembered("theme") ?? "auto", within: "page" });
  const frame = h("iframe", { title: t("map.title"), src: address(), dataset: { testid: "map-frame" } });
  window.addEventListener("likeness:theme", () => { if (frame.isConnected) frame.contentWindow.location.replace(address()); }, { signal });
  // The server puts the pictures of all faces into it, which takes a while with many.
  const busy = h("p", { class: "busy map-busy", role: "status", dataset: { testid: "map-busy" } }, h("span", { class: "spinner" }), t("map.drawing"));
  frame.addEventListener("load", () => busy.remove(), { once: true });
  replace(stage, frame, busy);
}

async function make(state, again) {
  const { stage, signal } = state;
  const visit = (state.visit = {});
  const bar = jobProgress(t("map.making"));
  replace(stage, bar.element);
  try {
    const job = await runJob({ kind: "map", ...choice, ...(again && { again: true }) }, bar.show, signal);
    if (signal.aborted || visit !== state.visit) return;
    if (job.state === "done") show(state);
    else replace(stage, emptyState({ name: "map", title: t(job.state === "cancelled" ? "map.stopped" : "map.failed"), text: job.message ?? t("map.failed.text"), actions: [button({ name: "again", text: t("map.make"), onclick: () => make(state, false) })] }));
  } catch (error) {
    if (!signal.aborted && visit === state.visit) replace(stage, failureState(error, () => make(state, again)));
  }
}
