// The forms for many rows of bytes, from `dot_i8_four(query, rows, size, out)`, which takes four rows at
// a time, and `dot_i8`. Included by each variant's file.

static void dot_i8_rows(const int8_t *query, const int8_t *rows, size_t stride, size_t count,
                        size_t size, int32_t *out) {
  size_t r = 0;
  for (; r + 4 <= count; r += 4) {
    const int8_t *from = rows + r * stride;
    const int8_t *four[4] = {from, from + stride, from + 2 * stride, from + 3 * stride};
    dot_i8_four(query, four, size, out + r);
  }
  for (; r < count; r++) out[r] = dot_i8(query, rows + r * stride, size);
}

static void dot_i8_picked(const int8_t *query, const int8_t *rows, size_t stride,
                          const uint32_t *picked, size_t count, size_t size, int32_t *out) {
  size_t r = 0;
  for (; r + 4 <= count; r += 4) {
    const int8_t *four[4] = {rows + picked[r] * stride, rows + picked[r + 1] * stride,
                             rows + picked[r + 2] * stride, rows + picked[r + 3] * stride};
    dot_i8_four(query, four, size, out + r);
  }
  for (; r < count; r++) out[r] = dot_i8(query, rows + picked[r] * stride, size);
}
