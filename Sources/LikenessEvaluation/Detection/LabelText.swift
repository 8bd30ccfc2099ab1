import Foundation
import LikenessKit

/// A label file of lines.
struct LabelText {
  let path: String
  let lines: [Substring]

  /// - Throws: `DetectionLabelError.unreadable`
  init(contentsOf file: URL) throws(DetectionLabelError) {
    let data: Data
    do {
      data = try Data(contentsOf: file)
    } catch {
      throw .unreadable(path: file.path, reason: OutputFile.reason(error))
    }
    guard let text = String(data: data, encoding: .utf8) else {
      throw .unreadable(path: file.path, reason: "it is not UTF-8")
    }
    self.init(text, path: file.path)
  }

  init(_ text: String, path: String) {
    self.path = path
    let text = text.hasPrefix("\u{FEFF}") ? text.dropFirst() : text[...]
    lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
  }

  /// The words of a line, counted from 0.
  func fields(_ index: Int) -> [Substring] { lines[index].split(whereSeparator: \.isWhitespace) }

  func malformed(_ index: Int, _ reason: String) -> DetectionLabelError {
    .malformed(path: path, line: index + 1, reason: reason)
  }

  /// - Throws: `DetectionLabelError.malformed` where a field is no finite number
  func numbers(
    _ fields: some Sequence<Substring>, line index: Int
  ) throws(DetectionLabelError) -> [Double] {
    var numbers: [Double] = []
    for field in fields {
      guard let number = Double(field), number.isFinite else {
        throw malformed(index, "\"\(field)\" is not a number")
      }
      numbers.append(number)
    }
    return numbers
  }
}
