#include "CKernels.h"

// Trees that are walked side by side: each step of a walk waits for memory, and the waits overlap.
enum { ABREAST = 10 };

// The leaf that each of `count` trees reaches.
static inline void find_leaves(const ck_split *splits, const float *leaves, ptrdiff_t count,
                               ptrdiff_t depth, const float *features, ptrdiff_t size,
                               const float **found) {
  ptrdiff_t nodes = ((ptrdiff_t)1 << depth) - 1;
  ptrdiff_t node[ABREAST] = {0};
  // Without branches: which way a tree goes cannot be predicted.
  for (ptrdiff_t level = 0; level < depth; level++)
    for (ptrdiff_t tree = 0; tree < count; tree++) {
      ck_split split = splits[tree * nodes + node[tree]];
      node[tree] =
          2 * node[tree] + 2 - (features[split.first] - features[split.second] > split.threshold);
    }
  for (ptrdiff_t tree = 0; tree < count; tree++) {
    found[tree] = leaves + (tree * (nodes + 1) + node[tree] - nodes) * size;
    __builtin_prefetch(found[tree]);
    __builtin_prefetch(found[tree] + size - 1);
  }
}

void ck_add_tree_leaves(const ck_split *splits, const float *leaves, ptrdiff_t trees,
                        ptrdiff_t depth, const float *features, ptrdiff_t size, float *sum) {
  ptrdiff_t nodes = ((ptrdiff_t)1 << depth) - 1;
  // A group's leaves are on their way while the next group is walked.
  const float *found[2][ABREAST];
  ptrdiff_t waiting = 0;
  int turn = 0;
  for (ptrdiff_t tree = 0; tree < trees || waiting > 0; turn = !turn) {
    ptrdiff_t left = trees - tree;
    ptrdiff_t count = left < ABREAST ? left : ABREAST;
    if (count == ABREAST)
      find_leaves(splits, leaves, ABREAST, depth, features, size, found[turn]);
    else
      find_leaves(splits, leaves, count, depth, features, size, found[turn]);
    // In the order of the trees, so that the sum is the same to the last bit.
    for (ptrdiff_t i = 0; i < waiting; i++)
      for (ptrdiff_t k = 0; k < size; k++) sum[k] += found[!turn][i][k];
    tree += count;
    splits += count * nodes;
    leaves += count * (nodes + 1) * size;
    waiting = count;
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
