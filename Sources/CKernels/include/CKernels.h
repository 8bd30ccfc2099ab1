#ifndef CKERNELS_H
#define CKERNELS_H

#include <stddef.h>
#include <stdint.h>

// --- Distances between contiguous float vectors of `count` elements ----------
// Each keeps several partial sums, so that the compiler can vectorise it
// without being allowed to reassociate floating point elsewhere.

/// sum((a[i] - b[i])^2)
float ck_l2sq_f32(const float *a, const float *b, size_t count);
/// sum(a[i] * b[i])
float ck_dot_f32(const float *a, const float *b, size_t count);
/// sum(|a[i] - b[i]|)
float ck_l1_f32(const float *a, const float *b, size_t count);

// --- Pixels: 8-bit RGB, interleaved, `stride` bytes from row to row ----------

/// Samples a rectangle bilinearly into (out_height, out_width, 3) floats
/// `value * gain + offset`. Output pixel (c, r) is centred on the source point
/// (x + (c + 0.5) * scale, y + (r + 0.5) * scale), in the convention that a
/// source pixel i covers [i, i + 1). Outside of the source the pixel is black.
void ck_sample_rgb8_f32(const uint8_t *source, ptrdiff_t width, ptrdiff_t height, ptrdiff_t stride,
                        double x, double y, double scale, float gain, float offset, float *out,
                        ptrdiff_t out_width, ptrdiff_t out_height);

/// The same into 8-bit RGB, rounded.
void ck_sample_rgb8(const uint8_t *source, ptrdiff_t width, ptrdiff_t height, ptrdiff_t stride,
                    double x, double y, double scale, uint8_t *out, ptrdiff_t out_width,
                    ptrdiff_t out_height);

/// Halves an image by averaging 2 × 2 pixels; a last odd row or column is left
/// out. `out` holds (height / 2) × (width / 2) pixels.
void ck_halve_rgb8(const uint8_t *source, ptrdiff_t width, ptrdiff_t height, ptrdiff_t stride,
                   uint8_t *out);

/// dlib's pyramid_down<2>: a 5 × 5 binomial filter at every other pixel.
/// `out` holds ((height - 3) / 2) × ((width - 3) / 2) pixels; `row` is scratch
/// space for height × (width - 3) / 2 × 3 values. Needs more than 8 × 8 pixels.
void ck_pyramid_down_rgb8(const uint8_t *source, ptrdiff_t width, ptrdiff_t height,
                          ptrdiff_t stride, uint16_t *row, uint8_t *out);

/// dlib's transform_image with bilinear interpolation: output pixel (c, r) is
/// read at (m[0] c + m[1] r + m[2], m[3] c + m[4] r + m[5]), pixel i at
/// coordinate i, fractions cut off; black outside of the source.
void ck_warp_rgb8(const uint8_t *source, ptrdiff_t width, ptrdiff_t height, ptrdiff_t stride,
                  const double m[6], uint8_t *out, ptrdiff_t out_width, ptrdiff_t out_height);

/// Mirrors an image left to right.
void ck_mirror_rgb8(const uint8_t *source, ptrdiff_t width, ptrdiff_t height, uint8_t *out);

/// The variance of the 4-neighbour Laplacian of the image's grey values
/// (0 to 255): large where edges are sharp.
double ck_laplacian_variance_rgb8(const uint8_t *source, ptrdiff_t width, ptrdiff_t height,
                                  ptrdiff_t stride);

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
