import Foundation

/// What names of faces and people may be, wherever they are kept.
package enum GalleryNames {
  /// A name in the form in which it is kept.
  /// - Throws: `GalleryError.unusable` for one without a letter
  package static func usable(_ name: String, _ path: String) throws(GalleryError) -> String {
    guard !name.allSatisfy(\.isWhitespace) else {
      throw .unusable(path: path, detail: "a name without a letter")
    }
    return name.precomposedStringWithCanonicalMapping
  }
}
