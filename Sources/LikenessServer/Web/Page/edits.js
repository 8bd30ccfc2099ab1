// Edits of people, and taking them back.

import { get, post } from "./api.js";
import { button, h, replace } from "./dom.js";
import { faceThumb } from "./faces.js";
import { attempt, dropActions, failed, openDialog, toast } from "./dialogs.js";
import { date, t } from "./i18n.js";

const kinds = ["name", "merge", "split", "apart", "hide", "show", "cover", "confirm", "dates"];
// So many people of an edit are told by their numbers.
const peopleShown = 3;

const words = (edit) => (kinds.includes(edit.kind) ? t(`edit.${edit.kind}`) : edit.text);

async function undo(after) {
  dropActions();
  try {
    const answer = await post("/people/undo", {});
    toast(answer.edit ? t("undo.done", { edit: words(answer.edit) }) : t("undo.none"));
    await after(answer);
  } catch (error) {
    failed(error);
  }
}

/** Takes an edit back if it is still the last one; whether it was. */
export async function undoOnly(edit) {
  dropActions();
  const [last] = (await get("/people/history")).edits;
  if (last?.id !== edit.id) return false;
  await post("/people/undo", {});
  return true;
}

/** Tells that an edit was made, and offers to take it back. */
export function edited(answer, text, after) {
  if (!answer.edit) { toast(t("edit.nothing")); return; }
  toast(text, { text: t("undo"), run: () => undo(after) });
}

/** Hides `{ people, faces }` or shows them again, tells so, and offers to take it back. */
export async function hide(what, isHidden, after) {
  const answer = await post("/people/hide", { ...what, hidden: isHidden });
  edited(answer, t(isHidden ? "hide.done" : "unhide.done"), after);
  return answer;
}

/** The button that takes the last edit back, and shows the earlier ones. */
export function historyButton(after) {
  return button({ name: "undo", text: t("undo"), dataset: { testid: "history" }, onclick: (event) => attempt(event.currentTarget, async () => openHistory((await get("/people/history")).edits, after)) });
}

/** When, by whom, and of which people. */
const about = ({ time, who, people = [] }) => [date(time), who, ...people.slice(0, peopleShown).map((person) => `person:${person}`)].filter(Boolean).join(" · ");

function openHistory(edits, after) {
  const body = h("div");
  const dialog = openDialog({ title: t("history.title"), body, testid: "history-dialog" });
  if (!edits.length) { replace(body, h("p", {}, t("history.none"))); return; }
  const rows = edits.map((edit, index) => h("li", {}, h("div", {}, h("span", { title: edit.text }, words(edit)), h("small", { class: "soft" }, about(edit))), h("span", { class: "duo" }, edit.faces.slice(0, 3).map((face) => faceThumb(face, { size: "small" }))),
    index === 0 && button({ name: "undo", text: t("undo.last"), kind: "primary", dataset: { testid: "undo" }, onclick: async (event) => { event.currentTarget.disabled = true; dialog.close(); await undo(after); } })));
  replace(body, h("p", { class: "soft" }, t("history.text")), h("ol", { class: "history" }, rows));
  dialog.querySelector(".primary").focus();
}
