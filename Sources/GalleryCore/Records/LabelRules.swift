import Foundation
import LikenessCore

/// What labels of faces may be, wherever they are kept.
public enum LabelRules {
  /// More would be a mistake.
  private static let most = 100

  /// A label's key or value as it is kept.
  /// - Parameter part: "key" or "value".
  /// - Throws: `GalleryError.unusable` for one that is empty, too long or with a control character
  public static func usable(
    _ text: String, _ part: String, _ path: String
  ) throws(GalleryError) -> String {
    let trimmed = text.trimmingCharacters(in: .whitespaces).precomposedStringWithCanonicalMapping
    guard !trimmed.isEmpty else {
      throw .unusable(path: path, detail: "a label with an empty \(part)")
    }
    guard trimmed.unicodeScalars.count <= 500 else {
      throw .unusable(path: path, detail: "a label's \(part) of more than 500 letters")
    }
    guard !trimmed.unicodeScalars.contains(where: \.isControl) else {
      throw .unusable(
        path: path, detail: "a label's \(part) with a line break or another control character")
    }
    return trimmed
  }

  /// All labels of a face as they are kept.
  /// - Throws: `GalleryError.unusable`
  public static func usable(
    _ labels: [String: String], _ path: String
  ) throws(GalleryError) -> [String: String] {
    var usable: [String: String] = [:]
    for (key, value) in labels {
      usable[try Self.usable(key, "key", path)] = try Self.usable(value, "value", path)
    }
    return usable
  }

  /// - Throws: `GalleryError.unusable` for too many labels of one face
  public static func check(count: Int, _ path: String) throws(GalleryError) {
    guard count <= most else {
      throw .unusable(path: path, detail: "more than \(most) labels of a face")
    }
  }
}
