#ifndef CKERNELS_GRAPH_H
#define CKERNELS_GRAPH_H

#include <stddef.h>
#include <stdint.h>

#include "codes.h"

// Walks over a graph whose nodes are rows of codes and whose links lie in
// blocks of fixed size, a node's links first, then CK_NO_NODE. Links may be
// changed while others walk: single links are read and written whole, and a
// walk over a half-changed block meets only nodes that are or were linked.

#define CK_NO_NODE UINT32_MAX

/// One layer of the graph.
typedef struct {
  uint32_t *links;
  /// Links of a block.
  size_t degree;
  /// The block of a node; NULL where node n has block n.
  const uint32_t *blocks;
  /// Added to blocks[node].
  uint32_t level;
} ck_graph_layer;

/// What a walk needs besides; one for each thread. Zero-filled at first.
typedef struct {
  /// A bit for each node, all 0 between walks.
  uint64_t *seen;
  /// The words of `seen` that a walk has written to.
  uint32_t *touched;
  size_t touched_capacity;
  size_t node_capacity;
  /// Nodes whose distance the last walk computed.
  size_t distances;
} ck_graph_scratch;

/// Makes room for nodes 0 to count - 1. False if memory is short.
int ck_graph_scratch_reserve(ck_graph_scratch *scratch, size_t count);
void ck_graph_scratch_free(ck_graph_scratch *scratch);

/// Nodes that a walk passes by as if they were not there.
typedef struct {
  /// In rising order.
  const uint32_t *nodes;
  size_t count;
} ck_graph_hidden;

/// A node that was found.
typedef struct {
  float key;
  uint32_t node;
} ck_graph_found;

/// Beam search: walks from `entries` along links to nodes nearer to the query
/// until none of the `beam` nearest found has a link not yet followed.
/// Writes at most `beam` of them to `out`, the nearest first (equal keys by
/// node), and returns how many. `pool` is scratch space for beam + 1 values.
/// No entry may be hidden; `hidden` may be NULL.
size_t ck_graph_walk(const ck_code_rows *rows, const ck_graph_layer *layer, ck_code_query query,
                     const uint32_t *entries, size_t entry_count, size_t beam,
                     const ck_graph_hidden *hidden, ck_graph_scratch *scratch, uint64_t *pool,
                     ck_graph_found *out);

/// Walks from a node to its nearest linked one until none is nearer. A hidden
/// entry is left for any node that is not hidden; `hidden` may be NULL.
uint32_t ck_graph_descend(const ck_code_rows *rows, const ck_graph_layer *layer,
                          ck_code_query query, uint32_t entry, const ck_graph_hidden *hidden);

/// Whether a node is hidden.
int ck_graph_is_hidden(const ck_graph_hidden *hidden, uint32_t node);

/// Reads a node's links; `out` holds `degree` values. Returns how many there are.
size_t ck_graph_links(const ck_graph_layer *layer, uint32_t node, uint32_t *out);
/// Adds a link at the end; false if the block is full.
int ck_graph_add_link(const ck_graph_layer *layer, uint32_t node, uint32_t other);
/// Takes a link out, the last one filling the gap; false if there is none.
int ck_graph_remove_link(const ck_graph_layer *layer, uint32_t node, uint32_t other);

#endif
