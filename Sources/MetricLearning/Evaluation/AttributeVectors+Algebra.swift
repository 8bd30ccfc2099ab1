import Vectors

extension AttributeVectors {
  /// For how many of some cells, such as (KM, happy), "what KM looks like + what happy looks like" finds
  /// a photo of that very cell.
  ///
  /// Where attributes share a vector, the query is the normalised sum of each value's median of the
  /// vectors made non-negative and of length 1; where each has a part of its own, the query has each part
  /// from its own value.
  /// - Parameters:
  ///   - cells: photos of the cells that are asked for, one or more of each.
  ///   - known: the photos that values are learnt from; those of the cell asked for never are.
  ///   - gallery: the photos that are searched.
  ///   - excludesCell: false for the published protocol, which learns from all `known`.
  /// - Returns: nil where no cell can be asked for.
  public func algebra(
    cells: [Int], known: [Int], gallery: [Int], excludesCell: Bool = true
  ) -> Double? {
    let wanted = Set(cells.map { photo in classes.map { $0[photo] } })
    let searched = gallery.map { (photo: $0, vector: searchVector($0)) }
    var (right, counted) = (0, 0)
    for cell in wanted.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
      func isOfCell(_ photo: Int) -> Bool {
        cell.indices.allSatisfy { classes[$0][photo] == cell[$0] }
      }
      let learnt = excludesCell ? known.filter { !isOfCell($0) } : known
      guard let query = query(for: cell, from: learnt) else { continue }
      counted += 1
      let nearest = searched.max { dot($0.vector, query) < dot($1.vector, query) }
      if let nearest, isOfCell(nearest.photo) { right += 1 }
    }
    return counted == 0 ? nil : Double(right) / Double(counted)
  }

  /// A photo as it is searched, with a length of 1, times the root of the number of parts.
  private func searchVector(_ photo: Int) -> [Float] {
    isParted
      ? ranges.indices.flatMap { part($0, of: photo) } : Self.nonNegative(part(0, of: photo))
  }

  private func query(for cell: [Int], from known: [Int]) -> [Float]? {
    var parts: [[Float]] = []
    for (attribute, value) in cell.enumerated() {
      let photos = known.filter { classes[attribute][$0] == value }
      guard !photos.isEmpty else { return nil }
      let vectors = photos.map { photo in
        let part = part(attribute, of: photo)
        return Embedding(isParted ? part : Self.nonNegative(part))
      }
      let middle = isParted ? Embedding.mean(vectors) : .median(vectors)
      parts.append(middle.normalized().values)
    }
    guard !isParted else { return parts.flatMap { $0 } }
    let sum = parts.dropFirst().reduce(parts[0]) { zip($0, $1).map(+) }
    return Embedding(sum).normalized().values
  }

  private static func nonNegative(_ vector: [Float]) -> [Float] {
    Embedding(vector.map { max(0, $0) }).normalized().values
  }
}
