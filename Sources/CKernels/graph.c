#include "graph.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

// The most links that a block may have.
enum { MOST_LINKS = 512 };

static inline _Atomic(uint32_t) *block_of(const ck_graph_layer *layer, uint32_t node) {
  size_t block = layer->blocks ? (size_t)layer->blocks[node] + layer->level : node;
  return (_Atomic(uint32_t) *)layer->links + block * layer->degree;
}

static inline uint32_t link_at(_Atomic(uint32_t) *block, size_t index) {
  // Acquire: what is written of a node before it is linked is seen with the link.
  return atomic_load_explicit(block + index, memory_order_acquire);
}

static inline void set_link(_Atomic(uint32_t) *block, size_t index, uint32_t node) {
  atomic_store_explicit(block + index, node, memory_order_release);
}

size_t ck_graph_links(const ck_graph_layer *layer, uint32_t node, uint32_t *out) {
  _Atomic(uint32_t) *block = block_of(layer, node);
  size_t count = 0;
  while (count < layer->degree && (out[count] = link_at(block, count)) != CK_NO_NODE) count++;
  return count;
}

int ck_graph_add_link(const ck_graph_layer *layer, uint32_t node, uint32_t other) {
  _Atomic(uint32_t) *block = block_of(layer, node);
  for (size_t i = 0; i < layer->degree; i++)
    if (link_at(block, i) == CK_NO_NODE) {
      set_link(block, i, other);
      return 1;
    }
  return 0;
}

int ck_graph_remove_link(const ck_graph_layer *layer, uint32_t node, uint32_t other) {
  _Atomic(uint32_t) *block = block_of(layer, node);
  size_t place = layer->degree, count = 0;
  for (; count < layer->degree; count++) {
    uint32_t link = link_at(block, count);
    if (link == CK_NO_NODE) break;
    if (link == other) place = count;
  }
  if (place == layer->degree) return 0;
  // In this order a reader may see the last link twice, but never misses one.
  set_link(block, place, link_at(block, count - 1));
  set_link(block, count - 1, CK_NO_NODE);
  return 1;
}

int ck_graph_scratch_reserve(ck_graph_scratch *scratch, size_t count) {
  if (count <= scratch->node_capacity) return 1;
  // Room to grow: the next call is most likely for a few more.
  size_t words = count / 64 + count / 512 + 64;
  uint64_t *seen = calloc(words, sizeof *seen);
  uint32_t *touched = malloc(words * sizeof *touched);
  if (!seen || !touched) {
    free(seen);
    free(touched);
    return 0;
  }
  ck_graph_scratch_free(scratch);
  scratch->seen = seen;
  scratch->touched = touched;
  scratch->touched_capacity = words;
  scratch->node_capacity = words * 64;
  return 1;
}

void ck_graph_scratch_free(ck_graph_scratch *scratch) {
  free(scratch->seen);
  free(scratch->touched);
  memset(scratch, 0, sizeof *scratch);
}

// A found node in one number: the key in the high half, made so that numbers compare as keys do; then
// the node; then whether its links were followed.
static inline uint64_t pack(float key, uint32_t node) {
  uint32_t bits;
  memcpy(&bits, &key, sizeof bits);
  bits ^= bits & 0x80000000u ? 0xffffffffu : 0x80000000u;
  return (uint64_t)bits << 32 | (uint64_t)node << 1;
}

static inline float key_of(uint64_t packed) {
  uint32_t bits = (uint32_t)(packed >> 32);
  bits ^= bits & 0x80000000u ? 0x80000000u : 0xffffffffu;
  float key;
  memcpy(&key, &bits, sizeof key);
  return key;
}

static inline uint32_t node_of(uint64_t packed) { return (uint32_t)packed >> 1; }

// Puts a node into the sorted pool of at most `beam`; returns its place.
static inline size_t insert(uint64_t *pool, size_t *count, size_t beam, uint64_t item) {
  size_t low = 0, high = *count;
  while (low < high) {
    size_t middle = (low + high) / 2;
    if (pool[middle] < item)
      low = middle + 1;
    else
      high = middle;
  }
  if (*count < beam) ++*count;
  memmove(pool + low + 1, pool + low, (*count - 1 - low) * sizeof *pool);
  pool[low] = item;
  return low;
}

int ck_graph_is_hidden(const ck_graph_hidden *hidden, uint32_t node) {
  if (!hidden) return 0;
  size_t low = 0, high = hidden->count;
  while (low < high) {
    size_t middle = (low + high) / 2;
    if (hidden->nodes[middle] < node)
      low = middle + 1;
    else
      high = middle;
  }
  return low < hidden->count && hidden->nodes[low] == node;
}

// Marks a node as seen; false if it was, or if it is newer than the walk.
static inline int mark(ck_graph_scratch *scratch, uint32_t node, size_t *touched) {
  if (node >= scratch->node_capacity) return 0;
  uint64_t bit = (uint64_t)1 << (node & 63), word = scratch->seen[node >> 6];
  if (word & bit) return 0;
  if (word == 0) scratch->touched[(*touched)++] = node >> 6;
  scratch->seen[node >> 6] = word | bit;
  return 1;
}

// The links of a node that were not seen before, marked as seen, their codes on the way to the cache.
static inline size_t fresh_links(const ck_code_rows *rows, const ck_graph_layer *layer,
                                 uint32_t node, ck_graph_scratch *scratch, size_t *touched,
                                 uint32_t *fresh) {
  _Atomic(uint32_t) *block = block_of(layer, node);
  size_t count = 0;
  for (size_t i = 0; i < layer->degree; i++) {
    uint32_t link = link_at(block, i);
    if (link == CK_NO_NODE) break;
    if (!mark(scratch, link, touched)) continue;
    const int8_t *code = rows->codes + link * rows->size;
    __builtin_prefetch(code);
    if (rows->size > 64) __builtin_prefetch(code + 64);
    __builtin_prefetch(rows->scales + link);
    fresh[count++] = link;
  }
  return count;
}

size_t ck_graph_walk(const ck_code_rows *rows, const ck_graph_layer *layer, ck_code_query query,
                     const uint32_t *entries, size_t entry_count, size_t beam,
                     const ck_graph_hidden *hidden, ck_graph_scratch *scratch, uint64_t *pool,
                     ck_graph_found *out) {
  if (beam == 0 || layer->degree > MOST_LINKS) return 0;
  uint32_t fresh[MOST_LINKS];
  float keys[MOST_LINKS];
  size_t count = 0, touched = 0, distances = 0, cursor = 0;
  for (size_t i = 0; hidden && i < hidden->count; i++) mark(scratch, hidden->nodes[i], &touched);
  for (size_t i = 0; i < entry_count; i++) {
    uint32_t entry = entries[i];
    if (!mark(scratch, entry, &touched)) continue;
    ck_code_keys(rows, query, &entry, 1, keys);
    uint64_t item = pack(keys[0], entry);
    if (count < beam || item < pool[count - 1]) insert(pool, &count, beam, item);
    distances++;
  }
  while (cursor < count) {
    if (pool[cursor] & 1) {
      cursor++;
      continue;
    }
    uint32_t node = node_of(pool[cursor]);
    pool[cursor] |= 1;
    size_t news = fresh_links(rows, layer, node, scratch, &touched, fresh);
    ck_code_keys(rows, query, fresh, news, keys);
    distances += news;
    size_t nearest = ++cursor;
    for (size_t i = 0; i < news; i++) {
      uint64_t item = pack(keys[i], fresh[i]);
      if (count == beam && item >= pool[count - 1]) continue;
      size_t place = insert(pool, &count, beam, item);
      if (place < nearest) nearest = place;
    }
    cursor = nearest;
    if (cursor < count) __builtin_prefetch(block_of(layer, node_of(pool[cursor])));
  }
  for (size_t i = 0; i < touched; i++) scratch->seen[scratch->touched[i]] = 0;
  for (size_t i = 0; i < count; i++)
    out[i] = (ck_graph_found){key_of(pool[i]), node_of(pool[i])};
  scratch->distances = distances;
  return count;
}

uint32_t ck_graph_descend(const ck_code_rows *rows, const ck_graph_layer *layer,
                          ck_code_query query, uint32_t entry, const ck_graph_hidden *hidden) {
  if (layer->degree > MOST_LINKS) return entry;
  uint32_t links[MOST_LINKS];
  float keys[MOST_LINKS];
  float best;
  ck_code_keys(rows, query, &entry, 1, &best);
  if (ck_graph_is_hidden(hidden, entry)) best = INFINITY;
  for (uint32_t before = CK_NO_NODE; before != entry;) {
    before = entry;
    size_t count = ck_graph_links(layer, entry, links);
    ck_code_keys(rows, query, links, count, keys);
    for (size_t i = 0; i < count; i++)
      if (keys[i] < best && !ck_graph_is_hidden(hidden, links[i])) {
        best = keys[i];
        entry = links[i];
      }
  }
  return entry;
}
