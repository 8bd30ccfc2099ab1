#if defined(__x86_64__)

#include <immintrin.h>
#include <math.h>
#include <string.h>

#include "distances_variants.h"

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

enum { LANES = 8 };

static inline __m256i load_bytes(const int8_t *from) {
  return _mm256_loadu_si256((const __m256i *)from);
}

// maddubs wants one factor without a sign: |a| times b with a's sign. Two products of 127 × 127 fit
// into its 16 bits.
static inline __m256i add_products(__m256i sum, __m256i a_magnitude, __m256i a, __m256i b) {
  __m256i pairs = _mm256_maddubs_epi16(a_magnitude, _mm256_sign_epi8(b, a));
  return _mm256_add_epi32(sum, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
}

static inline int32_t sum_ints(__m256i v) {
  __m128i half = _mm_add_epi32(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));
  half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0x4e));
  return _mm_cvtsi128_si32(_mm_add_epi32(half, _mm_shuffle_epi32(half, 0xb1)));
}

static int32_t dot_i8(const int8_t *a, const int8_t *b, size_t size) {
  __m256i sum = _mm256_setzero_si256();
  for (size_t i = 0; i < size; i += 32) {
    __m256i x = load_bytes(a + i);
    sum = add_products(sum, _mm256_abs_epi8(x), x, load_bytes(b + i));
  }
  return sum_ints(sum);
}

static int32_t l2sq_i8(const int8_t *a, const int8_t *b, size_t size) {
  __m256i sum = _mm256_setzero_si256();
  for (size_t i = 0; i < size; i += 16) {
    __m256i x = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(a + i)));
    __m256i y = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(b + i)));
    __m256i difference = _mm256_sub_epi16(x, y);
    sum = _mm256_add_epi32(sum, _mm256_madd_epi16(difference, difference));
  }
  return sum_ints(sum);
}

static inline void dot_i8_four(const int8_t *query, const int8_t *const rows[4], size_t size,
                               int32_t *out) {
  __m256i s0 = _mm256_setzero_si256(), s1 = s0, s2 = s0, s3 = s0;
  for (size_t i = 0; i < size; i += 32) {
    __m256i q = load_bytes(query + i);
    __m256i magnitude = _mm256_abs_epi8(q);
    s0 = add_products(s0, magnitude, q, load_bytes(rows[0] + i));
    s1 = add_products(s1, magnitude, q, load_bytes(rows[1] + i));
    s2 = add_products(s2, magnitude, q, load_bytes(rows[2] + i));
    s3 = add_products(s3, magnitude, q, load_bytes(rows[3] + i));
  }
  __m256i pairs = _mm256_hadd_epi32(_mm256_hadd_epi32(s0, s1), _mm256_hadd_epi32(s2, s3));
  __m128i sums = _mm_add_epi32(_mm256_castsi256_si128(pairs), _mm256_extracti128_si256(pairs, 1));
  _mm_storeu_si128((__m128i *)out, sums);
}

#include "byte_rows_template.h"
#include "distances_template.h"

#pragma clang attribute pop

KERNELS(ck_kernels_avx2, "avx2");

#endif
