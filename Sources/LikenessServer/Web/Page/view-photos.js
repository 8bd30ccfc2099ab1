// All photos, in the order in which they were added.

import { canWrite, get, query } from "./api.js";
import { button, h, replace, whenNear } from "./dom.js";
import { attempt, emptyState } from "./dialogs.js";
import { photoThumb } from "./faces.js";
import { t } from "./i18n.js";
import { openLightbox } from "./lightbox.js";

const pageSize = 60;

export async function render(root, { signal, setTitle }) {
  setTitle(t("photos.title"));
  const grid = h("ul", { class: "photo-grid", id: "photo-grid", dataset: { testid: "photo-grid" } });
  const foot = h("div", { class: "foot" });
  const state = { signal, grid, foot, photos: [], next: 0, total: 0 };
  state.reload = () => { Object.assign(state, { photos: [], next: 0 }); grid.replaceChildren(); return load(state); };
  replace(root, grid, foot);
  await load(state);
}

async function load(state) {
  const { signal, grid } = state;
  const page = await get(query("/photos", { after: state.next, limit: pageSize }), { signal });
  if (signal.aborted) return;
  state.photos.push(...page.photos);
  Object.assign(state, { next: page.next, total: page.total });
  grid.append(...page.photos.map((photo) => tile(photo, state)));
  showFoot(state);
}

function tile(photo, state) {
  const open = () => openLightbox({ photos: state.photos.map(({ photo: id }) => id), start: photo.photo, onChange: state.reload });
  const element = h("li", { dataset: { testid: "photo", photo: String(photo.photo) } }, h("button", { type: "button", "aria-label": t("photo.openWith", { title: photo.title, n: photo.faces }), title: photo.title, on: { click: open } }, photoThumb(photo.photo, ""), h("span", { class: "caption", "aria-hidden": "true" }, t("faces", { n: photo.faces }))));
  // As a row of photos at their own proportions: wide ones grow more.
  element.style.setProperty("--ratio", String(Math.min(2.2, Math.max(0.6, photo.width / photo.height))));
  return element;
}

function showFoot(state) {
  const { foot, photos, total, next } = state;
  state.stopWatching?.();
  if (!total) {
    replace(foot, emptyState({ name: "photos", title: t("empty.gallery"), text: t("empty.gallery.text"), actions: canWrite() ? [h("a", { class: "button primary", href: "#/add" }, t("add.title"))] : [] }));
    return;
  }
  if (next === null) { replace(foot, h("p", { class: "soft" }, t("photos.count", { n: total }))); return; }
  const more = button({ text: t("more"), onclick: () => attempt(more, () => load(state)) });
  replace(foot, h("p", { class: "soft" }, t("photos.some", { shown: photos.length, total })), more);
  state.stopWatching = whenNear(foot, () => { if (!more.disabled) more.click(); });
}
