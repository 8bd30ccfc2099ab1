#ifndef CKERNELS_PIXELS_H
#define CKERNELS_PIXELS_H

#include <stddef.h>
#include <stdint.h>

// --- Pixels: 8-bit RGB, interleaved, `stride` bytes from row to row ----------

/// Samples a rectangle bilinearly into (out_height, out_width, 3) 8-bit RGB, rounded. Output pixel (c, r) is
/// centred on the source point (x + (c + 0.5) * scale, y + (r + 0.5) * scale), in the convention that a
/// source pixel i covers [i, i + 1). Outside of the source the pixel is black. At most 4,096 columns.
void ck_sample_rgb8(const uint8_t *source, ptrdiff_t width, ptrdiff_t height, ptrdiff_t stride,
                    double x, double y, double scale, uint8_t *out, ptrdiff_t out_width,
                    ptrdiff_t out_height);

/// The same into three planes (3, out_height, out_width) of 0 to 255, blue first; outside of the source
/// they are `fill`.
void ck_sample_rgb8_bgr_planes(const uint8_t *source, ptrdiff_t width, ptrdiff_t height,
                               ptrdiff_t stride, double x, double y, double scale, float fill,
                               float *out, ptrdiff_t out_width, ptrdiff_t out_height);

/// The same at a scale of 1 and from the whole pixel (x, y) on: a mere copy.
void ck_copy_rgb8_bgr_planes(const uint8_t *source, ptrdiff_t width, ptrdiff_t height,
                             ptrdiff_t stride, ptrdiff_t x, ptrdiff_t y, float fill, float *out,
                             ptrdiff_t out_width, ptrdiff_t out_height);

/// Pixels as a network's input: (p − mean) · scale for each of `count` pixels of red, green and blue, with a mean
/// for each channel of the result. `blue_first` puts blue first; `planes` makes three planes of it, one a channel.
void ck_scale_rgb8(const uint8_t *source, ptrdiff_t count, int blue_first, int planes,
                   const float *mean, float scale, float *out);

/// Three planes of 0 to 255, blue first, as a network's input: (p − mean) · scale in place, with a mean for each channel
/// of the result. `red_first` puts red first.
void ck_scale_bgr_planes(float *planes, ptrdiff_t count, int red_first, const float *mean,
                         float scale);

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

/// Samples an image bilinearly into three planes (3, out_height, out_width) of 0 to 255: output pixel
/// (c, r) is read at (m[0] c + m[1] r + m[2], m[3] c + m[4] r + m[5]), pixel i at coordinate i; outside,
/// the nearest pixel of the edge. Returns the planes' mean luma (0.299 R + 0.587 G + 0.114 B).
double ck_warp_rgb8_planes(const uint8_t *source, ptrdiff_t width, ptrdiff_t height,
                           ptrdiff_t stride, const double m[6], float *out, ptrdiff_t out_width,
                           ptrdiff_t out_height);

/// The same into three planes (3, out_height, out_width), blue first; a pixel or more outside of the source they are
/// `fill`.
void ck_warp_rgb8_bgr_planes(const uint8_t *source, ptrdiff_t width, ptrdiff_t height,
                             ptrdiff_t stride, const double m[6], float fill, float *out,
                             ptrdiff_t out_width, ptrdiff_t out_height);

/// Changes the colours of three planes (3, count) of 0 to 255 in place, and normalises them. With y the
/// pixel's luma, p becomes v = gain (saturation p + (1 - saturation) y) + offset, cut to 0...255, and then
/// (v - mean[plane]) * scale.
void ck_color_planes(float *planes, ptrdiff_t count, float gain, float saturation, float offset,
                     const float mean[3], float scale);

/// Mirrors an image left to right.
void ck_mirror_rgb8(const uint8_t *source, ptrdiff_t width, ptrdiff_t height, uint8_t *out);

/// The variance of the 4-neighbour Laplacian of the image's grey values
/// (0 to 255): large where edges are sharp.
double ck_laplacian_variance_rgb8(const uint8_t *source, ptrdiff_t width, ptrdiff_t height,
                                  ptrdiff_t stride);

#endif
