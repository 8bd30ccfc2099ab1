import CKernels
import Foundation
import LikenessCore
import VectorSearch

/// How alike faces are to t-SNE: a sparse symmetric matrix P that sums to 1.
///
/// `p(j|i)` falls with the squared distance as a Gaussian, whose width is such that the entropy of the row
/// is the logarithm of the perplexity, over three times as many neighbours as the perplexity says; then
/// `p(i,j) = (p(j|i) + p(i|j)) / 2n` (van der Maaten 2014).
struct Affinities: Sendable {
  /// The number of faces, n.
  let count: Int
  /// Row i is elements `starts[i]..<starts[i + 1]`, `(n + 1,)`.
  let starts: SharedBuffer<Int64>
  /// Rising in each row.
  let columns: SharedBuffer<Int32>
  let values: SharedBuffer<Float>

  /// How many neighbours a perplexity needs.
  static func width(perplexity: Double) -> Int { Int(3 * perplexity) }

  init(
    of vectors: EmbeddingMatrix, neighbors: NeighborTable, perplexity: Double, threads: Int
  ) {
    self.init(
      Self.conditional(
        vectors, neighbors: neighbors, width: Self.width(neighbors, perplexity: perplexity),
        perplexity: perplexity, threads: threads), threads: threads)
  }

  /// How many neighbours of a table count.
  static func width(_ neighbors: NeighborTable, perplexity: Double) -> Int {
    min(neighbors.width, width(perplexity: perplexity))
  }

  /// - Parameter rows: p(j|i), whose columns are put in order.
  init(_ rows: SparseRows, threads: Int) {
    rows.sortColumns(threads: threads)
    self.init(rows, SparseRows(transposing: rows))
  }

  /// (A + Aᵀ) / 2n, of a matrix and its transpose with columns that rise.
  private init(_ a: SparseRows, _ b: SparseRows) {
    let count = a.count
    starts = SharedBuffer(count + 1, filledWith: 0)
    var size = 0
    for row in 0..<count {
      Self.merge(a, b, row) { _, _ in size += 1 }
      starts[row + 1] = Int64(size)
    }
    let (columns, values) = (
      SharedBuffer(size, filledWith: Int32(0)), SharedBuffer(size, filledWith: Float(0))
    )
    let half = 0.5 / Float(count)
    var next = 0
    for row in 0..<count {
      Self.merge(a, b, row) { column, sum in
        columns[next] = column
        values[next] = sum * half
        next += 1
      }
    }
    self.count = count
    self.columns = columns
    self.values = values
  }

  @inline(__always)
  private static func merge(
    _ a: SparseRows, _ b: SparseRows, _ row: Int, _ body: (Int32, Float) -> Void
  ) {
    var (i, j) = (Int(a.starts[row]), Int(b.starts[row]))
    let (iEnd, jEnd) = (Int(a.starts[row + 1]), Int(b.starts[row + 1]))
    while i < iEnd || j < jEnd {
      let left = i < iEnd ? a.columns[i] : .max
      let right = j < jEnd ? b.columns[j] : .max
      var sum: Float = 0
      if left <= right {
        sum += a.values[i]
        i += 1
      }
      if right <= left {
        sum += b.values[j]
        j += 1
      }
      body(min(left, right), sum)
    }
  }

  /// p(j|i): rows of `width` neighbours, fewer where the table has fewer.
  static func conditional(
    _ vectors: EmbeddingMatrix, neighbors: NeighborTable, width: Int, perplexity: Double,
    threads: Int
  ) -> SparseRows {
    let count = vectors.count
    let rows = SparseRows(count: count, capacity: count * width)
    for row in 0..<count {
      let known = neighbors[row].prefix(width)
      let start = Int(rows.starts[row])
      for (offset, column) in known.enumerated() { rows.columns[start + offset] = column }
      rows.starts[row + 1] = Int64(start + known.count)
    }
    let pieces = Pieces(rows: count)
    inParallel(pieces.count, threads: threads) { piece in
      withUnsafeTemporaryAllocation(of: Float.self, capacity: max(1, width)) { squared in
        for row in pieces[piece] {
          let (start, end) = (Int(rows.starts[row]), Int(rows.starts[row + 1]))
          // Not what the table says: it may be of another metric.
          vectors.withRow(row) { vector in
            for e in start..<end {
              vectors.withRow(Int(rows.columns[e])) { other in
                squared[e - start] = ck_l2sq_f32(
                  vector.baseAddress!, other.baseAddress!, vector.count)
              }
            }
          }
          if end > start {
            _ = ck_tsne_bandwidth(
              squared.baseAddress!, end - start, min(perplexity, Double(end - start)),
              rows.values.pointer + start)
          }
        }
      }
    }
    return rows
  }

  /// Σ p log p.
  var negativeEntropy: Double {
    var sum = 0.0
    for e in 0..<Int(starts[count]) where values[e] > 0 {
      sum += Double(values[e]) * log(Double(values[e]))
    }
    return sum
  }
}
