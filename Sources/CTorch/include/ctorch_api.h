#ifndef CTORCH_API_H
#define CTORCH_API_H

#include "ctorch.h"

#ifdef __cplusplus
extern "C"
#endif
/// The table of this library: all that it exports.
const ct_api *ctorch_api(void);

#endif
