#ifndef CKERNELS_H
#define CKERNELS_H

#include <stddef.h>

/// Distance kernels over contiguous float vectors of `count` elements.
/// Each keeps several partial sums, so the compiler can vectorise it without
/// being allowed to reassociate floating point elsewhere.

/// sum((a[i] - b[i])^2)
float ck_l2sq_f32(const float *a, const float *b, size_t count);
/// sum(a[i] * b[i])
float ck_dot_f32(const float *a, const float *b, size_t count);
/// sum(|a[i] - b[i]|)
float ck_l1_f32(const float *a, const float *b, size_t count);

#endif
