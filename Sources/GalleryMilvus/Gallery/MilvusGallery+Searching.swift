import Foundation
import GalleryCore
import LikenessCore

extension FaceCondition {
  var condition: Condition? {
    var all: [Condition] = []
    if !names.isEmpty {
      all.append(.among(FaceFields.name, names.map(\.precomposedStringWithCanonicalMapping)))
    }
    if hasAddedName { all.append(.notEqual(FaceFields.name, "")) }
    for (key, value) in labels.sorted(by: { $0.key < $1.key }) {
      all.append(.equal(FaceFields.labels, key: key, value))
    }
    if let quality = qualityCondition { all.append(quality) }
    if let among { all.append(.among(FaceFields.id, among.sorted())) }
    if !excluded.isEmpty { all.append(.notAmong(FaceFields.id, excluded.sorted())) }
    return .all(all)
  }

  private var qualityCondition: Condition? {
    let certain = Condition.atLeast(FaceFields.quality, minimumQuality)
    if !includesDoubtful { return certain }
    guard minimumQuality > 0 else { return includesUnembedded ? nil : .isEmbedded }
    // As `FaceFields.quality` has it: by how much less, and below what.
    var bands = [(-1.0, 0.0)]
    if includesUnembedded { bands += [(-3, -1.5), (-5, -3.5)] }
    return .any(
      [certain]
        + bands.map { shift, end in
          .both(
            .atLeast(FaceFields.quality, minimumQuality + shift), .below(FaceFields.quality, end))
        })
  }
}

extension MilvusGallery {
  /// The faces nearest to each of some embeddings by their L2 distance, the nearest first; equal distances in the
  /// order of ids.
  /// - Parameters:
  ///   - queries: `(n, d)`.
  ///   - count: at most so many for each, up to 16384.
  /// - Throws: `GalleryError`
  public func nearest(
    _ queries: EmbeddingMatrix, count: Int, _ filter: FaceCondition
  ) throws(GalleryError) -> [[(face: FaceID, distance: Float)]] {
    try nearest(queries, count: count, filter, []).map { hits in
      // Milvus says the square.
      hits.map { (face: $0.face, distance: max(0, $0.score).squareRoot()) }
        .sorted { ($0.distance, $0.face) < ($1.distance, $1.face) }
    }
  }

  /// The same with the faces' embeddings, in no order.
  /// - Parameter count: at most so many for each, up to `maximumCandidateCount`.
  public func candidates(
    for queries: EmbeddingMatrix, count: Int, _ filter: FaceCondition
  ) throws(GalleryError) -> [[(face: FaceID, embedding: Embedding)]] {
    try nearest(queries, count: count, filter, [FaceFields.embedding]).map { hits in
      hits.map { (face: $0.face, embedding: Embedding($0.embedding)) }
    }
  }

  /// How many links the faces have, as it was kept; nil before that.
  public func linkCounts() throws(GalleryError) -> Data? { try record(Record.linksKey)?.body }

  /// Keeps how many links the faces have, which is derived from them and no change of the gallery.
  /// - Parameter counts: JSON.
  public func keepLinkCounts(_ counts: Data) throws(GalleryError) {
    try put([Record(key: Record.linksKey, kind: .links, body: counts)])
  }

  /// No server gives more.
  public var maximumCandidateCount: Int { 16_384 }

  private struct Found {
    var face: FaceID
    var score: Float
    /// Empty where it was not asked for.
    var embedding: [Float]
  }

  private func nearest(
    _ queries: EmbeddingMatrix, count: Int, _ filter: FaceCondition, _ fields: [String]
  ) throws(GalleryError) -> [[Found]] {
    guard let model = try galleryModel(), queries.count > 0, count > 0, !filter.meansNothing else {
      return [[Found]](repeating: [], count: queries.count)
    }
    guard queries.dimensions == model.dimensions else {
      throw .unusable(
        path: path,
        detail: "an embedding of \(queries.dimensions) numbers among those of \(model.dimensions)")
    }
    let condition = filter.condition
    let faces = self.faces(of: model)
    var answers: [[Found]] = []
    // So many at a time that neither question nor answer is large.
    let group = max(1, min(Self.queriesAtOnce, Self.answersAtOnce / count))
    for start in stride(from: 0, to: queries.count, by: group) {
      let rows = start..<min(start + group, queries.count)
      let values = queries.values[
        rows.lowerBound * queries.dimensions..<rows.upperBound * queries.dimensions]
      let found: (answers: [[MilvusCollection.Hit]], rows: Rows)
      do {
        found = try faces.nearest(
          Array(values), dimensions: queries.dimensions, in: FaceFields.embedding, count: count,
          effort: Self.effort, condition, fields)
      } catch {
        try requireSameModel(as: model, after: error)
        throw GalleryError(error, path: path)
      }
      let (embeddings, dimensions) = found.rows.vectors(FaceFields.embedding)
      guard fields.isEmpty || embeddings.isEmpty || dimensions == model.dimensions else {
        throw damaged(dimensions)
      }
      answers += found.answers.map { hits in
        hits.map { hit in
          let place = hit.row * dimensions
          return Found(
            face: FaceID(hit.key), score: hit.score,
            embedding: Array(embeddings[place..<place + dimensions]))
        }
      }
    }
    return answers
  }

  /// Whoever asks with embeddings of one model is not answered by those of another.
  /// - Throws: `GalleryError.modelMismatch` where the collection that was asked is gone, since another took its place
  private func requireSameModel(
    as model: GalleryModel, after error: MilvusError
  ) throws(GalleryError) {
    guard error.saysCollectionIsGone, let now = try record(Record.modelKey) else { return }
    let known = try learnt(now)
    guard known != model else { return }
    throw .modelMismatch(path: path, gallery: known.name, model: model.name)
  }

  private static let queriesAtOnce = 256
  private static let answersAtOnce = 65_536
  /// How many candidates a search follows along the graph, where there is one.
  private static let effort = 128
}
