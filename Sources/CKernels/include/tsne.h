#ifndef CKERNELS_TSNE_H
#define CKERNELS_TSNE_H

#include <stddef.h>
#include <stdint.h>

// The hot loops of t-SNE (van der Maaten and Hinton, "Visualizing Data using t-SNE", 2008). Points of a
// picture are `(n, d)` floats, row by row, d being 2 or 3; k(y, z) = 1 / (1 + |y - z|^2). Nothing is
// allocated here.

/// Columns, or rows, that are transformed side by side.
enum { CK_LANES = 8 };
/// Nodes of a grid, along each axis, that a point touches: the order of the B-splines.
enum { CK_SPLINE = 6 };
/// Most factors of a length of a Fourier transform.
enum { CK_FACTORS = 32 };

/// The Fourier transform of one length.
typedef struct {
  ptrdiff_t length;
  /// 4, 2, 3 and 5, whose product is the length.
  int32_t factors[CK_FACTORS];
  int32_t factor_count;
  /// cos(2πi / length) and then -sin(2πi / length), `(2, length)`.
  const float *twiddles;
} ck_fft;

/// A grid of nodes over a picture. Its transforms are longer than its sides, so that what is folded does
/// not come round to the other side.
typedef struct {
  ptrdiff_t columns, rows;
  /// Floats from row to row: a multiple of 2 · CK_LANES, at least `columns`.
  ptrdiff_t stride;
  /// The place of node (0, 0).
  float left, bottom;
  /// From node to node.
  float spacing;
  /// Along a row, and along a column.
  ck_fft across, along;
} ck_grid;

/// A node of a quadtree or octree, in the order of a walk that takes a node before its children.
typedef struct {
  /// Of all points in it.
  float center[3];
  float mass;
  /// Squared length of its side.
  float side_squared;
  /// The next node that is none of its children.
  int32_t next;
  /// Points, in the tree's order; none if the node stands for them all or has children.
  int32_t first, last;
} ck_tree_node;

/// The kernels of one instruction set.
typedef struct {
  const char *name;

  /// forces[i] = Σ_j p_ij k(y_i, y_j) (y_i - y_j) for rows `first` to `last` - 1 of a sparse P.
  void (*attract)(const float *points, int dimensions, const int64_t *starts,
                  const int32_t *columns, const float *values, ptrdiff_t first, ptrdiff_t last,
                  float *forces);

  /// forces[i] = Σ_j k² (y_i - z_j) for points `first` to `last` - 1, with z_j the `count` points in
  /// `planes`, `(d, count)`; sums[i] = Σ_j k.
  void (*repel_exactly)(const float *points, int dimensions, ptrdiff_t first, ptrdiff_t last,
                        const float *planes, ptrdiff_t count, float *forces, float *sums);

  /// The same after Barnes and Hut, "A hierarchical O(N log N) force-calculation algorithm" (1986), for
  /// points `first` to `last` - 1 of the tree's order. A node stands for its points if its side is
  /// shorter than theta times the distance of each of CK_LANES neighbouring points.
  void (*repel_by_tree)(const ck_tree_node *nodes, ptrdiff_t node_count, const float *planes,
                        ptrdiff_t count, const int32_t *order, int dimensions, float theta_squared,
                        ptrdiff_t first, ptrdiff_t last, float *forces, float *sums);

  /// Spreads a charge of 1 for each point over the nodes around it.
  void (*spread)(const ck_grid *grid, const float *points, ptrdiff_t first, ptrdiff_t last,
                 float *charges);

  /// Transforms columns `block` · 2 · CK_LANES and following of `parts` summed grids, `(parts, rows,
  /// stride)`, into `(along / 2 + 1, stride)`. Scratch: 4 · CK_LANES floats for each of `along`.
  void (*transform_columns)(const ck_grid *grid, ptrdiff_t block, const float *charges,
                            ptrdiff_t parts, float *real, float *imaginary, float *scratch);

  /// Folds CK_LANES rows of a transform with a kernel, whose transform is `(blocks, across,
  /// CK_LANES)`.
  void (*fold_rows)(const ck_grid *grid, ptrdiff_t block, const float *kernel, float *real,
                    float *imaginary, float *scratch);

  /// Back to the grid.
  void (*restore_columns)(const ck_grid *grid, ptrdiff_t block, const float *real,
                          const float *imaginary, float *potential, float *scratch);

  /// The transform of a kernel, which is even, from that of its columns, times the factors given for
  /// both axes: kernel(kx, ky) · horizontal(kx) · vertical(ky).
  void (*kernel_rows)(const ck_grid *grid, ptrdiff_t block, const float *real,
                      const float *imaginary, const float *horizontal, const float *vertical,
                      float *kernel, float *scratch);

  /// forces = -1/2 of the gradient of the potential at the points, sums = the potential there.
  void (*gather)(const ck_grid *grid, const float *potential, const float *points,
                 ptrdiff_t first, ptrdiff_t last, float *forces, float *sums);
} ck_tsne_kernels;

/// The fastest kernels that this processor can run.
const ck_tsne_kernels *ck_tsne_kernels_best(void);
/// Every set that this processor can run, the plain one first, NULL from `ck_tsne_kernels_at(count)` on.
const ck_tsne_kernels *ck_tsne_kernels_at(size_t index);

/// Weights exp(-β d²), made to sum to 1, whose entropy is the logarithm of the perplexity.
/// - Returns: β, which has no bound if more than `perplexity` neighbours are equally near.
double ck_tsne_bandwidth(const float *squared, ptrdiff_t count, double perplexity, float *weights);

/// Σ_j p_ij log(1 + |y_i - y_j|²) over rows `first` to `last` - 1 of a sparse P.
double ck_tsne_log_distances(const float *points, int dimensions, const int64_t *starts,
                             const int32_t *columns, const float *values, ptrdiff_t first,
                             ptrdiff_t last);

/// What moves the points.
typedef struct {
  float exaggeration, learning_rate, momentum;
  /// One by the sum of all k.
  float per_sum;
  /// The longest way of a point in one step.
  float longest;
} ck_tsne_step;

/// One step of gradient descent with momentum and gains (Jacobs, "Increased rates of convergence through
/// learning rate adaptation", 1988) for points `first` to `last` - 1.
void ck_tsne_move(ck_tsne_step step, int dimensions, ptrdiff_t first, ptrdiff_t last,
                  const float *attraction, const float *repulsion, float *points, float *updates,
                  float *gains);

/// The nodes, at most 2n, of the tree of `count` points, and the points in its order: as rows in
/// `order`, as coordinates `(d, count)` in `planes`.
/// - Parameter keys: scratch for 2n.
/// - Parameter rows: scratch for n.
/// - Returns: the number of nodes.
ptrdiff_t ck_tree_build(const float *points, int dimensions, ptrdiff_t count, uint64_t *keys,
                        int32_t *rows, int32_t *order, float *planes, ck_tree_node *nodes);

/// Makes `(n, d)` floats into `(d, n)`.
void ck_planes(const float *points, int dimensions, ptrdiff_t count, float *planes);

/// Adds to `sums`, `(d, d)`, the products of the differences of `count` rows from a mean; only its
/// lower triangle.
void ck_add_covariance(const float *rows, ptrdiff_t count, ptrdiff_t size, const double *mean,
                       double *difference, double *sums);

/// Weights of the nodes around a point, of B-splines of order CK_SPLINE, and their derivatives; `t`, from
/// 0 to 1, is how far it is from its node.
void ck_spline_weights(float t, float weights[CK_SPLINE], float derivatives[CK_SPLINE]);

#endif
