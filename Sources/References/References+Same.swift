import Foundation
import GalleryCore
import LikenessKit

extension References {
  /// Where `GalleryLinks.same` begins: a name or `person:7` stands for a person; a photo for each of its faces, one after the other, whether
  /// it is one of the gallery or any other; or it is one face of the gallery.
  /// - Throws: `LikenessError.unknownName`, `.ambiguousName`, `.unknownFace`, `.unknownPerson`, `.unknownPhoto`, `.severalFaces`,
  ///   `.bareNumber`, `.noFace`, `.onlyDoubtful`, `PhotoError`, `GalleryError`
  public func same(_ text: String) throws -> [SameStart] {
    try likeness.gallery.whileOpen {
      let lookup = try likeness.gallery.reader().resolve(text)
      return try value(
        of: text,
        Precedence(
          exactName: { lookup.exact(text).map { [.name($0)] } },
          person: { person in
            guard try !likeness.gallery.reader().faces(ofPeople: [person]).isEmpty else {
              throw LikenessError.unknownPerson(person)
            }
            return [.person(person)]
          },
          galleryFaces: { $0.map { .face($0.id) } },
          file: { url in
            let found = try likeness.analyze(url, limits: limits)
            return [
              .photo(url, try found.faces(includingDoubtful: includesDoubtful, path: url.path))
            ]
          },
          similarName: { try lookup.name(of: text).map { [.name($0)] } },
          unknownFile: PhotoError.noSuchFile(path: text),
          unknownName: { LikenessError.unknownName(text, nearSpellings: lookup.nearSpellings) }))
    }
  }
}
