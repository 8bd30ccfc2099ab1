#include "CKernels.h"

void ck_add_tree_leaves(const ck_split *splits, const float *leaves, ptrdiff_t trees,
                        ptrdiff_t depth, const float *features, ptrdiff_t size, float *sum) {
  ptrdiff_t nodes = ((ptrdiff_t)1 << depth) - 1;
  for (ptrdiff_t tree = 0; tree < trees; tree++) {
    ptrdiff_t node = 0;
    // Without branches: which way a tree goes cannot be predicted.
    for (ptrdiff_t level = 0; level < depth; level++) {
      ck_split split = splits[node];
      node = 2 * node + 2 - (features[split.first] - features[split.second] > split.threshold);
    }
    const float *leaf = leaves + (node - nodes) * size;
    for (ptrdiff_t i = 0; i < size; i++) sum[i] += leaf[i];
    splits += nodes;
    leaves += (nodes + 1) * size;
  }
}

void ck_shape_features(const uint8_t *source, ptrdiff_t width, ptrdiff_t height, ptrdiff_t stride,
                       const float *shape, const int32_t *anchors, const float *offsets,
                       ptrdiff_t count, float a, float c, const double m[6], float *features) {
  for (ptrdiff_t i = 0; i < count; i++) {
    float dx = offsets[2 * i], dy = offsets[2 * i + 1];
    const float *anchor = shape + 2 * anchors[i];
    double x = a * dx - c * dy + anchor[0], y = c * dx + a * dy + anchor[1];
    // Half a pixel on and cut off is rounding, for what is not negative.
    double column = m[0] * x + m[1] * y + m[2] + 0.5, row = m[3] * x + m[4] * y + m[5] + 0.5;
    if (!(column >= 0 && row >= 0 && column < (double)width && row < (double)height)) {
      features[i] = 0;
      continue;
    }
    const uint8_t *pixel = source + (ptrdiff_t)row * stride + (ptrdiff_t)column * 3;
    features[i] = (float)((pixel[0] + pixel[1] + pixel[2]) / 3);
  }
}
