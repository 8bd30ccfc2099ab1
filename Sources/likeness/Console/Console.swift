import Foundation
import LikenessCore
import LikenessKit

/// Where words go: results to standard output, everything else to standard error. Control characters of names and paths
/// are escaped in both; JSON has them as they are.
enum Console {
  static func print(_ text: String, terminator: String = "\n") {
    write(Data((text.escapingControlsInLines + terminator).utf8))
  }

  static func note(_ text: String) {
    // Nobody is left to tell where this fails.
    try? FileHandle.standardError.write(
      contentsOf: Data((text.escapingControlsInLines + "\n").utf8))
  }

  /// Says which texts a picture shows as boxes, if any.
  static func noteWithoutGlyphs(_ texts: [String]) {
    guard let first = texts.first else { return }
    let others = texts.count == 1 ? "" : " and \(texts.count - 1) other texts"
    note(
      "likeness: no font on this machine has all characters of \(first)\(others), shown as boxes: install one that has "
        + "them, such as Noto Sans CJK, or write HTML or SVG")
  }

  /// What went wrong and what helps, in one line.
  static func line(for error: any Error) -> String {
    // Foundation's errors describe themselves with all of their innards.
    let text = error is CocoaError ? error.localizedDescription : "\(error)"
    return (text + (Advice.text(for: error) ?? "")).split(whereSeparator: \.isNewline)
      .joined(separator: " ")
  }

  /// Bytes of an answer. Half an answer is none, so the program ends where they cannot be written.
  static func write(_ data: Data) {
    do {
      try FileHandle.standardOutput.write(contentsOf: data)
    } catch {
      note("likeness: the answer cannot be written: \(OutputFile.reason(error))")
      exit(1)
    }
  }

  /// An answer for other programs.
  static func json(_ value: some Encodable) throws {
    write(try jsonData(value))
  }

  static func jsonData(_ value: some Encodable) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(value) + Data("\n".utf8)
  }

  /// Says what is left out of an answer.
  static func noteHidden(_ count: Int, _ one: String) {
    guard count > 0 else { return }
    let several = one == "person" ? "people" : "\(one)s"
    note(
      "likeness: \(count) hidden \(count == 1 ? one : several) left out; --include-hidden shows \(count == 1 ? "it" : "them")"
    )
  }

  static var isTerminal: Bool { isatty(FileHandle.standardError.fileDescriptor) == 1 }
}

/// Text in columns: the last one ragged, numbers to the right.
struct Table {
  private var rows: [[String]] = []
  private let rightAligned: Set<Int>

  init(rightAligned: Set<Int> = []) {
    self.rightAligned = rightAligned
  }

  mutating func add(_ cells: String...) { add(cells) }

  mutating func add(_ cells: [String]) { rows.append(cells.map(\.escapingControls)) }

  var text: String {
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in
      rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
    }
    return rows.map { row in
      row.enumerated().map { column, cell in
        let padding = String(repeating: " ", count: widths[column] - cell.count)
        if rightAligned.contains(column) { return padding + cell }
        return column == row.count - 1 ? cell : cell + padding
      }.joined(separator: "  ")
    }.joined(separator: "\n")
  }
}

/// How many there are of something, such as `1 face` or `3 faces`.
func counted(_ count: Int, _ one: String) -> String { "\(count) \(one)\(count == 1 ? "" : "s")" }

extension Float {
  /// With a fixed number of digits after the point.
  func digits(_ count: Int) -> String { Double(self).digits(count) }
}

extension Double {
  func digits(_ count: Int) -> String {
    let text = String(format: "%.\(count)f", self)
    // Nothing below zero is left of it.
    return text.hasPrefix("-") && !text.contains { ("1"..."9").contains($0) }
      ? String(text.dropFirst()) : text
  }
}
