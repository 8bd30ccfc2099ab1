import Foundation
import LikenessCore

/// The subject of a question: a person of the gallery, a photo, or an embedding.
public enum Probe: Sendable {
  /// A name, with all of its faces.
  case name(String, faces: [ProbeFace])
  /// A photo's faces that count as such, the largest first.
  case photo(URL, PhotoFaces)
  /// An embedding from a file.
  case embedding(URL, Embedding)

  /// The faces that stand for the probe: all of a name's, the largest of a photo.
  var faces: [ProbeFace] {
    switch self {
    case .name(_, let faces): faces
    case .photo(_, let found):
      found.faces.prefix(1).map { ProbeFace(embedding: $0.embedding, quality: $0.quality) }
    case .embedding(_, let embedding): [ProbeFace(embedding: embedding, quality: nil)]
    }
  }

  /// What to know about the probe, in words.
  var remarks: [String] {
    switch self {
    case .name: []
    case .photo(let url, let found):
      (found.faces.count > 1
        ? ["\(url.lastPathComponent) shows \(found.faces.count) faces, the largest was taken"] : [])
        + (found.turned > 0 ? ["\(url.lastPathComponent) was turned by \(found.turned)°"] : [])
    case .embedding: []
    }
  }

  /// What the probe is called in words.
  var title: String {
    switch self {
    case .name(let name, _): name
    case .photo(let url, _), .embedding(let url, _): url.lastPathComponent
    }
  }
}

/// A face that stands for a probe.
public struct ProbeFace: Sendable {
  /// `(d,)`, of the gallery's model.
  public var embedding: Embedding
  /// Nil if unknown.
  public var quality: FaceQuality?
}

/// The distances between two probes, each that of their nearest faces.
public struct ProbeDistance: Sendable, Codable {
  /// The Euclidean distance.
  public var l2: Float
  /// The sum of absolute differences.
  public var l1: Float
  /// One less the cosine similarity, from 0 to 2.
  public var cosine: Float
}
