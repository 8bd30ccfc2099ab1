// Adding photos: files or a folder, two at a time; one that fails does not stop the others.

import { canWrite, get, upload } from "./api.js";
import { announce, button, h, icon, replace } from "./dom.js";
import { emptyState } from "./dialogs.js";
import { faceThumb } from "./faces.js";
import { bytes, t } from "./i18n.js";
import { errorText, photoReason } from "./words.js";

const atOnce = 2;
const photoNames = /\.(jpe?g|png|webp|tiff?|gif|heic|heif|avif|bmp|p[bgpn]m)$/i;
const outcomes = ["added", "already", "no_face", "unreadable"];
// Adding goes on while the user looks elsewhere.
let running = null;

export async function render(root, { signal, onFiles, setTitle }) {
  setTitle(t("add.title"));
  if (!canWrite()) { replace(root, emptyState({ name: "add", title: t("add.readOnly"), text: t("add.readOnly.text") })); return; }
  const info = await get("/info", { signal });
  const progress = h("section", { id: "add-progress", "aria-label": t("add.progress"), dataset: { testid: "add-progress" } });
  const names = nameChoice();
  const take = (files) => begin(files, names.value(), info.limits.uploadBytes, progress);
  replace(root, zone(take), names.element, h("p", { class: "soft" }, t(info.storesPhotos ? "add.kept" : "add.notKept", { size: bytes(info.limits.uploadBytes) })), progress);
  onFiles((files, event) => droppedFiles(event, files).then(take));
  if (running) show(running, progress);
}

function zone(take) {
  const input = (id, attributes) => {
    const element = h("input", { type: "file", multiple: true, class: "unseen", id, tabindex: "-1", "aria-hidden": "true", dataset: { testid: id }, ...attributes, on: { change: () => { take([...element.files]); element.value = ""; } } });
    return element;
  };
  const files = input("add-files", { accept: "image/*,.heic,.heif,.avif,.tif,.tiff,.bmp,.pnm" });
  const folder = input("add-folder", { webkitdirectory: true });
  return h("div", { class: "drop card", id: "add-drop" }, h("div", { class: "drop-art" }, icon("upload")),
    h("div", { class: "drop-text" }, h("p", { class: "lead" }, t("add.lead")), h("p", { class: "soft" }, t("add.how"))),
    h("div", { class: "row" }, button({ name: "photos", text: t("add.files"), kind: "primary", onclick: () => files.click() }), button({ name: "folder", text: t("add.folder"), onclick: () => folder.click() })), files, folder);
}

function nameChoice() {
  const name = h("input", { id: "add-name", maxlength: "200", autocomplete: "off", placeholder: t("person.name"), "aria-label": t("person.name"), hidden: true });
  const choices = ["none", "one", "file", "folder"].map((value) => h("label", { class: "tick" }, h("input", { type: "radio", name: "naming", value, checked: value === "none", on: { change: () => { name.hidden = value !== "one"; if (value === "one") name.focus(); } } }), h("span", {}, t(`add.name.${value}`))));
  const element = h("fieldset", { class: "card naming-choice" }, h("legend", {}, t("add.names")), choices, name);
  return { element, value: () => ({ source: element.querySelector("input:checked").value, name: name.value.trim() }) };
}

function nameFor({ file, path }, { source, name }) {
  if (source === "one") return name || undefined;
  if (source === "file") return file.name.replace(/\.[^.]+$/, "");
  if (source === "folder") return path.split("/").at(-2) || undefined;
  return undefined;
}

/** A folder that is dropped is walked; an older browser gives its files only. */
async function droppedFiles(event, files) {
  const entries = [...(event.dataTransfer?.items ?? [])].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.some((entry) => entry.isDirectory)) return files;
  const found = [];
  const walk = async (entry) => {
    if (entry.isFile) {
      const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
      found.push({ file, path: entry.fullPath.replace(/^\//, "") });
      return;
    }
    const reader = entry.createReader();
    for (;;) {
      const batch = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
      if (!batch.length) return;
      for (const child of batch) await walk(child);
    }
  };
  for (const entry of entries) await walk(entry);
  return found;
}

const described = (item) => (item instanceof File ? { file: item, path: item.webkitRelativePath || item.name } : item);

function begin(items, naming, limit, progress) {
  const photos = items.map(described).filter(({ file }) => photoNames.test(file.name) || file.type.startsWith("image/"));
  if (!photos.length) { replace(progress, h("p", { class: "problem", role: "alert" }, t("add.noPhotos"))); return; }
  const more = photos.map((photo) => ({ ...photo, name: nameFor(photo, naming) }));
  if (running && !running.isOver) { running.queue.push(...more); running.total += more.length; running.update(); return; }
  running = { queue: more, total: more.length, done: 0, limit, counts: Object.fromEntries([...outcomes, "failed"].map((key) => [key, 0])), notes: [], faces: [], isOver: false, stop: new AbortController(), update: () => {} };
  show(running, progress);
  work(running);
}

async function work(run) {
  const worker = async () => {
    while (run.queue.length && !run.stop.signal.aborted) await addOne(run.queue.shift(), run);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  run.isOver = true;
  run.update();
  announce(t("add.over", { n: run.counts.added }));
}

async function addOne({ file, path, name }, run) {
  try {
    if (file.size > run.limit) throw new Error(t("add.tooLarge", { size: bytes(run.limit) }));
    const answer = await upload("/photos", { file, name }, { signal: run.stop.signal, patience: 8 });
    for (const photo of answer.photos) {
      run.counts[photo.status] += 1;
      if (photo.status === "unreadable") run.notes.push({ path, text: photoReason(photo.reason) });
      if (photo.status === "no_face") run.notes.push({ path, text: t("add.noFace") });
      if (photo.status === "added") run.faces.push(...photo.faces.filter((face) => !face.doubtful));
    }
  } catch (error) {
    if (run.stop.signal.aborted) return;
    run.counts[error.code === "unreadable_photo" ? "unreadable" : "failed"] += 1;
    run.notes.push({ path, text: error.code ? errorText(error) : error.message });
  }
  run.done += 1;
  run.update();
}

function show(run, progress) {
  const bar = h("progress", { max: "1", "aria-label": t("add.progress") });
  const title = h("h2");
  const counts = h("dl", { class: "counts", dataset: { testid: "add-counts" } });
  const faces = h("div", { class: "new-faces" });
  const notes = h("ul", { class: "notes" });
  const details = h("details", { class: "why" }, h("summary", {}, t("add.notes")), notes);
  const stop = button({ text: t("cancel"), onclick: () => { run.stop.abort(); run.queue.length = 0; } });
  const after = h("div", { class: "row" });
  replace(progress, h("div", { class: "card" }, title, bar, counts, faces, details, after));
  run.update = () => {
    bar.value = run.total ? run.done / run.total : 1;
    title.textContent = heading(run);
    replace(counts, [...outcomes, "failed"].filter((key) => key === "added" || run.counts[key]).map((key) => h("div", { dataset: { outcome: key } }, h("dt", {}, t(`add.${key}`)), h("dd", {}, String(run.counts[key])))));
    const recent = run.faces.slice(-24).reverse();
    replace(faces, recent.map((face) => faceThumb(face.face, { size: "small", has: face.thumbnail })));
    details.hidden = !run.notes.length;
    replace(notes, run.notes.slice(-200).map(({ path, text }) => h("li", {}, h("b", {}, path), h("span", {}, text))));
    replace(after, run.isOver ? run.counts.added > 0 && h("a", { class: "button primary", href: "#/people" }, icon("people"), h("span", {}, t("add.toPeople"))) : stop);
  };
  run.update();
}

function heading(run) {
  if (!run.isOver) return t("add.running", { done: run.done, total: run.total });
  return run.stop.signal.aborted ? t("add.stopped", { done: run.done, total: run.total }) : t("add.finished");
}
