// XXH3, against damage: of the index file and of cached networks.
#include <xxhash.h>
