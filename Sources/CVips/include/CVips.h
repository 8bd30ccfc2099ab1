/* A fence over libvips: plain C types only, no variadic call, no glib type.

   A `cv_image` is a lazy libvips image; it is freed with `cv_free` and reads
   the bytes that it was opened from, which must outlive it. Functions that
   return a pointer return NULL on failure, functions that return an int return
   0 for success and -1 for failure; the reason is then in `cv_take_error`.

   libvips keeps one error text for the whole process. Work is therefore done
   between `cv_begin_shared` and `cv_end`, by any number of threads; a thread
   whose work failed and that wants the reason does it again between
   `cv_begin_alone` and `cv_end`, where no other thread can write into the
   text. The two do not nest. */

#ifndef CVIPS_H
#define CVIPS_H

#include <stddef.h>
#include <stdint.h>

typedef struct cv_image cv_image;

typedef enum { CV_JPEG, CV_PNG, CV_WEBP, CV_TIFF, CV_GIF, CV_HEIF } cv_format;

/* What the bands of raw pixels mean; one band more than it needs is alpha.
   The 16-bit spaces hold native-endian 16-bit values. */
typedef enum { CV_RGB, CV_GREY, CV_CMYK, CV_RGB16, CV_GREY16 } cv_space;

/* Starts libvips once per process: no thread pool of its own, no operation
   cache, loaders that are not fuzz-tested blocked. Safe from any thread. */
int cv_start(void);

/* Whether this libvips can read the format. */
int cv_can_read(cv_format format);

void cv_begin_shared(void);
void cv_begin_alone(void);
void cv_end(void);

/* Copies the error text (its last `size` - 1 bytes at most) and clears it. */
void cv_take_error(char *text, size_t size);

/* Opens an encoded image and reads its header; pixels are decoded, from top to
   bottom and once only, when they are asked for. Truncated or damaged data
   then fails. `shrink` (JPEG: 1, 2, 4 or 8) and `scale` (WebP: 0 to 1) make
   the decoder itself give a smaller image; 1 elsewhere. `page` (TIFF: from 0) and
   `subdirectory` (TIFF: of those of the page, from 0; -1 for the page itself) say
   which image of a file is meant; 0 and -1 elsewhere. */
cv_image *cv_open(cv_format format, const void *bytes, size_t length, int shrink, double scale,
                  int page, int subdirectory);

/* An image over raw interleaved pixels, which are not copied. */
cv_image *cv_wrap(const void *pixels, size_t length, int width, int height, int bands,
                  cv_space space);

void cv_free(cv_image *image);

int cv_width(const cv_image *image);
int cv_height(const cv_image *image);
int cv_bands(const cv_image *image);
/* Of all bands of a pixel. */
int cv_pixel_bytes(const cv_image *image);

/* Whether the image is 8-bit RGB of three bands. */
int cv_is_rgb(const cv_image *image);
int cv_is_cmyk(const cv_image *image);
int cv_has_alpha(const cv_image *image);

/* The EXIF orientation, 1 to 8; 1 where there is none. */
int cv_orientation(const cv_image *image);

/* The embedded colour profile, or NULL; valid while the image is. */
const void *cv_profile(const cv_image *image, size_t *length);

/* The EXIF data, or NULL; valid while the image is. */
const void *cv_exif(const cv_image *image, size_t *length);

/* The XMP packet, or NULL; valid while the image is. */
const void *cv_xmp(const cv_image *image, size_t *length);

/* Each gives a new image, which keeps what it needs of the old one. */
cv_image *cv_flatten_on_white(cv_image *image);
cv_image *cv_to_rgb(cv_image *image, int through_profile);
cv_image *cv_resize(cv_image *image, int width, int height);

/* Copies RGB pixels, (height, width, 3), first swapping left and right, then
   turning clockwise by quarters; cannot fail. `out` has as many bytes. */
void cv_move_rgb(const uint8_t *pixels, int width, int height, int mirror, int quarter_turns,
                 uint8_t *out);

/* A text's coverage as one band of 8 bits. Pango markup; `pixels` is the size
   of an em. Fails where no font can be found. */
cv_image *cv_text(const char *markup, const char *font, int pixels);

/* How many characters of a text no font has, so that boxes are drawn for them; 0
   where there is no font at all. */
int cv_missing_glyphs(const char *text, const char *font);

/* Nanoseconds of a clock that only goes on, for deadlines. */
uint64_t cv_now(void);

/* What `cv_write` and `cv_write_areas` return where their deadline passed. */
#define CV_TOO_LATE (-2)

/* Writes all pixels, (height, width, bands), in the calling thread, in strips of
   rows; no strip is begun after the deadline, a time of `cv_now`. */
int cv_write(cv_image *image, void *pixels, size_t length, uint64_t deadline);

/* A part of an image, and where its RGB pixels, (height, width, 3), go. */
typedef struct {
  int left, top, width, height;
  uint8_t *pixels;
} cv_area;

/* Writes parts of an RGB image of 8 bits, which lie inside of it, in one pass from
   top to bottom, in the calling thread; the deadline is that of `cv_write`. */
int cv_write_areas(cv_image *image, const cv_area *areas, size_t count, uint64_t deadline);

/* Encodes by a file suffix with options, as ".jpg[Q=90]"; the bytes are freed
   with `cv_free_bytes`. */
int cv_encode(cv_image *image, const char *suffix, void **bytes, size_t *length);
void cv_free_bytes(void *bytes);

/* Whether bytes are a whole zlib stream that inflates to no more than so many;
   memory is taken for none of them. */
int cv_inflates_within(const void *bytes, size_t length, size_t maximum);

/* For images that are going to be encoded. */
void cv_set_orientation(cv_image *image, int orientation);
void cv_set_profile(cv_image *image, const void *bytes, size_t length);
/* The EXIF DateTimeOriginal, as "2004:05:06 07:08:09". */
void cv_set_capture_time(cv_image *image, const char *text);
/* The profile that libvips carries under a name ("srgb", "p3", "cmyk"); freed
   with `cv_free_bytes`. */
int cv_builtin_profile(const char *name, void **bytes, size_t *length);

#endif
