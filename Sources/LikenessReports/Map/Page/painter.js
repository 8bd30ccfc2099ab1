// Draws faces: dots from afar, thumbnails from near by. With WebGL, or without.

/** The side of a thumbnail in the map's unit; on the screen it stays within `dotSize` and `fullSize`. */
const worldSize = Math.max(spacing() * 1.25, (inSpace ? 0.6 : 0.9) / Math.sqrt(Math.max(count, 2)));
const fullSize = Math.min(132, Math.max(88, data.sheet.cell * 1.3));
const dotSize = Math.max(5.5, Math.min(12, 420 / Math.sqrt(count)));

function thumbnailAtHome() { return Math.min(fullSize, 1600 / Math.sqrt(Math.max(count, 1))); }

/** The side on the screen of a face at some depth, in pixels. */
function sizeAt(depth) {
  const size = worldSize / camera.unit;
  // Slower than the map grows: what lies close together comes apart.
  const shown = size < 40 ? size : 40 + (size - 40) * 0.55;
  // Whoever stands right before the camera hides the others no more than that.
  return Math.min(fullSize * 1.25, Math.max(dotSize, Math.min(fullSize, shown)) / depth);
}

/** How much of a thumbnail is seen at a size: 0 is a dot in the colour of its group. */
function detailAt(size) {
  const part = Math.min(1, Math.max(0, (size - 8.5) / 6));
  return part * part * (3 - 2 * part);
}

/** Rows of what is drawn: x, y, size, detail, colour (r, g, b), opacity, face, ring. */
const stride = 10;
const instances = new Float32Array(count * stride);
let drawn = 0;
/** The faces in the order in which they are drawn, the uppermost last. */
const order = new Int32Array(count);
const buckets = new Int32Array(4098);
const keys = new Uint16Array(count);
const sheetOf = Uint16Array.from({ length: count }, (_, face) => cellOf(face).sheet);

/** Faces that matter less come first, those farther away before nearer ones. */
function arrange(look) {
  buckets.fill(0);
  let [least, most] = [Infinity, -Infinity];
  if (inSpace) {
    for (let i = 0; i < count; i++) {
      if (screen.depth[i] < least) least = screen.depth[i];
      if (screen.depth[i] > most) most = screen.depth[i];
    }
  }
  const scale = most > least ? 1023 / (most - least) : 0;
  for (let i = 0; i < count; i++) {
    const rank = i === look.hovered ? 3 : i === look.selected ? 2 : look.weight[i] > 0 ? 1 : 0;
    const depth = inSpace ? Math.round((most - screen.depth[i]) * scale) : 0;
    keys[i] = rank * 1024 + depth;
    buckets[keys[i] + 1]++;
  }
  for (let i = 1; i < buckets.length; i++) buckets[i] += buckets[i - 1];
  for (let i = 0; i < count; i++) order[buckets[keys[i]]++] = i;
}

function fillInstances(look) {
  arrange(look);
  drawn = 0;
  const paper = look.theme.paper;
  const density = fogDensity();
  for (let k = 0; k < count; k++) {
    const face = order[k];
    const depth = screen.depth[face];
    if (depth <= 0.05) continue;
    const isDim = look.weight[face] === 0 && face !== look.hovered && face !== look.selected;
    let size = sizeAt(depth);
    let detail = isDim ? 0 : detailAt(size);
    if (isDim) size = Math.max(4, Math.min(size * 0.6, 16));
    if (face === look.hovered || face === look.selected) {
      size = Math.max(size * 1.15, 30);
      detail = 1;
    }
    const x = screen.x[face];
    const y = screen.y[face];
    if (x + size < 0 || y + size < 0 || x - size > camera.width || y - size > camera.height) continue;
    const tint = face * 3;
    // What is far away fades into the paper.
    const fog = inSpace ? Math.min(0.6, Math.max(0, (depth - 0.95) * density)) : 0;
    const at = drawn * stride;
    instances[at] = x;
    instances[at + 1] = y;
    instances[at + 2] = size;
    instances[at + 3] = detail * look.loaded[sheetOf[face]];
    for (let c = 0; c < 3; c++) {
      const colour = look.colours[tint + c];
      instances[at + 4 + c] = colour + (paper[c] - colour) * fog;
    }
    instances[at + 7] = isDim ? 0.22 : 1 - fog * 0.3;
    instances[at + 8] = face;
    instances[at + 9] = face === look.selected ? 2 : face === look.hovered ? 1 : 0;
    drawn++;
  }
}

function fogDensity() { return Math.min(2, eye() * camera.unit * 0.4); }

/** The face at a pixel, or -1. */
function faceAt(x, y, slack) {
  for (let k = count - 1; k >= 0; k--) {
    const face = order[k];
    if (screen.depth[face] <= 0.05) continue;
    const half = Math.max(sizeAt(screen.depth[face]) / 2, 4) + slack;
    const [dx, dy] = [Math.abs(screen.x[face] - x), Math.abs(screen.y[face] - y)];
    if (look.weight[face] === 0 && Math.max(dx, dy) > 6) continue;
    if (half < 12 ? dx * dx + dy * dy <= half * half : Math.max(dx, dy) <= half) return face;
  }
  return -1;
}

const vertexShader = `#version 300 es
layout(location = 0) in vec2 corner;
layout(location = 1) in vec4 place;
layout(location = 2) in vec4 colour;
layout(location = 3) in vec2 face;
uniform vec2 window;
uniform vec3 grid;
out vec2 spot;
out vec3 cell;
flat out vec4 tint;
flat out vec3 kind;
void main() {
  float border = place.z > 26.0 ? 2.5 : place.z > 13.0 ? 1.5 : 1.0;
  float outer = place.z + 2.0 * border + 2.0;
  spot = corner * outer;
  vec2 at = (place.xy + spot) / window * 2.0 - 1.0;
  gl_Position = vec4(at.x, -at.y, 0.0, 1.0);
  float perSheet = grid.x * grid.y;
  float sheet = floor((face.x + 0.5) / perSheet);
  float inSheet = face.x - sheet * perSheet;
  float row = floor((inSheet + 0.5) / grid.x);
  vec2 low = vec2(inSheet - row * grid.x, row);
  vec2 part = clamp(spot / place.z + 0.5, 0.5 / grid.z, 1.0 - 0.5 / grid.z);
  cell = vec3((low + part) / grid.xy, sheet);
  tint = colour;
  kind = vec3(place.z, place.w, face.y);
}`;

const fragmentShader = `#version 300 es
precision highp float;
precision highp sampler2DArray;
in vec2 spot;
in vec3 cell;
flat in vec4 tint;
flat in vec3 kind;
uniform sampler2DArray sheets;
uniform vec3 ring;
out vec4 result;
float outside(float half_, float radius) {
  vec2 q = abs(spot) - half_ + radius;
  return length(max(q, 0.0)) + min(max(q.x, q.y), 0.0) - radius;
}
void main() {
  float size = kind.x;
  float border = (size > 26.0 ? 2.5 : size > 13.0 ? 1.5 : 1.0);
  float round_ = size * mix(0.5, 0.2, kind.y);
  float away = outside(size * 0.5, round_);
  vec3 picture = texture(sheets, vec3(cell.xy, cell.z)).rgb;
  vec3 inside = mix(tint.rgb, picture, kind.y);
  float framed = kind.z > 0.5 ? 1.0 : kind.y;
  vec3 edge = kind.z > 0.5 ? ring : tint.rgb;
  float grown = border * framed;
  vec3 colour = mix(inside, edge, smoothstep(-0.5, 0.5, away) * framed);
  float cover = 1.0 - smoothstep(-0.5, 0.5, away - grown);
  float alpha = cover * tint.a;
  result = vec4(colour * alpha, alpha);
}`;

/** Draws with WebGL 2; null where there is none. */
function graphicsPainter(canvas, theme) {
  const gl = canvas.getContext("webgl2", { antialias: false, alpha: false });
  if (!gl || gl.getParameter(gl.MAX_TEXTURE_SIZE) < 2048) return null;
  if (gl.getParameter(gl.MAX_ARRAY_TEXTURE_LAYERS) < data.sheet.count) return null;
  const program = gl.createProgram();
  for (const [kind, text] of [
    [gl.VERTEX_SHADER, vertexShader], [gl.FRAGMENT_SHADER, fragmentShader],
  ]) {
    const shader = gl.createShader(kind);
    gl.shaderSource(shader, text);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS)) return null;
  gl.useProgram(program);
  const uniform = (name) => gl.getUniformLocation(program, name);
  gl.uniform3f(uniform("grid"), data.sheet.columns, data.sheet.rows, data.sheet.cell);

  const corners = gl.createBuffer();
  gl.bindBuffer(gl.ARRAY_BUFFER, corners);
  gl.bufferData(
    gl.ARRAY_BUFFER, new Float32Array([-0.5, -0.5, 0.5, -0.5, -0.5, 0.5, 0.5, 0.5]), gl.STATIC_DRAW);
  gl.enableVertexAttribArray(0);
  gl.vertexAttribPointer(0, 2, gl.FLOAT, false, 0, 0);
  const rows = gl.createBuffer();
  gl.bindBuffer(gl.ARRAY_BUFFER, rows);
  [[1, 4, 0], [2, 4, 4], [3, 2, 8]].forEach(([location, size, offset]) => {
    gl.enableVertexAttribArray(location);
    gl.vertexAttribPointer(location, size, gl.FLOAT, false, stride * 4, offset * 4);
    gl.vertexAttribDivisor(location, 1);
  });
  gl.enable(gl.BLEND);
  gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);

  gl.bindTexture(gl.TEXTURE_2D_ARRAY, gl.createTexture());
  const levels = Math.max(1, Math.floor(Math.log2(data.sheet.cell)) - 2);
  gl.texStorage3D(
    gl.TEXTURE_2D_ARRAY, levels, gl.RGB8, data.sheet.width, data.sheet.height,
    Math.max(1, data.sheet.count));
  gl.texParameteri(gl.TEXTURE_2D_ARRAY, gl.TEXTURE_MAX_LEVEL, levels - 1);
  gl.texParameteri(gl.TEXTURE_2D_ARRAY, gl.TEXTURE_MIN_FILTER, gl.LINEAR);
  gl.texParameteri(gl.TEXTURE_2D_ARRAY, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
  gl.texParameteri(gl.TEXTURE_2D_ARRAY, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
  return {
    kind: "WebGL",
    take(sheet, picture) {
      gl.texSubImage3D(
        gl.TEXTURE_2D_ARRAY, 0, 0, 0, sheet, picture.width, picture.height, 1, gl.RGB,
        gl.UNSIGNED_BYTE, picture);
      picture.close();
    },
    complete() {
      gl.generateMipmap(gl.TEXTURE_2D_ARRAY);
      gl.texParameteri(gl.TEXTURE_2D_ARRAY, gl.TEXTURE_MIN_FILTER, gl.LINEAR_MIPMAP_LINEAR);
    },
    draw(theme, ratio) {
      const { paper, ring } = theme;
      gl.viewport(0, 0, canvas.width, canvas.height);
      gl.clearColor(paper[0], paper[1], paper[2], 1);
      gl.clear(gl.COLOR_BUFFER_BIT);
      if (!drawn) return;
      gl.uniform2f(uniform("window"), canvas.width / ratio, canvas.height / ratio);
      gl.uniform3f(uniform("ring"), ring[0], ring[1], ring[2]);
      gl.bufferData(gl.ARRAY_BUFFER, instances.subarray(0, drawn * stride), gl.DYNAMIC_DRAW);
      gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, drawn);
    },
  };
}

/** Draws the same with the means of every browser. */
function plainPainter(canvas) {
  const context = canvas.getContext("2d", { alpha: false });
  const pictures = [];
  const css = (colour, opacity) =>
    "rgba(" + colour.map((part) => Math.round(part * 255)).join(",") + "," + opacity + ")";
  return {
    kind: "Canvas",
    take(sheet, picture) { pictures[sheet] = picture; },
    complete() {},
    draw(theme, ratio) {
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.globalAlpha = 1;
      context.fillStyle = css(theme.paper, 1);
      context.fillRect(0, 0, canvas.width, canvas.height);
      for (let i = 0; i < drawn; i++) {
        const at = i * stride;
        const [x, y, size, detail] = instances.subarray(at, at + 4);
        const tint = [instances[at + 4], instances[at + 5], instances[at + 6]];
        const [face, mark] = [instances[at + 8], instances[at + 9]];
        const border = mark || detail > 0.5 ? (size > 26 ? 2.5 : 1.5) : 0;
        context.globalAlpha = instances[at + 7];
        context.fillStyle = css(border && mark ? theme.ring : tint, 1);
        context.beginPath();
        if (detail > 0.5) {
          const outer = size + 2 * border;
          context.roundRect(x - outer / 2, y - outer / 2, outer, outer, size * 0.2);
        } else {
          context.arc(x, y, size / 2 + border, 0, 7);
        }
        context.fill();
        const cell = cellOf(face);
        const picture = pictures[cell.sheet];
        if (detail <= 0.5 || !picture) continue;
        const side = data.sheet.cell;
        context.drawImage(
          picture, cell.column * side, cell.row * side, side, side, x - size / 2, y - size / 2, size,
          size);
      }
    },
  };
}
