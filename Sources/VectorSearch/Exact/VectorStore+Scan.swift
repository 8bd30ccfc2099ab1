import CKernels
import LikenessCore

/// A query of a scan.
struct ScanQuery {
  let vector: UnsafeBufferPointer<Float>
  let encoded: EncodedQuery
  /// What may answer it.
  let filter: SearchFilter
}

/// Looking at every vector. The caller holds `rowLock`.
extension VectorStore {
  /// How many rows are scanned with one limit. A row's code is 128 bytes for dlib's embeddings, so that
  /// a block stays in the second-level cache while many queries pass over it.
  private static let scanBlock = 512
  /// The first rows fill the heap, whatever they are.
  private static let firstBlock = 64

  /// The nearest of all rows to a query.
  func nearest(
    to query: UnsafeBufferPointer<Float>, count: Int, metric: Metric, filter: SearchFilter
  ) -> [Neighbor] {
    guard count > 0, slotCount > 0 else { return [] }
    var best = [BoundedHeap(capacity: count)]
    if metric == self.metric {
      let query = ScanQuery(
        vector: query, encoded: EncodedQuery(query, in: self), filter: filter)
      scan([query], rows: 0..<slotCount, into: &best)
    } else {
      compareAll(query, metric: metric, rows: 0..<slotCount, filter: filter, into: &best[0])
    }
    return best[0].sorted()
  }

  /// The nearest of all rows to several queries.
  /// - Parameters:
  ///   - rows: those of `queries` that ask.
  ///   - filter: what may answer each of them.
  func nearest(
    to queries: EmbeddingMatrix, rows: Range<Int>, count: Int, filter: (Int) -> SearchFilter
  ) -> [[Neighbor]] {
    guard count > 0, slotCount > 0 else { return rows.map { _ in [] } }
    var best = rows.map { _ in BoundedHeap(capacity: count) }
    queries.values.withUnsafeBufferPointer { values in
      let encoded = rows.map { row in
        let vector = UnsafeBufferPointer(
          rebasing: values[row * dimensions..<(row + 1) * dimensions])
        return ScanQuery(
          vector: vector, encoded: EncodedQuery(vector, in: self), filter: filter(row))
      }
      scan(encoded, rows: 0..<slotCount, into: &best)
    }
    return best.map { $0.sorted() }
  }

  /// Offers the rows of a range that can be among the nearest: first by their codes, whose error is
  /// bounded, then by their distance itself, so that the answer is that of looking at all distances.
  func scan(
    _ queries: [ScanQuery], rows: Range<Int>, into best: inout [BoundedHeap]
  ) {
    var start = rows.lowerBound
    let codeRows = codeRows
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: Self.scanBlock) { candidates in
      withUnsafeTemporaryAllocation(of: Float.self, capacity: Self.scanBlock) { keys in
        while start < rows.upperBound {
          // Blocks end where errors are bounded anew.
          let boundary = (start / Self.blockSize + 1) * Self.blockSize
          let size = start == rows.lowerBound ? Self.firstBlock : Self.scanBlock
          let end = min(start + size, boundary, rows.upperBound)
          let error = self.error(block: start / Self.blockSize)
          for (number, query) in queries.enumerated() {
            var limit = query.encoded.largestKey(
              within: best[number].limit, error: error, in: self)
            let found = query.encoded.withCode { code in
              var rows = codeRows
              return ck_scan_codes(
                &rows, code, start, end - start, limit, candidates.baseAddress!, keys.baseAddress!)
            }
            var distanceLimit = best[number].limit
            // NaN keys of numbers too large for a code compare as not greater.
            for index in 0..<found where !(keys[index] > limit) {
              let slot = Int(candidates[index])
              guard id(slot) != Self.noID, query.filter.allows(id(slot)) else { continue }
              let distance = metric.distance(query.vector, vector(slot))
              if distance > distanceLimit { continue }
              best[number].offer(Neighbor(id: id(slot), distance: distance))
              if best[number].limit != distanceLimit {
                distanceLimit = best[number].limit
                limit = query.encoded.largestKey(within: distanceLimit, error: error, in: self)
              }
            }
          }
          start = end
        }
      }
    }
  }

  /// Offers all rows of a range by their distance in any metric.
  func compareAll(
    _ query: UnsafeBufferPointer<Float>, metric: Metric, rows: some Sequence<Int>,
    filter: SearchFilter, into best: inout BoundedHeap
  ) {
    for slot in rows where id(slot) != Self.noID && filter.allows(id(slot)) {
      best.offer(Neighbor(id: id(slot), distance: metric.distance(query, vector(slot))))
    }
  }
}
