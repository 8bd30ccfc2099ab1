// A field to choose a person by typing: people with their faces, and names that faces were added by.

import { get, query } from "./api.js";
import { debounce, h, replace } from "./dom.js";
import { faceThumb } from "./faces.js";
import { t } from "./i18n.js";

let count = 0;

/**
 * @param onPick gets `{ name, person, cover, faces }`; `person` is null for a name without one.
 * @param except a person not to offer.
 */
export function personPicker({ label, onPick, except = null, namedOnly = true, signal }) {
  const id = `picker-${(count += 1)}`;
  const options = h("ul", { id: `${id}-list`, role: "listbox", class: "options", hidden: true, "aria-label": label });
  const input = h("input", { id, role: "combobox", autocomplete: "off", spellcheck: "false", "aria-expanded": "false", "aria-controls": options.id, "aria-autocomplete": "list", placeholder: t("picker.placeholder"), dataset: { testid: "person-picker" } });
  const state = { items: [], at: -1, names: null };

  const close = () => { options.hidden = true; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); state.at = -1; };
  const choose = (item) => { input.value = item.name ?? t("person.unnamed"); close(); onPick(item); };
  const move = (to) => {
    state.at = (to + state.items.length) % state.items.length;
    [...options.children].forEach((option, place) => option.setAttribute("aria-selected", String(place === state.at)));
    options.children[state.at].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", `${id}-${state.at}`);
  };
  const fill = async () => {
    const text = input.value.trim();
    state.items = await candidates(text, state, { except, namedOnly, signal });
    replace(options, state.items.map((item, place) => h("li", { id: `${id}-${place}`, role: "option", "aria-selected": "false", on: { pointerdown: (event) => { event.preventDefault(); choose(item); } } },
      faceThumb(item.cover, { size: "small", has: Boolean(item.cover) }), h("span", {}, item.name ?? t("person.unnamed")), h("small", {}, t("faces", { n: item.faces })))));
    if (!state.items.length) options.append(h("li", { class: "soft" }, t("picker.none")));
    options.hidden = document.activeElement !== input;
    input.setAttribute("aria-expanded", String(!options.hidden));
    state.at = -1;
  };
  const later = debounce(() => fill().catch(() => close()), 150);
  input.addEventListener("input", later);
  input.addEventListener("focus", later);
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" && state.items.length) { event.preventDefault(); move(state.at + 1); }
    if (event.key === "ArrowUp" && state.items.length) { event.preventDefault(); move(state.at - 1); }
    if (event.key === "Enter" && !options.hidden && state.items.length) { event.preventDefault(); choose(state.items[Math.max(0, state.at)]); }
    if (event.key === "Escape" && !options.hidden) { event.preventDefault(); event.stopPropagation(); close(); }
  });
  return { input, element: h("div", { class: "picker" }, h("label", { for: id }, label), input, options) };
}

async function candidates(text, state, { except, namedOnly, signal }) {
  const [page, names] = await Promise.all([get(query("/people", { search: text, limit: 30 }), { signal }), state.names ?? get("/names", { signal })]);
  state.names = names;
  const people = page.people.filter(({ person, name }) => person !== except && (name || !namedOnly));
  const known = new Set(people.map(({ name }) => name));
  const fits = (name) => name.toLocaleLowerCase().includes(text.toLocaleLowerCase());
  const others = namedOnly ? names.names.filter(({ name }) => !known.has(name) && fits(name)).map(({ name, faces }) => ({ name, faces, person: null, cover: null })) : [];
  return [...people, ...others].slice(0, 12);
}
