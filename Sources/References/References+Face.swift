import Foundation
import GalleryCore
import LikenessKit

extension References {
  /// A face, by its number, `12` or `#12`; as the photo of the gallery that it is the only one of, or the only one of a
  /// person; or as `PHOTO#2`.
  /// - Parameter person: whose face is meant, of a photo with several.
  /// - Throws: `LikenessError.unknownFace`, `.unknownPhoto`, `.severalFaces`, `.noFace`, `.onlyDoubtful`, `GalleryError`
  public func face(_ text: String, of person: PersonID) throws -> FaceID {
    try likeness.gallery.whileOpen {
      let faces = try faces(writtenAs: text)
      if faces.count == 1 { return faces[0].id }
      let persons = try likeness.gallery.reader().people(ofFaces: faces.map(\.id))
      let own = faces.filter { persons[$0.id] == person }
      guard own.count == 1 else {
        throw LikenessError.severalFaces(path: text, count: faces.count)
      }
      return own[0].id
    }
  }

  /// The faces that a number, a photo of the gallery or a place on one stands for, the most prominent first.
  /// - Throws: `LikenessError.unknownFace`, `.unknownPhoto`, `.severalFaces` where a photo has fewer, `.noFace`,
  ///   `.onlyDoubtful`, `GalleryError`
  func faces(writtenAs text: String) throws -> [StoredFace] {
    let store = try likeness.gallery.reader()
    if let number = FaceID(text: text) {
      guard let face = try store.face(id: number) else { throw LikenessError.unknownFace(number) }
      return [face]
    }
    guard mayNameFiles else { throw LikenessError.unknownPhoto(text, candidates: []) }
    func faces(ofPhoto path: String) throws -> [StoredFace] {
      let faces = try store.faces(inPhoto: try photo(path))
      guard !faces.isEmpty else { throw LikenessError.noFace(path: path) }
      return faces
    }
    // A "#" may be part of a photo's name.
    do {
      let all = try faces(ofPhoto: text)
      let certain = all.filter { !$0.quality.isDoubtful }
      guard !certain.isEmpty else {
        throw LikenessError.onlyDoubtful(path: text, count: all.count)
      }
      return certain
    } catch LikenessError.unknownPhoto(_, []) {
      guard let mark = text.lastIndex(of: "#"),
        let place = Int(text[text.index(after: mark)...])
      else { throw LikenessError.unknownPhoto(text, candidates: []) }
      let path = String(text[..<mark])
      let faces = try faces(ofPhoto: path)
      guard faces.indices.contains(place - 1) else {
        throw LikenessError.severalFaces(path: path, count: faces.count)
      }
      return [faces[place - 1]]
    }
  }
}

extension RecordID {
  /// A number as users write it, `12` or `#12`; nil for another text.
  init?(text: String) {
    guard let number = Int64(text.hasPrefix("#") ? String(text.dropFirst()) : text) else {
      return nil
    }
    self.init(number)
  }
}
