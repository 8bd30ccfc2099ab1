// A short list that a button opens: what may be done with one of many things.

import { button, h, replace } from "./dom.js";

const margin = 8;

/**
 * A round button that opens the list, and the list.
 * @param items gives the list's buttons, each time that it is opened.
 */
export function menuButton({ label, items, ...rest }) {
  const list = h("div", { class: "menu-list", popover: "auto" });
  const opener = button({ name: "more", label, kind: "bare round", ...rest });
  opener.popoverTargetElement = list;
  const close = () => list.hidePopover();
  let top = 0;
  // It would stay where its button was.
  const follow = () => { if (Math.abs(opener.getBoundingClientRect().top - top) > margin) close(); };
  list.addEventListener("beforetoggle", (event) => {
    if (event.newState !== "open") { window.removeEventListener("scroll", follow); return; }
    replace(list, items());
    const around = opener.getBoundingClientRect();
    top = around.top;
    place(list, around);
    window.addEventListener("scroll", follow, { passive: true });
  });
  list.addEventListener("toggle", (event) => { if (event.newState === "open") list.querySelector("button")?.focus({ preventScroll: true }); });
  list.addEventListener("click", (event) => { if (event.target.closest("button")) close(); });
  list.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const all = [...list.querySelectorAll("button")];
    all[(all.indexOf(document.activeElement) + step + all.length) % all.length]?.focus();
  });
  return h("span", { class: "menu-holder" }, opener, list);
}

/** Beside its button, to where there is more room. */
function place(list, around) {
  const { clientWidth, clientHeight } = document.documentElement;
  const isLow = around.bottom > clientHeight / 2;
  const isRight = around.left > clientWidth / 2;
  list.style.top = isLow ? "auto" : `${around.bottom + margin / 2}px`;
  list.style.bottom = isLow ? `${clientHeight - around.top + margin / 2}px` : "auto";
  list.style.left = isRight ? "auto" : `${Math.max(margin, around.left)}px`;
  list.style.right = isRight ? `${Math.max(margin, clientWidth - around.right)}px` : "auto";
}
