// Edits of people, and taking them back.

import { get, post, query } from "./api.js";
import { button, h, replace } from "./dom.js";
import { faceThumb } from "./faces.js";
import { attempt, dropActions, failed, openDialog, toast } from "./dialogs.js";
import { date, t } from "./i18n.js";

const kinds = ["name", "merge", "split", "apart", "hide", "show", "cover", "confirm", "dates"];
// So many people of an edit are told by their numbers.
const peopleShown = 3;

const words = (edit) => (kinds.includes(edit.kind) ? t(`edit.${edit.kind}`) : edit.text);

/** Takes an edit back, unless somebody made another one since: theirs stays. */
async function undo(edit, after) {
  dropActions();
  try {
    const answer = await post("/people/undo", { edit: edit.id });
    toast(answer.edit ? t("undo.done", { edit: words(answer.edit) }) : t("undo.none"));
    await after(answer);
  } catch (error) {
    failed(error);
  }
}

/** Takes an edit back if it is still the last one; whether it was. */
export async function undoOnly(edit) {
  dropActions();
  try {
    await post("/people/undo", { edit: edit.id });
    return true;
  } catch (error) {
    if (error.code === "not_last_edit") return false;
    throw error;
  }
}

/** Tells that an edit was made, and offers to take it back. */
export function edited(answer, text, after) {
  if (!answer.edit) { toast(t("edit.nothing")); return; }
  toast(text, { text: t("undo"), run: () => undo(answer.edit, after) });
}

/** Hides `{ people, faces }` or shows them again, tells so, and offers to take it back. */
export async function hide(what, isHidden, after) {
  const answer = await post("/people/hide", { ...what, hidden: isHidden });
  edited(answer, t(isHidden ? "hide.done" : "unhide.done"), after);
  return answer;
}

/** The button that takes the last edit back, and shows the earlier ones. */
export function historyButton(after) {
  return button({ name: "undo", text: t("undo"), dataset: { testid: "history" }, onclick: (event) => attempt(event.currentTarget, async () => openHistory(await get("/people/history"), after)) });
}

/** When, by whom, and of which people. */
const about = ({ time, who, people = [] }) => [date(time), who, ...people.slice(0, peopleShown).map((person) => `person:${person}`)].filter(Boolean).join(" · ");

function openHistory(page, after) {
  const body = h("div");
  const dialog = openDialog({ title: t("history.title"), body, testid: "history-dialog" });
  if (!page.edits.length) { replace(body, h("p", {}, t("history.none"))); return; }
  const list = h("ol", { class: "history" });
  const foot = h("div", { class: "row" });
  const row = (edit) => h("li", {}, h("div", {}, h("span", { title: edit.text }, words(edit)), h("small", { class: "soft" }, about(edit))), h("span", { class: "duo" }, edit.faces.slice(0, 3).map((face) => faceThumb(face, { size: "small" }))),
    edit === page.edits[0] && button({ name: "undo", text: t("undo.last"), kind: "primary", dataset: { testid: "undo" }, onclick: async (event) => { event.currentTarget.disabled = true; dialog.close(); await undo(edit, after); } }));
  const show = ({ edits, next, total }) => {
    list.append(...edits.map(row));
    const left = Math.max(1, total - list.children.length);
    replace(foot, next !== null && button({ text: t("search.more", { n: left }), dataset: { testid: "history-more" }, onclick: (event) => attempt(event.currentTarget, async () => show(await get(query("/people/history", { before: next })))) }));
  };
  show(page);
  replace(body, h("p", { class: "soft" }, t("history.text")), list, foot);
  dialog.querySelector(".primary").focus();
}
