#include "distances.h"

#include <stdatomic.h>

#include "distances_variants.h"

#if defined(__aarch64__) && defined(__linux__)
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif

const ck_kernels *ck_kernels_at(size_t index) {
  const ck_kernels *variants[4] = {&ck_kernels_plain};
  size_t count = 1;
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    variants[count++] = &ck_kernels_avx2;
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vnni"))
    variants[count++] = &ck_kernels_avx512;
#elif defined(__aarch64__)
  variants[count++] = &ck_kernels_neon;
#if defined(__linux__) && defined(HWCAP_ASIMDDP)
  if (getauxval(AT_HWCAP) & HWCAP_ASIMDDP) variants[count++] = &ck_kernels_dotprod;
#endif
#endif
  return index < count ? variants[index] : NULL;
}

const ck_kernels *ck_kernels_best(void) {
  // Whoever comes first may find it twice: it is the same.
  static _Atomic(const ck_kernels *) best;
  const ck_kernels *known = atomic_load_explicit(&best, memory_order_relaxed);
  if (known) return known;
  for (size_t i = 0; ck_kernels_at(i); i++) known = ck_kernels_at(i);
  atomic_store_explicit(&best, known, memory_order_relaxed);
  return known;
}

// Rows of a block: half of a common first-level cache.
enum { BLOCK_BYTES = 16384 };

static size_t block_rows(size_t bytes) { return bytes < BLOCK_BYTES ? BLOCK_BYTES / bytes : 1; }

#define MANY(name, element, result, one_to_many)                                                 \
  void name(const ck_kernels *kernels, const element *queries, size_t query_count,               \
            const element *rows, size_t row_count, size_t size, result *out) {                   \
    size_t block = size == 0 ? row_count : block_rows(size * sizeof(element));                   \
    for (size_t first = 0; first < row_count; first += block) {                                  \
      size_t count = row_count - first < block ? row_count - first : block;                      \
      for (size_t q = 0; q < query_count; q++)                                                   \
        kernels->one_to_many(queries + q * size, rows + first * size, size, count, size,         \
                             out + q * row_count + first);                                       \
    }                                                                                            \
  }

MANY(ck_l2sq_f32_many, float, float, l2sq_f32_rows)
MANY(ck_dot_i8_many, int8_t, int32_t, dot_i8_rows)
