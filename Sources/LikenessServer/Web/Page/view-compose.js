// This person with that expression, or any other label.

import { canWrite, get, post } from "./api.js";
import { announce, button, h, replace } from "./dom.js";
import { emptyState, failureState } from "./dialogs.js";
import { faceThumb, photoThumb } from "./faces.js";
import { distance, t } from "./i18n.js";
import { openLightbox } from "./lightbox.js";
import { personPicker } from "./picker.js";
import { personName } from "./words.js";

const asked = 24;

export async function render(root, { signal, setTitle }) {
  setTitle(t("compose.title"));
  const { labels } = await get("/labels", { signal });
  const usable = labels.filter(({ key }) => key !== "person");
  const answer = h("section", { id: "compose-answer", "aria-label": t("compose.answer"), dataset: { testid: "compose-answer" } });
  const state = { signal, answer, person: null, label: null, reload: () => render(root, { signal, setTitle }) };
  const advanced = queryForm(state);
  state.setQuery = advanced.set;
  replace(root, h("p", { class: "intro" }, t("compose.text")),
    usable.length ? chooser(usable, state) : noLabels(), advanced.element, answer);
}

function noLabels() {
  return emptyState({ name: "compose", title: t("compose.noLabels"), text: t(canWrite() ? "compose.noLabels.text" : "compose.noLabels.read"), actions: [h("a", { class: "button primary", href: "#/photos" }, t("compose.toPhotos"))] });
}

function chooser(labels, state) {
  const picker = personPicker({ label: t("compose.person"), signal: state.signal, onPick: (person) => { state.person = person; askBoth(state); } });
  const keys = [...new Set(labels.map(({ key }) => key))];
  const chips = [];
  const groups = keys.map((key) => h("fieldset", {}, h("legend", {}, key), h("div", { class: "chips" }, labels.filter((label) => label.key === key).map((label) => {
    const chip = h("button", { type: "button", class: "chip", "aria-pressed": "false", dataset: { testid: "label", value: `${label.key}:${label.value}` }, on: { click: () => {
      const isOn = state.label !== label;
      state.label = isOn ? label : null;
      chips.forEach((other) => other.setAttribute("aria-pressed", String(isOn && other === chip)));
      askBoth(state);
    } } }, label.value, h("small", {}, String(label.faces)));
    chips.push(chip);
    return chip;
  })), labels.filter((label) => label.key === key).length < 2 && h("p", { class: "soft small" }, t("compose.oneValue"))));
  return h("div", { class: "card compose" }, picker.element, groups);
}

/** Quotes keep spaces and signs of a value together; a quote in it has a backslash before it, and so has a backslash. */
const quoted = (text) => `"${text.replace(/[\\"\u201C-\u201E]/g, "\\$&")}"`;
const term = (key, value) => `${/^[\p{L}\p{N}_]+$/u.test(key) ? key : quoted(key)}:${/^[\p{L}\p{N}_]+$/u.test(value) ? value : quoted(value)}`;

function askBoth(state) {
  const terms = [];
  if (state.person?.name) terms.push(term("person", state.person.name));
  if (state.label) terms.push(term(state.label.key, state.label.value));
  if (!terms.length) return;
  const query = terms.join(" + ");
  state.setQuery(query);
  if (terms.length === 2) ask(query, state);
  else replace(state.answer, h("p", { class: "hint" }, t(state.person ? "compose.nowLabel" : "compose.nowPerson")));
}

function queryForm(state) {
  const input = h("input", { id: "compose-query", maxlength: "1000", required: true, autocomplete: "off", spellcheck: "false", placeholder: "person:anna + expression:happy", dataset: { testid: "compose-query" } });
  const form = h("form", { class: "inline", on: { submit: (event) => { event.preventDefault(); if (input.value.trim()) ask(input.value.trim(), state); } } }, input, h("button", { type: "submit", class: "button primary" }, t("compose.go")));
  return {
    element: h("details", { class: "filters", dataset: { testid: "advanced" } }, h("summary", {}, t("compose.advanced")), h("div", { class: "stack" }, h("label", { for: "compose-query" }, t("compose.query")), form, h("p", { class: "soft" }, t("compose.help")))),
    set(text) { input.value = text; },
  };
}

async function ask(query, state) {
  const { answer, signal } = state;
  const visit = (state.visit = {});
  replace(answer, h("p", { class: "busy", role: "status" }, h("span", { class: "spinner" }), t("search.busy")));
  try {
    const { results, hidden } = await post("/compose", { query, count: asked }, { signal });
    if (signal.aborted || visit !== state.visit) return;
    show(results, hidden, state);
  } catch (error) {
    if (!signal.aborted && visit === state.visit) replace(answer, failureState(error));
  }
}

function show(results, hidden, state) {
  announce(t("compose.found", { n: results.length }));
  if (!results.length) { replace(state.answer, emptyState({ name: "compose", title: t("compose.none"), text: t("compose.none.text") }), leftOut(hidden)); return; }
  const photos = [...new Set(results.map(({ photo }) => photo))];
  replace(state.answer, h("h2", {}, t("compose.results")), h("p", { class: "soft" }, t("compose.order")),
    h("ul", { class: "compose-grid" }, results.map((match) => h("li", { dataset: { testid: "compose-result" } },
      h("button", { type: "button", "aria-label": t("photo.open", { title: match.title }), on: { click: () => openLightbox({ photos, start: match.photo, face: match.face, onChange: state.reload }) } }, photoThumb(match.photo, ""), faceThumb(match.face, { size: "medium" })),
      h("p", {}, match.person ? h("a", { class: "name", href: `#/people/${match.person}` }, personName(match.name)) : h("span", { class: "name" }, personName(match.name)), h("small", { class: "soft" }, t("distance", { distance: distance(match.distance) }))),
      Object.keys(match.labels).length > 0 && h("p", { class: "soft small" }, Object.entries(match.labels).map(([key, value]) => `${key}: ${value}`).join(", "))))), leftOut(hidden));
}

/** How many faces could not be answers, as they are hidden. */
const leftOut = (hidden) => hidden > 0 && h("p", { class: "soft small centred", dataset: { testid: "compose-hidden" } }, t("search.hidden", { n: hidden }));
