import Foundation
import LikenessCore

/// Cuts faces out as a model wants them and turns them into embeddings: one network, or several of which the embeddings
/// stand in a row. One belongs to one thread at a time.
final class FaceEmbedder {
  let members: [EmbeddingMember]
  private let output: ModelManifest.Output

  /// - Parameter manifest: of the whole model; of the only member, or that joins them.
  init(members: [EmbeddingMember], _ manifest: ModelManifest) {
    self.members = members
    output = manifest.output
  }

  /// Width and height in pixels of the largest chips that it cuts out.
  var side: Int { members.map(\.side).max() ?? 0 }

  /// The chips of a face, one a member.
  func chips(
    from photo: Photo, landmarks: FaceLandmarks, dlib: () -> DlibLandmarks
  ) -> [FaceChip] {
    members.map { $0.chip(from: photo, landmarks: landmarks, dlib: dlib) }
  }

  /// The embeddings of faces of which the chips were cut out; several at once take less time than one after the other.
  /// - Parameter faces: of each face a chip for each member.
  /// - Returns: of one network as it gives them, joined ones with each part brought to length 1.
  /// - Throws: `InferenceError`
  func embeddings(of faces: [[FaceChip]]) throws -> [Embedding] {
    let byMember = try members.enumerated().map { position, member in
      try member.embeddings(of: faces.map { $0[position] })
    }
    guard byMember.count > 1 else { return byMember.first ?? [] }
    return faces.indices.map { face in
      Embedding(byMember.flatMap { $0[face].normalized().values })
    }
  }

  /// What an embedding says of who it is, and of each attribute besides; of length 1 where the model's are.
  /// - Parameter embedding: as `embeddings` gives it, or the mean of several.
  func parts(of embedding: Embedding) -> (identity: Embedding, attributes: [String: Embedding]) {
    let embedding = output.isNormalized == true ? embedding.normalized() : embedding
    guard let parts = output.parts, let identity = output.identity else { return (embedding, [:]) }
    func values(_ part: ModelManifest.Part) -> Embedding {
      Embedding(Array(embedding.values[part.start..<part.start + part.count]))
    }
    let others = parts.filter { $0 != identity }
    return (
      values(identity), Dictionary(uniqueKeysWithValues: others.map { ($0.name, values($0)) })
    )
  }
}
