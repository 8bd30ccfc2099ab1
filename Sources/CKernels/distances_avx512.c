#if defined(__x86_64__)

#include <immintrin.h>
#include <math.h>
#include <string.h>

#include "distances_variants.h"

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni"))), \
                             apply_to = function)

enum { LANES = 16 };

// The last 32 bytes of an odd number of blocks are read alone.
static inline __m512i load_bytes(const int8_t *from, size_t left) {
  return _mm512_maskz_loadu_epi8(left >= 64 ? ~(__mmask64)0 : (__mmask64)0xffffffff, from);
}

// dpbusd wants one factor without a sign: b + 128, which adds 128 times the sum of a, taken off at the
// end. What was not read counts as 128 times 0.
static inline __m512i add_products(__m512i sum, __m512i a, __m512i b) {
  return _mm512_dpbusd_epi32(sum, _mm512_xor_si512(b, _mm512_set1_epi8((char)0x80)), a);
}

static inline __m512i add_bytes(__m512i sum, __m512i a) {
  return _mm512_dpbusd_epi32(sum, _mm512_set1_epi8(1), a);
}

static int32_t dot_i8(const int8_t *a, const int8_t *b, size_t size) {
  __m512i sum = _mm512_setzero_si512(), total = sum;
  for (size_t i = 0; i < size; i += 64) {
    __m512i x = load_bytes(a + i, size - i);
    sum = add_products(sum, x, load_bytes(b + i, size - i));
    total = add_bytes(total, x);
  }
  return _mm512_reduce_add_epi32(sum) - 128 * _mm512_reduce_add_epi32(total);
}

static int32_t l2sq_i8(const int8_t *a, const int8_t *b, size_t size) {
  __m512i sum = _mm512_setzero_si512();
  for (size_t i = 0; i < size; i += 32) {
    __m512i x = _mm512_cvtepi8_epi16(_mm256_loadu_si256((const __m256i *)(a + i)));
    __m512i y = _mm512_cvtepi8_epi16(_mm256_loadu_si256((const __m256i *)(b + i)));
    __m512i difference = _mm512_sub_epi16(x, y);
    sum = _mm512_dpwssd_epi32(sum, difference, difference);
  }
  return _mm512_reduce_add_epi32(sum);
}

static inline void dot_i8_four(const int8_t *query, const int8_t *const rows[4], size_t size,
                               int32_t *out) {
  __m512i s0 = _mm512_setzero_si512(), s1 = s0, s2 = s0, s3 = s0, total = s0;
  for (size_t i = 0; i < size; i += 64) {
    __m512i q = load_bytes(query + i, size - i);
    s0 = add_products(s0, q, load_bytes(rows[0] + i, size - i));
    s1 = add_products(s1, q, load_bytes(rows[1] + i, size - i));
    s2 = add_products(s2, q, load_bytes(rows[2] + i, size - i));
    s3 = add_products(s3, q, load_bytes(rows[3] + i, size - i));
    total = add_bytes(total, q);
  }
  int32_t offset = 128 * _mm512_reduce_add_epi32(total);
  out[0] = _mm512_reduce_add_epi32(s0) - offset;
  out[1] = _mm512_reduce_add_epi32(s1) - offset;
  out[2] = _mm512_reduce_add_epi32(s2) - offset;
  out[3] = _mm512_reduce_add_epi32(s3) - offset;
}

#include "byte_rows_template.h"
#include "distances_template.h"

#pragma clang attribute pop

KERNELS(ck_kernels_avx512, "avx512");

#endif
