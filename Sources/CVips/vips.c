#include "CVips.h"

#include <gio/gio.h>
#include <pango/pangoft2.h>
#include <pthread.h>
#include <string.h>
#include <time.h>
#include <vips/vips.h>

/* ---- Process-wide state ---- */

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int started = -1;
static pthread_rwlock_t errors_lock;
static pthread_key_t thread_key;

static void drop_log(const gchar *domain, GLogLevelFlags level, const gchar *message,
                     gpointer data) {
  (void)domain;
  (void)level;
  (void)message;
  (void)data;
}

static void leave_thread(void *unused) {
  (void)unused;
  vips_thread_shutdown();
}

static void start(void) {
  pthread_rwlockattr_t attributes;
  pthread_rwlockattr_init(&attributes);
#ifdef __GLIBC__
  /* By default readers go first, and a thread that wants the error text would
     wait for as long as the others are busy. */
  pthread_rwlockattr_setkind_np(&attributes, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
#endif
  pthread_rwlock_init(&errors_lock, &attributes);
  pthread_rwlockattr_destroy(&attributes);

  /* libvips keeps buffers per thread; they go when the thread does. */
  pthread_key_create(&thread_key, leave_thread);

  /* Warnings about odd files would land on the user's terminal. */
  GLogLevelFlags quiet = G_LOG_LEVEL_WARNING | G_LOG_LEVEL_MESSAGE | G_LOG_LEVEL_INFO;
  g_log_set_handler("VIPS", quiet, drop_log, NULL);
  g_log_set_handler("Pango", quiet, drop_log, NULL);

  if (VIPS_INIT("likeness") != 0) return;
  vips_block_untrusted_set(TRUE);
  /* Photos are decoded side by side, so each one gets a single thread, and no
     result is ever asked for twice. */
  vips_concurrency_set(1);
  vips_cache_set_max(0);
  vips_cache_set_max_mem(0);
  vips_cache_set_max_files(0);
  started = 0;
}

int cv_start(void) {
  pthread_once(&once, start);
  return started;
}

static const char *loader(cv_format format) {
  switch (format) {
    case CV_JPEG: return "jpegload_buffer";
    case CV_PNG: return "pngload_buffer";
    case CV_WEBP: return "webpload_buffer";
    case CV_TIFF: return "tiffload_buffer";
    case CV_GIF: return "gifload_buffer";
    case CV_HEIF: return "heifload_buffer";
  }
  return "";
}

int cv_can_read(cv_format format) {
  return vips_type_find("VipsOperation", loader(format)) != 0;
}

/* ---- Errors ---- */

void cv_begin_shared(void) {
  /* The value only has to be non-null for the key's destructor to run. */
  pthread_setspecific(thread_key, &thread_key);
  pthread_rwlock_rdlock(&errors_lock);
}

void cv_begin_alone(void) {
  pthread_setspecific(thread_key, &thread_key);
  pthread_rwlock_wrlock(&errors_lock);
  vips_error_clear();
}

void cv_end(void) { pthread_rwlock_unlock(&errors_lock); }

void cv_take_error(char *text, size_t size) {
  const char *all = vips_error_buffer();
  size_t length = strlen(all);
  size_t kept = length < size ? length : size - 1;
  memcpy(text, all + (length - kept), kept);
  text[kept] = 0;
  vips_error_clear();
}

/* ---- Opening ---- */

static VipsImage *vips(const cv_image *image) { return (VipsImage *)image; }

static cv_image *fence(int failed, VipsImage *image) {
  if (!failed) return (cv_image *)image;
  if (image) g_object_unref(image);
  return NULL;
}

cv_image *cv_open(cv_format format, const void *bytes, size_t length, int shrink, double scale,
                  int page, int subdirectory) {
  void *data = (void *)bytes;
  VipsImage *out = NULL;
  int failed = -1;
  switch (format) {
    case CV_JPEG:
      failed = vips_jpegload_buffer(data, length, &out, "access", VIPS_ACCESS_SEQUENTIAL,
                                    "fail_on", VIPS_FAIL_ON_ERROR, "shrink", shrink, NULL);
      break;
    case CV_PNG:
      failed = vips_pngload_buffer(data, length, &out, "access", VIPS_ACCESS_SEQUENTIAL,
                                   "fail_on", VIPS_FAIL_ON_ERROR, NULL);
      break;
    case CV_WEBP:
      failed = vips_webpload_buffer(data, length, &out, "access", VIPS_ACCESS_SEQUENTIAL,
                                    "fail_on", VIPS_FAIL_ON_ERROR, "scale", scale, NULL);
      break;
    case CV_TIFF:
      failed = vips_tiffload_buffer(data, length, &out, "access", VIPS_ACCESS_SEQUENTIAL,
                                    "fail_on", VIPS_FAIL_ON_ERROR, "page", page, "subifd",
                                    subdirectory, NULL);
      break;
    case CV_GIF:
      failed = vips_gifload_buffer(data, length, &out, "access", VIPS_ACCESS_SEQUENTIAL,
                                   "fail_on", VIPS_FAIL_ON_ERROR, NULL);
      break;
    case CV_HEIF:
      failed = vips_heifload_buffer(data, length, &out, "access", VIPS_ACCESS_SEQUENTIAL,
                                    "fail_on", VIPS_FAIL_ON_ERROR, NULL);
      break;
  }
  return fence(failed, out);
}

cv_image *cv_wrap(const void *pixels, size_t length, int width, int height, int bands,
                  cv_space space) {
  static const struct {
    VipsBandFormat format;
    VipsInterpretation interpretation;
  } spaces[] = {
      [CV_RGB] = {VIPS_FORMAT_UCHAR, VIPS_INTERPRETATION_sRGB},
      [CV_GREY] = {VIPS_FORMAT_UCHAR, VIPS_INTERPRETATION_B_W},
      [CV_CMYK] = {VIPS_FORMAT_UCHAR, VIPS_INTERPRETATION_CMYK},
      [CV_RGB16] = {VIPS_FORMAT_USHORT, VIPS_INTERPRETATION_RGB16},
      [CV_GREY16] = {VIPS_FORMAT_USHORT, VIPS_INTERPRETATION_GREY16},
  };
  VipsImage *memory = vips_image_new_from_memory(pixels, length, width, height, bands,
                                                 spaces[space].format);
  if (!memory) return NULL;
  VipsImage *out = NULL;
  int failed = vips_copy(memory, &out, "interpretation", spaces[space].interpretation, NULL);
  g_object_unref(memory);
  return fence(failed, out);
}

void cv_free(cv_image *image) {
  if (image) g_object_unref(image);
}

/* ---- What an image is ---- */

int cv_width(const cv_image *image) { return vips(image)->Xsize; }
int cv_height(const cv_image *image) { return vips(image)->Ysize; }
int cv_bands(const cv_image *image) { return vips(image)->Bands; }
int cv_pixel_bytes(const cv_image *image) { return (int)VIPS_IMAGE_SIZEOF_PEL(vips(image)); }

int cv_is_rgb(const cv_image *image) {
  VipsImage *in = vips(image);
  VipsInterpretation space = vips_image_guess_interpretation(in);
  return in->BandFmt == VIPS_FORMAT_UCHAR && in->Bands == 3 &&
         (space == VIPS_INTERPRETATION_sRGB || space == VIPS_INTERPRETATION_RGB);
}

int cv_is_cmyk(const cv_image *image) {
  return vips_image_guess_interpretation(vips(image)) == VIPS_INTERPRETATION_CMYK;
}

int cv_has_alpha(const cv_image *image) { return vips_image_hasalpha(vips(image)); }

int cv_orientation(const cv_image *image) {
  int orientation = 1;
  if (vips_image_get_typeof(vips(image), VIPS_META_ORIENTATION) == G_TYPE_INT)
    vips_image_get_int(vips(image), VIPS_META_ORIENTATION, &orientation);
  return orientation >= 1 && orientation <= 8 ? orientation : 1;
}

static const void *blob(const cv_image *image, const char *name, size_t *length) {
  const void *bytes = NULL;
  *length = 0;
  if (vips_image_get_typeof(vips(image), name) == 0) return NULL;
  if (vips_image_get_blob(vips(image), name, &bytes, length) != 0) return NULL;
  return bytes;
}

const void *cv_profile(const cv_image *image, size_t *length) {
  return blob(image, VIPS_META_ICC_NAME, length);
}

const void *cv_exif(const cv_image *image, size_t *length) {
  return blob(image, VIPS_META_EXIF_NAME, length);
}

const void *cv_xmp(const cv_image *image, size_t *length) {
  const void *bytes = blob(image, VIPS_META_XMP_NAME, length);
  // libvips names that of a HEIF by its item's number until version 8.15.
  for (int item = 0; !bytes && item < 32; item++) {
    char name[32];
    g_snprintf(name, sizeof name, "heif-mime-%d", item);
    const char *text = blob(image, name, length);
    if (text && g_strstr_len(text, (gssize)*length, "<rdf:RDF")) bytes = text;
  }
  return bytes;
}

/* ---- Operations ---- */

cv_image *cv_flatten_on_white(cv_image *image) {
  VipsImage *in = vips(image);
  VipsInterpretation space = vips_image_guess_interpretation(in);
  double most = space == VIPS_INTERPRETATION_RGB16 || space == VIPS_INTERPRETATION_GREY16 ? 65535
                : space == VIPS_INTERPRETATION_scRGB                                     ? 1
                                                                                         : 255;
  double white[1] = {space == VIPS_INTERPRETATION_CMYK ? 0 : most};
  /* One value stands for all bands. */
  VipsArrayDouble *background = vips_array_double_new(white, 1);
  VipsImage *out = NULL;
  int failed = vips_flatten(in, &out, "background", background, "max_alpha", most, NULL);
  vips_area_unref(VIPS_AREA(background));
  return fence(failed, out);
}

cv_image *cv_to_rgb(cv_image *image, int through_profile) {
  VipsImage *in = vips(image);
  VipsImage *out = NULL;
  int failed;
  if (through_profile)
    failed = vips_icc_transform(in, &out, "srgb", "embedded", TRUE, "depth", 8, "intent",
                                VIPS_INTENT_RELATIVE, "black_point_compensation", TRUE, NULL);
  else
    failed = vips_colourspace(in, &out, VIPS_INTERPRETATION_sRGB, NULL);
  if (failed) return fence(failed, out);

  if (out->Bands > 3) {
    VipsImage *three = NULL;
    failed = vips_extract_band(out, &three, 0, "n", 3, NULL);
    g_object_unref(out);
    if (failed) return fence(failed, three);
    out = three;
  } else if (out->Bands < 3) {
    VipsImage *same[3] = {out, out, out};
    VipsImage *three = NULL;
    VipsImage *one = NULL;
    failed = vips_extract_band(out, &one, 0, NULL);
    if (!failed) {
      same[0] = same[1] = same[2] = one;
      failed = vips_bandjoin(same, &three, 3, NULL);
      g_object_unref(one);
    }
    g_object_unref(out);
    if (failed) return fence(failed, three);
    out = three;
  }
  if (out->BandFmt != VIPS_FORMAT_UCHAR) {
    VipsImage *bytes = NULL;
    failed = vips_cast_uchar(out, &bytes, NULL);
    g_object_unref(out);
    if (failed) return fence(failed, bytes);
    out = bytes;
  }
  return (cv_image *)out;
}

cv_image *cv_resize(cv_image *image, int width, int height) {
  VipsImage *in = vips(image);
  VipsImage *out = NULL;
  int failed = vips_resize(in, &out, (double)width / in->Xsize, "vscale",
                           (double)height / in->Ysize, NULL);
  if (!failed && (out->Xsize != width || out->Ysize != height)) {
    vips_error("cv_resize", "%d x %d instead of %d x %d", out->Xsize, out->Ysize, width, height);
    failed = -1;
  }
  return fence(failed, out);
}

void cv_move_rgb(const uint8_t *pixels, int width, int height, int mirror, int quarter_turns,
                 uint8_t *out) {
  /* Where the first pixel of the result comes from, and how far to go for the
     next one to the right and the next one below. */
  ptrdiff_t right = 3, down = (ptrdiff_t)width * 3;
  ptrdiff_t last_column = (ptrdiff_t)(width - 1) * 3, last_row = (height - 1) * down;
  ptrdiff_t start = 0, step_x = right, step_y = down;
  int turns = quarter_turns & 3;
  switch (turns) {
    case 1: start = last_row, step_x = -down, step_y = right; break;
    case 2: start = last_row + last_column, step_x = -right, step_y = -down; break;
    case 3: start = last_column, step_x = down, step_y = -right; break;
  }
  if (mirror) {
    /* Columns of the source count from the other side. */
    start += start % down == last_column ? -last_column : last_column;
    if (turns & 1) step_y = -step_y;
    else step_x = -step_x;
  }
  int columns = turns & 1 ? height : width, rows = turns & 1 ? width : height;
  /* In tiles, so that walking down columns stays in the cache. */
  const int tile = 32;
  for (int top = 0; top < rows; top += tile)
    for (int left = 0; left < columns; left += tile)
      for (int y = top; y < rows && y < top + tile; y++) {
        uint8_t *to = out + ((size_t)y * columns + left) * 3;
        const uint8_t *from = pixels + start + y * step_y + left * step_x;
        for (int x = left; x < columns && x < left + tile; x++, to += 3, from += step_x) {
          to[0] = from[0];
          to[1] = from[1];
          to[2] = from[2];
        }
      }
}

/* Pango's state is one per process. */
static pthread_mutex_t pango_lock = PTHREAD_MUTEX_INITIALIZER;

cv_image *cv_text(const char *markup, const char *font, int pixels) {
  /* At 72 dots an inch a point is a pixel. */
  char description[128];
  g_snprintf(description, sizeof description, "%s %d", font, pixels);
  VipsImage *out = NULL;
  pthread_mutex_lock(&pango_lock);
  int failed = vips_text(&out, markup, "font", description, "dpi", 72, NULL);
  pthread_mutex_unlock(&pango_lock);
  return fence(failed, out);
}

int cv_missing_glyphs(const char *text, const char *font) {
  static PangoContext *context = NULL;
  pthread_mutex_lock(&pango_lock);
  if (!context) {
    /* Kept, as finding all fonts takes a while. */
    PangoFontMap *fonts = pango_ft2_font_map_new();
    context = pango_font_map_create_context(fonts);
    g_object_unref(fonts);
  }
  PangoLayout *layout = pango_layout_new(context);
  PangoFontDescription *description = pango_font_description_from_string(font);
  pango_layout_set_font_description(layout, description);
  pango_layout_set_text(layout, text, -1);
  int missing = pango_layout_get_unknown_glyphs_count(layout);
  pango_font_description_free(description);
  g_object_unref(layout);
  pthread_mutex_unlock(&pango_lock);
  return missing;
}

/* ---- Pixels and files ---- */

uint64_t cv_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

int cv_write(cv_image *image, void *pixels, size_t length, uint64_t deadline) {
  VipsImage *in = vips(image);
  size_t line = VIPS_IMAGE_SIZEOF_LINE(in);
  if (line * in->Ysize != length) {
    vips_error("cv_write", "the image has %zu bytes, not %zu", line * in->Ysize, length);
    return -1;
  }
  /* A region is computed in the calling thread; vips_image_write_to_memory
     would hand the work to a thread of libvips's and wait for it. */
  VipsRegion *region = vips_region_new(in);
  if (!region) return -1;
  int failed = 0;
  const int strip = 64;
  for (int top = 0; top < in->Ysize && !failed; top += strip) {
    if (cv_now() > deadline) {
      failed = CV_TOO_LATE;
      break;
    }
    VipsRect rows = {0, top, in->Xsize, VIPS_MIN(strip, in->Ysize - top)};
    failed = vips_region_prepare(region, &rows);
    if (failed) break;
    size_t stride = VIPS_REGION_LSKIP(region);
    const char *from = (const char *)VIPS_REGION_ADDR(region, 0, top);
    char *to = (char *)pixels + line * top;
    if (stride == line)
      memcpy(to, from, line * rows.height);
    else
      for (int y = 0; y < rows.height; y++) memcpy(to + line * y, from + stride * y, line);
  }
  g_object_unref(region);
  return failed == CV_TOO_LATE ? failed : failed ? -1 : 0;
}

int cv_write_areas(cv_image *image, const cv_area *areas, size_t count, uint64_t deadline) {
  VipsImage *in = vips(image);
  VipsRect all = {0, 0, in->Xsize, in->Ysize};
  int left = in->Xsize, right = 0, bottom = 0;
  for (size_t i = 0; i < count; i++) {
    VipsRect area = {areas[i].left, areas[i].top, areas[i].width, areas[i].height};
    if (in->Bands != 3 || in->BandFmt != VIPS_FORMAT_UCHAR || !vips_rect_includesrect(&all, &area)) {
      vips_error("cv_write_areas", "an area lies outside of the image");
      return -1;
    }
    left = VIPS_MIN(left, area.left);
    right = VIPS_MAX(right, VIPS_RECT_RIGHT(&area));
    bottom = VIPS_MAX(bottom, VIPS_RECT_BOTTOM(&area));
  }
  VipsRegion *region = vips_region_new(in);
  if (!region) return -1;
  int failed = 0;
  const int strip = 64;
  /* Every strip down to the last one that is wanted, as decoders go from top to bottom. */
  for (int top = 0; top < bottom && !failed; top += strip) {
    if (cv_now() > deadline) {
      failed = CV_TOO_LATE;
      break;
    }
    VipsRect rows = {left, top, right - left, VIPS_MIN(strip, in->Ysize - top)};
    failed = vips_region_prepare(region, &rows);
    for (size_t i = 0; i < count && !failed; i++) {
      const cv_area *area = &areas[i];
      int first = VIPS_MAX(area->top, top);
      int last = VIPS_MIN(area->top + area->height, top + rows.height);
      for (int y = first; y < last; y++)
        memcpy(area->pixels + (size_t)(y - area->top) * area->width * 3,
               VIPS_REGION_ADDR(region, area->left, y), (size_t)area->width * 3);
    }
  }
  g_object_unref(region);
  return failed == CV_TOO_LATE ? failed : failed ? -1 : 0;
}

int cv_encode(cv_image *image, const char *suffix, void **bytes, size_t *length) {
  return vips_image_write_to_buffer(vips(image), suffix, bytes, length, NULL);
}

void cv_free_bytes(void *bytes) { g_free(bytes); }

int cv_inflates_within(const void *bytes, size_t length, size_t maximum) {
  GConverter *inflater = G_CONVERTER(g_zlib_decompressor_new(G_ZLIB_COMPRESSOR_FORMAT_ZLIB));
  const char *from = bytes;
  char out[16384];
  size_t total = 0;
  GConverterResult result = G_CONVERTER_CONVERTED;
  while (result == G_CONVERTER_CONVERTED && total <= maximum) {
    gsize read = 0, written = 0;
    result = g_converter_convert(inflater, from, length, out, sizeof out,
                                 G_CONVERTER_INPUT_AT_END, &read, &written, NULL);
    from += read;
    length -= read;
    total += written;
  }
  g_object_unref(inflater);
  return result == G_CONVERTER_FINISHED && total <= maximum;
}

void cv_set_orientation(cv_image *image, int orientation) {
  vips_image_set_int(vips(image), VIPS_META_ORIENTATION, orientation);
}

void cv_set_profile(cv_image *image, const void *bytes, size_t length) {
  vips_image_set_blob_copy(vips(image), VIPS_META_ICC_NAME, bytes, length);
}

void cv_set_capture_time(cv_image *image, const char *text) {
  vips_image_set_string(vips(image), "exif-ifd2-DateTimeOriginal", text);
}

int cv_builtin_profile(const char *name, void **bytes, size_t *length) {
  VipsBlob *profile = NULL;
  if (vips_profile_load(name, &profile, NULL) != 0 || !profile) return -1;
  const void *data = vips_blob_get(profile, length);
  *bytes = g_malloc(*length);
  memcpy(*bytes, data, *length);
  vips_area_unref(VIPS_AREA(profile));
  return 0;
}
