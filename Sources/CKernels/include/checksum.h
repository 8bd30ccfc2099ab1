#ifndef CKERNELS_CHECKSUM_H
#define CKERNELS_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

/// XXH3, 64 bits, of some bytes: against damage, not against malice.
uint64_t ck_checksum(const void *bytes, size_t count);

#endif
