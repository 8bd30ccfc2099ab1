import Foundation
import GalleryCore
import LikenessKit

extension References {
  /// What is to be removed: a name with all of its faces; `person:7`, `photo:3` or `face:12`; a photo of the gallery by its
  /// path, or one face of it, as `PHOTO#2`; a folder, or a pattern, with all photos in it that the gallery has.
  /// - Throws: `LikenessError.unknownName`, `.ambiguousName`, `.unknownFace`, `.unknownPerson`, `.unknownPhoto`,
  ///   `.severalFaces`, `.bareNumber`, `GalleryError`; for the first text that means nothing
  public func removal(_ texts: [String]) throws -> Removal {
    try likeness.gallery.whileOpen {
      var removal = Removal()
      for text in texts { removal.formUnion(try self.removal(text)) }
      return removal
    }
  }

  private func removal(_ text: String) throws -> Removal {
    let store = try likeness.gallery.reader()
    let lookup = try store.resolve(text)
    return try value(
      of: text,
      Precedence(
        exactName: { lookup.exact(text).map { Removal(names: [$0]) } },
        person: { person in
          guard try !store.faces(ofPeople: [person]).isEmpty else {
            throw LikenessError.unknownPerson(person)
          }
          return Removal(people: [person])
        },
        photo: { Removal(photos: [$0]) }, galleryFaces: { Removal(faces: $0.map(\.id)) },
        severalPhotos: {
          guard mayNameFiles else { return nil }
          let photos = try store.photos().filter { Self.path($0.path, isMeantBy: text) }
          return photos.isEmpty ? nil : Removal(photos: photos.map(\.id))
        },
        similarName: { try lookup.name(of: text).map { Removal(names: [$0]) } },
        unknownFile: LikenessError.unknownPhoto(text, candidates: []),
        unknownName: { LikenessError.unknownName(text, nearSpellings: lookup.nearSpellings) }))
  }
}
