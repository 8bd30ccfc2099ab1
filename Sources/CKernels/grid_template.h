// A sum over all points by a grid: charges are spread over it by B-splines, folded with a kernel by Fourier
// transforms, and the potential is read at the points, with its gradient: a particle mesh (Essmann et al.,
// 1995). Needs lanes_t and transform.

typedef struct {
  ptrdiff_t node;
  float weights[CK_SPLINE], derivatives[CK_SPLINE];
} touched_t;

static inline __attribute__((always_inline)) void touch(float place, int with_derivatives, touched_t *found) {
  // Truncation is rounding down, since coordinates are never negative.
  ptrdiff_t node = (ptrdiff_t)place;
  spline_weights(place - (float)node, found->weights, with_derivatives ? found->derivatives : NULL);
  found->node = node - CK_SPLINE / 2 + 1;
}

static void spread(const ck_grid *grid, const float *points, ptrdiff_t first, ptrdiff_t last,
                   float *charges) {
  float scale = 1 / grid->spacing;
  for (ptrdiff_t i = first; i < last; i++) {
    touched_t x, y;
    touch((points[2 * i] - grid->left) * scale, 0, &x);
    touch((points[2 * i + 1] - grid->bottom) * scale, 0, &y);
    float *corner = charges + y.node * grid->stride + x.node;
    for (int r = 0; r < CK_SPLINE; r++)
      for (int c = 0; c < CK_SPLINE; c++)
        corner[r * grid->stride + c] += y.weights[r] * x.weights[c];
  }
}

static void gather(const ck_grid *grid, const float *potential, const float *points,
                   ptrdiff_t first, ptrdiff_t last, float *forces, float *sums) {
  float scale = 1 / grid->spacing, factor = -0.5f * scale;
  for (ptrdiff_t i = first; i < last; i++) {
    touched_t x, y;
    touch((points[2 * i] - grid->left) * scale, 1, &x);
    touch((points[2 * i + 1] - grid->bottom) * scale, 1, &y);
    const float *corner = potential + y.node * grid->stride + x.node;
    float columns[CK_SPLINE] = {0}, derivatives[CK_SPLINE] = {0};
    for (int r = 0; r < CK_SPLINE; r++)
      for (int c = 0; c < CK_SPLINE; c++) {
        columns[c] += y.weights[r] * corner[r * grid->stride + c];
        derivatives[c] += y.derivatives[r] * corner[r * grid->stride + c];
      }
    float value = 0, across = 0, along = 0;
    for (int c = 0; c < CK_SPLINE; c++) {
      value += x.weights[c] * columns[c];
      across += x.derivatives[c] * columns[c];
      along += x.weights[c] * derivatives[c];
    }
    forces[2 * i] = factor * across;
    forces[2 * i + 1] = factor * along;
    sums[i] = value;
  }
}

// Two columns, being real, are transformed as one complex one and then separated.
static void transform_columns(const ck_grid *grid, ptrdiff_t block, const float *charges,
                              ptrdiff_t parts, float *real, float *imaginary, float *scratch) {
  ptrdiff_t length = grid->along.length, column = block * 2 * CK_LANES;
  lanes_t *re = (lanes_t *)scratch, *im = re + length;
  for (ptrdiff_t row = 0; row < grid->rows; row++) {
    const float *from = charges + row * grid->stride + column;
    lanes_t a = load_lanes(from), b = load_lanes(from + CK_LANES);
    for (ptrdiff_t part = 1; part < parts; part++) {
      a += load_lanes(from + part * grid->rows * grid->stride);
      b += load_lanes(from + part * grid->rows * grid->stride + CK_LANES);
    }
    re[row] = a;
    im[row] = b;
  }
  for (ptrdiff_t row = grid->rows; row < length; row++) re[row] = im[row] = all_lanes(0);
  transform(&grid->along, re, im, im + length, im + 2 * length);
  for (ptrdiff_t k = 0; k <= length / 2; k++) {
    ptrdiff_t opposite = k == 0 ? 0 : length - k;
    lanes_t a = re[k], b = im[k], c = re[opposite], d = im[opposite];
    ptrdiff_t at = k * grid->stride + column;
    store_lanes(real + at, 0.5f * (a + c));
    store_lanes(imaginary + at, 0.5f * (b - d));
    store_lanes(real + at + CK_LANES, 0.5f * (b + d));
    store_lanes(imaginary + at + CK_LANES, 0.5f * (c - a));
  }
}

static void restore_columns(const ck_grid *grid, ptrdiff_t block, const float *real,
                            const float *imaginary, float *potential, float *scratch) {
  ptrdiff_t length = grid->along.length, column = block * 2 * CK_LANES;
  lanes_t *re = (lanes_t *)scratch, *im = re + length;
  for (ptrdiff_t k = 0; k <= length / 2; k++) {
    ptrdiff_t at = k * grid->stride + column;
    lanes_t a = load_lanes(real + at), b = load_lanes(imaginary + at);
    lanes_t c = load_lanes(real + at + CK_LANES), d = load_lanes(imaginary + at + CK_LANES);
    re[k] = a - d;
    im[k] = b + c;
    if (k > 0 && 2 * k < length) {
      re[length - k] = a + d;
      im[length - k] = c - b;
    }
  }
  transform(&grid->along, im, re, im + length, im + 2 * length);
  for (ptrdiff_t row = 0; row < grid->rows; row++) {
    store_lanes(potential + row * grid->stride + column, re[row]);
    store_lanes(potential + row * grid->stride + column + CK_LANES, im[row]);
  }
}

// Lane l holds row block · CK_LANES + l; rows beyond the last stay zero.
static void load_rows(const ck_grid *grid, ptrdiff_t block, const float *from, lanes_t *lanes) {
  ptrdiff_t length = grid->across.length, rows = grid->along.length / 2 + 1;
  float *to = (float *)lanes;
  memset(to, 0, (size_t)length * sizeof(lanes_t));
  for (ptrdiff_t lane = 0; lane < CK_LANES && block * CK_LANES + lane < rows; lane++) {
    const float *row = from + (block * CK_LANES + lane) * grid->stride;
    for (ptrdiff_t x = 0; x < grid->columns; x++) to[x * CK_LANES + lane] = row[x];
  }
}

static void store_rows(const ck_grid *grid, ptrdiff_t block, const lanes_t *lanes, float *to) {
  ptrdiff_t rows = grid->along.length / 2 + 1;
  const float *from = (const float *)lanes;
  for (ptrdiff_t lane = 0; lane < CK_LANES && block * CK_LANES + lane < rows; lane++) {
    float *row = to + (block * CK_LANES + lane) * grid->stride;
    for (ptrdiff_t x = 0; x < grid->columns; x++) row[x] = from[x * CK_LANES + lane];
  }
}

static void fold_rows(const ck_grid *grid, ptrdiff_t block, const float *kernel, float *real,
                      float *imaginary, float *scratch) {
  ptrdiff_t length = grid->across.length;
  lanes_t *re = (lanes_t *)scratch, *im = re + length;
  load_rows(grid, block, real, re);
  load_rows(grid, block, imaginary, im);
  transform(&grid->across, re, im, im + length, im + 2 * length);
  const float *factors = kernel + block * length * CK_LANES;
  for (ptrdiff_t k = 0; k < length; k++) {
    lanes_t factor = load_lanes(factors + k * CK_LANES);
    re[k] *= factor;
    im[k] *= factor;
  }
  transform(&grid->across, im, re, im + length, im + 2 * length);
  store_rows(grid, block, re, real);
  store_rows(grid, block, im, imaginary);
}

static void kernel_rows(const ck_grid *grid, ptrdiff_t block, const float *real,
                        const float *imaginary, const float *horizontal, const float *vertical,
                        float *kernel, float *scratch) {
  ptrdiff_t length = grid->across.length, rows = grid->along.length / 2 + 1;
  lanes_t *re = (lanes_t *)scratch, *im = re + length;
  load_rows(grid, block, real, re);
  load_rows(grid, block, imaginary, im);
  transform(&grid->across, re, im, im + length, im + 2 * length);
  float down[CK_LANES] = {0};
  for (ptrdiff_t lane = 0; lane < CK_LANES && block * CK_LANES + lane < rows; lane++)
    down[lane] = vertical[block * CK_LANES + lane];
  for (ptrdiff_t k = 0; k < length; k++)
    store_lanes(kernel + (block * length + k) * CK_LANES, re[k] * horizontal[k] * load_lanes(down));
}
