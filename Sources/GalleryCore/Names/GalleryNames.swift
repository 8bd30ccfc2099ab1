import Foundation
import LikenessCore

/// What names of faces and people may be, wherever they are kept.
package enum GalleryNames {
  /// A name in the form in which it is kept.
  /// - Throws: `GalleryError.unusable` for one without a letter, with a bidirectional control, or that reads like a reference
  package static func usable(_ name: String, _ path: String) throws(GalleryError) -> String {
    guard !name.allSatisfy(\.isWhitespace) else {
      throw .unusable(path: path, detail: "a name without a letter")
    }
    try checkDirection(name, path)
    guard RecordReference(name) == nil else {
      throw .unusable(path: path, detail: "a name that reads like a number in the gallery, \(name)")
    }
    return name.precomposedStringWithCanonicalMapping
  }

  /// Refuses bidirectional controls such as U+202E: invisible, they make a name, and the text after it, read as another.
  /// Joiners, which Persian and Hindi are written with, are not among them.
  /// - Throws: `GalleryError.unusable`
  package static func checkDirection(_ name: String, _ path: String) throws(GalleryError) {
    guard let control = name.unicodeScalars.first(where: \.properties.isBidiControl) else { return }
    let code = String(control.value, radix: 16, uppercase: true)
    let padded = String(repeating: "0", count: max(0, 4 - code.count)) + code
    throw .unusable(
      path: path, detail: "a name with the invisible bidirectional control U+\(padded)")
  }

  /// A name that nobody stated, such as a file's, without such characters.
  package static func withoutDirections(_ name: String) -> String {
    var scalars = name.unicodeScalars
    scalars.removeAll(where: \.properties.isBidiControl)
    return String(scalars)
  }
}
