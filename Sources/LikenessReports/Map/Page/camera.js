// Where the map is seen from. Flat maps are moved and scaled; those in space are looked at from a
// distance, by a camera that turns about a target.

const camera = {
  width: 1,
  height: 1,
  /** What is in the middle. */
  x: 0, y: 0, z: 0,
  /** Of the map's unit in pixels, turned upside down: it and the middle change in step while a
      pointer stays where it is. */
  unit: 1,
  yaw: 0.6, pitch: -0.35,
};
/** Where the camera is on its way to. */
const aim = { x: 0, y: 0, z: 0, unit: 1, yaw: camera.yaw, pitch: camera.pitch };
let flight = null;

const inSpace = dimensions === 3;

/** The camera's distance in pixels: objects at the target have the size that the unit says. */
function eye() { return Math.max(camera.width, camera.height) * 1.15; }

/** What the tools leave free: unfolded in a wide window they stand at the left, else at the top. */
function room() {
  const isBeside = camera.width > 900 && !document.getElementById("tools").hidden;
  const left = isBeside ? 280 : 0;
  const top = isBeside ? 0 : 64;
  return { left, top, width: camera.width - left, height: camera.height - top };
}

function home() { return fitted(null); }

/** The aim that shows some faces, or all. */
function fitted(faces) {
  const low = [Infinity, Infinity, Infinity];
  const high = [-Infinity, -Infinity, -Infinity];
  const list = faces || points.length / dimensions;
  const total = faces ? faces.length : list;
  for (let i = 0; i < total; i++) {
    const face = faces ? faces[i] : i;
    for (let axis = 0; axis < 3; axis++) {
      const at = axis < dimensions ? points[face * dimensions + axis] : 0;
      low[axis] = Math.min(low[axis], at);
      high[axis] = Math.max(high[axis], at);
    }
  }
  if (!total) return { ...aim };
  if (faces && total > 12) {
    // A few that lie elsewhere do not keep the rest small.
    for (let axis = 0; axis < dimensions; axis++) {
      const sorted = faces.map((face) => points[face * dimensions + axis]).sort((a, b) => a - b);
      const cut = Math.floor(total * 0.06);
      [low[axis], high[axis]] = [sorted[cut], sorted[total - 1 - cut]];
    }
  }
  const free = room();
  const margin = Math.min(48, Math.min(free.width, free.height) * 0.05) + thumbnailAtHome() / 2;
  const wide = Math.max(60, free.width - 2 * margin);
  const tall = Math.max(60, free.height - 2 * margin);
  const spans = high.map((value, axis) => value - low[axis]);
  let unit = inSpace
    ? Math.hypot(...spans) * 0.74 / Math.min(wide, tall)
    : Math.max(spans[0] / wide, spans[1] / tall);
  unit = Math.max(unit, faces ? closestFor(total) : 1e-5);
  const result = { ...aim, unit };
  ["x", "y", "z"].forEach((axis, i) => { result[axis] = (low[i] + high[i]) / 2; });
  if (!inSpace) {
    // The middle of what is free, not of the window.
    result.x -= (free.left / 2) * unit;
    result.y -= (free.top / 2) * unit;
  }
  return result;
}

/** How near a flight to one or a few faces goes: their thumbnails are large then, no more. */
function closestFor(total) { return worldSize / (total > 1 ? 120 : 90); }

function limitedUnit(unit) {
  return Math.min(4 * fitted(null).unit, Math.max(unit, worldSize / 900));
}

/** Moves towards the aim; says whether it is still on its way. */
function stepCamera(seconds) {
  if (flight) {
    flight.time += seconds;
    const part = Math.min(1, flight.time / flight.duration);
    Object.assign(aim, flight.at(part));
    Object.assign(camera, aim);
    if (part === 1) flight = null;
    return true;
  }
  const share = calm ? 1 : 1 - Math.exp(-seconds * 14);
  let moving = false;
  for (const key of ["x", "y", "z", "unit", "yaw", "pitch"]) {
    const left = aim[key] - camera[key];
    const scale = key === "unit" ? camera.unit : key === "yaw" || key === "pitch" ? 1 : camera.unit * 400;
    if (Math.abs(left) < scale * 2e-4) {
      camera[key] = aim[key];
    } else {
      camera[key] += left * share;
      moving = true;
    }
  }
  return moving;
}

/** Goes there smoothly: out, across, and in again (van Wijk and Nuij, 2003). */
function flyTo(target) {
  flight = null;
  if (calm) {
    Object.assign(aim, target);
    return;
  }
  const from = { ...camera };
  const reach = Math.max(camera.width, 300);
  const [w0, w1] = [from.unit * reach, target.unit * reach];
  const way = ["x", "y", "z"].map((axis) => target[axis] - from[axis]);
  const length = Math.hypot(...way);
  const rho = 1.3;
  let path;
  let duration;
  if (length < 1e-6 * Math.max(w0, w1)) {
    const total = Math.abs(Math.log(w1 / w0)) / rho;
    duration = total;
    path = (s) => ({ along: s, width: w0 * Math.pow(w1 / w0, s) });
  } else {
    const b = (w, sign) => (w1 * w1 - w0 * w0 + sign * rho ** 4 * length * length)
      / (2 * w * rho * rho * length);
    const r = (value) => Math.log(Math.sqrt(value * value + 1) - value);
    const [r0, r1] = [r(b(w0, 1)), r(b(w1, -1))];
    duration = (r1 - r0) / rho;
    path = (s) => {
      const at = rho * s * duration;
      return {
        along: w0 / (rho * rho * length) * (Math.cosh(r0) * Math.tanh(at + r0) - Math.sinh(r0)),
        width: w0 * Math.cosh(r0) / Math.cosh(at + r0),
      };
    };
  }
  const turn = ["yaw", "pitch"].map((key) => (target[key] ?? from[key]) - from[key]);
  flight = {
    time: 0,
    duration: Math.min(1.6, Math.max(0.35, duration * 0.42)),
    at(part) {
      const eased = part < 0.5 ? 2 * part * part : 1 - 2 * (1 - part) * (1 - part);
      const { along, width } = part === 1 ? { along: 1, width: w1 } : path(eased);
      return {
        x: from.x + way[0] * along, y: from.y + way[1] * along, z: from.z + way[2] * along,
        unit: width / reach, yaw: from.yaw + turn[0] * eased, pitch: from.pitch + turn[1] * eased,
      };
    },
  };
}

/** The camera's axes in the map: right, down, and into the picture. */
function axes(of) {
  const [cy, sy, cp, sp] = [Math.cos(of.yaw), Math.sin(of.yaw), Math.cos(of.pitch), Math.sin(of.pitch)];
  return [[cy, 0, sy], [sy * sp, cp, -cy * sp], [-sy * cp, sp, cy * cp]];
}

/** Moves what is seen by some pixels. */
function pan(dx, dy) {
  flight = null;
  if (inSpace) {
    const [right, down] = axes(aim);
    ["x", "y", "z"].forEach((axis, i) => {
      aim[axis] -= (right[i] * dx + down[i] * dy) * aim.unit;
    });
  } else {
    aim.x -= dx * aim.unit;
    aim.y -= dy * aim.unit;
  }
}

function turn(dx, dy) {
  flight = null;
  aim.yaw += dx * 0.007;
  aim.pitch = Math.max(-1.5, Math.min(1.5, aim.pitch + dy * 0.007));
}

/** Zooms by a factor; what is under the pixel stays there. */
function zoomAt(x, y, factor) {
  flight = null;
  const unit = limitedUnit(aim.unit / factor);
  const [dx, dy] = [x - middle().x, y - middle().y];
  const gain = aim.unit - unit;
  if (inSpace) {
    const [right, down] = axes(aim);
    ["x", "y", "z"].forEach((axis, i) => { aim[axis] += (right[i] * dx + down[i] * dy) * gain; });
  } else {
    aim.x += dx * gain;
    aim.y += dy * gain;
  }
  aim.unit = unit;
}

/** The pixel at which the target is. */
function middle() {
  const free = room();
  return inSpace
    ? { x: free.left + free.width / 2, y: free.top + free.height / 2 }
    : { x: camera.width / 2, y: camera.height / 2 };
}

/** Where each face is on the screen, in pixels; `depth` is 1 at the target and more behind it. */
const screen = {
  x: new Float32Array(count), y: new Float32Array(count), depth: new Float32Array(count).fill(1),
};

function project() {
  const at = middle();
  const scale = 1 / camera.unit;
  if (!inSpace) {
    for (let i = 0; i < count; i++) {
      screen.x[i] = at.x + (points[2 * i] - camera.x) * scale;
      screen.y[i] = at.y + (points[2 * i + 1] - camera.y) * scale;
    }
    return;
  }
  const [right, down, into] = axes(camera);
  const far = eye();
  for (let i = 0; i < count; i++) {
    const dx = (points[3 * i] - camera.x) * scale;
    const dy = (points[3 * i + 1] - camera.y) * scale;
    const dz = (points[3 * i + 2] - camera.z) * scale;
    const depth = 1 + (into[0] * dx + into[1] * dy + into[2] * dz) / far;
    const nearer = depth > 0.05 ? 1 / depth : 0;
    screen.x[i] = at.x + (right[0] * dx + right[1] * dy + right[2] * dz) * nearer;
    screen.y[i] = at.y + (down[0] * dx + down[1] * dy + down[2] * dz) * nearer;
    screen.depth[i] = depth;
  }
}
