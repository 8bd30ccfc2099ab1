// The float kernels of one variant, for vectors of LANES floats. Included by each variant's file.

typedef float lanes_t __attribute__((vector_size(4 * LANES), aligned(4)));
typedef int32_t lane_bits_t __attribute__((vector_size(4 * LANES), aligned(4)));

static inline float sum_lanes(lanes_t a, lanes_t b, lanes_t c, lanes_t d) {
  lanes_t sum = (a + b) + (c + d);
  float lanes[LANES];
  memcpy(lanes, &sum, sizeof lanes);
  for (int width = LANES / 2; width > 0; width /= 2)
    for (int i = 0; i < width; i++) lanes[i] += lanes[i + width];
  return lanes[0];
}

static inline lanes_t load_lanes(const float *from) { return *(const lanes_t *)from; }

static inline lanes_t magnitude(lanes_t x) {
  return (lanes_t)((lane_bits_t)x & 0x7fffffff);
}

// Four sums side by side: one alone would wait for itself.
#define FLOAT_KERNEL(name, accumulate, accumulate_one)                                           \
  static inline float name##_pair(const float *a, const float *b, size_t size) {                 \
    lanes_t s0 = {0}, s1 = {0}, s2 = {0}, s3 = {0};                                              \
    size_t i = 0;                                                                                \
    for (; i + 4 * LANES <= size; i += 4 * LANES) {                                              \
      accumulate(s0, load_lanes(a + i), load_lanes(b + i));                                      \
      accumulate(s1, load_lanes(a + i + LANES), load_lanes(b + i + LANES));                      \
      accumulate(s2, load_lanes(a + i + 2 * LANES), load_lanes(b + i + 2 * LANES));              \
      accumulate(s3, load_lanes(a + i + 3 * LANES), load_lanes(b + i + 3 * LANES));              \
    }                                                                                            \
    for (; i + LANES <= size; i += LANES) accumulate(s0, load_lanes(a + i), load_lanes(b + i));  \
    float total = sum_lanes(s0, s1, s2, s3);                                                     \
    for (; i < size; i++) accumulate_one(total, a[i], b[i]);                                     \
    return total;                                                                                \
  }                                                                                              \
  static float name(const float *a, const float *b, size_t size) {                               \
    return name##_pair(a, b, size);                                                              \
  }                                                                                              \
  static void name##_rows(const float *query, const float *rows, size_t stride, size_t count,    \
                          size_t size, float *out) {                                             \
    for (size_t r = 0; r < count; r++) out[r] = name##_pair(query, rows + r * stride, size);     \
  }

#define ADD_SQUARE(sum, x, y) \
  do {                        \
    __typeof__(x) d = x - y;  \
    sum += d * d;             \
  } while (0)
#define ADD_PRODUCT(sum, x, y) sum += (x) * (y)
#define ADD_MAGNITUDE(sum, x, y) sum += magnitude((x) - (y))
#define ADD_MAGNITUDE_ONE(sum, x, y) sum += fabsf((x) - (y))

FLOAT_KERNEL(l2sq_f32, ADD_SQUARE, ADD_SQUARE)
FLOAT_KERNEL(dot_f32, ADD_PRODUCT, ADD_PRODUCT)
FLOAT_KERNEL(l1_f32, ADD_MAGNITUDE, ADD_MAGNITUDE_ONE)

static void dot_f32_picked(const float *query, const float *rows, size_t stride,
                           const int32_t *picked, size_t count, size_t size, float *out) {
  enum { AHEAD = 4, CACHE_LINE = 64 / sizeof(float) };
  for (size_t r = 0; r < count; r++) {
    if (r + AHEAD < count) {
      const float *next = rows + picked[r + AHEAD] * stride;
      for (size_t i = 0; i < size; i += CACHE_LINE) __builtin_prefetch(next + i);
    }
    out[r] = dot_f32_pair(query, rows + picked[r] * stride, size);
  }
}

#define KERNELS(variable, label)                                                                  \
  const ck_kernels variable = {                                                                   \
      label,         l2sq_f32,     dot_f32,     l1_f32,      dot_i8,         l2sq_i8,             \
      l2sq_f32_rows, dot_f32_rows, l1_f32_rows, dot_i8_rows, dot_f32_picked, dot_i8_picked,       \
  }
