// A field to choose a person by typing: people with their faces, and names that faces were added by.

import { get, query } from "./api.js";
import { debounce, h, replace } from "./dom.js";
import { faceThumb } from "./faces.js";
import { t } from "./i18n.js";
import { alike } from "./words.js";

let count = 0;

/**
 * @param onPick gets `{ name, person, cover, faces }`; `person` is null for a name without one.
 * @param near a person: then all others are offered below the field, those that look most like it first.
 */
export function personPicker({ label, onPick, near = null, signal }) {
  const id = `picker-${(count += 1)}`;
  const isOpen = near !== null;
  const options = h("ul", { id: `${id}-list`, role: "listbox", class: isOpen ? "options open" : "options", hidden: !isOpen, "aria-label": label, dataset: { testid: "person-options" } });
  const input = h("input", { id, role: "combobox", autocomplete: "off", spellcheck: "false", "aria-expanded": String(isOpen), "aria-controls": options.id, "aria-autocomplete": "list", placeholder: t("picker.placeholder"), dataset: { testid: "person-picker" } });
  const state = { items: [], at: -1, names: null, visit: null };

  const close = () => {
    input.removeAttribute("aria-activedescendant");
    state.at = -1;
    if (isOpen) return;
    options.hidden = true;
    input.setAttribute("aria-expanded", "false");
  };
  const choose = (item) => { if (!isOpen) input.value = item.name ?? t("person.unnamed"); close(); onPick(item); };
  const move = (to) => {
    state.at = (to + state.items.length) % state.items.length;
    [...options.children].forEach((option, place) => option.setAttribute("aria-selected", String(place === state.at)));
    options.children[state.at].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", `${id}-${state.at}`);
  };
  const fill = async () => {
    const text = input.value.trim();
    const visit = (state.visit = {});
    if (isOpen && !state.items.length) replace(options, h("li", { class: "soft" }, h("span", { class: "spinner" }), t("loading")));
    const items = await (isOpen ? nearest(near, text, signal) : candidates(text, state, signal));
    // Another letter was typed meanwhile.
    if (visit !== state.visit) return;
    state.items = items;
    replace(options, state.items.map((item, place) => h("li", { id: `${id}-${place}`, role: "option", "aria-selected": "false", dataset: { person: String(item.person ?? "") }, on: { pointerdown: (event) => { if (!isOpen) { event.preventDefault(); choose(item); } }, click: () => { if (isOpen) choose(item); } } },
      faceThumb(item.cover, { size: "small", has: Boolean(item.cover) }), h("span", {}, item.name ?? t("person.unnamed")), h("small", {}, isOpen ? alike(item.probability) : t("faces", { n: item.faces })))));
    if (!state.items.length) options.append(h("li", { class: "soft" }, t("picker.none")));
    if (!isOpen) options.hidden = document.activeElement !== input;
    input.setAttribute("aria-expanded", String(!options.hidden));
    state.at = -1;
  };
  const later = debounce(() => fill().catch(() => { if (isOpen) replace(options, h("li", { class: "problem", role: "alert" }, t("error.unknown"))); else close(); }), 150);
  input.addEventListener("input", later);
  input.addEventListener("focus", () => { if (!isOpen || !state.items.length) later(); });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" && state.items.length) { event.preventDefault(); move(state.at + 1); }
    if (event.key === "ArrowUp" && state.items.length) { event.preventDefault(); move(state.at - 1); }
    if (event.key === "Enter" && !options.hidden && state.items.length) { event.preventDefault(); choose(state.items[Math.max(0, state.at)]); }
    if (event.key === "Escape" && !isOpen && !options.hidden) { event.preventDefault(); event.stopPropagation(); close(); }
  });
  return { input, element: h("div", { class: "picker" }, h("label", { for: id }, label), input, options) };
}

async function nearest(person, text, signal) {
  const { people } = await get(query(`/people/${person}/nearest`, { search: text, limit: 60 }), { signal });
  return people.map(({ person: other, probability }) => ({ ...other, probability }));
}

async function candidates(text, state, signal) {
  const [page, names] = await Promise.all([get(query("/people", { search: text, limit: 30 }), { signal }), state.names ?? get("/names", { signal })]);
  state.names = names;
  const people = page.people.filter(({ name }) => name);
  const known = new Set(people.map(({ name }) => name));
  const fits = (name) => name.toLocaleLowerCase().includes(text.toLocaleLowerCase());
  const others = names.names.filter(({ name }) => !known.has(name) && fits(name)).map(({ name, faces }) => ({ name, faces, person: null, cover: null }));
  return [...people, ...others].slice(0, 12);
}
