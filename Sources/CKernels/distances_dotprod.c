// NEON with the dot product of ARMv8.2.

#if defined(__aarch64__)

#include <arm_neon.h>
#include <math.h>
#include <string.h>

#include "distances_variants.h"

#pragma clang attribute push(__attribute__((target("dotprod"))), apply_to = function)

enum { LANES = 4 };

static inline int32x4_t add_products(int32x4_t sum, int8x16_t a, int8x16_t b) {
  return vdotq_s32(sum, a, b);
}

static int32_t dot_i8(const int8_t *a, const int8_t *b, size_t size) {
  int32x4_t s0 = vdupq_n_s32(0), s1 = s0;
  for (size_t i = 0; i < size; i += 32) {
    s0 = add_products(s0, vld1q_s8(a + i), vld1q_s8(b + i));
    s1 = add_products(s1, vld1q_s8(a + i + 16), vld1q_s8(b + i + 16));
  }
  return vaddvq_s32(vaddq_s32(s0, s1));
}

static int32_t l2sq_i8(const int8_t *a, const int8_t *b, size_t size) {
  int32x4_t sum = vdupq_n_s32(0);
  for (size_t i = 0; i < size; i += 8) {
    int16x8_t difference = vsubl_s8(vld1_s8(a + i), vld1_s8(b + i));
    sum = vmlal_s16(sum, vget_low_s16(difference), vget_low_s16(difference));
    sum = vmlal_s16(sum, vget_high_s16(difference), vget_high_s16(difference));
  }
  return vaddvq_s32(sum);
}

static inline void dot_i8_four(const int8_t *query, const int8_t *const rows[4], size_t size,
                               int32_t *out) {
  int32x4_t s0 = vdupq_n_s32(0), s1 = s0, s2 = s0, s3 = s0;
  for (size_t i = 0; i < size; i += 16) {
    int8x16_t q = vld1q_s8(query + i);
    s0 = add_products(s0, q, vld1q_s8(rows[0] + i));
    s1 = add_products(s1, q, vld1q_s8(rows[1] + i));
    s2 = add_products(s2, q, vld1q_s8(rows[2] + i));
    s3 = add_products(s3, q, vld1q_s8(rows[3] + i));
  }
  int32x4_t sums = vpaddq_s32(vpaddq_s32(s0, s1), vpaddq_s32(s2, s3));
  vst1q_s32(out, sums);
}

#include "byte_rows_template.h"
#include "distances_template.h"

#pragma clang attribute pop

KERNELS(ck_kernels_dotprod, "neon dotprod");

#endif
