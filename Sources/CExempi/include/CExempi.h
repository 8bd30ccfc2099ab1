/* A fence over Exempi, the C library of Adobe's XMP Toolkit: plain C types only,
   and no exception passes it.

   Properties are reached by the URI of their namespace and a path, as
   `Regions/mwg-rs:RegionList[2]/mwg-rs:Name`, with the prefixes of `cx_name` and
   items counted from 1. Texts are UTF-8 and end in a zero. Functions that return
   an int return 0 for success and -1 for failure, unless they say otherwise.

   The toolkit keeps one list of namespaces for the whole process: every function
   takes one lock, and may be called from any thread. A packet is used by one
   thread at a time. */

#ifndef CEXEMPI_H
#define CEXEMPI_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct cx_packet cx_packet;

/* What is at a path: CX_MISSING is nothing at all. */
typedef enum { CX_MISSING, CX_TEXT, CX_STRUCT, CX_BAG, CX_SEQUENCE, CX_ALTERNATIVES } cx_kind;

/* Starts the toolkit once per process. */
int cx_start(void);

/* Gives a namespace the prefix that paths call it by, before any packet is parsed. */
int cx_name(const char *uri, const char *prefix);

cx_packet *cx_new(void);
/* Returns NULL where the bytes are not XMP within `x:xmpmeta`. */
cx_packet *cx_parse(const char *bytes, size_t length);
void cx_free(cx_packet *packet);

/* What is at a path. `text` is that of a CX_TEXT, else NULL; freed with `cx_free_text`. */
cx_kind cx_get(cx_packet *packet, const char *uri, const char *path, char **text);
void cx_free_text(char *text);

/* Puts a text, or with NULL an empty structure or array, at a path; what is above it
   is made. Does nothing where an empty one is wanted and one of its kind is there. */
int cx_set(cx_packet *packet, const char *uri, const char *path, cx_kind kind, const char *text);
/* Puts an item behind those of an array, which is made where there is none. */
int cx_append(cx_packet *packet, const char *uri, const char *path, cx_kind array, cx_kind kind,
              const char *text);
int cx_delete(cx_packet *packet, const char *uri, const char *path);

/* The packet as UTF-8, with so many bytes of blanks for others to write into and its
   wrapper; without either where `padding` is negative. Freed with `cx_free_text`. */
int cx_serialize(cx_packet *packet, int padding, char **text, size_t *length);

#ifdef __cplusplus
}
#endif

#endif
