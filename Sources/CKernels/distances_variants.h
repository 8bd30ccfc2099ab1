#ifndef CKERNELS_DISTANCES_VARIANTS_H
#define CKERNELS_DISTANCES_VARIANTS_H

#include "distances.h"

extern const ck_kernels ck_kernels_plain;
#if defined(__x86_64__)
extern const ck_kernels ck_kernels_avx2;
extern const ck_kernels ck_kernels_avx512;
#elif defined(__aarch64__)
extern const ck_kernels ck_kernels_neon;
extern const ck_kernels ck_kernels_dotprod;
#endif

#endif
