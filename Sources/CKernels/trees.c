#include "CKernels.h"

void ck_add_tree_leaves(const ck_split *splits, const float *leaves, ptrdiff_t trees,
                        ptrdiff_t depth, const float *features, ptrdiff_t size, float *sum) {
  ptrdiff_t nodes = ((ptrdiff_t)1 << depth) - 1;
  for (ptrdiff_t tree = 0; tree < trees; tree++) {
    ptrdiff_t node = 0;
    // Without branches: which way a tree goes cannot be predicted.
    for (ptrdiff_t level = 0; level < depth; level++) {
      ck_split split = splits[node];
      node = 2 * node + 2 - (features[split.first] - features[split.second] > split.threshold);
    }
    const float *leaf = leaves + (node - nodes) * size;
    for (ptrdiff_t i = 0; i < size; i++) sum[i] += leaf[i];
    splits += nodes;
    leaves += (nodes + 1) * size;
  }
}
