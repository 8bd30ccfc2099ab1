#include "pairs.h"

#include <math.h>

// Sums of their own for neighbours, so that they need not wait for each other
// and rounding errors stay small.
enum { LANES = 8 };

float ck_weighted_difference(const float *a, float a_scale, const float *b, float b_scale,
                             const float *absolute, const float *square, size_t size) {
  float sums[LANES] = {0};
  size_t i = 0;
  for (; i + LANES <= size; i += LANES) {
    for (size_t lane = 0; lane < LANES; lane++) {
      float x = a[i + lane] * a_scale - b[i + lane] * b_scale;
      sums[lane] += absolute[i + lane] * fabsf(x) + square[i + lane] * x * x;
    }
  }
  float sum = 0;
  for (size_t lane = 0; lane < LANES; lane++) sum += sums[lane];
  for (; i < size; i++) {
    float x = a[i] * a_scale - b[i] * b_scale;
    sum += absolute[i] * fabsf(x) + square[i] * x * x;
  }
  return sum;
}
