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
      let store = try likeness.gallery.reader()
      // All at once: there may be very many texts, and very many names.
      let names = NameLookup.Table(try store.names(meantBy: texts))
      var photos: [StoredPhoto]?
      var removal = Removal()
      for text in texts {
        removal.formUnion(
          try self.removal(
            text, names, in: store,
            photos: {
              let all = try photos ?? store.photos()
              photos = all
              return all
            }))
      }
      return removal
    }
  }

  /// - Parameters:
  ///   - names: those that the text may mean, and perhaps others.
  ///   - photos: all of the gallery's.
  private func removal(
    _ text: String, _ names: NameLookup.Table, in store: any FaceStore,
    photos: () throws -> [StoredPhoto]
  ) throws -> Removal {
    let lookup = names.lookup(text)
    func nearSpellings() -> [String] { (try? store.resolve(text))?.nearSpellings ?? [] }
    return try withoutActuallyEscaping(photos) { photos in
      try value(
        of: text,
        Precedence(
          exactName: { lookup?.exact(text).map { Removal(names: [$0]) } },
          person: { person in
            guard try !store.faces(ofPeople: [person]).isEmpty else {
              throw LikenessError.unknownPerson(person)
            }
            return Removal(people: [person])
          },
          photo: { Removal(photos: [$0]) }, galleryFaces: { Removal(faces: $0.map(\.id)) },
          severalPhotos: {
            guard mayNameFiles else { return nil }
            let meant = try photos().filter { Self.path($0.path, isMeantBy: text) }
            return meant.isEmpty ? nil : Removal(photos: meant.map(\.id))
          },
          similarName: { try lookup?.name(of: text).map { Removal(names: [$0]) } },
          unknownFile: LikenessError.unknownPhoto(text, candidates: []),
          unknownName: { LikenessError.unknownName(text, nearSpellings: nearSpellings()) }))
    }
  }
}
