#include "codes.h"

#include <math.h>
#include <string.h>

// Beyond, squares of it leave the range of a float.
static const float LARGEST = 1e15f;
// Below, a step of the code would have no exact inverse.
static const float SMALLEST = 1e-30f;

float ck_encode(const float *vector, const float *centre, size_t size, size_t padded, int8_t *code,
                ck_code_scale *scale) {
  memset(code, 0, padded);
  *scale = (ck_code_scale){0, 0};
  float largest = 0;
  for (size_t i = 0; i < size; i++) {
    float magnitude = fabsf(vector[i] - centre[i]);
    // Negated, so that NaN has no code either.
    if (!(magnitude <= LARGEST)) return INFINITY;
    largest = magnitude > largest ? magnitude : largest;
  }
  float step = largest / 127;
  if (step < SMALLEST) step = 0;
  float inverse = step > 0 ? 1 / step : 0;
  double error = 0;
  int32_t squares = 0;
  for (size_t i = 0; i < size; i++) {
    float value = vector[i] - centre[i];
    float rounded = roundf(value * inverse);
    int32_t level = (int32_t)(rounded > 127 ? 127 : rounded < -127 ? -127 : rounded);
    code[i] = (int8_t)level;
    squares += level * level;
    // Also what the subtraction of the centre rounds off.
    double left = (double)vector[i] - (double)centre[i] - (double)step * level;
    error += left * left;
  }
  scale->scale = step;
  scale->norm = (float)((double)step * step * squares);
  return nextafterf((float)sqrt(error), INFINITY);
}

// Rows whose keys are computed before they are looked at.
enum { SCAN_BLOCK = 64 };

size_t ck_scan_codes(const ck_code_rows *rows, ck_code_query query, size_t first, size_t count,
                     float limit, uint32_t *out, float *keys) {
  int32_t dots[SCAN_BLOCK];
  float found_keys[SCAN_BLOCK];
  size_t found = 0;
  for (size_t start = 0; start < count; start += SCAN_BLOCK) {
    size_t block = count - start < SCAN_BLOCK ? count - start : SCAN_BLOCK;
    size_t row = first + start;
    rows->kernels->dot_i8_rows(query.code, rows->codes + row * rows->size, rows->size, block,
                               rows->size, dots);
    const ck_code_scale *scales = rows->scales + row;
    int any = 0;
    for (size_t i = 0; i < block; i++) {
      float key = scales[i].norm - query.factor * scales[i].scale * (float)dots[i];
      found_keys[i] = key;
      any |= key <= limit;
    }
    if (!any) continue;
    for (size_t i = 0; i < block; i++) {
      out[found] = (uint32_t)(row + i);
      keys[found] = found_keys[i];
      found += found_keys[i] <= limit;
    }
  }
  return found;
}

void ck_code_keys(const ck_code_rows *rows, ck_code_query query, const uint32_t *picked,
                  size_t count, float *keys) {
  int32_t dots[SCAN_BLOCK];
  for (size_t start = 0; start < count; start += SCAN_BLOCK) {
    size_t block = count - start < SCAN_BLOCK ? count - start : SCAN_BLOCK;
    rows->kernels->dot_i8_picked(query.code, rows->codes, rows->size, picked + start, block,
                                 rows->size, dots);
    for (size_t i = 0; i < block; i++) {
      ck_code_scale scale = rows->scales[picked[start + i]];
      keys[start + i] = scale.norm - query.factor * scale.scale * (float)dots[i];
    }
  }
}
