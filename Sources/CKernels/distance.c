#include "CKernels.h"

#include <math.h>

// Sixteen independent sums: enough to fill two AVX registers or four NEON ones.
#define LANES 16

#define KERNEL(name, term)                                        \
  float name(const float *a, const float *b, size_t count) {      \
    float sums[LANES] = {0};                                      \
    size_t i = 0;                                                 \
    for (; i + LANES <= count; i += LANES)                        \
      for (size_t lane = 0; lane < LANES; lane++) {               \
        float x = a[i + lane], y = b[i + lane];                   \
        sums[lane] += (term);                                     \
      }                                                           \
    float total = 0;                                              \
    for (size_t lane = 0; lane < LANES; lane++) total += sums[lane]; \
    for (; i < count; i++) {                                      \
      float x = a[i], y = b[i];                                   \
      total += (term);                                            \
    }                                                             \
    return total;                                                 \
  }

KERNEL(ck_l2sq_f32, (x - y) * (x - y))
KERNEL(ck_dot_f32, x *y)
KERNEL(ck_l1_f32, fabsf(x - y))
