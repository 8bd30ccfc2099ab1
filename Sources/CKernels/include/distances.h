#ifndef CKERNELS_DISTANCES_H
#define CKERNELS_DISTANCES_H

#include <stddef.h>
#include <stdint.h>

// Distances between vectors, in one variant for each instruction set. What a
// variant gives for one pair of floats is, to the last bit, what its forms for
// many pairs give.

/// A vector of bytes is padded with zeros to a multiple of this size.
enum { CK_CODE_BLOCK = 32 };

/// The kernels of one instruction set.
///
/// Bytes are from -127 to 127. `size` is the number of elements of a vector;
/// for bytes a multiple of CK_CODE_BLOCK. `stride` is the number of elements
/// from row to row.
typedef struct {
  const char *name;

  /// sum((a[i] - b[i])^2)
  float (*l2sq_f32)(const float *a, const float *b, size_t size);
  /// sum(a[i] * b[i])
  float (*dot_f32)(const float *a, const float *b, size_t size);
  /// sum(|a[i] - b[i]|)
  float (*l1_f32)(const float *a, const float *b, size_t size);
  /// sum(a[i] * b[i])
  int32_t (*dot_i8)(const int8_t *a, const int8_t *b, size_t size);
  /// sum((a[i] - b[i])^2)
  int32_t (*l2sq_i8)(const int8_t *a, const int8_t *b, size_t size);

  // One to many: `out` holds one number for each of `count` rows.
  void (*l2sq_f32_rows)(const float *query, const float *rows, size_t stride, size_t count,
                        size_t size, float *out);
  void (*dot_f32_rows)(const float *query, const float *rows, size_t stride, size_t count,
                       size_t size, float *out);
  void (*l1_f32_rows)(const float *query, const float *rows, size_t stride, size_t count,
                      size_t size, float *out);
  void (*dot_i8_rows)(const int8_t *query, const int8_t *rows, size_t stride, size_t count,
                      size_t size, int32_t *out);
  /// Rows picked[0], picked[1], …, which are expected to be out of the cache.
  void (*dot_f32_picked)(const float *query, const float *rows, size_t stride,
                         const int32_t *picked, size_t count, size_t size, float *out);
  void (*dot_i8_picked)(const int8_t *query, const int8_t *rows, size_t stride,
                        const uint32_t *picked, size_t count, size_t size, int32_t *out);
} ck_kernels;

/// The fastest kernels that this processor can run.
const ck_kernels *ck_kernels_best(void);

/// Every set of kernels that this processor can run, the plain one first, NULL
/// from `ck_kernels_at(count)` on.
const ck_kernels *ck_kernels_at(size_t index);

static inline float ck_l2sq_f32(const float *a, const float *b, size_t size) {
  return ck_kernels_best()->l2sq_f32(a, b, size);
}
static inline float ck_dot_f32(const float *a, const float *b, size_t size) {
  return ck_kernels_best()->dot_f32(a, b, size);
}
static inline float ck_l1_f32(const float *a, const float *b, size_t size) {
  return ck_kernels_best()->l1_f32(a, b, size);
}

/// Many to many: out[q * row_count + r] for all pairs, rows taken in blocks
/// that stay in the cache while all queries pass over them.
void ck_l2sq_f32_many(const ck_kernels *kernels, const float *queries, size_t query_count,
                      const float *rows, size_t row_count, size_t size, float *out);
void ck_dot_i8_many(const ck_kernels *kernels, const int8_t *queries, size_t query_count,
                    const int8_t *rows, size_t row_count, size_t size, int32_t *out);

#endif
