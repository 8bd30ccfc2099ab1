import Foundation
import GalleryCore
import LikenessKit

extension References {
  /// What a question is about: a name in the gallery, a face or person of it by number, a photo
  /// or one face of it, `PHOTO#2`, or an embedding file.
  /// - Throws: `LikenessError.ambiguousName`, `.unknownProbe`, `.unknownFace`, `.unknownPerson`, `.unknownPhoto`,
  ///   `.severalFaces`, `.bareNumber`, `.noFace`, `.onlyDoubtful`, `.badEmbedding`, `PhotoError`, `GalleryError`
  public func probe(_ text: String) throws -> Probe {
    try likeness.gallery.whileOpen {
      let store = try likeness.gallery.existingStore()
      let lookup = try store?.resolve(text) ?? .unknown(nearSpellings: [])
      return try value(
        of: text,
        Precedence(
          exactName: { try lookup.exact(text).map { try likeness.probe(name: $0) } },
          referredFaces: { try likeness.probe(face: try onlyFace(of: $0, text)) },
          person: { try likeness.probe(person: $0) },
          file: { url in
            Embedding.fileExtensions.contains(url.pathExtension.lowercased())
              ? try likeness.probe(embedding: url)
              : try likeness.probe(photo: url, limits: limits, includingDoubtful: includesDoubtful)
          },
          filePlace: { url, place in
            try likeness.probe(photo: url, place: place, limits: limits)
          },
          similarName: { try lookup.name(of: text).map { try likeness.probe(name: $0) } },
          fileExtensions: PhotoFormat.extensions.union(Embedding.fileExtensions),
          unknownFile: PhotoError.noSuchFile(path: text),
          unknownName: { LikenessError.unknownProbe(text, nearSpellings: lookup.nearSpellings) }))
    }
  }
  /// - Throws: `LikenessError.severalFaces`
  func onlyFace(of faces: [StoredFace], _ text: String) throws -> FaceID {
    guard faces.count == 1 else {
      throw LikenessError.severalFaces(path: text, count: faces.count)
    }
    return faces[0].id
  }
}
