// One person: its faces, the links that explain them, who may be the same, and what the user says of it.

import { canWrite, get, post, query, remove } from "./api.js";
import { button, h, icon, replace } from "./dom.js";
import { attempt, confirmed, emptyState, failed, openDialog, showReceipt } from "./dialogs.js";
import { edited, hide, historyButton } from "./edits.js";
import { badge, faceThumb, photoThumb } from "./faces.js";
import { partialDate, percent, t } from "./i18n.js";
import { goTo } from "./layers.js";
import { openLightbox } from "./lightbox.js";
import { menuButton } from "./menu.js";
import { personPicker } from "./picker.js";
import { arePeopleQuick, merge, namePerson } from "./view-people.js";
import { chance, personName } from "./words.js";

const firstShown = 120;
const longestChain = 4;
const mostSuggestions = 12;
const evenChance = 0.5;

export async function render(root, context) {
  const { id, signal, setTitle, title } = context;
  // Faces that are hidden are in the second answer only.
  const [person, whole] = await Promise.all([get(`/people/${id}`, { signal }), get(query(`/people/${id}`, { includeHidden: true }), { signal })]);
  const shown = new Set(person.items.map(({ face }) => face));
  const state = { person, hiddenItems: whole.items.filter(({ face }) => !shown.has(face)), showingHidden: context.showingHidden ?? false, context, id, root, title, signal, selecting: false, selected: new Set(), asPhotos: false, findings: new Map(), hasLinks: false };
  state.reload = async (answer) => {
    if (signal.aborted) { window.dispatchEvent(new Event("likeness:changed")); return; }
    const next = answer?.person;
    // What was taken back may have been this person's making.
    try {
      if (next && next !== id) await goTo(`#/people/${next}`);
      else await render(root, context);
    } catch (error) {
      if (error.status !== 404) throw error;
      await goTo("#/people");
    }
  };
  setTitle(personName(person.name));
  state.grid = h("ul", { class: "faces-grid", id: "person-faces", dataset: { testid: "person-faces" } });
  state.bar = h("div", { class: "selection", hidden: true, role: "region", "aria-label": t("select.bar") });
  const more = h("div");
  const perhaps = h("div");
  replace(root, header(state), tabs(state), state.grid, more, perhaps, state.bar);
  showFaces(state);
  await loadLinks(state, more);
  await loadSuggestions(state, perhaps);
}

/** The faces are there at once; what links them may first have to be found. */
async function loadLinks(state, more) {
  const { id, signal, findings } = state;
  replace(more, h("p", { class: "busy", role: "status" }, h("span", { class: "spinner" }), t("person.links")));
  const same = await get(`/people/${id}/same`, { signal }).catch(() => null);
  if (signal.aborted) return;
  replace(more);
  if (!same) return;
  same.found.forEach((finding) => findings.set(finding.face, finding));
  state.hasLinks = true;
  showFaces(state);
}

function header(state) {
  const { person } = state;
  // The view's title stands beside the face.
  const naming = h("div", {}, state.title, h("p", { class: "soft" }, `${t("faces", { n: person.faces })} · ${t("photos", { n: person.photos })} · person:${person.person}`), (person.born || person.died) && h("p", { class: "soft", dataset: { testid: "person-dates" } }, datesText(person)), person.hidden && h("p", { class: "hidden-line", dataset: { testid: "person-hidden" } }, icon("hide"), t("person.hidden")));
  return h("div", { class: "person-head" }, h("a", { class: "button bare", href: "#/people" }, icon("left"), h("span", {}, t("people.all"))),
    h("div", { class: "who" }, faceThumb(person.cover, { size: "large", alt: "" }), naming),
    canWrite() && h("div", { class: "row actions" },
      button({ name: "edit", text: person.name ? t("rename") : t("person.giveName"), dataset: { testid: "rename" }, onclick: () => openNaming(state) }),
      button({ name: "edit", text: t("dates"), dataset: { testid: "dates" }, onclick: () => openDates(state) }),
      button({ name: "merge", text: t("merge.with"), dataset: { testid: "merge-with" }, onclick: () => openMerge(state) }),
      (state.selectButton = button({ name: "check", text: t("select"), "aria-pressed": "false", dataset: { testid: "select" }, onclick: () => setSelecting(state, !state.selecting) })),
      button({ name: person.hidden ? "show" : "hide", text: t(person.hidden ? "unhide" : "hide"), dataset: { testid: "hide-person" }, onclick: (event) => attempt(event.currentTarget, async () => {
        await hide({ people: [state.id] }, !person.hidden, state.reload);
        await state.reload();
      }) }),
      historyButton(state.reload),
      button({ name: "trash", text: t("person.remove"), kind: "danger-text", dataset: { testid: "remove-person" }, onclick: (event) => removePerson(state, event.currentTarget) })));
}

const datesText = ({ born, died }) => [born && t("dates.born.on", { date: partialDate(born) }), died && t("dates.died.on", { date: partialDate(died) })].filter(Boolean).join(" · ");

/** Dates of birth and death: the person is not proposed for photos of other times. */
function openDates(state) {
  const { person } = state;
  const field = (key) => h("input", { id: `person-${key}`, value: person[key] ?? "", maxlength: "10", pattern: "[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?", placeholder: "1961-08-04", title: t("dates.form"), autocomplete: "off", dataset: { testid: `${key}-input` } });
  const fields = { born: field("born"), died: field("died") };
  const save = h("button", { type: "submit", class: "button primary" }, t("save"));
  const form = h("form", { class: "stack", on: { submit: async (event) => {
    event.preventDefault();
    await attempt(save, async () => {
      const answer = await post(`/people/${state.id}/dates`, { born: fields.born.value.trim() || null, died: fields.died.value.trim() || null });
      const n = answer.contradicting?.length ?? 0;
      edited(answer, n ? t("dates.contradicting", { n }) : t("dates.done"), state.reload);
      dialog.close();
      await state.reload();
    });
  } } }, h("label", { for: "person-born" }, t("dates.born")), fields.born, h("label", { for: "person-died" }, t("dates.died")), fields.died, h("p", { class: "soft" }, t("dates.form")), h("p", { class: "soft" }, t("dates.text")), h("div", { class: "row end" }, save));
  const dialog = openDialog({ title: t("dates"), body: form, testid: "dates-dialog" });
}

function openNaming(state) {
  const input = h("input", { id: "person-name", value: state.person.name ?? "", maxlength: "200", required: true, autocomplete: "off", dataset: { testid: "name-input" } });
  const save = h("button", { type: "submit", class: "button primary" }, t("save"));
  const form = h("form", { class: "stack", on: { submit: async (event) => {
    event.preventDefault();
    const name = input.value.trim();
    if (!name || name === state.person.name) { dialog.close(); return; }
    await attempt(save, async () => { await namePerson(state.person, name, state.reload, state.reload); dialog.close(); });
  } } }, h("label", { for: "person-name" }, t("person.name")), input, h("div", { class: "row end" }, save));
  const dialog = openDialog({ title: state.person.name ? t("rename") : t("person.giveName"), body: form, testid: "name-dialog" });
}

/** The others are offered as they look like this person, the nearest first. */
function openMerge(state) {
  const { person } = state;
  const chosen = h("div", { class: "stack", "aria-live": "polite" });
  const picker = personPicker({ label: t("merge.who"), near: person.person, signal: state.signal, onPick: (other) => {
    const yes = button({ name: "check", text: t("suggestions.yes"), kind: "primary", dataset: { testid: "merge-yes" }, onclick: () => attempt(yes, async () => { await merge([other.person, person.person], state.reload, other.name ?? person.name ?? undefined); dialog.close(); }) });
    const back = button({ text: t("merge.other"), kind: "bare", onclick: () => { replace(chosen); picker.element.hidden = false; picker.input.focus(); } });
    picker.element.hidden = true;
    replace(chosen, h("div", { class: "pair" }, [person, other].map((side) => h("figure", {}, faceThumb(side.cover, { size: "large" }), h("figcaption", {}, personName(side.name))))), h("p", { class: "soft centred" }, chance(other.probability)), h("div", { class: "row centre" }, yes, back));
    yes.focus();
  } });
  const dialog = openDialog({ title: t("merge.with"), body: h("div", { class: "stack roomy" }, picker.element, chosen), testid: "merge-dialog" });
}

async function removePerson(state, element) {
  const { person } = state;
  const choice = await confirmed({ title: t("person.remove.title", { name: personName(person.name) }), text: [t("person.remove.text", { n: person.faces }), t("person.remove.photos"), t("person.remove.forGood")], tick: t("remove.blur"), yes: t("delete") });
  if (!choice) return;
  const receipt = await attempt(element, () => remove(query(`/people/${person.person}`, { blur: choice.ticked })));
  if (!receipt) return;
  await showReceipt(receipt);
  goTo("#/people");
}

function tabs(state) {
  const choice = (asPhotos, key) => h("button", { type: "button", "aria-pressed": String(state.asPhotos === asPhotos), on: { click: (event) => {
    state.asPhotos = asPhotos;
    [...event.currentTarget.parentElement.children].forEach((other) => other.setAttribute("aria-pressed", String(other === event.currentTarget)));
    showFaces(state);
  } } }, t(key));
  const segments = h("div", { class: "segments", role: "group", "aria-label": t("person.show") }, choice(false, "person.asFaces"), choice(true, "person.asPhotos"));
  if (!state.hiddenItems.length) return segments;
  const hidden = button({ name: "show", text: t("person.showHidden", { n: state.hiddenItems.length }), "aria-pressed": String(state.showingHidden), dataset: { testid: "show-hidden" }, onclick: () => {
    state.showingHidden = state.context.showingHidden = !state.showingHidden;
    hidden.setAttribute("aria-pressed", String(state.showingHidden));
    showFaces(state);
  } });
  return h("div", { class: "toolbar" }, segments, hidden);
}

/** The surest first; what the graph does not link comes last, and says so. */
function showFaces(state) {
  const { person, findings, grid } = state;
  const place = ({ face }) => findings.get(face)?.probability ?? -1;
  const items = [...[...person.items].sort((a, b) => place(b) - place(a)), ...(state.showingHidden ? state.hiddenItems : [])];
  replace(grid, items.slice(0, firstShown).map((item) => tile(item, state)));
  if (!items.length) replace(grid, h("li", { class: "wide" }, emptyState({ name: "photos", title: t("person.noFaces"), text: t("person.noFaces.text") })));
  if (items.length > firstShown) {
    const more = h("li", { class: "wide" }, button({ text: t("search.more", { n: items.length - firstShown }), onclick: () => { more.replaceWith(...items.slice(firstShown).map((item) => tile(item, state))); } }));
    grid.append(more);
  }
}

function tile(item, state) {
  const open = h("button", { type: "button", class: "tile", "aria-label": t("photo.open", { title: item.title }), on: { click: () => (state.selecting ? toggle(item, state, element, open) : openPhoto(item, state)) } },
    state.asPhotos ? photoThumb(item.photo, "") : faceThumb(item.face), h("span", { class: "tick-mark", "aria-hidden": "true" }, icon("check")), marks(item, state));
  if (state.selecting) open.setAttribute("aria-pressed", String(state.selected.has(item.face)));
  const kind = [state.selected.has(item.face) && "selected", isHiddenAlone(item, state) && "hidden-one"].filter(Boolean).join(" ");
  const element = h("li", { class: kind, dataset: { testid: "person-face", face: String(item.face) } }, open, menuOf(item, state), explanation(item, state),
    canWrite() && state.person.faces > 1 && button({ text: t("person.not"), kind: "bare tiny-text", dataset: { testid: "not-this" }, onclick: (event) => attempt(event.currentTarget, async () => {
      const answer = await post(`/people/${state.id}/apart`, { face: item.face });
      edited(answer, t("apart.done"), state.reload);
      await state.reload();
    }) }));
  return element;
}

/** Hidden by itself, not with its person. */
const isHiddenAlone = (item, { person }) => item.hidden && !person.hidden;
const isCover = (item, { person }) => person.cover === item.face && person.faces > 1;

function marks(item, state) {
  if (isHiddenAlone(item, state)) return badge(t("hidden"));
  return isCover(item, state) && badge(t("cover"));
}

/** What else may be said of a face. */
function menuOf(item, state) {
  if (!canWrite() || state.selecting || state.person.hidden) return null;
  const isHidden = isHiddenAlone(item, state);
  const choose = (face, text) => post(`/people/${state.id}/cover`, { face }).then(async (answer) => { edited(answer, text, state.reload); await state.reload(); }).catch(failed);
  const items = () => [
    !isHidden && !isCover(item, state) && state.person.faces > 1 && button({ name: "photos", text: t("cover.choose"), kind: "bare", dataset: { testid: "cover" }, onclick: () => choose(item.face, t("cover.done")) }),
    isCover(item, state) && state.person.coverChosen && button({ name: "photos", text: t("cover.reset"), kind: "bare", dataset: { testid: "cover-reset" }, onclick: () => choose(null, t("cover.resetDone")) }),
    button({ name: isHidden ? "show" : "hide", text: t(isHidden ? "unhide" : "face.hide"), kind: "bare", dataset: { testid: "hide-face" }, onclick: () => hide({ faces: [item.face] }, !isHidden, state.reload).then(() => state.reload()).catch(failed) }),
  ];
  return menuButton({ label: t("face.menu"), items, dataset: { testid: "face-menu" } });
}

function openPhoto(item, state) {
  openLightbox({ photos: [...new Set(state.person.items.map(({ photo }) => photo))], start: item.photo, face: item.face, onChange: state.reload });
}

/** Why a face is this person: the chain of links back to one that is it for sure. */
function explanation(item, state) {
  if (item.pinned) return h("p", { class: "why-line told" }, icon("check"), t("chain.told"));
  if (!state.hasLinks) return null;
  const finding = state.findings.get(item.face);
  if (!finding) return h("p", { class: "why-line unsure" }, t("chain.none"));
  if (!finding.chain.length) return h("p", { class: "why-line" }, t("chain.start"));
  return chainLine(finding);
}

function chainLine({ chain, face, probability }) {
  const steps = chain.slice(0, longestChain).map((step) => [
    h("span", { class: step.told ? "hop told" : "hop" }, step.told ? t("chain.youSaid") : percent(step.probability)), faceThumb(step.face, { size: "tiny", has: Boolean(step.face) }),
  ]);
  const text = t("chain.text", { n: chain.length, percent: percent(probability) });
  return h("div", { class: "chain", role: "img", "aria-label": text, title: text, dataset: { testid: "chain" } }, faceThumb(face, { size: "tiny" }), steps, chain.length > longestChain && h("span", {}, "…"));
}

/** Who may be this person, too, and why it seems so. */
async function loadSuggestions(state, place) {
  const { id, signal, person } = state;
  if (person.hidden || signal.aborted) return;
  const find = async () => {
    const { suggestions } = await get(query(`/people/${id}/suggestions`, { limit: mostSuggestions }), { signal });
    if (signal.aborted) return;
    const found = suggestions.map((suggestion) => perhaps(suggestion, state));
    replace(place, found.length > 0 && h("section", { class: "others", dataset: { testid: "others" } }, h("h2", {}, t("person.others")), h("p", { class: "soft" }, t("person.others.text")), h("ul", { class: "perhaps" }, found)));
    return found.length;
  };
  // Among many faces, pairs take a minute to find, and others would wait for it: then only who asks gets them.
  if (await arePeopleQuick(signal)) { await find().catch(() => {}); return; }
  const go = button({ name: "search", text: t("suggestions.find"), dataset: { testid: "suggestions-find" }, onclick: () => attempt(go, async () => {
    const spinner = h("span", { class: "spinner" });
    go.prepend(spinner);
    const count = await find().finally(() => spinner.remove());
    if (count === 0) replace(place, h("p", { class: "soft" }, t("suggestions.none")));
  }) });
  replace(place, go);
}

function perhaps({ first, second, probability, links, faces }, state) {
  const isFirst = first.person === state.id;
  const [other, face] = isFirst ? [second, faces[1]] : [first, faces[0]];
  const yes = button({ name: "check", text: t("suggestions.yes"), kind: probability >= evenChance ? "primary" : "", dataset: { testid: "perhaps-yes" }, onclick: () => attempt(yes, () => merge([state.id, other.person], state.reload, other.name ?? state.person.name ?? undefined)) });
  const no = button({ name: "close", text: t("suggestions.no"), dataset: { testid: "perhaps-no" }, onclick: () => attempt(no, async () => {
    edited(await post(`/people/${state.id}/apart`, { face }), t("apart.done"), state.reload);
    await render(state.root, state.context);
  }) });
  return h("li", { dataset: { testid: "perhaps", person: String(other.person) } },
    h("a", { href: `#/people/${other.person}`, "aria-label": personName(other.name) }, faceThumb(other.cover)),
    h("div", {}, h("a", { class: "name", href: `#/people/${other.person}` }, personName(other.name)), h("p", { class: "soft small" }, [t("photos", { n: other.photos }), t("person.links.count", { n: links }), chance(probability)].join(" · ")),
      canWrite() && h("div", { class: "row" }, yes, no)));
}

function toggle(item, state, element, open) {
  if (!state.selected.delete(item.face)) state.selected.add(item.face);
  const isSelected = state.selected.has(item.face);
  element.classList.toggle("selected", isSelected);
  open.setAttribute("aria-pressed", String(isSelected));
  showSelection(state);
}

function setSelecting(state, on) {
  state.selecting = on;
  state.selected.clear();
  state.selectButton.setAttribute("aria-pressed", String(on));
  state.grid.classList.toggle("selecting", on);
  showFaces(state);
  showSelection(state);
}

function showSelection(state) {
  const { bar, selected, person } = state;
  bar.hidden = !state.selecting;
  const isSome = selected.size > 0 && selected.size < person.items.length;
  const go = button({ name: "split", text: t("split"), kind: "primary", disabled: !isSome, dataset: { testid: "split" }, onclick: () => attempt(go, async () => {
    const answer = await post(`/people/${state.id}/split`, { faces: [...selected] });
    edited(answer, t("split.done"), () => state.reload());
    await state.reload();
  }) });
  replace(bar, h("span", { role: "status" }, selected.size ? t("select.faces", { n: selected.size }) : t("split.hint")), hideSelected(state), go, button({ text: t("cancel"), onclick: () => setSelecting(state, false) }));
}

/** Faces that are hidden already stay so. */
function hideSelected(state) {
  const element = button({ name: "hide", text: t("hide"), disabled: !state.selected.size, dataset: { testid: "hide" }, onclick: () => attempt(element, async () => {
    await hide({ faces: [...state.selected] }, true, state.reload);
    await state.reload();
  }) });
  return !state.person.hidden && element;
}
