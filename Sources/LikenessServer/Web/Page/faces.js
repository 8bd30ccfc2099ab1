// Pictures of faces and photos: thumbnails that have a stand-in, boxes over photos, also such as are drawn, pieces cut from a
// chosen file.

import { url } from "./api.js";
import { h, icon } from "./dom.js";
import { t } from "./i18n.js";

function silhouette() {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 40 40");
  svg.setAttribute("class", "silhouette");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", "M20 22a8 8 0 1 0 0-16 8 8 0 0 0 0 16zM5 40c0-9 6.500-14 15-14s15 5 15 14z");
  svg.append(path);
  return svg;
}

/** A picture, or its stand-in; it is asked for twice, as the server may have been busy. */
function picture(source, alt, stand) {
  const frame = h("span", { class: "picture" });
  const image = h("img", { alt, loading: "lazy", decoding: "async" });
  let standIn = null;
  image.addEventListener("error", () => {
    if (standIn) { image.remove(); frame.append(h("span", { class: "unseen" }, alt)); return; }
    standIn = stand();
    image.hidden = true;
    frame.append(standIn);
    frame.classList.add("missing");
    // A lazy picture that is hidden would not load.
    image.loading = "eager";
    setTimeout(() => { image.src = source; }, 1500);
  });
  image.addEventListener("load", () => {
    standIn?.remove();
    image.hidden = false;
    frame.classList.remove("missing");
    frame.classList.add("loaded");
  });
  image.src = source;
  frame.append(image);
  return frame;
}

export function faceThumb(face, { alt = "", size = "", has = true } = {}) {
  const frame = has && face ? picture(url.face(face), alt, silhouette) : h("span", { class: "picture missing" }, silhouette(), alt && h("span", { class: "unseen" }, alt));
  frame.classList.add("face");
  if (size) frame.classList.add(size);
  return frame;
}

/** A word on a picture. */
export const badge = (text) => h("span", { class: "badge" }, text);

export function photoThumb(photo, alt) {
  const frame = picture(url.photoThumbnail(photo), alt, () => icon("photos"));
  frame.classList.add("photo");
  return frame;
}

/** Places `element` over a photo of `width` × `height` pixels, wherever and however large the photo is shown. */
function placeBox(element, box, width, height) {
  const part = (value, whole) => `${(100 * value) / whole}%`;
  element.style.left = part(box.x, width);
  element.style.top = part(box.y, height);
  element.style.width = part(box.width, width);
  element.style.height = part(box.height, height);
}

/**
 * A photo with boxes that are buttons.
 * @param boxes `{ box, label, kind }`; `onPick` gets their index.
 */
export function boxedPhoto(image, width, height, boxes, onPick) {
  const buttons = boxes.map(({ box, label, kind = "" }, index) => {
    const element = h("button", { type: "button", class: `box ${kind}`, "aria-label": label, title: label, dataset: { testid: "box" }, on: { click: () => onPick?.(index) } },
      h("span", { "aria-hidden": "true" }, label));
    placeBox(element, box, width, height);
    return element;
  });
  const frame = h("div", { class: "boxed" }, image, buttons);
  frame.style.aspectRatio = `${width} / ${height}`;
  frame.style.setProperty("--ratio", String(width / height));
  return {
    element: frame,
    mark(index) {
      buttons.forEach((element, place) => element.setAttribute("aria-pressed", String(place === index)));
    },
  };
}

const clamp = (value, least, most) => Math.min(Math.max(value, least), Math.max(least, most));

/**
 * Lets the user draw one box over a photo of `width` × `height` pixels, and again in its place: by mouse, finger or pen, or with
 * the arrow keys, which move it, and with Shift resize it.
 * @param frame the element of `boxedPhoto`.
 * @param least of a side, in pixels of the photo.
 * @param onBox gets each box, in pixels of the photo; `onSmall` is called for one that is too small, which is not kept.
 * @returns the layer that takes the pointer, to be removed at the end.
 */
export function drawBox(frame, width, height, { least, label, onBox, onSmall }) {
  const mark = h("div", { class: "drawn-box", hidden: true, dataset: { testid: "drawn-box" } });
  const layer = h("div", { class: "draw-layer", tabindex: "0", role: "application", "aria-label": label, dataset: { testid: "draw-layer" } }, mark);
  let box = null;
  let before = null;
  let start = null;
  const put = (next) => {
    box = next;
    mark.hidden = !next;
    if (next) placeBox(mark, next, width, height);
  };
  const at = (event) => {
    const area = layer.getBoundingClientRect();
    return { x: clamp((event.clientX - area.left) / area.width, 0, 1) * width, y: clamp((event.clientY - area.top) / area.height, 0, 1) * height };
  };
  layer.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !event.isPrimary) return;
    event.preventDefault();
    layer.focus({ preventScroll: true });
    layer.setPointerCapture(event.pointerId);
    [before, start] = [box, at(event)];
  });
  layer.addEventListener("pointermove", (event) => {
    if (!start || !event.isPrimary) return;
    const end = at(event);
    put({ x: Math.min(start.x, end.x), y: Math.min(start.y, end.y), width: Math.abs(end.x - start.x), height: Math.abs(end.y - start.y) });
  });
  layer.addEventListener("pointerup", (event) => {
    if (!start || !event.isPrimary) return;
    start = null;
    // A click draws nothing.
    if (box === before) return;
    if (Math.min(box.width, box.height) >= least) { onBox(box); return; }
    put(before);
    onSmall();
  });
  layer.addEventListener("pointercancel", () => { if (start) { start = null; put(before); } });
  layer.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!by) return;
    event.preventDefault();
    event.stopPropagation();
    const shorter = Math.min(width, height);
    const [across, down] = by.map((direction) => (direction * shorter) / 50);
    const side = Math.max(least, shorter / 4);
    if (!box) put({ x: (width - side) / 2, y: (height - side) / 2, width: side, height: side });
    else if (event.shiftKey) put({ ...box, width: clamp(box.width + across, least, width - box.x), height: clamp(box.height + down, least, height - box.y) });
    else put({ ...box, x: clamp(box.x + across, 0, width - box.width), y: clamp(box.y + down, 0, height - box.height) });
    onBox(box);
  });
  frame.append(layer);
  layer.focus({ preventScroll: true });
  return layer;
}

/** A file as an image, or null where this browser cannot show its format (HEIC and TIFF in most). */
export async function fileImage(file) {
  const image = new Image();
  image.alt = t("photo.yours");
  image.src = URL.createObjectURL(file);
  try {
    await image.decode();
    return image;
  } catch {
    URL.revokeObjectURL(image.src);
    return null;
  }
}

/** A face cut from a chosen photo, upright also where the photo lies on its side (`turned` degrees clockwise). */
export function cutFace(image, box, turned = 0, side = 240) {
  const canvas = h("canvas", { width: side, height: side, role: "img", "aria-label": t("photo.yourFace") });
  if (!image) return h("span", { class: "picture face missing" }, silhouette());
  const context = canvas.getContext("2d");
  const reach = 1.35 * Math.max(box.width, box.height);
  context.translate(side / 2, side / 2);
  context.rotate((turned * Math.PI) / 180);
  context.scale(side / reach, side / reach);
  context.drawImage(image, -(box.x + box.width / 2), -(box.y + box.height / 2));
  return h("span", { class: "picture face loaded" }, canvas);
}
