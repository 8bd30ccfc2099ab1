// For any processor; what the others are tested against.

#include <math.h>
#include <string.h>

#include "distances_variants.h"

enum { LANES = 4 };

static int32_t dot_i8(const int8_t *a, const int8_t *b, size_t size) {
  int32_t sum = 0;
  for (size_t i = 0; i < size; i++) sum += a[i] * b[i];
  return sum;
}

static int32_t l2sq_i8(const int8_t *a, const int8_t *b, size_t size) {
  int32_t sum = 0;
  for (size_t i = 0; i < size; i++) sum += (a[i] - b[i]) * (a[i] - b[i]);
  return sum;
}

static inline void dot_i8_four(const int8_t *query, const int8_t *const rows[4], size_t size,
                               int32_t *out) {
  for (int r = 0; r < 4; r++) out[r] = dot_i8(query, rows[r], size);
}

#include "byte_rows_template.h"
#include "distances_template.h"

KERNELS(ck_kernels_plain, "plain");
