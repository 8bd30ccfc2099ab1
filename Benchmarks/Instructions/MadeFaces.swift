import Foundation
import LikenessCore

/// Embeddings that lie like those of people: a place of its own for each person, and each face a little off it.
enum MadeFaces {
  static let dimensions = 128
  /// As `NewPhoto.made` names them.
  private static let facesPerPerson = 5

  static func vectors(_ count: Int, seed: UInt64 = 1) -> EmbeddingMatrix {
    EmbeddingMatrix((0..<count).map { embedding($0, seed: seed) })
  }

  static func embedding(_ number: Int, seed: UInt64 = 1) -> Embedding {
    var person = SeededRandom(seed: 1, path: UInt64(number / facesPerPerson))
    var face = SeededRandom(seed: seed, path: UInt64(number), 1)
    return Embedding(
      (0..<dimensions).map { _ in
        Float.random(in: -1...1, using: &person) + Float.random(in: -0.3...0.3, using: &face)
      }
    ).normalized()
  }
}
