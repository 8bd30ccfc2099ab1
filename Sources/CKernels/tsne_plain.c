// For any processor; what the others are tested against.

#include <string.h>

#include "tsne_spline.h"
#include "tsne_variants.h"

// No function with vectors is called from elsewhere, so how they are handed over does not matter.
#pragma clang diagnostic ignored "-Wpsabi"

#include "tsne_template.h"
#include "fft_template.h"
#include "grid_template.h"

TSNE_KERNELS(ck_tsne_kernels_plain, "plain");
