#ifndef CKERNELS_TREES_H
#define CKERNELS_TREES_H

#include <stddef.h>
#include <stdint.h>

// --- Regression trees ---------------------------------------------------------

/// An inner node: goes left where features[first] - features[second] > threshold.
typedef struct {
  uint16_t first;
  uint16_t second;
  float threshold;
} ck_split;

/// Adds the leaf that each of `trees` complete binary trees reaches to `sum`,
/// tree by tree. A tree has 2^depth - 1 splits (children of i at 2 i + 1 and
/// 2 i + 2) and 2^depth leaves of `size` floats.
void ck_add_tree_leaves(const ck_split *splits, const float *leaves, ptrdiff_t trees,
                        ptrdiff_t depth, const float *features, ptrdiff_t size, float *sum);

/// Reads the grey values that a cascade compares, 0 outside of the photo.
/// Feature i lies at an offset, turned and scaled by (a, c), from the landmark
/// anchors[i] of `shape` (x and y in turn); `m` takes that to pixels as in
/// `ck_warp_rgb8`, rounded to the nearest.
void ck_shape_features(const uint8_t *source, ptrdiff_t width, ptrdiff_t height, ptrdiff_t stride,
                       const float *shape, const int32_t *anchors, const float *offsets,
                       ptrdiff_t count, float a, float c, const double m[6], float *features);

#endif
