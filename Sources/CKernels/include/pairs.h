#ifndef CKERNELS_PAIRS_H
#define CKERNELS_PAIRS_H

#include <stddef.h>

/// sum(absolute[i] * |x[i]| + square[i] * x[i]^2) with
/// x[i] = a[i] * a_scale - b[i] * b_scale.
float ck_weighted_difference(const float *a, float a_scale, const float *b, float b_scale,
                             const float *absolute, const float *square, size_t size);

#endif
