import Foundation
import GalleryCore
import LikenessCore
import LikenessKit

extension References {
  /// A photo of the gallery, by its number, `photo:3`, its path as it was added, or its file's name.
  /// - Throws: `LikenessError.unknownPhoto`, with the paths where several have the name; `GalleryError`
  public func photo(_ text: String) throws -> PhotoID {
    if let photo = PhotoID(reference: text) {
      guard try likeness.gallery.reader().photo(id: photo) != nil else {
        throw LikenessError.unknownPhoto(text, candidates: [])
      }
      return photo
    }
    guard mayNameFiles else { throw LikenessError.unknownPhoto(text, candidates: []) }
    let full = URL(fileURLWithPath: text).standardizedFileURL.path
    let store = try likeness.gallery.reader()
    // Most often by its path, which takes no look at all photos.
    var found = try store.photos(paths: full == text ? [text] : [full, text])
    if found.isEmpty {
      let photos = try store.photos()
      found = photos.filter { $0.path == full || $0.path == text }
      if found.isEmpty, !text.contains("/") {
        found = photos.filter { URL(fileURLWithPath: $0.path).lastPathComponent == text }
      }
    }
    guard found.count == 1 else {
      throw LikenessError.unknownPhoto(text, candidates: found.map(\.path))
    }
    return found[0].id
  }

  /// Photos of the gallery: `photo:3`; one by its path as it was added or its file's name; all those of a folder or pattern; or
  /// all that show somebody, by name, as `person:7` or by a face.
  /// - Returns: each once, in the order of their ids.
  /// - Throws: `LikenessError.unknownName`, `.ambiguousName`, `.unknownFace`, `.unknownPerson`, `.unknownPhoto`, `.bareNumber`,
  ///   `GalleryError`; for the first text that means nothing
  public func photos(_ texts: [String]) throws -> [PhotoID] {
    try likeness.gallery.whileOpen {
      var photos: Set<PhotoID> = []
      for text in texts { photos.formUnion(try self.photos(text)) }
      return photos.sorted()
    }
  }

  private func photos(_ text: String) throws -> Set<PhotoID> {
    let store = try likeness.gallery.reader()
    let lookup = try store.resolve(text)
    func photos(of name: String) throws -> Set<PhotoID> {
      Set(try store.photos(ofFaces: try store.faces(named: name).map(\.id)).values)
    }
    return try value(
      of: text,
      Precedence(
        exactName: { try lookup.exact(text).map { try photos(of: $0) } },
        person: { person in
          let faces = try store.faces(ofPeople: [person])
          guard !faces.isEmpty else { throw LikenessError.unknownPerson(person) }
          return Set(try store.photos(ofFaces: faces).values)
        },
        photo: { [$0] }, galleryFaces: { Set($0.map(\.photo)) },
        severalPhotos: {
          guard mayNameFiles else { return nil }
          let photos = try store.photos().filter { Self.path($0.path, isMeantBy: text) }
          return photos.isEmpty ? nil : Set(photos.map(\.id))
        },
        similarName: { try lookup.name(of: text).map { try photos(of: $0) } },
        unknownFile: LikenessError.unknownPhoto(text, candidates: []),
        unknownName: { LikenessError.unknownName(text, nearSpellings: lookup.nearSpellings) }))
  }
}
