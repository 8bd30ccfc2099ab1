// Who does this photo look like? A photo is searched and not kept.

import { get, post, query as withQuery, upload } from "./api.js";
import { announce, breakable, button, h, icon, replace, whenNear } from "./dom.js";
import { takePicture } from "./camera.js";
import { emptyState, failed, failureState } from "./dialogs.js";
import { boxedPhoto, cutFace, faceThumb, fileImage } from "./faces.js";
import { distance, percent, t } from "./i18n.js";
import { openLightbox } from "./lightbox.js";
import { arePeopleAtHand } from "./view-people.js";
import { alike, chance, personName, remark, serverSentence } from "./words.js";

const asked = 30;
const shown = 8;
// So many to begin with are shown at once, and more as the user scrolls.
const peopleAtOnce = 120;
const starters = 240;
// Whether somebody is known is decided by this metric; in another, the order would contradict the percentages.
const metric = "cosine";

// The last answer stays while the user looks at a match and comes back.
let last = null;
let waiting = null;
const filter = { name: "", label: "", quality: 0, each: false };

export const keepForLater = (file) => { waiting = file; };

export async function render(root, { query, signal, onFiles, setTitle }) {
  setTitle(t("search.title"));
  const answer = h("section", { id: "search-answer", "aria-label": t("search.answer"), dataset: { testid: "search-answer" } });
  const context = { signal, answer, chosen: 0 };
  replace(root, starter((files) => searchFile(files[0], context)), await filterPanel(signal, () => last && searchAgain(context)), answer);
  onFiles((files) => searchFile(files[0], context));
  const face = Number(query.get("face"));
  if (waiting) { const file = waiting; waiting = null; await searchFile(file, context); }
  else if (face) await searchFace(face, context);
  else if (last?.answer && last.file) showAnswer(context);
  else await begin(answer, signal);
}

function starter(take) {
  const input = h("input", { type: "file", accept: "image/*,.heic,.heif,.avif,.tif,.tiff,.bmp,.pnm", class: "unseen", id: "search-file", tabindex: "-1", "aria-hidden": "true", dataset: { testid: "search-file" }, on: { change: () => { if (input.files.length) take([...input.files]); input.value = ""; } } });
  return h("div", { class: "drop card", id: "search-drop", dataset: { testid: "search-drop" } },
    h("div", { class: "drop-art" }, icon("search")),
    h("div", { class: "drop-text" }, h("p", { class: "lead" }, t("search.lead")), h("p", { class: "soft" }, t("search.how"))),
    h("div", { class: "row" },
      button({ name: "upload", text: t("search.choose"), kind: "primary", onclick: () => input.click() }),
      button({ name: "camera", text: t("search.camera"), dataset: { testid: "camera" }, onclick: async () => { const file = await takePicture(); if (file) take([file]); } })),
    input);
}

/** The first of each name, and all without one. */
function onePerName(faces) {
  const seen = new Set();
  return faces.filter(({ name }) => name === null || (!seen.has(name) && seen.add(name)));
}

const startFace = (face, name) => h("li", {}, h("a", { href: `#/search?face=${face}`, title: name, "aria-label": personName(name), dataset: { testid: "starter" } }, faceThumb(face), h("span", { class: "starter-name", "aria-hidden": "true" }, name ? breakable(name) : "")));

/** Before anything was asked: everybody in the gallery to begin with, those with most photos first. */
async function begin(answer, signal) {
  const list = h("ul");
  const foot = h("div", { class: "foot" });
  const wall = h("div", { class: "starters", dataset: { testid: "starters" } }, h("h2", { class: "ranking-title" }, t("search.begin")), list, foot);
  // Where people are not sorted yet and that takes long, nobody has to wait: faces do as well.
  if (!(await arePeopleAtHand(signal))) {
    const { faces } = await get(withQuery("/faces", { limit: 1000 }), { signal });
    const good = onePerName(faces.filter(({ thumbnail, ordinal, doubtful }) => thumbnail && ordinal === 0 && !doubtful)).slice(0, starters);
    if (signal.aborted || !good.length) return;
    replace(list, good.map(({ face, name }) => startFace(face, name)));
    replace(answer, wall);
    return;
  }
  let shownPeople = 0;
  let stopWatching = () => {};
  const more = async () => {
    stopWatching();
    const { people, total } = await get(withQuery("/people", { offset: shownPeople, limit: peopleAtOnce }), { signal });
    if (signal.aborted) return total;
    shownPeople += people.length;
    list.append(...people.map(({ cover, name }) => startFace(cover, name)));
    if (people.length && shownPeople < total) stopWatching = whenNear(foot, () => more().catch(failed));
    return total;
  };
  if (await more()) { if (!signal.aborted && !last?.file) replace(answer, wall); return; }
  if (signal.aborted) return;
  replace(answer, emptyState({ name: "people", title: t("empty.gallery"), text: t("empty.gallery.text"), actions: [h("a", { class: "button primary", href: "#/add" }, t("add.title"))] }));
}

async function filterPanel(signal, changed) {
  const names = h("datalist", { id: "filter-names" });
  const name = h("input", { id: "filter-name", list: "filter-names", value: filter.name, autocomplete: "off", placeholder: t("filter.anyone"), on: { change: () => { filter.name = name.value.trim(); changed(); } } });
  const label = h("select", { id: "filter-label", on: { change: () => { filter.label = label.value; changed(); } } }, h("option", { value: "" }, t("filter.anyLabel")));
  const quality = h("select", { id: "filter-quality", on: { change: () => { filter.quality = Number(quality.value); changed(); } } },
    [[0, "filter.anyQuality"], [0.4, "filter.fair"], [0.7, "filter.good"]].map(([value, key]) => h("option", { value: String(value), selected: value === filter.quality }, t(key))));
  const each = h("input", { type: "checkbox", id: "filter-each", checked: filter.each, on: { change: () => { filter.each = each.checked; changed(); } } });
  const panel = h("details", { class: "filters", dataset: { testid: "filters" } }, h("summary", {}, t("filter.title")),
    h("div", { class: "fields" },
      h("label", {}, h("span", {}, t("filter.name")), name, names), h("label", {}, h("span", {}, t("filter.label")), label),
      h("label", {}, h("span", {}, t("filter.quality")), quality), h("label", { class: "tick" }, each, h("span", {}, t("filter.each")))));
  panel.open = Boolean(filter.name || filter.label || filter.quality || filter.each);
  let filled = false;
  const fill = async () => {
    if (filled) return;
    filled = true;
    const [known, labels] = await Promise.all([get("/names", { signal }), get("/labels", { signal })]);
    replace(names, known.names.map((item) => h("option", { value: item.name })));
    label.append(...labels.labels.map((item) => {
      const value = JSON.stringify({ [item.key]: item.value });
      return h("option", { value, selected: value === filter.label }, `${item.key}: ${item.value}`);
    }));
    label.disabled = labels.labels.length === 0;
  };
  panel.addEventListener("toggle", () => { if (panel.open) fill().catch(failed); });
  if (panel.open) await fill();
  return panel;
}

function filterOfQuery() {
  const wanted = {};
  if (filter.name) wanted.names = [filter.name];
  if (filter.label) wanted.labels = JSON.parse(filter.label);
  if (filter.quality) wanted.minimumQuality = filter.quality;
  return Object.keys(wanted).length ? wanted : undefined;
}

async function searchFile(file, context) {
  const image = await fileImage(file);
  last = { file, image };
  context.chosen = 0;
  await ask(context, () => {
    const wanted = filterOfQuery();
    return upload("/search", { file, count: String(asked), metric, per: filter.each ? undefined : "name", filter: wanted && JSON.stringify(wanted) }, { signal: context.signal });
  });
}

async function searchFace(face, context) {
  last = { face };
  context.chosen = 0;
  await ask(context, () => post("/search", { face, count: asked, metric, per: filter.each ? undefined : "name", filter: filterOfQuery() }, { signal: context.signal }));
}

const searchAgain = (context) => (last.file ? searchFile(last.file, context) : searchFace(last.face, context));

async function ask(context, question) {
  const { answer, signal } = context;
  answer.setAttribute("aria-busy", "true");
  replace(answer, h("div", { class: "busy", role: "status" }, last.image && h("div", { class: "busy-photo" }, last.image), h("p", {}, h("span", { class: "spinner" }), t("search.busy"))));
  try {
    last.answer = await question();
    if (signal.aborted) return;
    showAnswer(context);
    // On a phone the answer lies below what was asked.
    if (matchMedia("(max-width: 760px)").matches) answer.scrollIntoView({ block: "start", behavior: "smooth" });
  } catch (error) {
    if (signal.aborted) return;
    if (error.code === "no_face") { showNoFace(answer); return; }
    const again = last.file ? () => searchFile(last.file, context) : () => searchFace(last.face, context);
    replace(answer, failureState(error, error.status >= 500 || !error.status ? again : null));
  } finally {
    answer.removeAttribute("aria-busy");
  }
}

function showAnswer(context) {
  const { answer } = context;
  const found = last.answer?.faces ?? [];
  if (!found.length) {
    showNoFace(answer);
    return;
  }
  const results = h("div", { class: "results", dataset: { testid: "results" } });
  const pick = (index) => { context.chosen = index; photo?.mark(index); replace(results, faceAnswer(found[index], index, found.length)); };
  const photo = photoWithFaces(found, (index) => { pick(index); results.scrollIntoView({ block: "nearest" }); });
  const certain = found.filter((item) => !isDoubtful(item)).length;
  const title = certain > 1 && h("p", { class: "hint" }, t("search.several", { n: certain }));
  replace(answer, h("div", { class: last.file ? "answer" : "answer of-face" }, h("div", { class: "asked" }, photo?.element ?? plainFaces(found, pick), title), results), leftOut(last.answer.hidden));
  const first = Math.max(0, found.findIndex((item) => !isDoubtful(item)));
  pick(Math.min(Math.max(context.chosen, first), found.length - 1));
}

/** How many faces could not be matches, as they are hidden. */
const leftOut = (hidden) => hidden > 0 && h("p", { class: "soft small centred", dataset: { testid: "search-hidden" } }, t("search.hidden", { n: hidden }));

const isDoubtful = ({ face }) => face?.doubtful ?? false;

function showNoFace(answer) {
  replace(answer, last.image && h("div", { class: "busy-photo" }, last.image), emptyState({ name: "search", title: t("search.noFace"), text: t("search.noFace.text") }));
  announce(t("search.noFace"));
}

function photoWithFaces(found, onPick) {
  if (!last.image || !last.answer.width) return null;
  const boxes = found.map((item, index) => ({ box: item.face.box, label: faceTitle(item, index), kind: kindOf(item) }));
  return boxedPhoto(last.image, last.answer.width, last.answer.height, boxes, onPick);
}

/** Where the photo itself cannot be shown: a face of the gallery, or a format that the browser does not know. */
function plainFaces(found, onPick) {
  if (last.face) return h("div", { class: "asked-face" }, faceThumb(last.face, { size: "large", alt: t("search.thisFace") }));
  return h("div", { class: "card" }, h("p", { class: "soft" }, t("search.noPreview")),
    found.length > 1 && h("div", { class: "row" }, found.map((item, index) => button({ text: faceTitle(item, index), onclick: () => onPick(index) }))));
}

// A face of the gallery is not a stranger who may or may not be known: there, the chance alone decides.
const evenChance = 0.5;

function kindOf(item) {
  const { recognition, matches } = item;
  if (isDoubtful(item)) return "doubtful";
  const known = recognition ? recognition.known : matches[0]?.probability >= evenChance;
  if (known === null) return "unsure";
  return known ? "known" : "unknown";
}

function faceTitle(item, index) {
  const name = kindOf(item) === "known" && item.matches[0]?.name;
  if (isDoubtful(item)) return t("face.doubtful");
  return name || t("search.face", { n: index + 1 });
}

function faceAnswer(item, index, count) {
  const { face, recognition } = item;
  const matches = onePerPerson(item.matches);
  if (isDoubtful(item)) return [h("h2", {}, t("search.doubtful")), h("p", { class: "soft" }, t("search.doubtful.text"))];
  if (!matches.length) return [h("h2", {}, t("search.nobody")), h("p", { class: "soft" }, t("search.nobody.text"))];
  const verdict = verdictWords(item, matches[0]);
  announce(count > 1 ? `${t("search.face", { n: index + 1 })}: ${verdict}` : verdict);
  return [
    h("div", { class: `verdict ${kindOf(item)}`, dataset: { testid: "verdict", kind: kindOf(item) } },
      h("div", { class: "pair", "aria-hidden": "true" },
        face ? cutFace(last.image, face.box, last.answer.turned ?? 0) : faceThumb(last.face),
        faceThumb(matches[0].face)),
      h("div", {}, h("h2", {}, verdict), h("p", {}, `${alike(matches[0].probability)} · ${chance(matches[0].probability)}`),
        doubts(item).map((text) => h("p", { class: "doubt" }, text)))),
    kindOf(item) !== "known" && h("h3", { class: "ranking-title" }, t("search.mostAlike")),
    ranking(matches),
    recognition && why(recognition),
  ];
}

function verdictWords(item, first) {
  const kind = kindOf(item);
  if (kind === "unsure") return t("search.poor");
  if (kind === "unknown") return t(item.recognition ? "search.unknown" : "search.unlike");
  return first.name ? t("search.likely", { name: first.name }) : t("search.likelyUnnamed");
}

function doubts({ face }) {
  const said = (face?.remarks ?? []).map(remark);
  return said.length > 0 ? [t("search.remarks", { remarks: said.join(", ") })] : [];
}

/** One of each person, also of those without a name. */
function onePerPerson(matches) {
  if (filter.each) return matches;
  const seen = new Set();
  return matches.filter(({ person }) => person === null || (!seen.has(person) && seen.add(person)));
}

function ranking(matches) {
  const rows = h("ol", { class: "ranking", dataset: { testid: "matches" } }, matches.slice(0, shown).map(matchRow));
  const more = matches.length > shown && button({ text: t("search.more", { n: matches.length - shown }), onclick: () => {
    rows.append(...matches.slice(shown).map(matchRow));
    more.remove();
    rows.children[shown].querySelector("a, button").focus();
  } });
  return [rows, more];
}

function matchRow(match, index) {
  const name = personName(match.name);
  const open = () => openLightbox({ photos: [match.photo], start: match.photo, face: match.face });
  const person = match.person ? h("a", { href: `#/people/${match.person}`, class: "name" }, name) : h("button", { type: "button", class: "name", on: { click: open } }, name);
  const bar = h("span", { class: "bar", "aria-hidden": "true" }, h("span", { style: { width: `${Math.max(1.5, 100 * match.probability)}%` } }));
  return h("li", { dataset: { testid: "match", face: String(match.face) } },
    h("button", { type: "button", class: "thumb", "aria-label": t("photo.open", { title: match.title }), on: { click: open } }, faceThumb(match.face)),
    h("div", {}, person, h("span", { class: "words" }, alike(match.probability)), bar),
    h("div", { class: "figures" }, h("b", {}, percent(match.probability)), h("small", {}, t("distance", { distance: distance(match.distance) }))),
    h("span", { class: "unseen" }, t("rank", { n: index + 1 })));
}

function why(recognition) {
  return h("details", { class: "why" }, h("summary", {}, t("why")),
    h("p", {}, t(recognition.distance <= recognition.threshold ? "why.within" : "why.beyond", { distance: distance(recognition.distance), threshold: distance(recognition.threshold) })),
    h("p", {}, t("why.chance")), serverSentence(recognition.reason));
}

