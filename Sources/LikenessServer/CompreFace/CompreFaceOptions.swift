import LikenessKit

/// What may be said with every question about a photo.
struct CompreFaceOptions: Sendable {
  /// 0 for all faces.
  var limit: Int
  var minimumScore: Float
  var plugins: Set<String>
  var withStatus: Bool

  init(_ query: QueryParameters) throws {
    limit = try query.integer("limit", default: 0, in: 0...Int.max)
    minimumScore = 0
    if let text = query["det_prob_threshold"], !text.isEmpty {
      guard let score = Float(text), (0...1).contains(score) else {
        throw ServerError.badParameter("det_prob_threshold", "a number from 0 to 1")
      }
      minimumScore = score
    }
    // Age, gender and masks are not guessed here: they are left out, as by a server without these plugins.
    plugins = Set((query["face_plugins"] ?? "").split(separator: ",").map { String($0) })
    withStatus = try query.flag("status")
  }

  /// The faces that are meant, the largest first; doubtful finds are none, as those below the threshold.
  func faces(of photo: PhotoFaces) throws -> [Face] {
    let faces = photo.certain.faces.filter { $0.score >= minimumScore }
    guard !faces.isEmpty else {
      throw ServerError(kind: .noFace, "no_face", "No face is found in the given image")
    }
    return limit == 0 ? faces : Array(faces.prefix(limit))
  }

  func versions(_ likeness: Likeness) throws -> CompreFacePlugins? {
    guard withStatus else { return nil }
    return CompreFacePlugins(
      detector: likeness.networks.options.detector.rawValue,
      calculator: try likeness.networks.engine().embeddingModel.name)
  }
}
