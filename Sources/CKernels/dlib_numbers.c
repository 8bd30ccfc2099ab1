#include <math.h>

#include "CKernels.h"

// Returns how many bytes the integer takes; 0 where it is malformed.
static inline size_t read_integer(const uint8_t *bytes, size_t size, int64_t *value) {
  if (size == 0) return 0;
  size_t length = bytes[0] & 0x0f;
  if (length < 1 || length > 8 || length >= size) return 0;
  uint64_t magnitude = 0;
  for (size_t i = 0; i < length; i++) magnitude |= (uint64_t)bytes[1 + i] << (8 * i);
  *value = (int64_t)(bytes[0] & 0x80 ? 0 - magnitude : magnitude);
  return 1 + length;
}

size_t ck_read_dlib_numbers(const uint8_t *bytes, size_t size, float *numbers, size_t count) {
  size_t offset = 0;
  for (size_t i = 0; i < count; i++) {
    int64_t parts[2];
    for (int part = 0; part < 2; part++) {
      size_t length = read_integer(bytes + offset, size - offset, &parts[part]);
      if (length == 0) return 0;
      offset += length;
    }
    int64_t exponent = parts[1];
    if (exponent == 32000)
      numbers[i] = INFINITY;
    else if (exponent == 32001)
      numbers[i] = -INFINITY;
    else if (exponent == 32002)
      numbers[i] = NAN;
    else
      // Beyond these bounds it is 0 or infinite in any case.
      numbers[i] = (float)scalbn((double)parts[0],
                                 exponent > 4096 ? 4096 : exponent < -4096 ? -4096 : (int)exponent);
  }
  return offset;
}
