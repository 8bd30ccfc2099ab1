import Foundation
import GalleryCore
import LikenessKit

extension References {
  /// A face, by its number, `face:12`; as the photo of the gallery that it is the only one of, or the only one of a
  /// person; or as `PHOTO#2`.
  /// - Parameter person: whose face is meant, of a photo with several.
  /// - Throws: `LikenessError.unknownFace`, `.unknownPhoto`, `.severalFaces`, `.noFace`, `.onlyDoubtful`, `.bareNumber`,
  ///   `GalleryError`
  public func face(_ text: String, of person: PersonID) throws -> FaceID {
    try likeness.gallery.whileOpen {
      let faces = try value(
        of: text,
        Precedence(
          galleryFaces: { $0 }, kinds: [FaceID.self],
          unknownFile: LikenessError.unknownPhoto(text, candidates: []),
          unknownName: { LikenessError.unknownPhoto(text, candidates: []) }))
      if faces.count == 1 { return faces[0].id }
      let persons = try likeness.gallery.reader().people(ofFaces: faces.map(\.id))
      let own = faces.filter { persons[$0.id] == person }
      guard own.count == 1 else {
        throw LikenessError.severalFaces(path: text, count: faces.count)
      }
      return own[0].id
    }
  }

  /// The faces that a number names: the face itself, those of a photo that are not doubtful, the most prominent first, or
  /// those of a person.
  /// - Throws: `LikenessError.unknownFace`, `.unknownPhoto`, `.unknownPerson`, `.noFace`, `.onlyDoubtful`, `GalleryError`
  func faces(of reference: RecordReference) throws -> [StoredFace] {
    let store = try likeness.gallery.reader()
    switch reference {
    case .face(let id):
      guard let face = try store.face(id: id) else { throw LikenessError.unknownFace(id) }
      return [face]
    case .photo(let id):
      guard let photo = try store.photo(id: id) else {
        throw LikenessError.unknownPhoto(id.reference, candidates: [])
      }
      return try certainFaces(of: id, photo.name)
    case .person(let id):
      let faces = try store.faces(ofPeople: [id]).sorted().compactMap { try store.face(id: $0) }
      guard !faces.isEmpty else { throw LikenessError.unknownPerson(id) }
      return faces
    }
  }

  /// The faces that a photo of the gallery or a place on one stands for, the most prominent first.
  /// - Throws: `LikenessError.unknownPhoto`, `.severalFaces` where a photo has fewer, `.noFace`, `.onlyDoubtful`,
  ///   `GalleryError`
  func faces(onPhoto text: String) throws -> [StoredFace] {
    // A "#" may be part of a photo's name.
    do {
      return try certainFaces(of: try photo(text), text)
    } catch LikenessError.unknownPhoto(_, []) {
      guard let (path, place) = Self.place(text) else {
        throw LikenessError.unknownPhoto(text, candidates: [])
      }
      let faces = try allFaces(of: try photo(path), path)
      guard place <= faces.count else {
        throw LikenessError.severalFaces(path: path, count: faces.count)
      }
      return [faces[place - 1]]
    }
  }

  /// What `PHOTO#2` says: the photo, and which of its faces, from 1; nil for any other text.
  static func place(_ text: String) -> (photo: String, place: Int)? {
    guard let mark = text.lastIndex(of: "#"), mark > text.startIndex,
      let place = Int(text[text.index(after: mark)...]), place > 0
    else { return nil }
    return (String(text[..<mark]), place)
  }

  private func allFaces(of photo: PhotoID, _ title: String) throws -> [StoredFace] {
    let faces = try likeness.gallery.reader().faces(inPhoto: photo)
    guard !faces.isEmpty else { throw LikenessError.noFace(path: title) }
    return faces
  }

  private func certainFaces(of photo: PhotoID, _ title: String) throws -> [StoredFace] {
    let all = try allFaces(of: photo, title)
    let certain = all.filter { !$0.quality.isDoubtful }
    guard !certain.isEmpty else { throw LikenessError.onlyDoubtful(path: title, count: all.count) }
    return certain
  }
}
