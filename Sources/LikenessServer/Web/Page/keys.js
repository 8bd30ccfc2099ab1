// The keys of the server: who may make some makes, lists and revokes them here, as `likeness keys` does.

import { get, keysNeeded, openSession, post, remove, signIn } from "./api.js";
import { announce, button, h, replace } from "./dom.js";
import { attempt, confirmed, openDialog, toast } from "./dialogs.js";
import { date, number, t } from "./i18n.js";
import { errorText } from "./words.js";

const kinds = ["read", "write", "admin"];
const sessionChanged = () => window.dispatchEvent(new Event("likeness:session"));

/** A section with a table of all keys. */
export async function keysSection(signal) {
  const list = h("div", { dataset: { testid: "keys" } });
  const state = { list, signal };
  const add = button({ name: "add", text: t("keys.new"), kind: "primary", dataset: { testid: "key-new" }, onclick: () => openNew(state) });
  await load(state);
  return h("section", { class: "card", id: "keys", dataset: { testid: "about-keys" } },
    h("div", { class: "row spread" }, h("h2", {}, t("keys.title")), add), h("p", { class: "soft" }, t("keys.text")), list);
}

async function load(state) {
  const { keys } = await get("/keys", { signal: state.signal });
  state.keys = keys;
  if (!keys.length) { replace(state.list, h("p", {}, t("keys.none"))); return; }
  replace(state.list, h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": t("keys.title") }, h("table", {},
    h("thead", {}, h("tr", {}, ["keys.name", "keys.rights", "keys.rate", "keys.created"].map((key) => h("th", { scope: "col" }, t(key))), h("th", {}, h("span", { class: "unseen" }, t("keys.revoke"))))),
    h("tbody", {}, keys.map((key) => h("tr", { dataset: { testid: "key", key: key.name } }, h("th", { scope: "row" }, key.name), h("td", {}, t(`keys.rights.${key.rights}`)), h("td", {}, key.rate === null ? t("keys.anyRate") : t("keys.perSecond", { rate: number(key.rate) })), h("td", {}, date(key.created)),
      h("td", {}, button({ text: t("keys.revoke"), kind: "danger-text", dataset: { testid: "key-revoke" }, onclick: (event) => revoke(state, key, event.currentTarget) }))))))));
}

function openNew(state) {
  // Who makes the first key and none that may do everything shuts this page for everybody.
  const isFirst = !keysNeeded();
  const name = h("input", { id: "key-name", required: true, maxlength: "60", pattern: "[\\p{L}\\p{M}\\p{N}_\\-]+", title: t("error.bad_key_name"), autocomplete: "off", spellcheck: "false", dataset: { testid: "key-name" } });
  const rights = h("select", { id: "key-rights", dataset: { testid: "key-rights" } }, kinds.map((kind) => h("option", { value: kind, selected: kind === (isFirst ? "admin" : "read") }, t(`keys.may.${kind}`))));
  const rate = h("input", { id: "key-rate", type: "number", min: "0.001", max: "1000000", step: "any", placeholder: t("keys.anyRate"), dataset: { testid: "key-rate" } });
  const problem = h("p", { class: "problem", role: "alert" });
  const warning = h("p", { class: "doubt" }, t("keys.firstNotAdmin"));
  const warn = () => { warning.hidden = !isFirst || rights.value === "admin"; };
  rights.addEventListener("change", warn);
  warn();
  const go = h("button", { type: "submit", class: "button primary", dataset: { testid: "key-make" } }, t("keys.make"));
  const form = h("form", { class: "stack", on: { submit: async (event) => {
    event.preventDefault();
    problem.textContent = "";
    go.disabled = true;
    try {
      const key = await post("/keys", { name: name.value.trim(), rights: rights.value, ...(rate.value && { rate: Number(rate.value) }) });
      // From now on everybody needs a key, this browser too.
      if (isFirst) await signIn(key.key);
      dialog.close("made");
      showSecret(state, key, isFirst);
    } catch (error) {
      problem.textContent = errorText(error);
      go.disabled = false;
      name.select();
    }
  } } }, isFirst && h("p", { class: "doubt" }, t("keys.first")),
  h("label", { for: "key-name" }, t("keys.name")), name, h("label", { for: "key-rights" }, t("keys.rights")), rights, h("label", { for: "key-rate" }, t("keys.rate.label")), rate, warning, problem, h("div", { class: "row end" }, go));
  const dialog = openDialog({ title: t("keys.new"), body: form, testid: "key-dialog" });
}

/** The key itself, this once. */
function showSecret(state, key, isFirst) {
  const secret = h("input", { id: "key-secret", readonly: true, value: key.key, "aria-label": t("keys.secret", { name: key.name }), dataset: { testid: "key-secret" } });
  const copy = button({ name: "copy", text: t("keys.copy"), kind: "primary", onclick: async () => {
    secret.select();
    // Only pages that came over https, or from this machine, may use the clipboard.
    const isCopied = navigator.clipboard ? await navigator.clipboard.writeText(key.key).then(() => true, () => false) : document.execCommand("copy");
    announce(t(isCopied ? "keys.copied" : "keys.copyYourself"));
    toast(t(isCopied ? "keys.copied" : "keys.copyYourself"));
  } });
  openDialog({
    title: t("keys.secret", { name: key.name }), testid: "key-secret-dialog",
    body: [h("p", {}, t("keys.once")), h("div", { class: "inline" }, secret, copy)],
    onClose: () => (isFirst ? sessionChanged() : load(state)),
  });
}

async function revoke(state, key, element) {
  const isLast = state.keys.length === 1;
  const text = [t("keys.revoke.text"), isLast && t("keys.revoke.last")].filter(Boolean);
  if (!(await confirmed({ title: t("keys.revoke.title", { name: key.name }), text, yes: t("keys.revoke") }))) return;
  const gone = await attempt(element, () => remove(`/keys/${encodeURIComponent(key.name)}`));
  if (!gone) return;
  toast(t("keys.revoked", { name: key.name }));
  // It may have been the key of this very browser.
  const before = keysNeeded();
  const session = await openSession();
  if (!session.rights || session.keysNeeded !== before) sessionChanged(); else await load(state);
}
