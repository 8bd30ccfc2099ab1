import Foundation
import GalleryCore
import LikenessCore
import LikenessKit

extension Likeness {
  /// The similarity graph with names, photos and people, for export. People are those kept in the gallery, if it has been
  /// clustered.
  /// - Parameters:
  ///   - graph: the graph of this gallery.
  ///   - withEmbeddings: whether faces have their embeddings with them.
  /// - Throws: `GalleryError`, `IndexError`
  public func graphDocument(
    of graph: FaceGraph, withEmbeddings: Bool = true
  ) throws -> GraphDocument {
    let store = try gallery.reader()
    let people = try store.people()
    var personOf: [FaceID: Int] = [:]
    for (number, person) in people.enumerated() {
      for face in person.faces { personOf[face.face] = number }
    }
    var embeddings: EmbeddingMatrix?
    if withEmbeddings, !graph.faces.isEmpty {
      let matrix = try store.embeddings().certain
      if matrix.faces == graph.faces.map(\.id) {
        embeddings = matrix.embeddings
      } else {
        // Faces came or went since the graph was made.
        throw GalleryError.inUse(path: gallery.place.path, pid: nil)
      }
    }
    return GraphDocument(
      faces: graph.faces.map {
        GraphDocument.Face(id: $0.id, name: $0.name, photo: $0.path, person: personOf[$0.id])
      },
      embeddings: embeddings, people: people.map { .init(id: $0.id, name: $0.name) },
      graph: graph.graph, metric: graph.metric)
  }
}
