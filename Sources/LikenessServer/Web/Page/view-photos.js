// All photos: searched, sorted and filtered by the server, selected and downloaded.

import { canWrite, get, query, url } from "./api.js";
import { announce, button, debounce, h, icon, replace, whenNear } from "./dom.js";
import { attempt, emptyState, failureState } from "./dialogs.js";
import { photoThumb } from "./faces.js";
import { t } from "./i18n.js";
import { openLightbox } from "./lightbox.js";

const pageSize = 60;
// What the server puts into one file.
const mostAtOnce = 500;
const sorts = ["newest", "oldest", "name", "faces"];
const kinds = ["all", "unnamed", "doubtful", "no_face"];
// Stays while the user looks elsewhere.
const choice = { search: "", sort: "newest", show: "all" };

export async function render(root, { query: asked, signal, setTitle }) {
  setTitle(t("photos.title"));
  if (kinds.includes(asked.get("show"))) choice.show = asked.get("show");
  const grid = h("ul", { class: "photo-grid", id: "photo-grid", dataset: { testid: "photo-grid" } });
  const foot = h("div", { class: "foot" });
  const state = { signal, grid, foot, photos: [], next: 0, total: 0, selecting: false, selected: new Set(), last: null };
  state.reload = () => load(state, true);
  state.bar = h("div", { class: "selection", hidden: true, role: "region", "aria-label": t("select.bar"), dataset: { testid: "selection" } });
  state.tools = toolbar(state);
  replace(root, state.tools, grid, foot, state.bar);
  await load(state, true);
}

const isPlain = () => !choice.search && choice.show === "all";

function toolbar(state) {
  const again = () => reload(state);
  const input = h("input", { type: "search", id: "photos-search", value: choice.search, maxlength: "200", placeholder: t("photos.search"), "aria-label": t("photos.search"), autocomplete: "off", dataset: { testid: "photos-search" }, on: { input: debounce(() => { choice.search = input.value.trim(); again(); }) } });
  const select = (key, values) => {
    const element = h("select", { id: `photos-${key}`, "aria-label": t(`photos.${key}`), dataset: { testid: `photos-${key}` }, on: { change: () => { choice[key] = element.value; again(); } } },
      values.map((value) => h("option", { value, selected: value === choice[key] }, t(`photos.${key}.${value}`))));
    return element;
  };
  state.selectButton = button({ name: "check", text: t("select"), "aria-pressed": "false", dataset: { testid: "select" }, onclick: () => setSelecting(state, !state.selecting) });
  return h("div", { class: "toolbar" }, input, select("sort", sorts), select("show", kinds), state.selectButton);
}

async function reload(state) {
  try {
    await load(state, true);
    if (!state.signal.aborted) announce(t("photos.count", { n: state.total }));
  } catch (error) {
    if (!state.signal.aborted) { state.grid.replaceChildren(); replace(state.foot, failureState(error, () => reload(state))); }
  }
}

async function load(state, fromStart) {
  const { signal, grid } = state;
  const visit = fromStart ? (state.visit = {}) : state.visit;
  if (fromStart) grid.setAttribute("aria-busy", "true");
  const page = await get(query("/photos", { ...choice, after: fromStart ? 0 : state.next, limit: pageSize }), { signal }).catch((error) => {
    // The last photo was removed meanwhile: where the next ones begin is not known any more.
    if (!fromStart && error.code === "unknown_photo") return null;
    throw error;
  });
  // Something else was asked for meanwhile.
  if (signal.aborted || visit !== state.visit) return;
  if (!page) { await load(state, true); return; }
  grid.removeAttribute("aria-busy");
  if (fromStart) { state.photos = []; state.last = null; }
  state.photos.push(...page.photos);
  Object.assign(state, { next: page.next, total: page.total });
  const tiles = page.photos.map((photo) => tile(photo, state));
  if (fromStart) replace(grid, tiles); else grid.append(...tiles);
  showFoot(state);
}

function tile(photo, state) {
  const open = h("button", { type: "button", "aria-label": t("photo.openWith", { title: photo.title, n: photo.faces }), title: photo.title, on: { click: (event) => {
    if (state.selecting) toggle(photo, state, event.shiftKey);
    else openLightbox({ photos: state.photos.map(({ photo: id }) => id), start: photo.photo, onChange: state.reload });
  } } }, photoThumb(photo.photo, ""), h("span", { class: "caption", "aria-hidden": "true" }, h("b", {}, photo.title), h("span", {}, t("faces", { n: photo.faces }))), h("span", { class: "tick-mark", "aria-hidden": "true" }, icon("check")));
  const element = h("li", { dataset: { testid: "photo", photo: String(photo.photo) } }, open);
  if (state.selecting) mark(element, state.selected.has(photo.photo));
  // As a row of photos at their own proportions: wide ones grow more.
  element.style.setProperty("--ratio", String(Math.min(2.2, Math.max(0.6, photo.width / photo.height))));
  return element;
}

function mark(element, isSelected) {
  element.classList.toggle("selected", isSelected);
  element.querySelector("button").setAttribute("aria-pressed", String(isSelected));
}

/** With Shift, all from the last one on. */
function toggle(photo, state, isRange) {
  const { photos, selected, grid } = state;
  const place = photos.indexOf(photo);
  const from = isRange && state.last !== null ? state.last : place;
  const on = isRange || !selected.has(photo.photo);
  for (let index = Math.min(from, place); index <= Math.max(from, place); index += 1) {
    if (on) selected.add(photos[index].photo); else selected.delete(photos[index].photo);
    mark(grid.children[index], on);
  }
  state.last = place;
  showSelection(state);
}

function setSelecting(state, on) {
  const { grid, selected } = state;
  Object.assign(state, { selecting: on, last: null });
  selected.clear();
  grid.classList.toggle("selecting", on);
  state.selectButton.setAttribute("aria-pressed", String(on));
  [...grid.children].forEach((element) => {
    mark(element, false);
    if (!on) element.querySelector("button").removeAttribute("aria-pressed");
  });
  showSelection(state);
}

function showSelection(state) {
  const { bar, selected, photos, grid } = state;
  bar.hidden = !state.selecting;
  const isTooMany = selected.size > mostAtOnce;
  const text = isTooMany ? t("photos.tooMany", { n: mostAtOnce }) : selected.size ? t("select.photos", { n: selected.size }) : t("photos.selectHint");
  const all = button({ text: t("photos.selectAll"), kind: "bare", dataset: { testid: "select-all" }, onclick: () => {
    photos.forEach((photo, index) => { selected.add(photo.photo); mark(grid.children[index], true); });
    showSelection(state);
  } });
  const download = button({ name: "download", text: t("photos.download"), kind: "primary", disabled: !selected.size || isTooMany, dataset: { testid: "download" }, onclick: () => save([...selected]) });
  replace(bar, h("span", { role: "status" }, text), all, download, button({ text: t("cancel"), onclick: () => { setSelecting(state, false); state.selectButton.focus(); } }));
}

/** The browser itself keeps the file, however large it is. */
function save(photos) {
  const link = h("a", { href: url.archive(photos), download: "photos.zip", hidden: true, dataset: { testid: "archive" } });
  document.body.append(link);
  link.click();
  link.remove();
}

function showFoot(state) {
  const { foot, photos, total, next, tools } = state;
  state.stopWatching?.();
  const isEmpty = !total && isPlain();
  tools.hidden = isEmpty;
  if (isEmpty) {
    replace(foot, emptyState({ name: "photos", title: t("empty.gallery"), text: t("empty.gallery.text"), actions: canWrite() ? [h("a", { class: "button primary", href: "#/add" }, t("add.title"))] : [] }));
    return;
  }
  if (!total) {
    const reset = button({ text: t("photos.showAll"), dataset: { testid: "photos-reset" }, onclick: () => {
      Object.assign(choice, { search: "", show: "all" });
      const fresh = toolbar(state);
      tools.replaceWith(fresh);
      state.tools = fresh;
      fresh.querySelector("input").focus();
      reload(state);
    } });
    replace(foot, emptyState({ name: "photos", title: t("photos.none"), text: t("photos.none.text"), actions: [reset] }));
    return;
  }
  if (next === null) { replace(foot, h("p", { class: "soft" }, t("photos.count", { n: total }))); return; }
  const more = button({ text: t("more"), onclick: () => attempt(more, () => load(state, false)) });
  replace(foot, h("p", { class: "soft" }, t("photos.some", { shown: photos.length, total })), more);
  state.stopWatching = whenNear(foot, () => { if (!more.disabled) more.click(); });
}
