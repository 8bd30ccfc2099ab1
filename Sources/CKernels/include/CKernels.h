#ifndef CKERNELS_H
#define CKERNELS_H

#include "codes.h"
#include "distances.h"
#include "dlib_numbers.h"
#include "graph.h"
#include "pairs.h"
#include "pixels.h"
#include "trees.h"
#include "tsne.h"

#endif
