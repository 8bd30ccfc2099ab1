#include "CKernels.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

// Compiled for AVX2 too, where there is one, and chosen when the program is loaded. Without fused
// multiplication the results are the same to the last bit. Not under ThreadSanitizer: it would instrument the function
// that chooses, which runs before the sanitizer is ready.
#if defined(__x86_64__) && defined(__ELF__) && !__has_feature(thread_sanitizer)
#define FOR_EACH_PROCESSOR __attribute__((target_clones("avx2", "default")))
#else
#define FOR_EACH_PROCESSOR
#endif

// Where a row or column of the output reads: two neighbours and the weight of
// the second; a neighbour outside of the source has weight zero.
typedef struct {
  ptrdiff_t first;
  ptrdiff_t second;
  float weight_first;
  float weight_second;
} tap_t;

static tap_t tap_at(double position, ptrdiff_t size) {
  double shifted = position - 0.5;
  double base = floor(shifted);
  float fraction = (float)(shifted - base);
  tap_t tap = {0, 0, 0, 0};
  // Half a pixel beyond the edge still belongs to the edge pixel.
  if (position < 0 || position > (double)size || size <= 0) return tap;
  ptrdiff_t index = (ptrdiff_t)base;
  tap.first = index < 0 ? 0 : index;
  tap.second = index + 1 >= size ? size - 1 : index + 1;
  tap.weight_first = 1 - fraction;
  tap.weight_second = fraction;
  return tap;
}

enum { MAX_SIDE = 4096 };

FOR_EACH_PROCESSOR
void ck_sample_rgb8(const uint8_t *source, ptrdiff_t width, ptrdiff_t height, ptrdiff_t stride,
                    double x, double y, double scale, uint8_t *out, ptrdiff_t out_width,
                    ptrdiff_t out_height) {
  static _Thread_local tap_t columns[MAX_SIDE];
  if (out_width > MAX_SIDE) return;
  for (ptrdiff_t c = 0; c < out_width; c++) {
    columns[c] = tap_at(x + ((double)c + 0.5) * scale, width);
    columns[c].first *= 3;
    columns[c].second *= 3;
  }
  for (ptrdiff_t r = 0; r < out_height; r++) {
    tap_t row = tap_at(y + ((double)r + 0.5) * scale, height);
    const uint8_t *top = source + row.first * stride;
    const uint8_t *bottom = source + row.second * stride;
    for (ptrdiff_t c = 0; c < out_width; c++, out += 3) {
      tap_t tap = columns[c];
      float tl = row.weight_first * tap.weight_first;
      float tr = row.weight_first * tap.weight_second;
      float bl = row.weight_second * tap.weight_first;
      float br = row.weight_second * tap.weight_second;
      for (int k = 0; k < 3; k++) {
        float value = tl * top[tap.first + k] + tr * top[tap.second + k] +
                      bl * bottom[tap.first + k] + br * bottom[tap.second + k];
        out[k] = (uint8_t)(value + 0.5f);
      }
    }
  }
}

FOR_EACH_PROCESSOR
void ck_sample_rgb8_bgr_planes(const uint8_t *source, ptrdiff_t width, ptrdiff_t height,
                               ptrdiff_t stride, double x, double y, double scale, float fill,
                               float *out, ptrdiff_t out_width, ptrdiff_t out_height) {
  static _Thread_local tap_t columns[MAX_SIDE];
  if (out_width > MAX_SIDE) return;
  for (ptrdiff_t c = 0; c < out_width; c++) {
    columns[c] = tap_at(x + ((double)c + 0.5) * scale, width);
    columns[c].first *= 3;
    columns[c].second *= 3;
  }
  ptrdiff_t count = out_width * out_height;
  float *blue = out, *green = out + count, *red = out + 2 * count;
  for (ptrdiff_t r = 0; r < out_height; r++) {
    tap_t row = tap_at(y + ((double)r + 0.5) * scale, height);
    const uint8_t *top = source + row.first * stride;
    const uint8_t *bottom = source + row.second * stride;
    float inside = row.weight_first + row.weight_second;
    for (ptrdiff_t c = 0; c < out_width; c++) {
      tap_t tap = columns[c];
      float tl = row.weight_first * tap.weight_first;
      float tr = row.weight_first * tap.weight_second;
      float bl = row.weight_second * tap.weight_first;
      float br = row.weight_second * tap.weight_second;
      float rest = fill * (1 - inside * (tap.weight_first + tap.weight_second));
      float color[3];
      for (int k = 0; k < 3; k++)
        color[k] = tl * top[tap.first + k] + tr * top[tap.second + k] + bl * bottom[tap.first + k] +
                   br * bottom[tap.second + k] + rest;
      *red++ = color[0];
      *green++ = color[1];
      *blue++ = color[2];
    }
  }
}

FOR_EACH_PROCESSOR
void ck_copy_rgb8_bgr_planes(const uint8_t *source, ptrdiff_t width, ptrdiff_t height,
                             ptrdiff_t stride, ptrdiff_t x, ptrdiff_t y, float fill, float *out,
                             ptrdiff_t out_width, ptrdiff_t out_height) {
  ptrdiff_t count = out_width * out_height;
  ptrdiff_t from = x < 0 ? -x : 0, to = width - x < out_width ? width - x : out_width;
  for (ptrdiff_t r = 0; r < out_height; r++) {
    float *blue = out + r * out_width, *green = blue + count, *red = green + count;
    ptrdiff_t first = from, last = to;
    if (y + r < 0 || y + r >= height || last <= first) first = last = out_width;
    for (ptrdiff_t c = 0; c < first; c++) blue[c] = green[c] = red[c] = fill;
    for (ptrdiff_t c = last; c < out_width; c++) blue[c] = green[c] = red[c] = fill;
    if (first == last) continue;
    const uint8_t *pixel = source + (y + r) * stride + (x + first) * 3;
    for (ptrdiff_t c = first; c < last; c++, pixel += 3) {
      red[c] = pixel[0];
      green[c] = pixel[1];
      blue[c] = pixel[2];
    }
  }
}

FOR_EACH_PROCESSOR
void ck_scale_bgr_planes(float *planes, ptrdiff_t count, int red_first, const float *mean,
                         float scale) {
  float *first = planes, *second = planes + count, *third = planes + 2 * count;
  float a = -mean[0] * scale, b = -mean[1] * scale, c = -mean[2] * scale;
  for (ptrdiff_t pixel = 0; pixel < count; pixel++) {
    float blue = first[pixel], red = third[pixel];
    first[pixel] = (red_first ? red : blue) * scale + a;
    second[pixel] = second[pixel] * scale + b;
    third[pixel] = (red_first ? blue : red) * scale + c;
  }
}

FOR_EACH_PROCESSOR
void ck_scale_rgb8(const uint8_t *source, ptrdiff_t count, int blue_first, int planes,
                   const float *mean, float scale, float *out) {
  ptrdiff_t step = planes ? 1 : 3, apart = planes ? count : 1;
  for (int channel = 0; channel < 3; channel++) {
    const uint8_t *from = source + (blue_first ? 2 - channel : channel);
    float *to = out + channel * apart, offset = -mean[channel] * scale;
    for (ptrdiff_t pixel = 0; pixel < count; pixel++)
      to[pixel * step] = from[3 * pixel] * scale + offset;
  }
}

FOR_EACH_PROCESSOR
void ck_halve_rgb8(const uint8_t *source, ptrdiff_t width, ptrdiff_t height, ptrdiff_t stride,
                   uint8_t *out) {
  for (ptrdiff_t r = 0; r < height / 2; r++) {
    const uint8_t *top = source + 2 * r * stride;
    const uint8_t *bottom = top + stride;
    for (ptrdiff_t c = 0; c < width / 2; c++, top += 6, bottom += 6, out += 3)
      for (int k = 0; k < 3; k++)
        out[k] = (uint8_t)((top[k] + top[k + 3] + bottom[k] + bottom[k + 3] + 2) >> 2);
  }
}

FOR_EACH_PROCESSOR
void ck_pyramid_down_rgb8(const uint8_t *source, ptrdiff_t width, ptrdiff_t height,
                          ptrdiff_t stride, uint16_t *row, uint8_t *out) {
  if (width <= 8 || height <= 8) return;
  ptrdiff_t columns = (width - 3) / 2, rows = (height - 3) / 2;
  for (ptrdiff_t r = 0; r < height; r++) {
    const uint8_t *pixel = source + r * stride;
    uint16_t *sums = row + r * columns * 3;
    for (ptrdiff_t c = 0; c < columns; c++, pixel += 6, sums += 3)
      for (int k = 0; k < 3; k++)
        sums[k] = (uint16_t)(pixel[k] + 4 * pixel[k + 3] + 6 * pixel[k + 6] + 4 * pixel[k + 9] +
                             pixel[k + 12]);
  }
  ptrdiff_t step = columns * 3;
  for (ptrdiff_t r = 0; r < rows; r++) {
    const uint16_t *sums = row + 2 * r * step;
    for (ptrdiff_t i = 0; i < step; i++)
      *out++ = (uint8_t)((sums[i] + 4 * sums[i + step] + 6 * sums[i + 2 * step] +
                          4 * sums[i + 3 * step] + sums[i + 4 * step]) /
                         256);
  }
}

// The three channels of a pixel, and a fourth, unused lane.
typedef double colour_t __attribute__((vector_size(32)));
typedef uint8_t bytes_t __attribute__((vector_size(4)));
typedef int32_t ints_t __attribute__((vector_size(16)));

// By address: not every processor hands over a value as wide.
static inline void read_colour(const uint8_t *pixel, colour_t *colour) {
  bytes_t bytes;
  memcpy(&bytes, pixel, sizeof bytes);
  *colour = __builtin_convertvector(__builtin_convertvector(bytes, ints_t), colour_t);
}

FOR_EACH_PROCESSOR
void ck_warp_rgb8(const uint8_t *source, ptrdiff_t width, ptrdiff_t height, ptrdiff_t stride,
                  const double m[6], uint8_t *out, ptrdiff_t out_width, ptrdiff_t out_height) {
  for (ptrdiff_t r = 0; r < out_height; r++) {
    for (ptrdiff_t c = 0; c < out_width; c++, out += 3) {
      double x = m[0] * (double)c + m[1] * (double)r + m[2];
      double y = m[3] * (double)c + m[4] * (double)r + m[5];
      // Negated, so that NaN is outside too.
      if (!(x >= 0 && y >= 0 && x < (double)(width - 1) && y < (double)(height - 1))) {
        out[0] = out[1] = out[2] = 0;
        continue;
      }
      ptrdiff_t left = (ptrdiff_t)x, top = (ptrdiff_t)y;
      double fx = x - (double)left, fy = y - (double)top;
      const uint8_t *a = source + top * stride + left * 3;
      const uint8_t *b = a + stride;
      // The byte after a pixel is read along with it; the last one of all has none.
      if (top + 2 == height && left + 2 == width) {
        for (int k = 0; k < 3; k++)
          out[k] = (uint8_t)((1 - fy) * ((1 - fx) * a[k] + fx * a[k + 3]) +
                             fy * ((1 - fx) * b[k] + fx * b[k + 3]));
        continue;
      }
      colour_t a0, a1, b0, b1;
      read_colour(a, &a0);
      read_colour(a + 3, &a1);
      read_colour(b, &b0);
      read_colour(b + 3, &b1);
      colour_t upper = (1 - fx) * a0 + fx * a1, lower = (1 - fx) * b0 + fx * b1;
      ints_t colour = __builtin_convertvector((1 - fy) * upper + fy * lower, ints_t);
      for (int k = 0; k < 3; k++) out[k] = (uint8_t)colour[k];
    }
  }
}

static inline double inside(double value, double last) {
  // In this order NaN becomes 0.
  return value > 0 ? (value < last ? value : last) : 0;
}

static const float LUMA[3] = {0.299f, 0.587f, 0.114f};

FOR_EACH_PROCESSOR
double ck_warp_rgb8_planes(const uint8_t *source, ptrdiff_t width, ptrdiff_t height,
                           ptrdiff_t stride, const double m[6], float *out, ptrdiff_t out_width,
                           ptrdiff_t out_height) {
  ptrdiff_t count = out_width * out_height;
  if (count <= 0 || width <= 0 || height <= 0) return 0;
  float *red = out, *green = out + count, *blue = out + 2 * count;
  double total = 0;
  for (ptrdiff_t r = 0; r < out_height; r++) {
    float row_total = 0;
    for (ptrdiff_t c = 0; c < out_width; c++) {
      double x = inside(m[0] * (double)c + m[1] * (double)r + m[2], (double)(width - 1));
      double y = inside(m[3] * (double)c + m[4] * (double)r + m[5], (double)(height - 1));
      ptrdiff_t left = (ptrdiff_t)x, top = (ptrdiff_t)y;
      float fx = (float)(x - (double)left), fy = (float)(y - (double)top);
      const uint8_t *a = source + top * stride + left * 3;
      // On the last row and column the second neighbour has weight zero.
      ptrdiff_t right = left + 1 < width ? 3 : 0, down = top + 1 < height ? stride : 0;
      float tl = (1 - fy) * (1 - fx), tr = (1 - fy) * fx, bl = fy * (1 - fx), br = fy * fx;
      float color[3];
      for (int k = 0; k < 3; k++)
        color[k] = tl * a[k] + tr * a[right + k] + bl * a[down + k] + br * a[down + right + k];
      *red++ = color[0];
      *green++ = color[1];
      *blue++ = color[2];
      row_total += LUMA[0] * color[0] + LUMA[1] * color[1] + LUMA[2] * color[2];
    }
    total += row_total;
  }
  return total / (double)count;
}

FOR_EACH_PROCESSOR
void ck_warp_rgb8_bgr_planes(const uint8_t *source, ptrdiff_t width, ptrdiff_t height,
                             ptrdiff_t stride, const double m[6], float fill, float *out,
                             ptrdiff_t out_width, ptrdiff_t out_height) {
  ptrdiff_t count = out_width * out_height;
  float *blue = out, *green = out + count, *red = out + 2 * count;
  for (ptrdiff_t r = 0; r < out_height; r++) {
    for (ptrdiff_t c = 0; c < out_width; c++) {
      double x = m[0] * (double)c + m[1] * (double)r + m[2];
      double y = m[3] * (double)c + m[4] * (double)r + m[5];
      float color[3] = {fill, fill, fill};
      // Negated, so that NaN is outside too.
      if (!(x > -1 && y > -1 && x < (double)width && y < (double)height)) {
        // Nothing of the source is near.
      } else {
        double last_x = (double)(width - 1), last_y = (double)(height - 1);
        double cx = inside(x, last_x), cy = inside(y, last_y);
        ptrdiff_t left = (ptrdiff_t)cx, top = (ptrdiff_t)cy;
        float fx = (float)(cx - (double)left), fy = (float)(cy - (double)top);
        const uint8_t *a = source + top * stride + left * 3;
        ptrdiff_t right = left + 1 < width ? 3 : 0, down = top + 1 < height ? stride : 0;
        float tl = (1 - fy) * (1 - fx), tr = (1 - fy) * fx, bl = fy * (1 - fx), br = fy * fx;
        for (int k = 0; k < 3; k++)
          color[k] = tl * a[k] + tr * a[right + k] + bl * a[down + k] + br * a[down + right + k];
      }
      *red++ = color[0];
      *green++ = color[1];
      *blue++ = color[2];
    }
  }
}

FOR_EACH_PROCESSOR
void ck_color_planes(float *planes, ptrdiff_t count, float gain, float saturation, float offset,
                     const float mean[3], float scale) {
  float *red = planes, *green = planes + count, *blue = planes + 2 * count;
  float own = gain * saturation, shared = gain * (1 - saturation);
  for (ptrdiff_t i = 0; i < count; i++) {
    float luma = LUMA[0] * red[i] + LUMA[1] * green[i] + LUMA[2] * blue[i];
    float base = shared * luma + offset;
    float r = own * red[i] + base, g = own * green[i] + base, b = own * blue[i] + base;
    r = r < 0 ? 0 : r > 255 ? 255 : r;
    g = g < 0 ? 0 : g > 255 ? 255 : g;
    b = b < 0 ? 0 : b > 255 ? 255 : b;
    red[i] = (r - mean[0]) * scale;
    green[i] = (g - mean[1]) * scale;
    blue[i] = (b - mean[2]) * scale;
  }
}

void ck_mirror_rgb8(const uint8_t *source, ptrdiff_t width, ptrdiff_t height, uint8_t *out) {
  for (ptrdiff_t r = 0; r < height; r++) {
    const uint8_t *from = source + (r + 1) * width * 3;
    for (ptrdiff_t c = 0; c < width; c++, out += 3) {
      from -= 3;
      memcpy(out, from, 3);
    }
  }
}

FOR_EACH_PROCESSOR
double ck_laplacian_variance_rgb8(const uint8_t *source, ptrdiff_t width, ptrdiff_t height,
                                  ptrdiff_t stride) {
  if (width < 3 || height < 3) return 0;
  // Integer sums are exact and vectorise; three channels summed stand for grey.
  int64_t sum = 0, squares = 0;
  for (ptrdiff_t r = 1; r + 1 < height; r++) {
    const uint8_t *row = source + r * stride;
    for (ptrdiff_t c = 1; c + 1 < width; c++) {
      const uint8_t *p = row + 3 * c;
      int value = 0;
      for (int k = 0; k < 3; k++)
        value += 4 * p[k] - p[k - 3] - p[k + 3] - p[k - stride] - p[k + stride];
      sum += value;
      squares += (int64_t)value * value;
    }
  }
  double count = (double)(width - 2) * (double)(height - 2);
  double mean = (double)sum / count;
  return ((double)squares / count - mean * mean) / 9;
}
