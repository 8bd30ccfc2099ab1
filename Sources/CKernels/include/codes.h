#ifndef CKERNELS_CODES_H
#define CKERNELS_CODES_H

#include <stddef.h>
#include <stdint.h>

#include "distances.h"

// Vectors of floats as vectors of bytes. A vector x is stored as
// centre + scale * code, with code from -127 to 127, up to an error.

/// What is kept of a vector beside its code.
typedef struct {
  /// The size of one step of the code.
  float scale;
  /// The squared length of scale * code.
  float norm;
} ck_code_scale;

/// Writes the code of `vector - centre`, padded with zeros to `padded` bytes.
/// Returns the length of what the code leaves out, |vector - centre - scale * code|,
/// rounded up; infinity for a vector that has no code because a number in it is
/// not finite or too large; its code is that of the centre.
float ck_encode(const float *vector, const float *centre, size_t size, size_t padded, int8_t *code,
                ck_code_scale *scale);

/// A query as a code. The key of row x is the squared distance between both
/// codes less the query's own squared length: smaller is nearer.
typedef struct {
  const int8_t *code;
  /// 2 * scale
  float factor;
} ck_code_query;

/// Codes in rows.
typedef struct {
  const ck_kernels *kernels;
  const int8_t *codes;
  const ck_code_scale *scales;
  /// Bytes of a code.
  size_t size;
} ck_code_rows;

/// Writes the numbers of those rows from `first` to `first + count - 1` whose
/// key is at most `limit` to `out`, with their keys, and returns how many they are.
size_t ck_scan_codes(const ck_code_rows *rows, ck_code_query query, size_t first, size_t count,
                     float limit, uint32_t *out, float *keys);

/// The keys of some rows.
void ck_code_keys(const ck_code_rows *rows, ck_code_query query, const uint32_t *picked,
                  size_t count, float *keys);

#endif
