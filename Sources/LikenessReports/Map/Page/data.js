// What the page was given: small things as JSON, numbers and pictures as base64.

const data = JSON.parse(document.getElementById("data").textContent);
const count = data.count;
const dimensions = data.dimensions;

function bytes(base64) {
  const text = atob(base64);
  const result = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) result[i] = text.charCodeAt(i);
  return result;
}

const points = centred(new Float32Array(bytes(data.points).buffer));
const photoOf = new Int32Array(bytes(data.photoOf).buffer);
/** Photos whose files were gone already when the page was made. */
const gone = new Set(data.gone);
/** Left, top, width and height of each face, as parts of its photo. */
const boxes = new Float32Array(bytes(data.boxes).buffer);
const near = {
  width: data.near.width,
  rows: new Int32Array(bytes(data.near.rows).buffer),
  distances: new Float32Array(bytes(data.near.distances).buffer),
};
/** What faces can be coloured by: each with its values, and the value of each face or -1. */
const groupings = data.groupings.map((grouping) => ({
  key: grouping.key,
  title: grouping.title,
  values: grouping.values,
  of: new Int32Array(bytes(grouping.of).buffer),
}));
const names = groupings.find((grouping) => grouping.key === "name");
const people = groupings.find((grouping) => grouping.key === "person");

/** With the middle at 0 and the farthest coordinate at 1, so that nothing else depends on the unit. */
function centred(values) {
  const low = new Array(dimensions).fill(Infinity);
  const high = new Array(dimensions).fill(-Infinity);
  for (let i = 0; i < values.length; i++) {
    low[i % dimensions] = Math.min(low[i % dimensions], values[i]);
    high[i % dimensions] = Math.max(high[i % dimensions], values[i]);
  }
  const span = Math.max(...low.map((value, axis) => high[axis] - value)) / 2 || 1;
  return values.map((value, i) => {
    const axis = i % dimensions;
    const moved = (value - (low[axis] + high[axis]) / 2) / span;
    // Pictures grow upwards, screens downwards.
    return axis === 1 ? -moved : moved;
  });
}

function value(grouping, face) {
  const index = grouping ? grouping.of[face] : -1;
  return index < 0 ? "" : grouping.values[index];
}

function shown(text) { return text.replace(/_/g, " "); }

function photoPath(face) { return photoOf[face] < 0 ? "" : data.photos[photoOf[face]]; }

function fileName(face) { return photoPath(face).split("/").pop(); }

function photoLink(face) {
  // A server shows the photos itself.
  if (data.links) return data.links[photoOf[face]];
  return "file://" + photoPath(face).split("/").map(encodeURIComponent).join("/");
}

function faceName(face) { return value(names, face) || value(people, face) || fileName(face); }

/** Without accents, case and underlines, so that "jose" finds "José". */
function folded(text) {
  return text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/_/g, " ").toLowerCase();
}

/** How far apart neighbours lie on the map, in its own unit: the middle one of some hundred. */
function spacing() {
  const found = [];
  const step = Math.max(1, Math.floor(count / 300));
  for (let i = 0; i < count; i += step) {
    let least = Infinity;
    for (let j = 0; j < count; j++) {
      if (j === i) continue;
      let square = 0;
      for (let axis = 0; axis < dimensions; axis++) {
        const apart = points[i * dimensions + axis] - points[j * dimensions + axis];
        square += apart * apart;
      }
      if (square < least) least = square;
    }
    if (least < Infinity) found.push(Math.sqrt(least));
  }
  found.sort((a, b) => a - b);
  return found.length ? found[Math.floor(found.length / 2)] : 1;
}

/** The sheets of thumbnails as JPEG files in memory; each face has a square cell of one of them. */
const sheets = [];
for (let i = 0; i < data.sheet.count; i++) {
  const source = document.getElementById("sheet-" + i);
  const blob = new Blob([bytes(source.textContent.trim())], { type: "image/jpeg" });
  sheets.push({ blob, url: URL.createObjectURL(blob) });
  source.remove();
}

function cellOf(face) {
  const { columns, rows } = data.sheet;
  const place = face % (columns * rows);
  return {
    sheet: Math.floor(face / (columns * rows)), column: place % columns,
    row: Math.floor(place / columns),
  };
}

/** Makes an element show a face's thumbnail at some size in pixels. */
function showThumbnail(element, face, size) {
  const { columns, rows } = data.sheet;
  const cell = cellOf(face);
  element.style.width = element.style.height = size + "px";
  const sheet = sheets[cell.sheet];
  if (!sheet) return;
  element.style.backgroundImage = "url(" + sheet.url + ")";
  element.style.backgroundSize = columns * size + "px " + rows * size + "px";
  element.style.backgroundPosition = -cell.column * size + "px " + -cell.row * size + "px";
}
