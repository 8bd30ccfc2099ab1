import Foundation
import LikenessCore

/// What names of faces and people may be, wherever they are kept.
package enum GalleryNames {
  /// The most letters, as Unicode scalars, that a name has.
  private static let most = 200

  /// A name in the form in which it is kept.
  /// - Throws: `GalleryError.unusable` for one without a letter, one that `check(_:_:)` refuses, or that reads like a reference
  package static func usable(_ name: String, _ path: String) throws(GalleryError) -> String {
    guard !name.allSatisfy(\.isWhitespace) else {
      throw .unusable(path: path, detail: "a name without a letter")
    }
    try check(name, path)
    guard RecordReference(name) == nil else {
      throw .unusable(path: path, detail: "a name that reads like a number in the gallery, \(name)")
    }
    return name.precomposedStringWithCanonicalMapping
  }

  /// Refuses names that are too long or do not read as they are written.
  /// - Throws: `GalleryError.unusable`
  package static func check(_ name: String, _ path: String) throws(GalleryError) {
    if let fault = fault(of: name) { throw .unusable(path: path, detail: fault) }
  }

  /// What is wrong with the letters of a name, such as `a name of more than 200 letters`; nil if nothing is.
  ///
  /// Bidirectional controls such as U+202E are invisible and make a name, and the text after it, read as another. Control
  /// characters break lines and steer terminals. Joiners, which Persian and Hindi are written with, are allowed.
  package static func fault(of name: String) -> String? {
    if let control = name.unicodeScalars.first(where: \.properties.isBidiControl) {
      let code = String(control.value, radix: 16, uppercase: true)
      let padded = String(repeating: "0", count: max(0, 4 - code.count)) + code
      return "a name with the invisible bidirectional control U+\(padded)"
    }
    return faultBesidesDirection(of: name)
  }

  /// The same for a name of a list, where bidirectional controls are left out instead: address books export them unasked.
  package static func faultBesidesDirection(of name: String) -> String? {
    if name.unicodeScalars.contains(where: \.isControl) {
      return "a name with a line break or another control character"
    }
    return isTooLong(name) ? "a name of more than \(most) letters" : nil
  }

  /// A name that nobody stated, such as a file's, made one that `check(_:_:)` accepts: without such characters, and cut where
  /// it is too long.
  package static func cleaned(_ name: String) -> String {
    var scalars = name.unicodeScalars
    scalars.removeAll { $0.properties.isBidiControl || $0.isControl }
    let clean = String(scalars)
    guard isTooLong(clean) else { return clean }
    var (start, count) = ("", 0)
    for letter in clean.precomposedStringWithCanonicalMapping {
      count += letter.unicodeScalars.count
      guard count <= most else { break }
      start.append(letter)
    }
    return start
  }

  /// In the form in which it is kept: a Korean syllable of a file's name may be written as three letters.
  private static func isTooLong(_ name: String) -> Bool {
    name.precomposedStringWithCanonicalMapping.unicodeScalars.count > most
  }
}
