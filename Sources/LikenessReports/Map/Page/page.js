// Everything that a hand or a keyboard does.

const $ = (id) => document.getElementById(id);
const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
const plot = $("plot");

// --- What is shown

const look = {
  /** 1 for faces that are looked at, 0 for those that step back. */
  weight: new Uint8Array(count).fill(1),
  /** Red, green and blue of each face, from 0 to 1. */
  colours: new Float32Array(count * 3),
  loaded: new Float32Array(Math.max(1, data.sheet.count)),
  hovered: -1,
  selected: -1,
  grouping: null,
  sizes: [],
  largest: [],
  anchors: [],
  /** The places in the palette of the largest groups. */
  places: new Map(),
  theme: null,
  homeUnit: 1,
  isSearching: false,
};
/** The values of the grouping that were chosen in the legend. */
const chosen = new Set();
/** The faces that a search found; null without one. */
let found = null;

// The larger a group the earlier its colour.
const palette = data.palette;

function rgb(text) {
  const number = parseInt(text.slice(1), 16);
  return [(number >> 16) / 255, ((number >> 8) & 255) / 255, (number & 255) / 255];
}

function readTheme() {
  const asked = ["light", "dark"].find((theme) => theme === wished().get("theme"));
  if (asked) document.documentElement.dataset.theme = asked;
  else delete document.documentElement.dataset.theme;
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => rgb(style.getPropertyValue(name).trim());
  const isDark = asked ? asked === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  look.theme = {
    isDark, paper: colour("--paper"), ring: colour("--ring"),
    paperText: style.getPropertyValue("--paper").trim(),
    inkText: style.getPropertyValue("--ink").trim(),
  };
  paint();
}

/** A quiet colour for one of many small groups, always the same. */
function quiet(text) {
  let hash = 7;
  for (let i = 0; i < text.length; i++) hash = (hash * 31 + text.charCodeAt(i)) >>> 0;
  const hue = hash % 360;
  const [saturation, light] = look.theme.isDark ? [0.26, 0.5] : [0.32, 0.64];
  const part = (n) => {
    const k = (n + hue / 30) % 12;
    return light - saturation * Math.min(light, 1 - light) * Math.max(-1, Math.min(k - 3, 9 - k, 1));
  };
  return [part(0), part(8), part(4)];
}

function colourOf(index) {
  const place = look.places.get(index);
  const list = look.theme.isDark ? palette.dark : palette.light;
  return place === undefined ? quiet(look.grouping.values[index]) : rgb(list[place]);
}

function group() {
  const grouping = look.grouping;
  const labelled = grouping || names || people;
  look.sizes = labelled ? new Array(labelled.values.length).fill(0) : [];
  if (labelled) labelled.of.forEach((index) => { if (index >= 0) look.sizes[index]++; });
  look.largest = look.sizes.map((_, index) => index)
    .filter((index) => look.sizes[index] > 0)
    .sort((a, b) => look.sizes[b] - look.sizes[a] || a - b);
  look.anchors = labelled ? anchors(labelled) : [];
  look.places = new Map();
  const limit = palette.light.length;
  look.largest.slice(0, limit).forEach((index, place) => look.places.set(index, place));
  chosen.clear();
  paint();
  showLegend();
  weigh();
}

function paint() {
  const plain = rgb(look.theme.isDark ? "#6fae92" : "#4c8a70");
  const none = rgb(look.theme.isDark ? "#63665e" : "#b3afa4");
  const cache = new Map();
  for (let face = 0; face < count; face++) {
    const index = look.grouping ? look.grouping.of[face] : -1;
    if (index >= 0 && !cache.has(index)) cache.set(index, colourOf(index));
    look.colours.set(index >= 0 ? cache.get(index) : look.grouping ? none : plain, face * 3);
  }
  changed();
}

function weigh() {
  for (let face = 0; face < count; face++) {
    const inGroup = !chosen.size || chosen.has(look.grouping ? look.grouping.of[face] : -1);
    look.weight[face] = inGroup && (!found || found.has(face)) ? 1 : 0;
  }
  look.isSearching = found !== null || chosen.size > 0;
  changed();
}

function showLegend() {
  const list = $("legend");
  list.replaceChildren();
  list.classList.toggle("some", chosen.size > 0);
  if (!look.grouping) return;
  const add = (colour, text, size, index) => {
    const button = document.createElement("button");
    button.type = "button";
    const swatch = document.createElement("span");
    swatch.className = "swatch";
    swatch.style.background = "rgb(" + colour.map((part) => Math.round(part * 255)).join(",") + ")";
    const name = document.createElement("span");
    name.className = "name";
    name.textContent = shown(text);
    const number = document.createElement("span");
    number.className = "count";
    number.textContent = inFigures(size);
    button.append(swatch, name, number);
    const item = document.createElement("li");
    item.append(button);
    list.append(item);
    if (index === null) {
      button.disabled = true;
      return;
    }
    button.setAttribute("aria-pressed", String(chosen.has(index)));
    button.addEventListener("click", () => {
      if (!chosen.delete(index)) chosen.add(index);
      list.classList.toggle("some", chosen.size > 0);
      button.setAttribute("aria-pressed", String(chosen.has(index)));
      weigh();
    });
  };
  for (const index of look.largest.slice(0, palette.light.length)) {
    add(colourOf(index), look.grouping.values[index], look.sizes[index], index);
  }
  const rest = look.largest.slice(palette.light.length);
  const grey = rgb(look.theme.isDark ? "#63665e" : "#b3afa4");
  if (rest.length) {
    add(grey, t("moreGroups", { n: rest.length }), rest.reduce((sum, i) => sum + look.sizes[i], 0), null);
  }
  const without = look.grouping.of.reduce((sum, index) => sum + (index < 0 ? 1 : 0), 0);
  if (without) add(grey, t("without", { group: groupingTitle(look.grouping).toLowerCase() }), without, -1);
}

// --- Drawing

let painter = null;
let canvas = null;
let ratio = 1;
let isDue = false;
let lastTime = 0;
const frames = { count: 0, time: 0 };
const labels = $("labels").getContext("2d");
let isSpinning = false;

function changed() {
  if (isDue || !painter) return;
  isDue = true;
  requestAnimationFrame(frame);
}

function frame(time) {
  isDue = false;
  const seconds = Math.min(0.1, Math.max(0.001, (time - lastTime) / 1000));
  lastTime = time;
  const started = performance.now();
  if (isSpinning && !dragging) {
    flight = null;
    aim.yaw += seconds * 0.25;
    camera.yaw = aim.yaw;
  }
  const moving = stepCamera(seconds) || isSpinning;
  draw();
  frames.count++;
  frames.time += performance.now() - started;
  if (moving) {
    if (pointer) hoverAt(pointer.x, pointer.y);
    changed();
  }
}

function draw() {
  project();
  fillInstances(look);
  painter.draw(look.theme, ratio);
  drawLabels(labels, look, ratio);
}

function makePainter() {
  const make = () => {
    const fresh = document.createElement("canvas");
    fresh.setAttribute("role", "img");
    fresh.setAttribute("aria-label", t("onMap", { n: count }));
    return fresh;
  };
  canvas = make();
  painter = wished().has("canvas") ? null : graphicsPainter(canvas);
  if (!painter) {
    canvas = make();
    painter = plainPainter(canvas);
  }
  plot.replaceChildren(canvas);
  canvas.addEventListener("webglcontextlost", (event) => {
    // The pictures went with it: begin anew, without WebGL if there is none any more.
    event.preventDefault();
    look.loaded.fill(0);
    setTimeout(() => { makePainter(); resize(); loadSheets(); }, 200);
  });
}

async function loadSheets() {
  const mine = painter;
  for (let i = 0; i < sheets.length; i++) {
    if (sheets.length > 3) $("loading").textContent = t("loading", { percent: Math.round(100 * i / sheets.length) });
    let picture;
    try {
      picture = await createImageBitmap(sheets[i].blob, { colorSpaceConversion: "none" });
    } catch {
      continue;
    }
    if (mine !== painter) return;
    painter.take(i, picture);
    look.loaded[i] = 1;
    changed();
  }
  painter.complete();
  $("loading").textContent = "";
  document.documentElement.dataset.ready = painter.kind;
  changed();
}

function resize() {
  const wasHome = Math.abs(aim.unit / look.homeUnit - 1) < 1e-3;
  camera.width = Math.max(1, innerWidth);
  camera.height = Math.max(1, innerHeight);
  ratio = Math.min(3, devicePixelRatio || 1);
  for (const each of [canvas, labels.canvas]) {
    each.width = Math.round(camera.width * ratio);
    each.height = Math.round(camera.height * ratio);
  }
  const all = home();
  if (wasHome || look.homeUnit === 1) {
    Object.assign(aim, { x: all.x, y: all.y, z: all.z, unit: all.unit });
    Object.assign(camera, aim);
  }
  look.homeUnit = all.unit;
  changed();
}

// --- Hovering and choosing

let pointer = null;
let dragging = null;

function hoverAt(x, y) {
  const face = dragging && dragging.moved ? -1 : faceAt(x, y, 2);
  const card = $("hover");
  if (face !== look.hovered) {
    look.hovered = face;
    plot.classList.toggle("on", face >= 0);
    card.hidden = face < 0;
    if (face >= 0) {
      showThumbnail(card.querySelector(".thumb"), face, 64);
      card.querySelector("b").textContent = shown(faceName(face));
      const person = value(people, face);
      const second = card.querySelector(".second");
      second.textContent = person && person !== value(names, face) ? shown(person) : "";
      second.hidden = !second.textContent;
      const file = card.querySelector(".file");
      file.textContent = fileName(face);
      file.hidden = !file.textContent || file.textContent === faceName(face);
    }
    changed();
  }
  if (face < 0) return;
  const box = card.getBoundingClientRect();
  const right = x + 18 + box.width < camera.width;
  const left = right ? x + 18 : x - 18 - box.width;
  const top = Math.min(camera.height - box.height - 6, Math.max(6, y + 14));
  card.style.transform = "translate(" + Math.max(6, left) + "px, " + top + "px)";
}

function leave() {
  pointer = null;
  if (look.hovered < 0) return;
  look.hovered = -1;
  $("hover").hidden = true;
  plot.classList.remove("on");
  changed();
}

function select(face, flies) {
  look.selected = face;
  $("panel").hidden = face < 0;
  if (face >= 0) {
    showPanel(face);
    if (flies) flyToFace(face);
  }
  changed();
}

function flyToFace(face) {
  const at = (axis) => axis < dimensions ? points[face * dimensions + axis] : 0;
  const unit = Math.min(camera.unit, closestFor(1));
  const shift = inSpace ? 0 : unit * (camera.width > 900 ? (316 - 280) / 2 : 0);
  flyTo({ ...aim, x: at(0) + shift, y: at(1), z: at(2), unit });
}

function showPanel(face) {
  const photo = $("photo");
  photo.replaceChildren();
  const thumb = document.createElement("span");
  thumb.className = "thumb";
  showThumbnail(thumb, face, 150);
  photo.append(thumb);
  // A page that lies elsewhere than the photos cannot show them; the face it has with it.
  const isThere = photoOf[face] >= 0 && !gone.has(photoOf[face]);
  if (isThere && location.protocol === "file:") {
    const image = new Image();
    image.alt = fileName(face);
    image.addEventListener("load", () => {
      if (look.selected !== face) return;
      const link = document.createElement("a");
      link.className = "frame";
      link.href = photoLink(face);
      link.target = "_blank";
      link.rel = "noopener";
      const mark = document.createElement("i");
      ["left", "top", "width", "height"].forEach((side, i) => {
        mark.style[side] = 100 * boxes[face * 4 + i] + "%";
      });
      link.append(image, mark);
      photo.replaceChildren(link);
    });
    image.src = photoLink(face);
  }
  $("who").textContent = shown(faceName(face));
  const about = $("about");
  about.replaceChildren();
  const tell = (title, content) => {
    const term = document.createElement("dt");
    term.textContent = title;
    const detail = document.createElement("dd");
    detail.append(content);
    about.append(term, detail);
  };
  for (const grouping of groupings) {
    const text = value(grouping, face);
    if (text && text !== faceName(face)) tell(groupingTitle(grouping), shown(text));
  }
  if (photoOf[face] >= 0 && !isThere) tell(t("photo"), t("photoGone", { file: fileName(face) }));
  if (isThere) {
    const link = document.createElement("a");
    link.href = photoLink(face);
    link.target = "_blank";
    link.rel = "noopener";
    link.textContent = fileName(face);
    link.title = photoPath(face);
    tell(t("photo"), link);
  }
  if (data.placed.includes(face)) tell(t("placed"), t("placedLater"));
  const list = $("near");
  list.replaceChildren();
  for (let k = 0; k < near.width; k++) {
    const other = near.rows[face * near.width + k];
    if (other < 0) continue;
    const distance = near.distances[face * near.width + k];
    const button = document.createElement("button");
    button.type = "button";
    const picture = document.createElement("span");
    picture.className = "thumb";
    showThumbnail(picture, other, 44);
    const name = document.createElement("span");
    name.className = "name";
    name.textContent = shown(faceName(other));
    name.title = fileName(other);
    const far = document.createElement("span");
    far.className = "far";
    far.textContent = distance.toFixed(3);
    button.append(picture, name, far);
    button.addEventListener("click", () => select(other, true));
    const item = document.createElement("li");
    item.append(button);
    list.append(item);
  }
  $("near-title").hidden = !list.children.length;
  $("panel").scrollTop = 0;
}

// --- The pointer

const touches = new Map();

plot.addEventListener("pointerdown", (event) => {
  plot.setPointerCapture(event.pointerId);
  touches.set(event.pointerId, { x: event.clientX, y: event.clientY });
  dragging = { x: event.clientX, y: event.clientY, moved: touches.size > 1 };
  $("hint").classList.add("gone");
});

plot.addEventListener("pointermove", (event) => {
  const last = touches.get(event.pointerId);
  const [x, y] = [event.clientX, event.clientY];
  if (!last) {
    pointer = { x, y };
    hoverAt(x, y);
    return;
  }
  const [dx, dy] = [x - last.x, y - last.y];
  if (touches.size === 2) {
    const other = [...touches].find(([id]) => id !== event.pointerId)[1];
    const before = Math.hypot(last.x - other.x, last.y - other.y);
    const after = Math.hypot(x - other.x, y - other.y);
    if (before > 0 && after > 0) zoomAt((x + other.x) / 2, (y + other.y) / 2, after / before);
    pan(dx / 2, dy / 2);
    snap();
  } else if (dragging) {
    if (!dragging.moved && Math.hypot(x - dragging.x, y - dragging.y) < 4) return;
    if (!dragging.moved) {
      dragging.moved = true;
      leave();
      plot.classList.add("dragging");
    }
    if (inSpace && !event.shiftKey && !(event.buttons & 2)) turn(dx, dy); else pan(dx, dy);
    snap();
  }
  touches.set(event.pointerId, { x, y });
  changed();
});

/** A hand that drags wants no delay. */
function snap() {
  if (!flight) Object.assign(camera, aim);
}

function release(event) {
  touches.delete(event.pointerId);
  if (event.type === "pointerup" && dragging && !dragging.moved && touches.size === 0) {
    const face = faceAt(event.clientX, event.clientY, event.pointerType === "touch" ? 8 : 2);
    select(face, false);
  }
  if (touches.size === 0) {
    dragging = null;
    plot.classList.remove("dragging");
  }
}
plot.addEventListener("pointerup", release);
plot.addEventListener("pointercancel", release);
plot.addEventListener("pointerleave", leave);
plot.addEventListener("contextmenu", (event) => { if (inSpace) event.preventDefault(); });

plot.addEventListener("wheel", (event) => {
  event.preventDefault();
  $("hint").classList.add("gone");
  const lines = event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? 400 : 1;
  // Two fingers on a touchpad zoom faster than they scroll.
  const speed = event.ctrlKey ? 0.01 : 0.0016;
  zoomAt(event.clientX, event.clientY, Math.exp(-event.deltaY * lines * speed));
  changed();
}, { passive: false });

plot.addEventListener("dblclick", (event) => {
  zoomAt(event.clientX, event.clientY, event.shiftKey ? 0.4 : 2.5);
  changed();
});

// --- The keyboard

function zoomBy(factor) {
  const at = middle();
  zoomAt(at.x, at.y, factor);
  changed();
}

function showAll() {
  const target = home();
  flyTo(target);
  changed();
}

function spin(on) {
  isSpinning = inSpace && on;
  $("spin").setAttribute("aria-pressed", String(isSpinning));
  changed();
}

/** The face nearest to the middle of what is seen. */
function central() {
  const at = middle();
  let [best, least] = [-1, Infinity];
  for (let face = 0; face < count; face++) {
    if (screen.depth[face] <= 0.05 || look.weight[face] === 0) continue;
    const square = (screen.x[face] - at.x) ** 2 + (screen.y[face] - at.y) ** 2;
    if (square < least) [best, least] = [face, square];
  }
  return best;
}

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const isTyping = ["INPUT", "SELECT"].includes(document.activeElement.tagName);
  if (event.key === "Escape") {
    event.preventDefault();
    if (!$("suggestions").hidden) return hideSuggestions();
    if (document.activeElement === $("search")) return clearSearch();
    if (look.selected >= 0) return select(-1);
    if (found || $("search").value) return clearSearch();
    chosen.clear();
    showLegend();
    return weigh();
  }
  if (isTyping) return;
  if (event.key === "/") {
    event.preventDefault();
    unfold(true);
    $("search").focus();
    $("search").select();
    return;
  }
  const step = event.shiftKey ? 240 : 80;
  const move = inSpace && !event.shiftKey ? (x, y) => turn(-x * 0.4, -y * 0.4) : pan;
  switch (event.key) {
    case "ArrowLeft": move(step, 0); break;
    case "ArrowRight": move(-step, 0); break;
    case "ArrowUp": move(0, step); break;
    case "ArrowDown": move(0, -step); break;
    case "+": case "=": zoomBy(1.5); break;
    case "-": case "_": zoomBy(1 / 1.5); break;
    case "0": case "Home": showAll(); break;
    case "r": case "R": spin(!isSpinning); break;
    case "Enter": case " ":
      if (document.activeElement !== plot) return;
      select(central(), false);
      break;
    default: return;
  }
  event.preventDefault();
  changed();
});

$("in").addEventListener("click", () => zoomBy(1.8));
$("out").addEventListener("click", () => zoomBy(1 / 1.8));
$("fit").addEventListener("click", showAll);
$("spin").addEventListener("click", () => spin(!isSpinning));
$("close").addEventListener("click", () => select(-1));

function unfold(open) {
  $("tools").hidden = !open;
  $("fold").setAttribute("aria-expanded", String(open));
  // There is more room, or less.
  if (painter) resize();
  changed();
}
$("fold").addEventListener("click", () => unfold($("tools").hidden));

// --- Searching

/** What can be searched: every name and person with its faces, and every file. */
const entries = new Map();
for (const grouping of groupings) {
  grouping.of.forEach((index, face) => {
    if (index < 0) return;
    const text = grouping.values[index];
    const entry = entries.get(text) || { text, folded: folded(text), faces: new Set(), rank: 0 };
    entry.faces.add(face);
    entries.set(text, entry);
  });
}
data.photos.forEach((path) => {
  const text = path.split("/").pop();
  if (!entries.has(text)) entries.set(text, { text, folded: folded(text), faces: null, rank: 1 });
});
photoOf.forEach((_, face) => {
  const entry = entries.get(fileName(face));
  if (!entry || entry.rank === 0) return;
  entry.faces = entry.faces || new Set();
  entry.faces.add(face);
});

let suggested = [];
let active = -1;

function matching(text) {
  const wanted = folded(text.trim());
  if (!wanted) return [];
  const list = [];
  for (const entry of entries.values()) {
    if (!entry.faces) continue;
    const at = entry.folded.indexOf(wanted);
    if (at < 0) continue;
    const start = at === 0 ? 0 : entry.folded[at - 1] === " " ? 1 : 2;
    list.push({ entry, start });
  }
  list.sort((a, b) => a.entry.rank - b.entry.rank || a.start - b.start
    || b.entry.faces.size - a.entry.faces.size || (a.entry.folded < b.entry.folded ? -1 : 1));
  // Files only where nobody has such a name.
  return list.filter((each) => each.entry.rank === list[0].entry.rank).map((each) => each.entry);
}

function suggest() {
  const all = matching($("search").value);
  suggested = all.slice(0, 8);
  active = -1;
  const list = $("suggestions");
  list.replaceChildren();
  suggested.forEach((entry, i) => {
    const item = document.createElement("li");
    item.id = "suggestion-" + i;
    item.setAttribute("role", "option");
    const picture = document.createElement("span");
    picture.className = "thumb swatch";
    showThumbnail(picture, entry.faces.values().next().value, 24);
    const name = document.createElement("span");
    name.className = "name";
    name.textContent = shown(entry.text);
    const number = document.createElement("span");
    number.className = "count";
    number.textContent = inFigures(entry.faces.size);
    item.append(picture, name, number);
    item.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      take(entry);
    });
    list.append(item);
  });
  list.hidden = !suggested.length;
  $("search").setAttribute("aria-expanded", String(!list.hidden));
  // While one types, all that fit are picked out; nothing moves yet.
  const faces = new Set();
  for (const entry of all) entry.faces.forEach((face) => faces.add(face));
  setFound($("search").value.trim() ? faces : null);
}

function setFound(faces) {
  found = faces;
  $("found").textContent = faces === null ? ""
    : faces.size ? t("faces", { n: faces.size }) : t("notFound");
  weigh();
}

function hideSuggestions() {
  $("suggestions").hidden = true;
  $("search").setAttribute("aria-expanded", "false");
  $("search").removeAttribute("aria-activedescendant");
}

function take(entry) {
  $("search").value = shown(entry.text);
  hideSuggestions();
  setFound(new Set(entry.faces));
  flyToFound();
}

function flyToFound() {
  if (!found || !found.size) return;
  const faces = [...found];
  if (faces.length === 1) {
    select(faces[0], true);
  } else {
    flyTo(fitted(faces));
  }
  changed();
}

function clearSearch() {
  $("search").value = "";
  hideSuggestions();
  setFound(null);
  plot.focus({ preventScroll: true });
}

$("search").addEventListener("input", suggest);
$("search").addEventListener("focus", () => { if ($("search").value) suggest(); });
$("search").addEventListener("blur", hideSuggestions);
$("search").addEventListener("keydown", (event) => {
  if (event.key === "Enter") {
    if (active >= 0) return take(suggested[active]);
    hideSuggestions();
    flyToFound();
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    if (!suggested.length) return;
    const by = event.key === "ArrowDown" ? 1 : -1;
    active = (active + by + suggested.length + (active < 0 && by < 0 ? 1 : 0)) % suggested.length;
    [...$("suggestions").children].forEach((item, i) => {
      item.setAttribute("aria-selected", String(i === active));
    });
    $("search").setAttribute("aria-activedescendant", "suggestion-" + active);
  }
});

// --- The start

$("title").textContent = data.title;
$("facts").textContent = [t("faces", { n: count }), ...data.facts.slice(0, 2).map(phrase), ...(data.hidden > 0 ? [t("hidden", { n: data.hidden })] : [])].join(" · ");
$("facts").title = data.facts.map((pair) => pair.map(fact).join(": ")).join("\n");
for (const grouping of groupings) $("colour").add(new Option(groupingTitle(grouping).toLowerCase(), grouping.key));
$("colour").add(new Option(t("noColour"), ""));
$("colour").addEventListener("change", () => {
  look.grouping = groupings.find((grouping) => grouping.key === $("colour").value) || null;
  group();
});
look.grouping = groupings[0] || null;
$("spin").hidden = !inSpace;
$("hint").textContent = t(
  (matchMedia("(pointer: coarse)").matches ? "hint.touch" : "hint") + (inSpace ? ".space" : ""));
plot.tabIndex = 0;
plot.setAttribute("aria-label", t("keys"));
plot.setAttribute("role", "application");
const themeChanged = () => {
  readTheme();
  showLegend();
};
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", themeChanged);
addEventListener("hashchange", themeChanged);
addEventListener("resize", resize);
// A small window, or a page around it, is for the map first.
if (innerWidth <= 640 || wished().get("within")) unfold(false);

makePainter();
readTheme();
resize();
group();
loadSheets();

/** For scripts that look at the page from outside. */
window.likenessMap = Object.freeze({
  count,
  frames,
  draw,
  position: (face) => ({
    x: screen.x[face], y: screen.y[face], depth: screen.depth[face], size: sizeAt(screen.depth[face]),
  }),
  view: () => ({ ...camera, moving: flight !== null || isDue }),
  hovered: () => look.hovered,
  selected: () => look.selected,
  lit: () => look.weight.reduce((sum, weight) => sum + weight, 0),
});
