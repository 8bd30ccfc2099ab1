#if defined(__x86_64__)

#include <string.h>

#include "tsne_variants.h"

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

#include "tsne_spline.h"

#include "tsne_template.h"
#include "fft_template.h"
#include "grid_template.h"

#pragma clang attribute pop

TSNE_KERNELS(ck_tsne_kernels_avx2, "avx2");

#endif
