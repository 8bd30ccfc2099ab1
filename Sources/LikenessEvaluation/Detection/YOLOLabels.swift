import Faces
import Foundation
import LikenessCore

/// Labels as YOLO's trainers read them: a text file a photo, a line a face: class, middle (x, y), width, height.
///
/// All four are parts of the upright photo's width and height. Whatever follows, such as landmarks, is passed
/// over, and so is the class: every line is a face. An empty file says that the photo shows none.
enum YOLOLabels {
  /// Tools round, and draw boxes beyond the edge; what lies farther out counts pixels.
  private static let range = -0.1...1.1

  /// - Throws: `DetectionLabelError.unreadable`, `.malformed`
  static func read(_ text: LabelText) throws(DetectionLabelError) -> PhotoLabels {
    var faces: [FaceLabel] = []
    for index in text.lines.indices {
      let fields = text.fields(index)
      if fields.isEmpty { continue }
      guard fields.count >= 5 else {
        throw text.malformed(
          index,
          "a class, a middle (x, y), a width and a height are expected, not \(fields.count) "
            + (fields.count == 1 ? "field" : "fields"))
      }
      guard let category = Int(fields[0]), category >= 0 else {
        throw text.malformed(index, "the class \"\(fields[0])\" is not a whole number from 0")
      }
      let numbers = try text.numbers(fields[1..<5], line: index)
      guard numbers.allSatisfy(range.contains) else {
        throw text.malformed(
          index,
          "middle and size must be parts of the photo, from 0 to 1, not "
            + fields[1..<5].joined(separator: " "))
      }
      let (width, height) = (numbers[2], numbers[3])
      guard width >= 0, height >= 0 else {
        throw text.malformed(index, "width and height must not be negative")
      }
      let box = Box(
        x: numbers[0] - width / 2, y: numbers[1] - height / 2, width: width, height: height)
      faces.append(FaceLabel(box: box, isIgnored: width == 0 || height == 0))
    }
    return PhotoLabels(unit: .fractions, faces: faces, path: text.path)
  }
}
