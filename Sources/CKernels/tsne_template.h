// The forces of t-SNE in one variant. Included by each variant's file.

typedef float lanes_t __attribute__((vector_size(4 * CK_LANES), aligned(4)));
typedef int32_t lane_ints_t __attribute__((vector_size(4 * CK_LANES), aligned(4)));

static inline lanes_t load_lanes(const float *from) { return *(const lanes_t *)from; }
static inline void store_lanes(float *to, lanes_t lanes) { *(lanes_t *)to = lanes; }
static inline lanes_t all_lanes(float x) { return (lanes_t){x, x, x, x, x, x, x, x}; }

static inline float sum_lanes(lanes_t v) {
  return ((v[0] + v[4]) + (v[1] + v[5])) + ((v[2] + v[6]) + (v[3] + v[7]));
}

typedef double pair_t __attribute__((vector_size(16), aligned(8)));
typedef float quad_t __attribute__((vector_size(16), aligned(4)));

// Two points of a plane: a point is 8 bytes, as a double is.
static inline quad_t two_points(const float *points, int32_t a, int32_t b) {
  double low, high;
  memcpy(&low, points + 2 * (ptrdiff_t)a, sizeof low);
  memcpy(&high, points + 2 * (ptrdiff_t)b, sizeof high);
  return (quad_t)(pair_t){low, high};
}

static void attract_2(const float *points, const int64_t *starts, const int32_t *columns,
                      const float *values, ptrdiff_t first, ptrdiff_t last, float *forces) {
  for (ptrdiff_t i = first; i < last; i++) {
    float x = points[2 * i], y = points[2 * i + 1];
    lanes_t fx = {0}, fy = {0};
    int64_t e = starts[i], end = starts[i + 1];
    for (; e + CK_LANES <= end; e += CK_LANES) {
      const int32_t *c = columns + e;
      quad_t a = two_points(points, c[0], c[1]), b = two_points(points, c[2], c[3]),
             s = two_points(points, c[4], c[5]), t = two_points(points, c[6], c[7]);
      lanes_t low = __builtin_shufflevector(a, s, 0, 1, 2, 3, 4, 5, 6, 7);
      lanes_t high = __builtin_shufflevector(b, t, 0, 1, 2, 3, 4, 5, 6, 7);
      // In halves, as shuffles work: points 0 1 2 3 4 5 6 7 in their order.
      lanes_t dx = x - __builtin_shufflevector(low, high, 0, 2, 8, 10, 4, 6, 12, 14);
      lanes_t dy = y - __builtin_shufflevector(low, high, 1, 3, 9, 11, 5, 7, 13, 15);
      lanes_t w = load_lanes(values + e) / (1 + dx * dx + dy * dy);
      fx += w * dx;
      fy += w * dy;
    }
    float sx = sum_lanes(fx), sy = sum_lanes(fy);
    for (; e < end; e++) {
      const float *other = points + 2 * (ptrdiff_t)columns[e];
      float dx = x - other[0], dy = y - other[1];
      float w = values[e] / (1 + dx * dx + dy * dy);
      sx += w * dx;
      sy += w * dy;
    }
    forces[2 * i] = sx;
    forces[2 * i + 1] = sy;
  }
}

static void attract_3(const float *points, const int64_t *starts, const int32_t *columns,
                      const float *values, ptrdiff_t first, ptrdiff_t last, float *forces) {
  for (ptrdiff_t i = first; i < last; i++) {
    float x = points[3 * i], y = points[3 * i + 1], z = points[3 * i + 2];
    lanes_t fx = {0}, fy = {0}, fz = {0};
    int64_t end = starts[i + 1];
    for (int64_t e = starts[i]; e < end; e += CK_LANES) {
      float xs[CK_LANES], ys[CK_LANES], zs[CK_LANES], ps[CK_LANES];
      for (int lane = 0; lane < CK_LANES; lane++) {
        int inside = e + lane < end;
        const float *other = points + 3 * (ptrdiff_t)(inside ? columns[e + lane] : i);
        xs[lane] = other[0];
        ys[lane] = other[1];
        zs[lane] = other[2];
        ps[lane] = inside ? values[e + lane] : 0;
      }
      lanes_t dx = x - load_lanes(xs), dy = y - load_lanes(ys), dz = z - load_lanes(zs);
      lanes_t w = load_lanes(ps) / (1 + dx * dx + dy * dy + dz * dz);
      fx += w * dx;
      fy += w * dy;
      fz += w * dz;
    }
    forces[3 * i] = sum_lanes(fx);
    forces[3 * i + 1] = sum_lanes(fy);
    forces[3 * i + 2] = sum_lanes(fz);
  }
}

static void attract(const float *points, int dimensions, const int64_t *starts,
                    const int32_t *columns, const float *values, ptrdiff_t first, ptrdiff_t last,
                    float *forces) {
  (dimensions == 2 ? attract_2 : attract_3)(points, starts, columns, values, first, last, forces);
}

static void repel_exactly(const float *points, int dimensions, ptrdiff_t first, ptrdiff_t last,
                          const float *planes, ptrdiff_t count, float *forces, float *sums) {
  for (ptrdiff_t i = first; i < last; i++) {
    float at[3] = {0}, f[3];
    for (int d = 0; d < dimensions; d++) at[d] = points[i * dimensions + d];
    lanes_t fx = {0}, fy = {0}, fz = {0}, sum = {0};
    ptrdiff_t j = 0;
    for (; j + CK_LANES <= count; j += CK_LANES) {
      lanes_t dx = at[0] - load_lanes(planes + j), dy = at[1] - load_lanes(planes + count + j),
              dz = {0};
      if (dimensions == 3) dz = at[2] - load_lanes(planes + 2 * count + j);
      lanes_t k = 1 / (1 + dx * dx + dy * dy + dz * dz);
      sum += k;
      k *= k;
      fx += k * dx;
      fy += k * dy;
      fz += k * dz;
    }
    float total = sum_lanes(sum);
    f[0] = sum_lanes(fx);
    f[1] = sum_lanes(fy);
    f[2] = sum_lanes(fz);
    for (; j < count; j++) {
      float apart[3] = {0};
      for (int d = 0; d < dimensions; d++) apart[d] = at[d] - planes[d * count + j];
      float k = 1 / (1 + apart[0] * apart[0] + apart[1] * apart[1] + apart[2] * apart[2]);
      total += k;
      for (int d = 0; d < dimensions; d++) f[d] += k * k * apart[d];
    }
    for (int d = 0; d < dimensions; d++) forces[i * dimensions + d] = f[d];
    sums[i] = total;
  }
}

static inline int any_lane(lane_ints_t lanes) {
  int32_t any = 0;
  for (int lane = 0; lane < CK_LANES; lane++) any |= lanes[lane];
  return any != 0;
}

static inline __attribute__((always_inline)) void walk(
    const ck_tree_node *nodes, ptrdiff_t node_count, const float *planes, ptrdiff_t count,
    const int32_t *order, const int dimensions, float theta_squared, ptrdiff_t first,
    ptrdiff_t last, float *forces, float *sums) {
  for (ptrdiff_t begin = first; begin < last; begin += CK_LANES) {
    float at[3][CK_LANES] = {{0}};
    // Lanes beyond the last point repeat it.
    for (int lane = 0; lane < CK_LANES; lane++) {
      ptrdiff_t point = begin + lane < last ? begin + lane : last - 1;
      for (int d = 0; d < dimensions; d++) at[d][lane] = planes[d * count + point];
    }
    lanes_t x = load_lanes(at[0]), y = load_lanes(at[1]), z = load_lanes(at[2]);
    lanes_t fx = {0}, fy = {0}, fz = {0}, sum = {0};
    for (ptrdiff_t n = 0; n < node_count;) {
      const ck_tree_node *node = nodes + n;
      if (node->last > node->first) {
        for (ptrdiff_t j = node->first; j < node->last; j++) {
          lanes_t dx = x - planes[j], dy = y - planes[count + j], dz = {0};
          if (dimensions == 3) dz = z - planes[2 * count + j];
          lanes_t k = 1 / (1 + dx * dx + dy * dy + dz * dz);
          sum += k;
          k *= k;
          fx += k * dx;
          fy += k * dy;
          fz += k * dz;
        }
        n = node->next;
        continue;
      }
      lanes_t dx = x - node->center[0], dy = y - node->center[1], dz = {0};
      if (dimensions == 3) dz = z - node->center[2];
      lanes_t squared = dx * dx + dy * dy + dz * dz;
      // A node of no size stands for its points wherever one looks from.
      if (node->side_squared > 0 &&
          any_lane((lane_ints_t)(squared * theta_squared <= node->side_squared))) {
        n++;
        continue;
      }
      lanes_t k = 1 / (1 + squared), share = node->mass * k;
      sum += share;
      share *= k;
      fx += share * dx;
      fy += share * dy;
      fz += share * dz;
      n = node->next;
    }
    for (int lane = 0; lane < CK_LANES && begin + lane < last; lane++) {
      ptrdiff_t row = order[begin + lane];
      forces[row * dimensions] = fx[lane];
      forces[row * dimensions + 1] = fy[lane];
      if (dimensions == 3) forces[row * dimensions + 2] = fz[lane];
      sums[row] = sum[lane];
    }
  }
}

static void repel_by_tree(const ck_tree_node *nodes, ptrdiff_t node_count, const float *planes,
                          ptrdiff_t count, const int32_t *order, int dimensions,
                          float theta_squared, ptrdiff_t first, ptrdiff_t last, float *forces,
                          float *sums) {
  if (dimensions == 2)
    walk(nodes, node_count, planes, count, order, 2, theta_squared, first, last, forces, sums);
  else
    walk(nodes, node_count, planes, count, order, 3, theta_squared, first, last, forces, sums);
}

#define TSNE_KERNELS(variable, label)                                                            \
  const ck_tsne_kernels variable = {                                                             \
      label,           attract,     repel_exactly, repel_by_tree, spread, transform_columns,     \
      fold_rows,       restore_columns, kernel_rows, gather}
