// Elements are made here and nowhere by markup in strings, so that no name or file can ever become HTML.

/**
 * Makes an element. In `props`, `on` holds listeners, `dataset` data attributes and `style` CSS properties (set
 * through the CSSOM, which the page's security policy allows); all else becomes attributes.
 */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(props ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (key === "on") for (const [name, listener] of Object.entries(value)) element.addEventListener(name, listener);
    else if (key === "dataset") Object.assign(element.dataset, value);
    else if (key === "style") for (const [name, text] of Object.entries(value)) element.style.setProperty(name, text);
    else if (key === "value" || key === "checked") element[key] = value;
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Names from folders and files have underscores for spaces: there, a line may break. */
export const breakable = (name) => name.split("_").map((part, place) => (place ? ["_", h("wbr"), part] : part));

export function replace(parent, ...children) {
  parent.replaceChildren(...children.flat(Infinity).filter(Boolean));
}

const shapes = {
  search: "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.500 15.500 20.500 20.500",
  people: "M9 11a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7zM2.500 20c0-4 3-6 6.500-6s6.500 2 6.500 6M16 4.500a3.500 3.500 0 0 1 0 6.500M18 14.500c2.200.800 3.500 2.700 3.500 5.500",
  photos: "M4 5h16v14H4zM4 16l5-5 4 4 2.500-2.500L20 17M15.500 9.200h.01",
  verify: "M8.500 17a5 5 0 1 0 0-10 5 5 0 0 0 0 10zM15.500 17a5 5 0 1 0 0-10 5 5 0 0 0 0 10z",
  compose: "M12 3.500l2 6.500 6.500 2-6.500 2-2 6.500-2-6.500-6.500-2 6.500-2z",
  map: "M7 9.500a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM17 11.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5zM9.500 19a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5zM17 18.500a1.500 1.500 0 1 0 0-3 1.500 1.500 0 0 0 0 3z",
  add: "M12 5v14M5 12h14",
  about: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v5.500M12 7.500h.01",
  more: "M5.500 12h.01M12 12h.01M18.500 12h.01",
  close: "M6 6l12 12M18 6 6 18",
  left: "M14.500 5.500 8 12l6.500 6.500",
  right: "M9.500 5.500 16 12l-6.500 6.500",
  undo: "M8.500 5 4 9.500 8.500 14M4 9.500h10a5.500 5.500 0 0 1 0 11h-3",
  trash: "M5 7h14M10 4h4M7 7l1 13h8l1-13M10.500 11v5M13.500 11v5",
  edit: "M5 19l1-4L16 5l3 3L9 18z",
  camera: "M4 8h4l1.500-2.500h5L16 8h4v11H4zM12 16.500a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7z",
  upload: "M12 16V5M7.500 9.500 12 5l4.500 4.500M5 19h14",
  download: "M12 5v11M7.500 11.500 12 16l4.500-4.500M5 19h14",
  key: "M8 15.500a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 11.500h9M18 11.500v3.500M15 11.500v2.500",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  folder: "M4 6h6l2 2.500h8V19H4z",
  review: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM9.400 9.500a2.700 2.700 0 1 1 3.800 2.500c-.800.400-1.200.900-1.200 1.700M12 16.800h.01",
  hide: "M4 4l16 16M9.900 5.300A9.500 9.500 0 0 1 12 5c5 0 8.500 4.500 9.500 7a13 13 0 0 1-2.900 4M6.300 7A13 13 0 0 0 2.500 12c1 2.500 4.500 7 9.500 7a9.500 9.500 0 0 0 4.600-1.200M9.900 9.900a3 3 0 0 0 4.200 4.200",
  show: "M2.500 12c1-2.500 4.500-7 9.500-7s8.500 4.500 9.500 7c-1 2.500-4.500 7-9.500 7s-8.500-4.500-9.500-7zM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6z",
  check: "M5 12.500l4.500 4.500L19 7.500",
  merge: "M6 4v4c0 4 6 4 6 8v4M18 4v4c0 4-6 4-6 8",
  split: "M12 4v5c0 4-6 4-6 8v3M12 9c0 4 6 4 6 8v3",
  light: "M12 16.500a4.500 4.500 0 1 0 0-9 4.500 4.500 0 0 0 0 9zM12 2.500v2M12 19.500v2M2.500 12h2M19.500 12h2M5.300 5.300l1.400 1.400M17.300 17.300l1.400 1.400M5.300 18.700l1.400-1.400M17.300 6.700l1.400-1.400",
  dark: "M19.500 14.500A8 8 0 0 1 9.500 4.500a8 8 0 1 0 10 10z",
  auto: "M12 20a8 8 0 1 0 0-16zM12 4a8 8 0 0 0 0 16",
  again: "M19 12a7 7 0 1 1-2-5M19 4v4h-4",
  out: "M14 5H6v14h8M11 12h9M16.500 8.500 20 12l-3.500 3.500",
  boxes: "M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4",
  link: "M10 14a4 4 0 0 0 5.700 0l3-3A4 4 0 0 0 13 5.300l-1 1M14 10a4 4 0 0 0-5.700 0l-3 3A4 4 0 0 0 11 18.700l1-1",
};

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", shapes[name]);
  svg.append(path);
  return svg;
}

/** A button with an icon, words, or both; without words give `label`. */
export function button({ text, name, label, kind = "", onclick, ...rest }) {
  return h("button", { type: "button", class: `button ${kind}`, "aria-label": label, title: label, on: { click: onclick ?? (() => {}) }, ...rest },
    name && icon(name), text && h("span", {}, text));
}

export function announce(text) {
  const live = document.getElementById("live");
  live.textContent = "";
  // A text that is set twice in the same turn is not read out.
  setTimeout(() => { live.textContent = text; }, 60);
}

const focusable = "a[href], button, input, select, textarea, summary, [tabindex]";

/**
 * Remembers where the focus is. The function that it returns puts the focus there again if nothing else has it: onto the
 * same element, or onto what was drawn in its place.
 */
export function focusPlace() {
  const element = document.activeElement;
  const holder = element?.closest("[data-testid]");
  const number = holder && [...holder.querySelectorAll(focusable)].indexOf(element);
  const attributes = holder && Object.entries(holder.dataset).map(([key, value]) => `[data-${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}="${CSS.escape(value)}"]`).join("");
  const again = () => {
    if (element?.isConnected) return element;
    if (element?.id && document.getElementById(element.id)) return document.getElementById(element.id);
    const other = attributes && document.querySelector(attributes);
    return other && (number < 0 ? other : other.querySelectorAll(focusable)[number]);
  };
  return () => {
    const now = document.activeElement;
    if (now && now !== document.body && now.isConnected) return;
    (again() ?? document.getElementById("view-title"))?.focus({ preventScroll: true });
  };
}

/** What is typed is looked for a little after the last key. */
export function debounce(action, milliseconds = 250) {
  let timer;
  return (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => action(...values), milliseconds);
  };
}

/** Calls `action` when `element` comes near the screen, until it says that there is no more. */
export function whenNear(element, action) {
  const observer = new IntersectionObserver((entries) => {
    if (entries.some((entry) => entry.isIntersecting)) action();
  }, { rootMargin: "600px" });
  observer.observe(element);
  return () => observer.disconnect();
}
