#ifndef CKERNELS_TSNE_SPLINE_H
#define CKERNELS_TSNE_SPLINE_H

#include "tsne.h"

// The recursion of Essmann et al., "A smooth particle mesh Ewald method" (1995), equation 4.1.
static inline __attribute__((always_inline)) void spline_weights(float t, float *w, float *derivatives) {
  w[0] = 1 - t;
  w[1] = t;
#pragma clang loop unroll(full)
  for (int order = 3; order <= CK_SPLINE; order++) {
    if (order == CK_SPLINE && derivatives) {
      derivatives[0] = -w[0];
#pragma clang loop unroll(full)
      for (int j = 1; j < CK_SPLINE - 1; j++) derivatives[j] = w[j - 1] - w[j];
      derivatives[CK_SPLINE - 1] = w[CK_SPLINE - 2];
    }
    float scale = 1.0f / (float)(order - 1);
    w[order - 1] = t * w[order - 2] * scale;
#pragma clang loop unroll(full)
    for (int j = 1; j < order - 1; j++)
      w[order - 1 - j] = ((t + (float)j) * w[order - 2 - j] +
                          ((float)(order - j) - t) * w[order - 1 - j]) *
                         scale;
    w[0] = (1 - t) * w[0] * scale;
  }
}

#endif
