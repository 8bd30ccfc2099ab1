/* What programs say of a file outside of it, which Swift's module of the C library leaves out. */
#include <sys/xattr.h>
