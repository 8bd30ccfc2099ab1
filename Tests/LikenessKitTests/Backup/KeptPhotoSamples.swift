import Foundation
import TestSupport

@testable import GalleryCore
@testable import GallerySQLite
@testable import LikenessKit

/// The content of a photo that is not a picture; what keeps files does not look.
func keptContent(_ number: Int) -> Data { Data("photo \(number)".utf8) }

/// SHA-256 of the first ones.
private let keptDigests = [
  "96210597a3cedee79899b4b1a5068078e7ac45d7489f7ceeb69383db21f322a5",
  "e5a5555d73bc0e1568d65563abf327bd6c0b9b9dc3336e86e0b17e865e9ee6d2",
  "9b73ce2e5c72e9c8eb35ae3f509ef901b26ed3e9811f0782f3633cceab140918",
]

/// Gives the work a gallery of six photos, of which it keeps the last three, ids 4 to 6, itself.
func withKeptPhotos<Result>(_ work: (Likeness) throws -> Result) throws -> Result {
  try withMadeGallery([[0], [1], [0, 2]], names: [0: "Ada", 1: "Bo"]) { likeness in
    let folder = likeness.gallery.folder
    do {
      let store = try GalleryStore(at: folder, access: .write)
      var faces = MadeFaces(seed: 9)
      for (number, digest) in keptDigests.enumerated() {
        try keep(number, digest, faces.photo(of: [number]), in: store)
      }
    }
    return try work(likeness)
  }
}

/// Adds a photo that the gallery keeps itself.
func keep(_ number: Int, _ digest: String, _ photo: NewPhoto, in store: GalleryStore) throws {
  let kept = KeptPhotos(gallery: store.folder)
  let path = kept.path(digest: digest, fileExtension: "jpg")
  try kept.keep(keptContent(number), at: kept.file(path))
  var photo = photo
  photo.digest = digest
  photo.file = PhotoFile(path: path, bytes: keptContent(number).count, modified: 0)
  try store.add([photo], model: "test")
}

/// Makes a file look as if nobody had been at it for an hour.
func age(_ file: URL) throws {
  try FileManager.default.setAttributes(
    [.modificationDate: Date(timeIntervalSinceNow: -3600)], ofItemAtPath: file.path)
}
