// Dialogs, toasts, and what is asked before something is lost. Esc closes every dialog, as does Back; Enter confirms.

import { picturesChanged } from "./api.js";
import { button, focusPlace, h, icon } from "./dom.js";
import { t } from "./i18n.js";
import { goTo, openLayer } from "./layers.js";
import { errorText } from "./words.js";

const fields = ".body :is(input, select, textarea):not([type=hidden], [type=file], [hidden], :disabled)";
const confirming = ":is(.foot-actions, .body) :is(.button.primary, .button.danger):not(:disabled)";

/**
 * Opens a dialog that removes itself when it closes; `onClose` gets its return value. The focus goes to `focus`, a
 * selector, else to the first field, else to what confirms; afterwards it returns to where it was.
 */
export function openDialog({ title, body, actions = [], kind = "", onClose, testid = "dialog", focus = null }) {
  const heading = h("h2", { id: `title-${testid}` }, title);
  const dialog = h("dialog", { class: `dialog ${kind}`, "aria-labelledby": heading.id, tabindex: "-1", dataset: { testid } },
    h("div", { class: "head" }, heading, button({ name: "close", label: t("close"), kind: "bare round", onclick: () => dialog.close() })),
    h("div", { class: "body" }, body),
    actions.length > 0 && h("div", { class: "foot-actions" }, actions));
  const returnFocus = focusPlace();
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
    const link = event.target.closest?.("a[href^='#']");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    goTo(link.hash);
  });
  dialog.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target !== dialog || event.isComposing) return;
    event.preventDefault();
    dialog.querySelector(confirming)?.click();
  });
  document.body.append(dialog);
  dialog.showModal();
  const leave = openLayer(() => dialog.close());
  dialog.addEventListener("close", () => {
    liftToasts();
    dialog.remove();
    leave();
    returnFocus();
    // What was changed may draw the view anew, and with it where the focus was.
    Promise.resolve(onClose?.(dialog.returnValue)).then(returnFocus);
  });
  const target = dialog.querySelector(focus ?? fields) ?? dialog.querySelector(confirming) ?? dialog;
  target.focus();
  target.select?.();
  return dialog;
}

/** Resolves with false, or with whether `tick` was ticked, where there is one, when the user says yes. */
export function confirmed({ title, text, yes, tick, danger = true }) {
  return new Promise((resolve) => {
    const no = button({ text: t("cancel"), onclick: () => dialog.close("") });
    const go = button({ text: yes, kind: danger ? "danger" : "primary", onclick: () => dialog.close("yes"), dataset: { testid: "confirm" } });
    const box = tick && h("input", { type: "checkbox", dataset: { testid: "confirm-tick" } });
    const dialog = openDialog({
      title, testid: "confirm-dialog", actions: [no, go], focus: "[data-testid=confirm]",
      body: [[text].flat().map((line) => h("p", {}, line)), box && h("label", { class: "tick" }, box, h("span", {}, tick))],
      onClose: (value) => resolve(value === "yes" && { ticked: box?.checked ?? false }),
    });
  });
}

/** Only one toast offers to undo at a time: what is taken back is always the last edit. */
export function dropActions() {
  document.querySelectorAll(".toast.acting").forEach((element) => element.remove());
}

/** Toasts belong to the topmost dialog, if one is open: what lies outside it cannot be used. */
function liftToasts() {
  const toasts = document.getElementById("toasts");
  const place = [...document.querySelectorAll("dialog[open]")].at(-1) ?? document.body;
  if (toasts.parentElement !== place) {
    place.append(toasts);
    if (toasts.children.length) toasts.showPopover();
  }
  return toasts;
}

export function toast(text, action) {
  if (action) dropActions();
  const element = h("div", { class: action ? "toast acting" : "toast", dataset: { testid: "toast" } }, h("span", {}, text),
    action && button({ text: action.text, kind: "bare", onclick: () => { element.remove(); action.run(); } }),
    button({ name: "close", label: t("close"), kind: "bare round", onclick: () => element.remove() }));
  const toasts = liftToasts();
  while (toasts.children.length > 2) toasts.firstChild.remove();
  toasts.append(element);
  if (!toasts.matches(":popover-open")) toasts.showPopover();
  setTimeout(() => element.remove(), action ? 12000 : 6000);
}

export function failed(error) {
  if (error?.name === "AbortError") return;
  toast(errorText(error));
}

/** Runs an action of a button; what goes wrong is told, and the button waits meanwhile. */
export async function attempt(element, action) {
  if (element) element.disabled = true;
  try {
    return await action();
  } catch (error) {
    failed(error);
    return undefined;
  } finally {
    if (element) element.disabled = false;
  }
}

/** Photos that stay with the pictures of deleted faces. */
function sharedPhotos(key, photos) {
  const most = 20;
  return photos.length > 0 && h("div", { dataset: { testid: key.replace(".", "-") } },
    h("p", {}, t(key, { n: photos.length })),
    h("ul", {}, photos.slice(0, most).map((photo) => h("li", {}, `${photo.title} · photo:${photo.photo}`)), photos.length > most && h("li", {}, "…")));
}

/** Exactly what was deleted, and what still shows it. */
export function showReceipt(receipt, title = t("receipt.title")) {
  if (receipt.sharedPhotos.some((photo) => photo.blurred)) picturesChanged();
  const rows = [
    ["receipt.photos", receipt.photos], ["receipt.faces", receipt.faces],
    ["receipt.thumbnails", receipt.thumbnails], ["receipt.files", receipt.files],
  ];
  return new Promise((resolve) => {
    const done = button({ text: t("close"), kind: "primary", onclick: () => dialog.close() });
    const dialog = openDialog({
    title, testid: "receipt", actions: [done], onClose: resolve,
    body: [
      h("p", {}, t("receipt.gone")),
      h("dl", { class: "facts" }, rows.map(([key, count]) => [h("dt", {}, t(key)), h("dd", {}, String(count))])),
      receipt.names.length > 0 && h("p", {}, t("receipt.names", { names: receipt.names.join(", ") })),
      sharedPhotos("receipt.shown", receipt.sharedPhotos.filter((photo) => !photo.blurred)),
      sharedPhotos("receipt.blurred", receipt.sharedPhotos.filter((photo) => photo.blurred)),
      h("p", { class: "soft" }, t(receipt.tracesRemain ? "receipt.traces" : "receipt.noTraces")),
    ],
  }); });
}

export function emptyState({ name, title, text, actions = [] }) {
  return h("div", { class: "empty", dataset: { testid: "empty" } }, icon(name), h("h2", {}, title), h("p", {}, text), actions.length > 0 && h("div", { class: "row" }, actions));
}

export function failureState(error, again) {
  return h("div", { class: "empty", role: "alert", dataset: { testid: "failure" } }, icon("about"), h("h2", {}, t("error.title")), h("p", {}, errorText(error)),
    error.request && h("p", { class: "soft" }, t("error.request", { request: error.request })), again && button({ text: t("again"), name: "again", onclick: again }));
}
