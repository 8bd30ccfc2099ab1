#ifndef CKERNELS_DLIB_NUMBERS_H
#define CKERNELS_DLIB_NUMBERS_H

#include <stddef.h>
#include <stdint.h>

// --- dlib's serialisation (dlib/serialize.h) ------------------------------------

/// Reads `count` floating-point numbers, each an integer mantissa and a binary
/// exponent; an integer is a byte with its size and sign, and that many
/// little-endian bytes. Returns how many of the `size` bytes they take; 0 where
/// they end early or are malformed.
size_t ck_read_dlib_numbers(const uint8_t *bytes, size_t size, float *numbers, size_t count);

#endif
