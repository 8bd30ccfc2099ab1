// Questions that only the user can answer, one at a time, the most useful first.

import { get, post, query, url } from "./api.js";
import { announce, button, h, icon, replace } from "./dom.js";
import { attempt, dropActions, emptyState, failed, toast } from "./dialogs.js";
import { undoOnly } from "./edits.js";
import { faceThumb } from "./faces.js";
import { t } from "./i18n.js";
import { openLightbox } from "./lightbox.js";
import { sortFirst } from "./view-people.js";
import { chance, personName } from "./words.js";

const atOnce = 12;
// The pictures of so many questions are loaded ahead.
const ahead = 3;
const answers = [["no", "close"], ["later", "right"], ["yes", "check"]];
const keys = { y: "yes", n: "no", s: "later", arrowright: "yes", arrowleft: "no" };
const undoKey = "u";

// What was said stays known while the user looks elsewhere; what was put off is asked again when the page is loaded anew.
const freshSession = () => `page ${Date.now()} ${Math.random()}`;
let session = freshSession();
/** `{ question, said, edit }`, the last at the end; `edit` is null where nothing was changed. */
let given = [];
/** Questions whose answers were taken back: the server does not ask them again. */
let reopened = [];
let isAnyPutOff = false;

export async function render(root, { signal, setTitle }) {
  setTitle(t("review.title"));
  const state = { signal, root, queue: [], total: 0, shown: null, busy: false };
  if (!(await sortFirst(root, signal, () => render(root, { signal, setTitle }).catch(failed)))) return;
  replace(root, waiting());
  await load(state);
  document.addEventListener("keydown", (event) => press(event, state), { signal });
}

const waiting = () => h("p", { class: "busy", role: "status" }, h("span", { class: "spinner" }), t("review.looking"));

/** Asks which questions there are now; the one that is shown stays, if it still makes sense. */
async function load(state) {
  const { signal } = state;
  const visit = (state.visit = {});
  const page = await get(query("/review", { limit: atOnce, session }), { signal });
  // Something was answered meanwhile.
  if (signal.aborted || visit !== state.visit) return;
  const isOpen = ({ id }) => !reopened.some((other) => other.id === id);
  const others = page.questions.filter(isOpen);
  state.total = page.total - (page.questions.length - others.length) + reopened.length;
  const all = [...reopened, ...others];
  const shown = all.find(({ id }) => id === state.shown?.id);
  state.queue = shown ? [shown, ...all.filter((other) => other !== shown)] : all;
  if (shown) showLeft(state); else show(state);
}

function show(state) {
  const { root, queue, total } = state;
  const [question] = queue;
  state.shown = question ?? null;
  if (!question) {
    // The next ones are on their way.
    replace(root, total > 0 ? waiting() : [given.length > 0 && head(state), nothingLeft(state)]);
    if (!total) announce(t(isAnyPutOff ? "review.putOff" : "review.none"));
    keepFocus();
    return;
  }
  // The buttons stay where they are, and with them the focus.
  if (!state.place?.isConnected) {
    state.place = h("section", { class: "question", "aria-labelledby": "question" });
    replace(root, head(state), state.place, bar(state), hints());
    keepFocus();
  }
  const text = words(question);
  Object.assign(state.place.dataset, { testid: "question", kind: question.kind, question: question.id });
  replace(state.place, h("h2", { id: "question" }, text), h("div", { class: "pair" }, sides(question, state)), sharedPhoto(question, state), notes(question));
  showLeft(state);
  announce(text);
  preload(queue.slice(1, 1 + ahead));
}

/** What had the focus is gone: the title has it then. */
function keepFocus() {
  if (given.length && document.activeElement === document.body) document.getElementById("view-title")?.focus({ preventScroll: true });
}

const words = ({ kind, names }) => t(`review.${kind}`, { name: personName(names[0]) });

function notes({ kind, probability, settles }) {
  const lines = [kind !== "face" && chance(probability), settles > 1 && t("review.settles", { n: settles })].filter(Boolean);
  return lines.length > 0 && h("p", { class: "soft small" }, lines.join(" · "));
}

/** The photo that somebody may be in twice, or whose file names them. */
function sharedPhoto({ photo, title, faces }, state) {
  if (photo === null) return null;
  const open = () => openLightbox({ photos: [photo], start: photo, face: faces.at(-1), onChange: () => load(state) });
  return h("p", { class: "centred" }, button({ name: "photos", text: title, kind: "quiet", title: t("photo.open", { title }), dataset: { testid: "review-shared" }, onclick: open }));
}

/** A face as it was found, and whom it is about: one picture or two. */
function sides({ kind, faces, people, names }, state) {
  const link = (place) => h("a", { class: "name", href: `#/people/${people[place]}` }, personName(names[place]));
  const captions = {
    same: [() => link(0), () => link(1)], twice: [() => link(0), () => link(1)],
    person: [() => t("review.thisFace"), () => link(0)], name: [() => t("review.thisFace")], face: [() => button({ text: t("review.photo"), kind: "quiet", dataset: { testid: "review-context" }, onclick: (event) => openPhoto(faces[0], state, event.currentTarget) })],
  }[kind];
  return faces.map((face, place) => h("figure", {},
    h("button", { type: "button", class: "tile", "aria-label": t("review.photo"), title: t("review.photo"), dataset: { testid: "review-photo" }, on: { click: (event) => openPhoto(face, state, event.currentTarget) } },
      faceThumb(face), h("span", { class: "corner", "aria-hidden": "true" }, icon("boxes"))),
    h("figcaption", {}, captions[place]?.())));
}

async function openPhoto(face, state, element) {
  const found = await attempt(element, () => get(`/faces/${face}`, { signal: state.signal }));
  if (!found) return;
  // It waited without the focus, which is to come back to it.
  element.focus({ preventScroll: true });
  openLightbox({ photos: [found.photo], start: found.photo, face, onChange: () => load(state) });
}

function head(state) {
  state.left = h("p", { class: "soft", dataset: { testid: "review-left" } });
  state.undo = button({ name: "undo", text: t("undo"), kind: "quiet", dataset: { testid: "review-undo" }, onclick: () => undo(state) });
  state.undo.setAttribute("aria-keyshortcuts", undoKey);
  const element = h("div", { class: "row spread" }, state.left, state.undo);
  showLeft(state);
  return element;
}

function showLeft(state) {
  if (!state.left) return;
  state.left.textContent = state.total ? t("review.left", { n: state.total }) : "";
  state.undo.hidden = !given.length;
}

function bar(state) {
  return h("div", { class: "answers", role: "group", "aria-label": t("review.answer") }, answers.map(([said, name]) =>
    button({ name, text: t(`review.say.${said}`), kind: said === "yes" ? "primary" : "", dataset: { testid: `say-${said}` }, onclick: () => answer(said, state) })));
}

const hints = () => h("p", { class: "keys soft small centred" }, t("review.keys", { yes: "Y →", no: "N ←", later: "S", undo: "U" }));

function nothingLeft(state) {
  const again = isAnyPutOff && button({ name: "again", text: t("review.askAgain"), dataset: { testid: "review-again" }, onclick: () => attempt(again, async () => {
    session = freshSession();
    await load(state);
    [given, reopened, isAnyPutOff] = [[], [], false];
    showLeft(state);
  }) });
  return emptyState({ name: "check", title: t(isAnyPutOff ? "review.putOff" : "review.none"), text: t(isAnyPutOff ? "review.putOff.text" : "review.none.text"), actions: [again, h("a", { class: "button", href: "#/people" }, t("people.all"))].filter(Boolean) });
}

function press(event, state) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.defaultPrevented) return;
  if (event.target.matches?.("input, select, textarea") || document.querySelector("dialog[open]")) return;
  // Where other letters are typed, as in Korean, the key's place says which one was meant.
  const key = (/^[a-z]$|^Arrow/i.test(event.key) ? event.key : event.code.replace(/^Key/, "")).toLowerCase();
  if (key === undoKey) undo(state);
  else if (key in keys && state.shown) { event.preventDefault(); answer(keys[key], state); }
}

/** One after the other: an answer that is on its way is waited for. */
async function inTurn(state, action) {
  if (state.busy) return;
  state.busy = true;
  try { await action(); } catch (error) {
    failed(error);
    // Somebody whom it was about is gone, say.
    if (error.status === 404 || error.status === 409) { reopened = []; await load(state).catch(failed); }
  } finally { state.busy = false; }
}

function answer(said, state) {
  const question = state.shown;
  if (!question) return;
  inTurn(state, async () => {
    dropActions();
    const { edit } = await post("/review", { question: question.id, answer: said, session });
    given.push({ question, said, edit });
    isAnyPutOff ||= said === "later";
    reopened = reopened.filter(({ id }) => id !== question.id);
    // An answer changes what there is to ask of the same people.
    const isStale = (other) => other.id === question.id || (edit && other.people.some((person) => question.people.includes(person)));
    state.total = Math.max(0, state.total - 1);
    state.queue = state.queue.filter((other) => !isStale(other));
    if (state.signal.aborted) return;
    show(state);
    load(state).catch(failed);
  });
}

/** Takes the last answer back, and asks the question again. */
function undo(state) {
  const last = given.at(-1);
  if (!last) return;
  inTurn(state, async () => {
    if (last.edit && !(await undoOnly(last.edit))) {
      given = [];
      showLeft(state);
      toast(t("review.undo.other"));
      return;
    }
    given.pop();
    reopened = [last.question, ...reopened];
    isAnyPutOff = given.some(({ said }) => said === "later");
    state.total += 1;
    state.queue = [last.question, ...state.queue];
    if (state.signal.aborted) return;
    show(state);
    load(state).catch(failed);
  });
}

/** So that the next question is there at once. */
let loaded = [];
function preload(questions) {
  loaded = questions.flatMap(({ faces }) => faces).map((face) => Object.assign(new Image(), { src: url.face(face) }));
}
