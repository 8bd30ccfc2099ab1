#include "tsne.h"

void ck_add_covariance(const float *rows, ptrdiff_t count, ptrdiff_t size, const double *mean,
                       double *difference, double *sums) {
  // Four rows at a time: each sum is loaded and stored once for all of them.
  for (ptrdiff_t row = 0; row < count; row += 4) {
    ptrdiff_t many = count - row < 4 ? count - row : 4;
    for (ptrdiff_t r = 0; r < 4; r++)
      for (ptrdiff_t i = 0; i < size; i++)
        difference[r * size + i] = r < many ? rows[(row + r) * size + i] - mean[i] : 0;
    const double *a = difference, *b = a + size, *c = b + size, *d = c + size;
    for (ptrdiff_t i = 0; i < size; i++)
      for (ptrdiff_t j = 0; j <= i; j++)
        sums[i * size + j] += (a[i] * a[j] + b[i] * b[j]) + (c[i] * c[j] + d[i] * d[j]);
  }
}
