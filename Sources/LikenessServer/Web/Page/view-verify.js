// Are these two one person? Neither photo is kept.

import { upload } from "./api.js";
import { announce, button, h, icon, replace } from "./dom.js";
import { failureState } from "./dialogs.js";
import { boxedPhoto, fileImage } from "./faces.js";
import { distance, percent, t } from "./i18n.js";
import { remark, serverSentence } from "./words.js";

export async function render(root, { signal, onFiles, setTitle }) {
  setTitle(t("verify.title"));
  const answer = h("section", { id: "verify-answer", "aria-label": t("verify.answer"), dataset: { testid: "verify-answer" } });
  const state = { signal, answer, files: {}, images: {}, zones: {} };
  const take = async (files, side) => {
    const sides = side ? [side, side === "a" ? "b" : "a"] : freeSides(state);
    await Promise.all(files.slice(0, 2).map((file, place) => setFile(state, sides[place], file)));
    if (state.files.a && state.files.b) await compare(state);
  };
  state.zones = { a: zone("a", take), b: zone("b", take) };
  replace(root, h("p", { class: "intro" }, t("verify.text")), h("div", { class: "two", id: "verify-zones" }, state.zones.a, state.zones.b), answer);
  onFiles((files, event) => take(files, event.target?.closest?.("[data-side]")?.dataset.side));
}

const freeSides = ({ files }) => (!files.a ? ["a", "b"] : !files.b ? ["b", "a"] : ["a", "b"]);

function zone(side, take) {
  const input = h("input", { type: "file", accept: "image/*,.heic,.heif,.tif,.tiff", class: "unseen", id: `verify-${side}`, tabindex: "-1", "aria-hidden": "true", dataset: { testid: `verify-${side}` }, on: { change: () => { if (input.files.length) take([...input.files], side); input.value = ""; } } });
  const holder = h("div", { class: "holder" }, icon("upload"), h("p", {}, t("verify.drop")));
  return h("div", { class: "zone card", dataset: { side } }, holder, button({ text: t(side === "a" ? "verify.first" : "verify.second"), name: "upload", onclick: () => input.click() }), input);
}

async function setFile(state, side, file) {
  state.files[side] = file;
  state.images[side] = await fileImage(file);
  const image = state.images[side];
  const holder = state.zones[side].querySelector(".holder");
  replace(holder, image ? h("div", { class: "boxed" }, image) : h("p", { class: "soft" }, file.name));
  holder.classList.add("filled");
}

async function compare(state) {
  const { answer, signal, files } = state;
  // The other photo may be exchanged meanwhile.
  const visit = (state.visit = {});
  replace(answer, h("p", { class: "busy", role: "status" }, h("span", { class: "spinner" }), t("verify.busy")));
  try {
    const verdict = await upload("/verify", { a: files.a, b: files.b }, { signal });
    if (signal.aborted || visit !== state.visit) return;
    showBoxes(state, verdict);
    showVerdict(answer, verdict);
  } catch (error) {
    if (!signal.aborted && visit === state.visit) replace(answer, failureState(error, () => compare(state)));
  }
}

function showBoxes({ images, zones }, verdict) {
  for (const side of ["a", "b"]) {
    const { box, width, height } = verdict[side];
    if (!box || !images[side]) continue;
    const photo = boxedPhoto(images[side], width, height, [{ box, label: t("verify.face") }]);
    photo.element.querySelector("button").tabIndex = -1;
    replace(zones[side].querySelector(".holder"), photo.element);
  }
}

function showVerdict(answer, verdict) {
  const kind = verdict.same === null ? "unsure" : verdict.same ? "known" : "unknown";
  const words = t({ unsure: "verify.unsure", known: sureness(verdict.probability) ? "verify.same" : "verify.likelySame", unknown: sureness(1 - verdict.probability) ? "verify.different" : "verify.likelyDifferent" }[kind]);
  const remarks = [...sideRemarks(verdict.a, "verify.first"), ...sideRemarks(verdict.b, "verify.second")];
  announce(words);
  replace(answer, h("div", { class: `verdict wide ${kind}`, dataset: { testid: "verify-verdict", same: String(verdict.same) } },
    h("div", {}, h("h2", {}, words), h("p", {}, t("alike.chance", { percent: percent(verdict.probability) })),
      h("div", { class: "bar large", "aria-hidden": "true" }, h("span", { style: { width: `${100 * verdict.probability}%` } })),
      kind === "unsure" && h("p", { class: "doubt" }, t("verify.poor")),
      remarks.map((text) => h("p", { class: "doubt" }, text)),
      h("details", { class: "why" }, h("summary", {}, t("why")), h("p", {}, t(verdict.distance <= verdict.threshold ? "verify.within" : "verify.beyond", { distance: distance(verdict.distance), threshold: distance(verdict.threshold) })), h("p", {}, t("verify.threshold")), serverSentence(verdict.reason)))));
}

/** What to know of one of the photos before trusting the verdict. */
function sideRemarks({ faces, turned, remarks = [] }, side) {
  const photo = t(side);
  return [
    faces > 1 && t("remark.several", { photo, n: faces }),
    turned > 0 && t("remark.sideways", { photo, degrees: turned }),
    remarks.length > 0 && `${photo}: ${remarks.map(remark).join(", ")}`,
  ].filter(Boolean);
}

const sureness = (probability) => probability >= 0.95;
