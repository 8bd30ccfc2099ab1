#include <kissfft/kiss_fftndr.h>
#include <kissfft/kiss_fftr.h>
