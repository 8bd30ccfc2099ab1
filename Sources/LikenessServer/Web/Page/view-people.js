// Everybody in the gallery: naming, merging, hiding, and how many questions there are.

import { canWrite, get, patch, post, query } from "./api.js";
import { announce, breakable, button, debounce, h, icon, replace, whenNear } from "./dom.js";
import { attempt, confirmed, emptyState, failed } from "./dialogs.js";
import { edited, hide, historyButton } from "./edits.js";
import { badge, faceThumb } from "./faces.js";
import { remember, remembered, t } from "./i18n.js";
import { jobProgress, runJob } from "./jobs.js";
import { personName } from "./words.js";

const pageSize = 60;
const patience = 1500;
// So many faces are sorted within a breath or two.
const quicklySorted = 2000;
// Both stay while the user looks elsewhere.
let searched = "";
let isShowingHidden = false;

export async function render(root, { signal, setTitle }) {
  setTitle(t("people.title"));
  const wall = h("ul", { class: "wall", id: "people-wall", dataset: { testid: "people-wall" } });
  const state = { signal, wall, people: [], total: 0, selected: new Set(), selecting: false, foot: h("div", { class: "foot" }), root };
  state.reload = async () => {
    if (signal.aborted) window.dispatchEvent(new Event("likeness:changed")); else await load(state, true);
  };
  state.bar = h("div", { class: "selection", hidden: true, role: "region", "aria-label": t("select.bar"), dataset: { testid: "selection" } });
  state.review = h("div", { dataset: { testid: "review-notice" } });
  state.tools = toolbar(state);
  replace(root, state.tools, state.review, wall, state.foot, state.bar);
  await load(state, true);
}

function toolbar(state) {
  const input = h("input", { type: "search", id: "people-search", value: searched, placeholder: t("people.search"), "aria-label": t("people.search"), autocomplete: "off", on: { input: debounce(() => { searched = input.value.trim(); load(state, true).catch(() => {}); }) } });
  state.selectButton = button({ name: "check", text: t("select"), "aria-pressed": "false", dataset: { testid: "select" }, onclick: () => setSelecting(state, !state.selecting) });
  state.hiddenButton = button({ name: "show", text: t("people.showHidden"), "aria-pressed": String(isShowingHidden), hidden: true, dataset: { testid: "show-hidden" }, onclick: () => attempt(state.hiddenButton, async () => {
    isShowingHidden = !isShowingHidden;
    state.hiddenButton.setAttribute("aria-pressed", String(isShowingHidden));
    await load(state, true);
  }) });
  return h("div", { class: "toolbar" }, input, canWrite() && [state.selectButton, historyButton(state.reload)], state.hiddenButton);
}

async function load(state, fromStart) {
  const { signal, wall } = state;
  if (fromStart) { state.people = []; state.selected.clear(); showSelection(state); }
  const path = query("/people", { offset: state.people.length, limit: pageSize, search: searched, includeHidden: isShowingHidden || null });
  const visit = (state.visit = {});
  const page = fromStart && !searched ? await sortedPeople(path, state) : await get(path, { signal });
  if (!page || signal.aborted || visit !== state.visit) return;
  state.kept = page.kept;
  state.total = page.total;
  state.hidden = page.hidden;
  state.people.push(...page.people);
  const cards = page.people.map((person) => card(person, state));
  if (fromStart) replace(wall, cards); else wall.append(...cards);
  showFoot(state);
  if (fromStart && !searched) showReview(state).catch(() => {});
  if (fromStart && searched) announce(t("people.found", { n: page.total }));
}

/**
 * Sorting many faces takes long: then a job does it first, with its progress, unless they are as they were. (Asking and
 * a job side by side would sort twice.)
 * @param put shows the progress; `again` is for the user who stopped it.
 * @returns null where the user stopped it, else whether the gallery is large.
 */
async function sorted(put, signal, again) {
  const before = await galleryState(signal);
  const isLarge = before.faces > quicklySorted;
  if (!canWrite() || !isLarge || remembered("people.sorted") === before.text) return { isLarge };
  const bar = jobProgress(t("people.sorting"));
  put(bar.element);
  const job = await runJob({ kind: "people" }, bar.show, signal);
  if (job.state === "cancelled") {
    put(emptyState({ name: "people", title: t("map.stopped"), text: t("people.sorting"), actions: [button({ name: "again", text: t("again"), onclick: again })] }));
    return null;
  }
  remember("people.sorted", (await galleryState(signal)).text);
  return { isLarge };
}

/** Sorts people where that takes long; whether they are sorted then. */
export const sortFirst = async (place, signal, again) => Boolean(await sorted((element) => replace(place, element), signal, again));

async function sortedPeople(path, state) {
  const { signal, wall } = state;
  const found = await sorted((element) => replace(wall, h("li", { class: "wide" }, element)), signal, () => load(state, true).catch(failed));
  if (!found) return null;
  state.isLarge = found.isLarge;
  const late = setTimeout(() => { if (!signal.aborted) replace(wall, h("li", { class: "wide busy", role: "status" }, h("span", { class: "spinner" }), t("people.sorting"))); }, patience);
  try { return await get(path, { signal }); } finally { clearTimeout(late); }
}

/** Whether people are sorted, or will be within a breath. */
export async function arePeopleAtHand(signal) {
  const { faces, text } = await galleryState(signal);
  return faces <= quicklySorted || remembered("people.sorted") === text;
}

/** Whether all of the gallery is compared within a breath. */
export const arePeopleQuick = async (signal) => (await galleryState(signal)).faces <= quicklySorted;

async function galleryState(signal) {
  const { id, revision, faces } = (await get("/info", { signal })).gallery;
  return { faces, text: `${id} ${revision}` };
}

function showFoot(state) {
  state.stopWatching?.();
  const { foot, people, total, hidden } = state;
  state.hiddenButton.hidden = !hidden && !isShowingHidden;
  state.tools.hidden = !total && !searched && state.hiddenButton.hidden;
  const withHidden = (text) => (hidden ? `${text} · ${t("people.hidden", { n: hidden })}` : text);
  if (!total && !searched && hidden) {
    replace(foot, emptyState({ name: "hide", title: t("people.allHidden"), text: t("people.hidden", { n: hidden }) }));
    return;
  }
  if (!total) {
    replace(foot, searched
      ? emptyState({ name: "people", title: t("people.noMatch", { text: searched }), text: t("people.noMatch.text") })
      : emptyState({ name: "people", title: t("empty.gallery"), text: t("empty.gallery.text"), actions: canWrite() ? [h("a", { class: "button primary", href: "#/add" }, t("add.title"))] : [] }));
    return;
  }
  if (people.length >= total) {
    replace(foot, h("p", { class: "soft" }, withHidden(t("people.count", { n: total }))));
    return;
  }
  const more = button({ text: t("more"), onclick: () => attempt(more, () => load(state, false)) });
  replace(foot, h("p", { class: "soft" }, withHidden(t("people.some", { shown: people.length, total }))), more);
  state.stopWatching = whenNear(foot, () => { if (!more.disabled) more.click(); });
}

function card(person, state) {
  const cover = faceThumb(person.cover, { alt: "" });
  const link = h("a", { class: "cover", href: `#/people/${person.person}`, "aria-label": person.hidden ? `${personName(person.name)}, ${t("hidden")}` : personName(person.name) }, cover);
  const tick = h("span", { class: "tick-mark", "aria-hidden": "true" }, icon("check"));
  link.append(tick);
  if (person.hidden) link.append(badge(t("hidden")));
  link.addEventListener("click", (event) => {
    if (!state.selecting) return;
    event.preventDefault();
    toggle(person, state, element, link);
  });
  const element = h("li", { class: person.hidden ? "person-card hidden-one" : "person-card", dataset: { testid: "person", person: String(person.person) } }, link, nameOf(person, state), h("p", { class: "soft" }, t("photos", { n: person.photos })));
  return element;
}

function nameOf(person, state) {
  if (person.name) return h("a", { class: "name", href: `#/people/${person.person}` }, breakable(person.name));
  if (!canWrite() || !state.kept) return h("span", { class: "name soft" }, t("person.unnamed"));
  const ask = h("button", { type: "button", class: "name who", dataset: { testid: "who" }, on: { click: () => {
    const form = nameForm(person, state, () => { form.replaceWith(ask); ask.focus(); });
    ask.replaceWith(form);
    form.querySelector("input").focus();
  } } }, t("person.who"));
  return ask;
}

function nameForm(person, state, cancel) {
  const input = h("input", { maxlength: "200", "aria-label": t("person.who"), placeholder: t("person.name"), autocomplete: "off", dataset: { testid: "name-input" } });
  const form = h("form", { class: "naming", on: { submit: async (event) => {
    event.preventDefault();
    const name = input.value.trim();
    if (name) await attempt(input, () => namePerson(person, name, state.reload, () => { form.replaceWith(h("a", { class: "name", href: `#/people/${person.person}` }, breakable(name))); }));
  } } }, input);
  input.addEventListener("keydown", (event) => { if (event.key === "Escape") cancel(); });
  input.addEventListener("blur", () => { if (!input.value.trim() && form.isConnected) form.replaceWith(nameOf(person, state)); });
  return form;
}

/** Names a person; where somebody goes by that name, asks whether they are one. */
export async function namePerson(person, name, reload, done) {
  const page = await get(query("/people", { search: name, limit: 20 }));
  const other = page.people.find((candidate) => candidate.name === name && candidate.person !== person.person);
  if (other) {
    // Two people of one name there cannot be.
    if (await confirmed({ title: t("merge.sameName", { name }), text: t("merge.sameName.text", { name }), yes: t("merge"), danger: false })) await merge([other.person, person.person], reload, name);
    return;
  }
  const answer = await patch(`/people/${person.person}`, { name });
  edited(answer, t("named", { name }), reload);
  done(answer);
}

function toggle(person, state, element, link) {
  const { selected } = state;
  if (!selected.delete(person.person)) selected.add(person.person);
  const isSelected = selected.has(person.person);
  element.classList.toggle("selected", isSelected);
  link.setAttribute("aria-pressed", String(isSelected));
  showSelection(state);
}

function setSelecting(state, on) {
  state.selecting = on;
  state.wall.classList.toggle("selecting", on);
  state.selectButton.setAttribute("aria-pressed", String(on));
  if (!on) {
    state.selected.clear();
    state.wall.querySelectorAll(".selected").forEach((element) => element.classList.remove("selected"));
  }
  state.wall.querySelectorAll(".cover").forEach((link) => {
    if (on) { link.setAttribute("role", "button"); link.setAttribute("aria-pressed", "false"); } else { link.removeAttribute("role"); link.removeAttribute("aria-pressed"); }
  });
  showSelection(state);
}

function showSelection(state) {
  const { bar, selected } = state;
  if (!bar) return;
  bar.hidden = !state.selecting;
  const go = button({ name: "merge", text: t("merge"), kind: "primary", disabled: selected.size < 2, dataset: { testid: "merge" }, onclick: (event) => askMerge(state, event.currentTarget) });
  replace(bar, h("span", { role: "status" }, selected.size ? t("select.people", { n: selected.size }) : t("select.hint")), hiding(state), go, button({ text: t("cancel"), onclick: () => setSelecting(state, false) }));
}

/** Hides those who are selected; where all of them are hidden, shows them again. */
function hiding(state) {
  const chosen = state.people.filter(({ person }) => state.selected.has(person));
  const isHidden = chosen.length > 0 && chosen.every(({ hidden }) => hidden);
  const element = button({ name: isHidden ? "show" : "hide", text: t(isHidden ? "unhide" : "hide"), disabled: !chosen.length, dataset: { testid: "hide" }, onclick: () => attempt(element, async () => {
    await hide({ people: chosen.map(({ person }) => person) }, !isHidden, state.reload);
    setSelecting(state, false);
    await state.reload();
  }) });
  return element;
}

async function askMerge(state, element) {
  const chosen = state.people.filter(({ person }) => state.selected.has(person));
  const names = [...new Set(chosen.map(({ name }) => name).filter(Boolean))];
  const yes = await confirmed({
    title: t("merge.title", { n: chosen.length }),
    text: names.length > 1 ? t("merge.names", { names: names.join(", "), name: names[0] }) : t("merge.text"), yes: t("merge"), danger: false,
  });
  if (!yes) return;
  await attempt(element, () => merge(chosen.map(({ person }) => person), async () => { setSelecting(state, false); await state.reload(); }, names[0]));
}

/** Makes people one; where the user once told them apart, asks again. */
export async function merge(people, after, name) {
  const body = { people, ...(name && { name }) };
  let answer;
  try {
    answer = await post("/people/merge", body);
  } catch (error) {
    if (error.code !== "told_apart") throw error;
    if (!(await confirmed({ title: t("merge.apart"), text: t("merge.apart.text"), yes: t("merge.anyway") }))) return null;
    answer = await post("/people/merge", { ...body, anyway: true });
  }
  edited(answer, t("merged"), after);
  await after(answer);
  return answer;
}

/** Among many faces, questions take a minute to find, and others would wait for it: then they are found where they are asked. */
async function showReview(state) {
  if (!canWrite() || !state.kept) return;
  const look = (text, kind) => h("a", { class: `button ${kind}`, href: "#/review", dataset: { testid: "review-open" } }, text);
  if (state.isLarge) { replace(state.review, look(t("review.find"), "")); return; }
  const { questions, total } = await get(query("/review", { limit: 1 }), { signal: state.signal });
  if (state.signal.aborted) return;
  replace(state.review, total > 0 && h("div", { class: "notice" },
    h("span", { class: "duo", "aria-hidden": "true" }, questions[0].faces.map((face) => faceThumb(face, { size: "small" }))),
    h("p", {}, t("review.notice", { n: total })), look(t("review.look"), "primary")));
}
