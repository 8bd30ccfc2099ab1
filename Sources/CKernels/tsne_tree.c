#include "tsne.h"

#include <math.h>
#include <string.h>

// Points are sorted along a curve that visits the cells of a tree one after the other (Morton, 1966), so a
// node is a range of them.

enum { LEAF_POINTS = 8 };

// The bits of x with `dimensions` - 1 zeros between them.
static uint64_t spaced(uint64_t x, int dimensions) {
  if (dimensions == 2) {
    x &= 0xffffffff;
    x = (x | x << 16) & 0x0000ffff0000ffff;
    x = (x | x << 8) & 0x00ff00ff00ff00ff;
    x = (x | x << 4) & 0x0f0f0f0f0f0f0f0f;
    x = (x | x << 2) & 0x3333333333333333;
    return (x | x << 1) & 0x5555555555555555;
  }
  x &= 0x1fffff;
  x = (x | x << 32) & 0x001f00000000ffff;
  x = (x | x << 16) & 0x001f0000ff0000ff;
  x = (x | x << 8) & 0x100f00f00f00f00f;
  x = (x | x << 4) & 0x10c30c30c30c30c3;
  return (x | x << 2) & 0x1249249249249249;
}

// 21 bits for each axis: 63 in three dimensions, 42 in two.
enum { LEVELS = 21 };

static void sort_keys(uint64_t *keys, uint64_t *other, int32_t *order, int32_t *rows,
                      ptrdiff_t count, int bits) {
  for (int shift = 0; shift < bits; shift += 11) {
    ptrdiff_t starts[2048] = {0}, sum = 0;
    for (ptrdiff_t i = 0; i < count; i++) starts[keys[i] >> shift & 2047]++;
    for (int digit = 0; digit < 2048; digit++) {
      ptrdiff_t many = starts[digit];
      starts[digit] = sum;
      sum += many;
    }
    for (ptrdiff_t i = 0; i < count; i++) {
      ptrdiff_t to = starts[keys[i] >> shift & 2047]++;
      other[to] = keys[i];
      rows[to] = order[i];
    }
    memcpy(keys, other, (size_t)count * sizeof *keys);
    memcpy(order, rows, (size_t)count * sizeof *order);
  }
}

typedef struct {
  const uint64_t *keys;
  const float *planes;
  ptrdiff_t count;
  int dimensions;
  double side;
  ck_tree_node *nodes;
  ptrdiff_t made;
} tree_t;

// Adds the node of points `first` to `last` - 1 and those below it; as deep as there are levels.
static void add_node(tree_t *tree, ptrdiff_t first, ptrdiff_t last, double sums[3]) {
  ptrdiff_t self = tree->made++;
  ck_tree_node *node = tree->nodes + self;
  memset(node, 0, sizeof *node);
  uint64_t apart = tree->keys[first] ^ tree->keys[last - 1];
  sums[0] = sums[1] = sums[2] = 0;
  if (apart != 0 && last - first > LEAF_POINTS) {
    int dimensions = tree->dimensions;
    int level = (63 - __builtin_clzll(apart)) / dimensions;
    ptrdiff_t begin = first;
    while (begin < last) {
      // The end of the child that `begin` is in, by halving.
      uint64_t cell = tree->keys[begin] >> level * dimensions;
      ptrdiff_t low = begin + 1, high = last;
      while (low < high) {
        ptrdiff_t middle = low + (high - low) / 2;
        if (tree->keys[middle] >> level * dimensions == cell)
          low = middle + 1;
        else
          high = middle;
      }
      double below[3];
      add_node(tree, begin, low, below);
      for (int d = 0; d < 3; d++) sums[d] += below[d];
      begin = low;
    }
    double side = ldexp(tree->side, level + 1 - LEVELS);
    node->side_squared = (float)(side * side);
  } else {
    for (int d = 0; d < tree->dimensions; d++)
      for (ptrdiff_t i = first; i < last; i++)
        sums[d] += (double)tree->planes[d * tree->count + i];
    // Many points in one place are one heavy point.
    if (last - first <= LEAF_POINTS) {
      node->first = (int32_t)first;
      node->last = (int32_t)last;
    }
  }
  node->mass = (float)(last - first);
  for (int d = 0; d < 3; d++) node->center[d] = (float)(sums[d] / (double)(last - first));
  node->next = (int32_t)tree->made;
}

ptrdiff_t ck_tree_build(const float *points, int dimensions, ptrdiff_t count, uint64_t *keys,
                        int32_t *rows, int32_t *order, float *planes, ck_tree_node *nodes) {
  if (count == 0) return 0;
  float low[3], side = 0;
  for (int d = 0; d < dimensions; d++) {
    float high = points[d];
    low[d] = high;
    for (ptrdiff_t i = 1; i < count; i++) {
      float x = points[i * dimensions + d];
      low[d] = x < low[d] ? x : low[d];
      high = x > high ? x : high;
    }
    side = high - low[d] > side ? high - low[d] : side;
  }
  const uint64_t most = (1 << LEVELS) - 1;
  double scale = side > 0 ? (double)most / side : 0;
  for (ptrdiff_t i = 0; i < count; i++) {
    keys[i] = 0;
    order[i] = (int32_t)i;
    for (int d = 0; d < dimensions; d++) {
      uint64_t cell = (uint64_t)(((double)points[i * dimensions + d] - low[d]) * scale);
      keys[i] |= spaced(cell > most ? most : cell, dimensions) << d;
    }
  }
  sort_keys(keys, keys + count, order, rows, count, dimensions * LEVELS);
  for (int d = 0; d < dimensions; d++)
    for (ptrdiff_t i = 0; i < count; i++)
      planes[d * count + i] = points[(ptrdiff_t)order[i] * dimensions + d];
  tree_t tree = {keys, planes, count, dimensions, side, nodes, 0};
  double sums[3];
  add_node(&tree, 0, count, sums);
  return tree.made;
}
