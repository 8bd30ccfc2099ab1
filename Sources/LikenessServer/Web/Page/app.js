// The frame around the views: navigation, language, light and dark, signing in, and what is dropped or pasted.

import { canWrite, keysNeeded, openSession, rights, signIn, signOut, whenSignedOut } from "./api.js";
import { announce, button, h, icon, replace } from "./dom.js";
import { attempt, failureState, openDialog, toast } from "./dialogs.js";
import { chooseLanguage, language, languages, loadLanguage, remember, remembered, t } from "./i18n.js";
import { closeLayers, goTo } from "./layers.js";
import { errorText } from "./words.js";
import * as about from "./view-about.js";
import * as add from "./view-add.js";
import * as compose from "./view-compose.js";
import * as map from "./view-map.js";
import * as people from "./view-people.js";
import * as person from "./view-person.js";
import * as photos from "./view-photos.js";
import * as review from "./view-review.js";
import * as search from "./view-search.js";
import * as verify from "./view-verify.js";

const views = { search, people, review, photos, verify, compose, map, add, about };
// What changes the gallery, and nothing else.
const forWriters = ["add", "review"];
const onPhones = ["search", "people", "photos", "add"];
let visit = new AbortController();
let takeFiles = null;
/** How far down each step of the history was, by its key. */
const places = new Map();
let step = null;

const offered = () => Object.keys(views).filter((name) => !forWriters.includes(name) || canWrite());

/** `#/people/12?face=3` is the view `person` of number 12. */
function route() {
  const [path, text] = location.hash.replace(/^#\/?/, "").split("?");
  const [name, number] = path.split("/");
  const known = offered().includes(name) ? name : "search";
  const id = /^\d+$/.test(number ?? "") ? Number(number) : null;
  return { name: known, id, query: new URLSearchParams(text), view: known === "people" && id ? person : views[known], ready: known === "people" && id ? "person" : known };
}

/** The key of the present step of the history, and how far down the user was there before. */
function arrive() {
  if (step) places.set(step, window.scrollY);
  step = history.state?.key ?? `${Date.now()} ${Math.random()}`;
  if (!history.state?.key) history.replaceState({ ...history.state, key: step }, "");
  return places.get(step) ?? 0;
}

/** Scrolls as far down as before, which may have to be loaded again, unless the user goes elsewhere meanwhile. */
function scrollBack(top, signal) {
  const own = new AbortController();
  const events = ["wheel", "touchstart", "pointerdown", "keydown"];
  events.forEach((name) => window.addEventListener(name, () => own.abort(), { signal: own.signal, passive: true }));
  const end = performance.now() + 5000;
  const go = () => {
    if (signal.aborted || own.signal.aborted) return;
    window.scrollTo({ top, behavior: "instant" });
    if (Math.abs(window.scrollY - top) < 2 || performance.now() > end) own.abort(); else setTimeout(go, 60);
  };
  go();
}

async function show(moveFocus = true) {
  const top = arrive();
  closeLayers();
  visit.abort();
  visit = new AbortController();
  const { signal } = visit;
  delete document.documentElement.dataset.ready;
  takeFiles = null;
  const { name, id, query, view, ready } = route();
  document.querySelectorAll("[data-nav]").forEach((link) => {
    if (link.dataset.nav === name) link.setAttribute("aria-current", "page"); else link.removeAttribute("aria-current");
  });
  const title = h("h1", { tabindex: "-1", id: "view-title" }, t(`nav.${name}`));
  const root = h("div", { class: `view view-${ready}`, id: `view-${ready}`, dataset: { view: ready, testid: `view-${ready}` } });
  replace(document.getElementById("main"), title, root);
  document.title = `${t(`nav.${name}`)} · Likeness`;
  window.scrollTo(0, 0);
  if (moveFocus) title.focus({ preventScroll: true });
  try {
    await view.render(root, {
      id, query, signal, title,
      setTitle(text) { title.textContent = text; document.title = `${text} · Likeness`; },
      onFiles(action) { if (!signal.aborted) takeFiles = action; },
    });
  } catch (error) {
    if (signal.aborted) return;
    if (error.status === 401) return;
    replace(root, failureState(error, () => show()));
  }
  if (signal.aborted) return;
  // A view that puts the title elsewhere took the focus off it.
  if (moveFocus && document.activeElement === document.body) title.focus({ preventScroll: true });
  if (top > 0) scrollBack(top, signal);
  document.documentElement.dataset.ready = ready;
}

function navigation(names, kind) {
  return h("nav", { class: kind, "aria-label": t("nav.label"), dataset: { testid: kind } },
    names.map((name) => h("a", { href: `#/${name}`, dataset: { nav: name } }, icon(name), h("span", {}, t(`nav.${name}`)))));
}

function languageSwitch() {
  const select = h("select", { "aria-label": t("language"), dataset: { testid: "language" }, on: { change: async () => { await chooseLanguage(select.value); frame(); show(false); } } },
    Object.entries(languages).map(([tag, name]) => h("option", { value: tag, lang: tag, selected: tag === language() }, name)));
  return select;
}

const themes = ["auto", "light", "dark"];

function applyTheme(theme) {
  if (theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

function themeSwitch() {
  const now = () => remembered("theme") ?? "auto";
  const toggle = button({ name: now(), label: t(`theme.${now()}`), kind: "bare round", dataset: { testid: "theme" }, onclick: () => {
    const next = themes[(themes.indexOf(now()) + 1) % themes.length];
    remember("theme", next);
    applyTheme(next);
    window.dispatchEvent(new Event("likeness:theme"));
    const fresh = themeSwitch();
    toggle.replaceWith(fresh);
    fresh.focus();
    announce(t(`theme.${next}`));
  } });
  return toggle;
}

const signOutButton = () => keysNeeded() && rights() && button({ name: "out", label: t("signOut"), kind: "bare round", onclick: async (event) => {
  await attempt(event.currentTarget, signOut);
  start();
} });

function openMore() {
  const rest = offered().filter((name) => !onPhones.includes(name));
  const dialog = openDialog({ title: t("nav.more"), kind: "sheet", testid: "more", focus: "a", body: [navigation(rest, "rows"), h("div", { class: "row settings" }, languageSwitch(), themeSwitch(), signOutButton())] });
  dialog.addEventListener("change", () => dialog.close());
}

const brand = () => h("a", { class: "brand", href: "#/search" }, h("img", { src: "/page/icon.svg", alt: "", width: "30", height: "30" }), h("span", {}, "Likeness"));

function frame() {
  const skip = document.getElementById("skip");
  skip.textContent = t("skip");
  skip.onclick = (event) => { event.preventDefault(); document.getElementById("main").focus(); };
  const bar = navigation(offered().filter((name) => onPhones.includes(name)), "tabs");
  bar.append(h("button", { type: "button", on: { click: openMore }, dataset: { testid: "more-button" } }, icon("more"), h("span", {}, t("nav.more"))));
  replace(document.getElementById("app"),
    h("header", { class: "side" }, brand(), navigation(offered(), "menu"), h("div", { class: "row settings" }, languageSwitch(), themeSwitch(), signOutButton())),
    h("main", { id: "main", tabindex: "-1" }), bar);
}

function signInForm() {
  closeLayers();
  delete document.documentElement.dataset.ready;
  const key = h("input", { type: "password", id: "key", autocomplete: "current-password", required: true, maxlength: "200" });
  const problem = h("p", { class: "problem", role: "alert" });
  const go = h("button", { type: "submit", class: "button primary" }, t("signIn"));
  const form = h("form", { class: "card sign-in", id: "sign-in", dataset: { testid: "sign-in" }, on: { submit: async (event) => {
    event.preventDefault();
    go.disabled = true;
    try {
      await signIn(key.value);
      frame();
      show();
    } catch (error) {
      problem.textContent = error.status === 401 ? t("signIn.wrong") : errorText(error);
      go.disabled = false;
      key.select();
    }
  } } }, brand(), h("h1", {}, t("signIn.title")), h("p", { class: "soft" }, t("signIn.text")), h("label", { for: "key" }, t("signIn.key")), key, problem, go, h("div", { class: "row settings" }, languageSwitch(), themeSwitch()));
  replace(document.getElementById("app"), h("main", { id: "main", class: "alone", tabindex: "-1" }, form));
  form.addEventListener("change", (event) => { if (event.target.tagName === "SELECT") setTimeout(signInForm, 150); });
  key.focus();
  document.documentElement.dataset.ready = "sign-in";
}

/** Photos may be dropped anywhere. A view that does not take them hands them to the search. */
function takeDropped() {
  let depth = 0;
  const cover = h("div", { class: "drop-cover", "aria-hidden": "true" });
  const holdsFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files") && rights();
  const leave = () => { depth = 0; cover.remove(); };
  window.addEventListener("dragenter", (event) => {
    if (!holdsFiles(event)) return;
    depth += 1;
    cover.textContent = t("drop.here");
    document.body.append(cover);
  });
  window.addEventListener("dragleave", () => { depth -= 1; if (depth <= 0) leave(); });
  window.addEventListener("dragover", (event) => { if (holdsFiles(event)) event.preventDefault(); });
  window.addEventListener("drop", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    leave();
    hand([...event.dataTransfer.files], event);
  });
  document.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length && rights() && !event.defaultPrevented) hand(files, event);
  });
}

function hand(files, event) {
  if (!files.length) return;
  if (takeFiles) { takeFiles(files, event); return; }
  search.keepForLater(files[0]);
  goTo("#/search");
}

async function start() {
  try {
    await openSession();
  } catch (error) {
    replace(document.getElementById("app"), h("main", { id: "main", class: "alone" }, failureState(error, start)));
    return;
  }
  if (!rights()) { signInForm(); return; }
  frame();
  await show(false);
}

history.scrollRestoration = "manual";
applyTheme(remembered("theme") ?? "auto");
await loadLanguage();
whenSignedOut(() => { if (document.getElementById("sign-in")) return; toast(t("signIn.again")); signInForm(); });
// Undo may be pressed when its view is gone: then whatever is shown is made anew.
window.addEventListener("likeness:changed", () => show(false));
// Who may do what is another since a key was made or revoked.
window.addEventListener("likeness:session", () => start());
window.addEventListener("hashchange", () => { if (rights() && !document.getElementById("sign-in")) show(); });
takeDropped();
start();
