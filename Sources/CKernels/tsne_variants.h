#ifndef CKERNELS_TSNE_VARIANTS_H
#define CKERNELS_TSNE_VARIANTS_H

#include "tsne.h"

extern const ck_tsne_kernels ck_tsne_kernels_plain;
#if defined(__x86_64__)
extern const ck_tsne_kernels ck_tsne_kernels_avx2;
#endif

#endif
