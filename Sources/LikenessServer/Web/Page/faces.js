// Pictures of faces and photos: thumbnails that have a stand-in, boxes over photos, pieces cut from a chosen file.

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
