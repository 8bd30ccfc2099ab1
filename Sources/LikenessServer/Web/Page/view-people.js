// Everybody in the gallery: naming, merging, and pairs who may be one person.

import { canWrite, get, patch, post, query } from "./api.js";
import { announce, breakable, button, debounce, h, icon, replace, whenNear } from "./dom.js";
import { attempt, confirmed, emptyState, failed, openDialog, toast } from "./dialogs.js";
import { edited, historyButton } from "./edits.js";
import { faceThumb } from "./faces.js";
import { remember, remembered, t } from "./i18n.js";
import { jobProgress, runJob } from "./jobs.js";
import { chance, personName } from "./words.js";

const pageSize = 60;
const patience = 1500;
// So many faces are sorted within a breath or two.
const quicklySorted = 2000;
let searched = "";

export async function render(root, { signal, setTitle }) {
  setTitle(t("people.title"));
  const wall = h("ul", { class: "wall", id: "people-wall", dataset: { testid: "people-wall" } });
  const state = { signal, wall, people: [], total: 0, selected: new Set(), selecting: false, foot: h("div", { class: "foot" }), root };
  state.reload = async () => {
    if (signal.aborted) window.dispatchEvent(new Event("likeness:changed")); else await load(state, true);
  };
  state.bar = h("div", { class: "selection", hidden: true, role: "region", "aria-label": t("select.bar"), dataset: { testid: "selection" } });
  state.suggestions = h("div", { dataset: { testid: "suggestions" } });
  state.tools = toolbar(state);
  replace(root, state.tools, state.suggestions, wall, state.foot, state.bar);
  await load(state, true);
}

function toolbar(state) {
  const input = h("input", { type: "search", id: "people-search", value: searched, placeholder: t("people.search"), "aria-label": t("people.search"), autocomplete: "off", on: { input: debounce(() => { searched = input.value.trim(); load(state, true).catch(() => {}); }) } });
  state.selectButton = button({ name: "check", text: t("select"), "aria-pressed": "false", dataset: { testid: "select" }, onclick: () => setSelecting(state, !state.selecting) });
  return h("div", { class: "toolbar" }, input, canWrite() && [state.selectButton, historyButton(state.reload)]);
}

async function load(state, fromStart) {
  const { signal, wall } = state;
  if (fromStart) { state.people = []; state.selected.clear(); showSelection(state); }
  const path = query("/people", { offset: state.people.length, limit: pageSize, search: searched });
  const visit = (state.visit = {});
  const page = fromStart && !searched ? await sortedPeople(path, state) : await get(path, { signal });
  if (!page || signal.aborted || visit !== state.visit) return;
  state.kept = page.kept;
  state.total = page.total;
  state.people.push(...page.people);
  const cards = page.people.map((person) => card(person, state));
  if (fromStart) replace(wall, cards); else wall.append(...cards);
  showFoot(state);
  if (fromStart && !searched) showSuggestions(state).catch(() => {});
  if (fromStart && searched) announce(t("people.found", { n: page.total }));
}

/**
 * Sorting many faces takes long: then a job does it first, with its progress, unless they are as they were. (Asking and
 * a job side by side would sort twice.) Null where the user stopped it.
 */
async function sortedPeople(path, state) {
  const { signal, wall } = state;
  const before = await galleryState(signal);
  state.isLarge = before.faces > quicklySorted;
  if (canWrite() && state.isLarge && remembered("people.sorted") !== before.text) {
    const bar = jobProgress(t("people.sorting"));
    replace(wall, h("li", { class: "wide" }, bar.element));
    const job = await runJob({ kind: "people" }, bar.show, signal);
    if (job.state === "cancelled") {
      replace(wall, h("li", { class: "wide" }, emptyState({ name: "people", title: t("map.stopped"), text: t("people.sorting"), actions: [button({ name: "again", text: t("again"), onclick: () => load(state, true).catch(failed) })] })));
      return null;
    }
    remember("people.sorted", (await galleryState(signal)).text);
  }
  const late = setTimeout(() => { if (!signal.aborted) replace(wall, h("li", { class: "wide busy", role: "status" }, h("span", { class: "spinner" }), t("people.sorting"))); }, patience);
  try { return await get(path, { signal }); } finally { clearTimeout(late); }
}

/** Whether people are sorted, or will be within a breath. */
export async function arePeopleAtHand(signal) {
  const { faces, text } = await galleryState(signal);
  return faces <= quicklySorted || remembered("people.sorted") === text;
}

async function galleryState(signal) {
  const { id, revision, faces } = (await get("/info", { signal })).gallery;
  return { faces, text: `${id} ${revision}` };
}

function showFoot(state) {
  state.stopWatching?.();
  const { foot, people, total } = state;
  state.tools.hidden = !total && !searched;
  if (!total) {
    replace(foot, searched
      ? emptyState({ name: "people", title: t("people.noMatch", { text: searched }), text: t("people.noMatch.text") })
      : emptyState({ name: "people", title: t("empty.gallery"), text: t("empty.gallery.text"), actions: canWrite() ? [h("a", { class: "button primary", href: "#/add" }, t("add.title"))] : [] }));
    return;
  }
  if (people.length >= total) {
    replace(foot, h("p", { class: "soft" }, t("people.count", { n: total })));
    return;
  }
  const more = button({ text: t("more"), onclick: () => attempt(more, () => load(state, false)) });
  replace(foot, h("p", { class: "soft" }, t("people.some", { shown: people.length, total })), more);
  state.stopWatching = whenNear(foot, () => { if (!more.disabled) more.click(); });
}

function card(person, state) {
  const cover = faceThumb(person.cover, { alt: "" });
  const link = h("a", { class: "cover", href: `#/people/${person.person}`, "aria-label": personName(person.name) }, cover);
  const tick = h("span", { class: "tick-mark", "aria-hidden": "true" }, icon("check"));
  link.append(tick);
  link.addEventListener("click", (event) => {
    if (!state.selecting) return;
    event.preventDefault();
    toggle(person, state, element, link);
  });
  const element = h("li", { class: "person-card", dataset: { testid: "person", person: String(person.person) } }, link, nameOf(person, state), h("p", { class: "soft" }, t("photos", { n: person.photos })));
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
  replace(bar, h("span", { role: "status" }, selected.size ? t("select.people", { n: selected.size }) : t("select.hint")), go, button({ text: t("cancel"), onclick: () => setSelecting(state, false) }));
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

/** Among many faces, pairs take a minute to find, and others would wait for it: then only who asks gets them. */
async function showSuggestions(state) {
  if (!canWrite() || !state.kept) return;
  if (!state.isLarge) { await findSuggestions(state); return; }
  const find = button({ name: "search", text: t("suggestions.find"), dataset: { testid: "suggestions-find" }, onclick: () => attempt(find, async () => {
    const spinner = h("span", { class: "spinner" });
    find.prepend(spinner);
    await findSuggestions(state).finally(() => spinner.remove());
    if (!state.suggestions.children.length) toast(t("suggestions.none"));
  }) });
  replace(state.suggestions, find);
}

async function findSuggestions(state) {
  const { suggestions } = await get(query("/people/suggestions", { limit: 20 }), { signal: state.signal });
  if (state.signal.aborted) return;
  replace(state.suggestions, suggestions.length > 0 && h("div", { class: "notice" },
    h("span", { class: "duo", "aria-hidden": "true" }, suggestions[0].faces.map((face) => faceThumb(face, { size: "small" }))),
    h("p", {}, t("suggestions.notice", { n: suggestions.length })),
    button({ text: t("suggestions.look"), kind: "primary", dataset: { testid: "suggestions-open" }, onclick: () => openSuggestions(suggestions, state) })));
}

function openSuggestions(suggestions, state) {
  const queue = [...suggestions];
  let changed = false;
  const body = h("div", { class: "suggestion" });
  const dialog = openDialog({ title: t("suggestions.title"), body, testid: "suggestion-dialog", onClose: () => { if (changed) state.reload().catch(failed); } });
  const next = () => {
    queue.shift();
    if (!queue.length) { dialog.close(); return; }
    show();
  };
  // An answer changes who is left: pairs with a person that is now another are not asked.
  const forget = (person) => { for (let place = queue.length - 1; place > 0; place -= 1) if ([queue[place].first.person, queue[place].second.person].includes(person)) queue.splice(place, 1); };
  const show = () => {
    const { first, second, faces, probability } = queue[0];
    const side = (person, face) => h("figure", {}, faceThumb(face, { alt: "", size: "large" }), h("figcaption", {}, h("b", {}, personName(person.name)), h("span", { class: "soft" }, t("photos", { n: person.photos }))));
    const yes = button({ name: "check", text: t("suggestions.yes"), kind: "primary", dataset: { testid: "suggestion-yes" }, onclick: () => attempt(yes, async () => { if (await merge([first.person, second.person], async () => {}, first.name ?? second.name)) { changed = true; forget(first.person); forget(second.person); next(); } }) });
    const no = button({ name: "close", text: t("suggestions.no"), dataset: { testid: "suggestion-no" }, onclick: () => attempt(no, async () => {
      edited(await post(`/people/${first.person}/apart`, { face: faces[1] }), t("apart.done"), state.reload);
      changed = true;
      next();
    }) });
    replace(body, h("div", { class: "pair" }, side(first, faces[0]), side(second, faces[1])), h("p", { class: "soft" }, chance(probability)), first.name && second.name && first.name !== second.name && h("p", { class: "soft" }, t("suggestions.name", { name: first.name })),
      h("div", { class: "row centre" }, yes, no, button({ text: t("suggestions.skip"), kind: "bare", onclick: next })), h("p", { class: "soft" }, t("suggestions.left", { n: queue.length })));
    yes.focus();
  };
  show();
}
