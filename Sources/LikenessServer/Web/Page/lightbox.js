// A photo at its largest, with its faces: who they are, what is said about them, adding one that was missed, and removing.

import { canWrite, get, patch, post, query, remove, url } from "./api.js";
import { announce, button, h, icon, replace } from "./dom.js";
import { attempt, confirmed, failed, failureState, openDialog, showReceipt, toast } from "./dialogs.js";
import { edited, hide } from "./edits.js";
import { boxedPhoto, drawBox, faceThumb } from "./faces.js";
import { date, t } from "./i18n.js";
import { openLayer } from "./layers.js";
import { qualityWords } from "./words.js";

// Of a side of a box that is drawn, in pixels: the smallest faces that the server takes.
const smallestDrawn = 12;

/**
 * @param photos the ids to leaf through; `start` the first to show; `face` the face that is marked.
 * @param onChange called once at the end if anything was changed or removed.
 */
export function openLightbox({ photos, start, face = null, onChange }) {
  const state = { photos: [...photos], at: Math.max(0, photos.indexOf(start)), face, changed: false, visit: new AbortController() };
  const stage = h("div", { class: "stage" });
  const panel = h("aside", { class: "panel", "aria-label": t("photo.about") });
  const dialog = openDialog({ title: t("photo"), kind: "lightbox", testid: "lightbox", body: [stage, panel], onClose: async () => {
    state.visit.abort();
    if (state.changed) await Promise.resolve(onChange?.()).catch(failed);
  } });
  const heading = dialog.querySelector("h2");
  const context = { state, stage, panel, dialog, heading };
  dialog.addEventListener("keydown", (event) => {
    if (context.isDrawing || event.target.matches("input, select, textarea")) return;
    if (event.key === "ArrowLeft") step(context, -1);
    if (event.key === "ArrowRight") step(context, 1);
  });
  show(context);
}

function step(context, by) {
  const { state } = context;
  const next = state.at + by;
  if (next < 0 || next >= state.photos.length) return;
  state.at = next;
  state.face = null;
  show(context);
}

async function show(context) {
  const { state, stage, panel, heading } = context;
  state.visit.abort();
  state.visit = new AbortController();
  const { signal } = state.visit;
  const id = state.photos[state.at];
  try {
    const photo = await get(`/photos/${id}`, { signal });
    heading.textContent = photo.title;
    announce(t("photo.place", { title: photo.title, n: photo.items.length }));
    const focused = document.activeElement?.dataset?.step;
    tell(context, photo, draw(context, photo));
    if (focused) stage.querySelector(`[data-step="${focused}"]:not(:disabled)`)?.focus();
  } catch (error) {
    if (signal.aborted) return;
    replace(stage, failureState(error));
    replace(panel);
  }
}

const faceName = (face) => face.name ?? t(face.doubtful ? "face.doubtful" : "person.unnamed");
const faceKind = (face) => (face.doubtful ? "doubtful" : face.name ? "known" : "unknown");

function arrows(context) {
  const { state } = context;
  if (state.photos.length < 2) return [];
  return [["left", -1, "photo.previous"], ["right", 1, "photo.next"]].map(([name, by, key]) =>
    button({ name, label: t(key), kind: `arrow ${name}`, onclick: () => step(context, by), dataset: { step: name }, disabled: state.at + by < 0 || state.at + by >= state.photos.length }));
}

/** Draws the photo with its boxes; returns its element, if it can be shown, and what marks one of the boxes. */
function draw(context, photo) {
  const { stage } = context;
  if (!photo.image) {
    replace(stage, h("div", { class: "empty" }, icon("photos"), h("h2", {}, t("photo.notKept")), h("p", {}, t("photo.notKept.text"))), arrows(context));
    return { mark: () => {} };
  }
  const image = h("img", { src: url.photo(photo.photo), alt: photo.title });
  image.addEventListener("error", () => image.replaceWith(h("p", { class: "missing-photo" }, t("photo.notKept"))));
  const boxes = photo.items.map((face) => ({ box: face.box, label: faceName(face), kind: faceKind(face) }));
  const boxed = boxedPhoto(image, photo.width, photo.height, boxes, (index) => context.pick?.(index));
  const hide = button({ name: "boxes", label: t("photo.boxes"), kind: "bare round boxes-toggle", "aria-pressed": "true", onclick: (event) => {
    const isHidden = boxed.element.classList.toggle("no-boxes");
    event.currentTarget.setAttribute("aria-pressed", String(!isHidden));
  } });
  replace(stage, boxed.element, arrows(context), boxes.length > 0 && hide);
  return boxed;
}

function tell(context, photo, boxed) {
  const { state, panel } = context;
  const details = h("div", { class: "face-details", dataset: { testid: "face-details" } });
  const chips = photo.items.map((face, index) => h("button", { type: "button", class: "face-chip", on: { click: () => context.pick(index) } }, faceThumb(face.face, { size: "small", has: face.thumbnail }), h("span", {}, faceName(face))));
  context.pick = (index) => {
    state.face = photo.items[index].face;
    boxed.mark(index);
    chips.forEach((chip, place) => chip.setAttribute("aria-pressed", String(place === index)));
    replace(details, faceDetails(context, photo.items[index], photo.items.length === 1));
  };
  replace(panel,
    h("p", { class: "soft" }, `${photo.width} × ${photo.height} · ${photo.taken ? `${t("photo.taken", { date: date(photo.taken) })} · ` : ""}${t("photo.added", { date: date(photo.added) })} · photo:${photo.photo}`),
    photo.items.length ? h("div", { class: "chips" }, chips) : h("p", {}, t("photo.noFaces")),
    details,
    canWrite() && boxed.element && button({ name: "add", text: t("draw.add"), kind: "quiet", dataset: { testid: "add-face" }, onclick: () => drawFace(context, photo, boxed) }),
    photo.candidates?.length > 0 && h("p", { class: "soft", dataset: { testid: "candidates" } }, t("photo.candidates", { names: photo.candidates.join(", ") })),
    tagging(photo),
    canWrite() && button({ name: "trash", text: t("photo.delete"), kind: "quiet danger-text", dataset: { testid: "delete-photo" }, onclick: (event) => deletePhoto(context, photo, event.currentTarget) }));
  const chosen = photo.items.findIndex((face) => face.face === state.face);
  if (photo.items.length) context.pick(Math.max(0, chosen));
}

/** Ways to take the names of the faces to other programs: beside the photo, or as a file to put there. */
function tagging(photo) {
  if (!photo.image || !photo.items.some((face) => face.name && !face.doubtful)) return null;
  if (photo.file && canWrite()) return button({ name: "edit", text: t("tag.write"), kind: "quiet", title: t("tag.write.title"), dataset: { testid: "tag-photo" }, onclick: (event) => attempt(event.currentTarget, async () => {
    const { status, reason, faces } = await post(`/photos/${photo.photo}/tag`, { place: "sidecar" });
    toast(status === "skipped" ? t("tag.skipped", { reason }) : t(`tag.${status}`, { n: faces }));
  }) });
  return h("a", { class: "button quiet", href: url.sidecar(photo.photo), download: `${photo.title}.xmp`, dataset: { testid: "sidecar" } }, icon("download"), h("span", {}, t("tag.download")));
}

/** Has the user draw a box around a face that was missed, and say whose it is, if they like. Escape and Back end it. */
function drawFace(context, photo, boxed) {
  const { state, panel, stage, dialog } = context;
  const over = new AbortController();
  let box = null;
  const end = () => {
    if (over.signal.aborted) return;
    over.abort();
    context.isDrawing = false;
    stage.classList.remove("drawing");
    layer.remove();
    leave();
  };
  const cancel = () => {
    if (over.signal.aborted) return;
    end();
    tell(context, photo, boxed);
    panel.querySelector("[data-testid=add-face]")?.focus();
  };
  const hint = h("p", { dataset: { testid: "draw-hint" } }, t("draw.hint"));
  const say = (text) => { hint.textContent = text; announce(text); };
  const name = h("input", { maxlength: "200", "aria-label": t("face.name"), placeholder: t("draw.name"), autocomplete: "off", dataset: { testid: "draw-name" } });
  const save = h("button", { type: "submit", class: "button primary", disabled: true, dataset: { testid: "draw-save" } }, t("draw.save"));
  const form = h("form", { class: "draw-form", on: { submit: async (event) => {
    event.preventDefault();
    if (!box || save.disabled) return;
    const face = await attempt(save, () => post(`/photos/${photo.photo}/faces`, { box, name: name.value.trim() || null }));
    if (!face) return;
    state.changed = true;
    tellAdded(context, face);
    if (!over.signal.aborted) state.face = face.face;
    end();
    if (dialog.open) await show(context);
  } } }, h("h3", {}, t("draw.add")), hint, name, h("div", { class: "row" }, save, button({ text: t("cancel"), dataset: { testid: "draw-cancel" }, onclick: cancel })));
  replace(panel, form);
  context.isDrawing = true;
  stage.classList.add("drawing");
  boxed.element.classList.remove("no-boxes");
  // Only the box that is drawn stands out.
  boxed.mark(-1);
  const layer = drawBox(boxed.element, photo.width, photo.height, {
    least: smallestDrawn, label: t("draw.layer"),
    onBox: (drawn) => { box = drawn; save.disabled = false; hint.textContent = t("draw.again"); },
    onSmall: () => say(t("draw.small", { n: smallestDrawn })),
  });
  const leave = openLayer(cancel);
  announce(t("draw.hint"));
  document.addEventListener("keydown", (event) => {
    // Of what asks something above the photo, Escape closes that.
    if (event.key !== "Escape" || !dialog.contains(event.target) && event.target !== document.body) return;
    event.preventDefault();
    event.stopPropagation();
    cancel();
  }, { capture: true, signal: over.signal });
  dialog.addEventListener("cancel", (event) => { if (event.target === dialog) { event.preventDefault(); cancel(); } }, { signal: over.signal });
  state.visit.signal.addEventListener("abort", end, { signal: over.signal });
}

/** Tells how sure a face is that was drawn, and offers to take it out again. */
function tellAdded(context, face) {
  const key = !face.landmarksEstimated ? "draw.done" : face.doubtful ? "draw.doubtful" : "draw.estimated";
  toast(t(key), { text: t("undo"), run: async () => {
    try {
      await remove(`/faces/${face.face}`);
    } catch (error) {
      failed(error);
      return;
    }
    toast(t("draw.undone"));
    if (context.dialog.open) await show(context); else window.dispatchEvent(new Event("likeness:changed"));
  } });
}

function faceDetails(context, face, isOnly) {
  return [
    h("h3", {}, face.person ? h("a", { href: `#/people/${face.person}` }, faceName(face)) : faceName(face)),
    face.doubtful ? doubt(context, face) : h("p", { class: "soft" }, `${qualityWords(face.quality)} · face:${face.face}`),
    face.drawn && !face.doubtful && h("p", { class: "soft", dataset: { testid: "drawn" } }, t(face.landmarksEstimated ? "face.estimated" : "face.drawn")),
    h("p", { class: "links" }, h("a", { href: `#/search?face=${face.face}` }, t("face.similar")), face.person && h("a", { href: `#/people/${face.person}` }, t("face.person"))),
    canWrite() && nameForm(context, face),
    labelEditor(context, face),
    canWrite() && coverAndHiding(context, face),
    canWrite() && button({ name: "trash", text: t("face.delete"), kind: "quiet danger-text", dataset: { testid: "delete-face" }, onclick: (event) => deleteFace(context, face, isOnly, event.currentTarget) }),
  ];
}

/** Whether a face stands for its person, or is hidden with it, is known of its person only. */
function coverAndHiding(context, face) {
  const { state, dialog } = context;
  const place = h("div", { class: "face-actions", dataset: { testid: "face-actions" } });
  const again = async () => { if (dialog.open) await show(context); else window.dispatchEvent(new Event("likeness:changed")); };
  const run = (element, action) => attempt(element, async () => { await action(); state.changed = true; if (dialog.open) await show(context); });
  const fill = (person) => {
    const isHidden = face.hidden;
    const hiding = button({ name: isHidden ? "show" : "hide", text: t(isHidden ? "unhide" : "face.hide"), kind: "quiet", dataset: { testid: "hide-face" }, onclick: () => run(hiding, () => hide({ faces: [face.face] }, !isHidden, again)) });
    const cover = button({ name: "photos", text: t("cover.choose"), kind: "quiet", dataset: { testid: "cover" }, onclick: () => run(cover, async () => edited(await post(`/people/${face.person}/cover`, { face: face.face }), t("cover.done"), again)) });
    replace(place, person && !isHidden && person.faces > 1 && person.cover !== face.face && cover, !person?.hidden && hiding);
  };
  const { signal } = state.visit;
  if (face.person) get(query(`/people/${face.person}`, { includeHidden: true }), { signal }).then(fill).catch(() => {});
  else fill(null);
  return place;
}

/** What a doubtful find is, and the way to say that it is a face. */
function doubt(context, face) {
  return h("div", { class: "doubt", dataset: { testid: "doubtful" } }, h("p", {}, `${t(face.landmarksEstimated ? "face.estimated.doubtful" : "face.doubtful.text")} face:${face.face}`),
    canWrite() && button({ text: t("face.confirm"), dataset: { testid: "confirm-face" }, onclick: (event) => change(context, event.currentTarget, face, { doubtful: false }) }));
}

function nameForm(context, face) {
  const input = h("input", { value: face.name ?? "", maxlength: "200", "aria-label": t("face.name"), placeholder: t("face.name"), autocomplete: "off" });
  const save = h("button", { type: "submit", class: "button" }, t("save"));
  return h("form", { class: "inline", on: { submit: async (event) => {
    event.preventDefault();
    const name = input.value.trim();
    if (name === (face.name ?? "")) return;
    await change(context, save, face, { name: name || null });
  } } }, input, save);
}

function labelEditor(context, face) {
  const labels = Object.entries(face.labels);
  const chips = labels.map(([key, value]) => h("li", { class: "label" }, h("span", {}, `${key}: ${value}`),
    canWrite() && button({ name: "close", label: t("label.remove", { label: `${key}: ${value}` }), kind: "bare tiny", onclick: (event) => change(context, event.currentTarget, face, { labels: { [key]: null } }) })));
  const key = h("input", { "aria-label": t("label.key"), placeholder: t("label.key.example"), required: true, maxlength: "100", list: "label-keys", autocomplete: "off" });
  const value = h("input", { "aria-label": t("label.value"), placeholder: t("label.value.example"), required: true, maxlength: "200", list: "label-values", autocomplete: "off" });
  const known = labelSuggestions(key, value);
  const save = h("button", { type: "submit", class: "button" }, t("label.add"));
  const form = canWrite() && h("form", { class: "inline label-form", dataset: { testid: "label-form" }, on: { submit: (event) => {
    event.preventDefault();
    if (key.value.trim() && value.value.trim()) change(context, save, face, { labels: { [key.value.trim()]: value.value.trim() } });
  } } }, key, value, save, known);
  if (!labels.length && !form) return null;
  return [h("h4", {}, t("labels")), labels.length > 0 && h("ul", { class: "labels" }, chips), form];
}

/** What other faces are labelled with, once a field of the form is used. */
function labelSuggestions(key, value) {
  const keys = h("datalist", { id: "label-keys" });
  const values = h("datalist", { id: "label-values" });
  let labels = null;
  const fill = async () => {
    labels ??= get("/labels").catch(() => ({ labels: [] }));
    const options = (items) => [...new Set(items)].map((text) => h("option", { value: text }));
    const found = (await labels).labels;
    replace(keys, options(found.map((label) => label.key)));
    replace(values, options(found.filter((label) => label.key === key.value.trim()).map((label) => label.value)));
  };
  key.addEventListener("focus", fill);
  value.addEventListener("focus", fill);
  return [keys, values];
}

async function change(context, element, face, what) {
  const saved = await attempt(element, () => patch(`/faces/${face.face}`, what));
  if (!saved) return;
  context.state.changed = true;
  toast(t("saved"));
  await show(context);
}

async function deleteFace(context, face, isOnly, element) {
  const text = t(!isOnly ? "face.delete.text" : face.drawn ? "face.delete.drawn" : "face.delete.only");
  const choice = await confirmed({ title: t("face.delete.title"), text, tick: !isOnly && t("remove.blur"), yes: t("delete") });
  if (!choice) return;
  const receipt = await attempt(element, () => remove(query(`/faces/${face.face}`, { blur: choice.ticked })));
  if (!receipt) return;
  context.state.changed = true;
  context.state.face = null;
  await showReceipt(receipt);
  if (receipt.photos) leave(context); else await show(context);
}

/** On to the next photo where this one is gone. */
function leave({ state, dialog, ...rest }) {
  state.photos.splice(state.at, 1);
  if (!state.photos.length) { dialog.close(); return; }
  state.at = Math.min(state.at, state.photos.length - 1);
  show({ state, dialog, ...rest });
}

async function deletePhoto(context, photo, element) {
  if (!(await confirmed({ title: t("photo.delete.title"), text: t("photo.delete.text", { title: photo.title, n: photo.items.length }), yes: t("delete") }))) return;
  const receipt = await attempt(element, () => remove(`/photos/${photo.photo}`));
  if (!receipt) return;
  context.state.changed = true;
  await showReceipt(receipt);
  leave(context);
}
