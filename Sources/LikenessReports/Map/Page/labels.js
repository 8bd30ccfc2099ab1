// Names on the map: of the largest groups from afar, of each face from near by.

/** Where the label of each value of a grouping goes: at the member nearest to the middle of most. */
function anchors(grouping) {
  const members = grouping.values.map(() => []);
  grouping.of.forEach((index, face) => { if (index >= 0) members[index].push(face); });
  return members.map((faces) => {
    if (!faces.length) return -1;
    const median = [];
    for (let axis = 0; axis < dimensions; axis++) {
      const sorted = faces.map((face) => points[face * dimensions + axis]).sort((a, b) => a - b);
      median.push(sorted[sorted.length >> 1]);
    }
    let [best, least] = [faces[0], Infinity];
    for (const face of faces) {
      let square = 0;
      for (let axis = 0; axis < dimensions; axis++) {
        square += (points[face * dimensions + axis] - median[axis]) ** 2;
      }
      if (square < least) [best, least] = [face, square];
    }
    return best;
  });
}

/** What is on the screen already, so that no label covers another. */
class Crowd {
  constructor() {
    this.taken = [];
    this.places = new Map();
  }
  /** Whether the same is written close by, where it need not be said again. */
  says(text, x, y) {
    const places = this.places.get(text) || [];
    if (places.some((place) => Math.hypot((place[0] - x) / 2, place[1] - y) < 70)) return true;
    places.push([x, y]);
    this.places.set(text, places);
    return false;
  }
  admits(left, top, width, height) {
    for (const other of this.taken) {
      if (left < other[2] && left + width > other[0] && top < other[3] && top + height > other[1]) {
        return false;
      }
    }
    this.taken.push([left, top, left + width, top + height]);
    return true;
  }
}

const widths = new Map();

function drawLabels(context, look, ratio) {
  const canvas = context.canvas;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  const crowd = new Crowd();
  // Nothing is written behind the tools.
  for (const id of ["head", "panel", "zoom"]) {
    const box = document.getElementById(id).getBoundingClientRect();
    if (box.width) crowd.taken.push([box.left - 4, box.top - 4, box.right + 4, box.bottom + 4]);
  }
  const write = (text, x, y, size, weight, opacity) => {
    const font = weight + " " + size + "px system-ui, sans-serif";
    context.font = font;
    const key = font + text;
    let width = widths.get(key);
    if (width === undefined) {
      width = context.measureText(text).width;
      if (widths.size > 5000) widths.clear();
      widths.set(key, width);
    }
    // Whole, also at the edge.
    if (width + 12 < camera.width) x = Math.min(camera.width - width / 2 - 6, Math.max(width / 2 + 6, x));
    if (!crowd.admits(x - width / 2 - 4, y - size * 0.65, width + 8, size * 1.3)) return false;
    context.globalAlpha = opacity;
    context.lineWidth = 4;
    context.strokeStyle = look.theme.paperText;
    context.strokeText(text, x, y);
    context.fillStyle = look.theme.inkText;
    context.fillText(text, x, y);
    return true;
  };
  const inWindow = (x, y) => x > -40 && y > -20 && x < camera.width + 40 && y < camera.height + 20;
  const plain = worldSize / camera.unit;
  const nearBy = sizeAt(1) >= 44;
  if (nearBy) {
    let written = 0;
    let looked = 0;
    for (let k = count - 1; k >= 0 && written < 160 && looked < 600; k--) {
      const face = order[k];
      const depth = screen.depth[face];
      if (depth <= 0.05 || depth > 1.6 || look.weight[face] === 0) continue;
      const [x, y] = [screen.x[face], screen.y[face]];
      if (!inWindow(x, y)) continue;
      looked++;
      // In space, nearer faces are not written over.
      const half = sizeAt(depth) / 2;
      if (inSpace) crowd.taken.push([x - half, y - half, x + half, y + half]);
      const text = shown(faceName(face));
      const isMarked = face === look.selected || face === look.hovered;
      if (!isMarked && crowd.says(text, x, y)) continue;
      const cut = text.length > 24 ? text.slice(0, 23) + "…" : text;
      const below = y + (sizeAt(depth) * (isMarked ? 1.15 : 1)) / 2 + 11;
      if (write(cut, x, below, 12, 500, Math.min(1, 1.7 - depth))) written++;
    }
    return;
  }
  const grouping = look.grouping || names || people;
  if (!grouping) return;
  const least = Math.max(look.isSearching ? 1 : 2, count / 1000 * Math.max(0.08, camera.unit / look.homeUnit));
  let written = 0;
  for (const index of look.largest) {
    const size = look.sizes[index];
    if (size < least || written >= 70) break;
    const face = look.anchors[index];
    if (face < 0 || look.weight[face] === 0 || screen.depth[face] <= 0.05) continue;
    const [x, y] = [screen.x[face], screen.y[face]];
    if (!inWindow(x, y)) continue;
    const height = Math.round(Math.min(17, 11 + Math.log2(size) * 0.65));
    const text = shown(grouping.values[index]);
    // Who has no name goes by a number, which tells nothing from afar.
    if (grouping === people && /^(#|person:)\d+$/.test(text)) continue;
    const cut = text.length > 32 ? text.slice(0, 31) + "…" : text;
    const lifted = plain > 8 ? y - sizeAt(screen.depth[face]) / 2 - height * 0.6 : y;
    const fade = inSpace ? Math.min(1, Math.max(0.25, 1.9 - screen.depth[face])) : 1;
    if (write(cut, x, lifted, height, size > count / 300 ? 650 : 500, fade)) written++;
  }
}
