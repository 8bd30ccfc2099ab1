import Faces
import Foundation
import LikenessCore

/// Labels as WIDER FACE is published: one list, `wider_face_val_bbx_gt.txt`, of all photos.
///
/// For each photo a line with its path, one with the number of faces, and a line a face: x, y, width, height, blur,
/// expression, illumination, invalid, occlusion, pose, with the box in pixels. A photo without faces has the number 0
/// and one line of zeros. Faces marked invalid and those without an area are ignored.
/// Yang et al., "WIDER FACE: A Face Detection Benchmark" (2016).
struct WIDERLabels {
  /// What the list says of one photo.
  struct Entry {
    /// As the list calls it.
    var photo: String
    var labels: PhotoLabels
  }

  let entries: [Entry]

  /// Whether a file is called as WIDER FACE's lists are.
  static func isList(_ file: URL) -> Bool {
    let name = file.lastPathComponent
    return name.hasPrefix("wider_face_") && name.hasSuffix("_bbx_gt.txt")
  }

  /// - Throws: `DetectionLabelError.malformed`
  init(_ text: LabelText) throws(DetectionLabelError) {
    var entries: [Entry] = []
    var listed: Set<String> = []
    var at = 0
    while at < text.lines.count {
      let photo = text.lines[at].trimmingCharacters(in: .whitespaces)
      if photo.isEmpty {
        at += 1
        continue
      }
      guard PhotoFormat.extensions.contains(Self.fileExtension(photo)) else {
        throw text.malformed(at, "the path of a photo is expected, not \"\(photo)\"")
      }
      guard listed.insert(photo).inserted else {
        throw text.malformed(at, "\(photo) is listed a second time")
      }
      at += 1
      let count = at < text.lines.count ? text.lines[at].trimmingCharacters(in: .whitespaces) : ""
      guard let faces = Int(count), faces >= 0 else {
        throw text.malformed(at, "the number of faces of \(photo) is expected, not \"\(count)\"")
      }
      at += 1
      var found: [FaceLabel] = []
      for number in 0..<faces {
        guard at < text.lines.count, !text.fields(at).isEmpty else {
          throw text.malformed(at, "\(photo) has \(faces) faces, but only \(number) follow")
        }
        found.append(try Self.face(text, at))
        at += 1
      }
      if faces == 0, at < text.lines.count {
        let fields = text.fields(at)
        if !fields.isEmpty, fields.allSatisfy({ Double($0) == 0 }) { at += 1 }
      }
      entries.append(
        Entry(photo: photo, labels: PhotoLabels(unit: .pixels, faces: found, path: text.path)))
    }
    self.entries = entries
  }

  private static func face(_ text: LabelText, _ at: Int) throws(DetectionLabelError) -> FaceLabel {
    let fields = text.fields(at)
    guard fields.count == 4 || fields.count == 10 else {
      throw text.malformed(
        at,
        "x, y, width, height and six marks are expected, not \(fields.count) "
          + (fields.count == 1 ? "field" : "fields"))
    }
    let numbers = try text.numbers(fields, line: at)
    guard numbers[2] >= 0, numbers[3] >= 0 else {
      throw text.malformed(at, "width and height must not be negative")
    }
    let isInvalid = numbers.count == 10 && numbers[7] == 1
    return FaceLabel(
      box: Box(x: numbers[0], y: numbers[1], width: numbers[2], height: numbers[3]),
      isIgnored: isInvalid || numbers[2] == 0 || numbers[3] == 0)
  }

  private static func fileExtension(_ path: String) -> String {
    path.lastIndex(of: ".").map { path[path.index(after: $0)...].lowercased() } ?? ""
  }
}
