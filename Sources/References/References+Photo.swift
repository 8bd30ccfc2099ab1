import Foundation
import GalleryCore
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
}
