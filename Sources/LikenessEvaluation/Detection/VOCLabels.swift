import Faces
import Foundation
import LikenessCore
import LikenessKit

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// Labels as PASCAL VOC has them: an XML file a photo, an `object` with a `bndbox` a face.
///
/// Boxes are in pixels of a photo of the size that the file names, upright. Every object is a face whatever its
/// class is called; those marked `difficult` are ignored, as in PASCAL's own evaluation (Everingham et al. 2010,
/// "The PASCAL Visual Object Classes Challenge").
enum VOCLabels {
  fileprivate static let notXML = "this is not well-formed XML"

  /// - Throws: `DetectionLabelError.unreadable`, `.malformed`
  static func read(_ file: URL) throws(DetectionLabelError) -> PhotoLabels {
    let data: Data
    do {
      data = try Data(contentsOf: file)
    } catch {
      throw .unreadable(path: file.path, reason: OutputFile.reason(error))
    }
    return try read(data, path: file.path)
  }

  static func read(_ data: Data, path: String) throws(DetectionLabelError) -> PhotoLabels {
    let reader = Reader()
    let parser = XMLParser(data: data)
    parser.delegate = reader
    let isWhole = parser.parse()
    if let problem = reader.problem {
      throw .malformed(path: path, line: max(1, problem.line), reason: problem.reason)
    }
    guard isWhole, reader.isComplete else {
      throw .malformed(path: path, line: max(1, parser.lineNumber), reason: notXML)
    }
    return PhotoLabels(
      unit: reader.size.map { .pixelsOf(width: $0.width, height: $0.height) } ?? .pixels,
      faces: reader.faces, path: path)
  }
}

/// Takes a file's elements in; the first that is not as it should be ends the reading.
private final class Reader: NSObject, XMLParserDelegate {
  private(set) var faces: [FaceLabel] = []
  /// Whether the outermost element has ended; Foundation's parser accepts files that are cut short.
  private(set) var isComplete = false
  private(set) var problem: (line: Int, reason: String)?
  /// Nil where the file names none; some tools write zeros.
  var size: (width: Int, height: Int)? {
    guard let width = sides["width"], let height = sides["height"], width > 0, height > 0 else {
      return nil
    }
    return (width, height)
  }

  private var open: [String] = []
  private var text = ""
  private var sides: [String: Int] = [:]
  private var edges: [String: Double] = [:]
  private var isDifficult = false
  private var objectLine = 1

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?,
    attributes: [String: String]
  ) {
    open.append(name)
    text = ""
    switch open {
    case ["annotation"]: break
    case ["annotation", "object"]:
      (edges, isDifficult, objectLine) = ([:], false, parser.lineNumber)
    default:
      if open.count == 1 { stop(parser, "the outermost element is <\(name)>, not <annotation>") }
    }
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }

  /// Foundation's parser mends what it can, and goes on.
  func parser(_ parser: XMLParser, parseErrorOccurred error: any Error) {
    stop(parser, VOCLabels.notXML)
  }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) {
    let value = text.trimmingCharacters(in: .whitespacesAndNewlines)
    switch open {
    case ["annotation", "size", "width"], ["annotation", "size", "height"]:
      guard let side = Int(value), (0...1_000_000).contains(side) else {
        return stop(parser, "the photo's \(name) \"\(value)\" is not a number of pixels")
      }
      sides[name] = side
    case ["annotation", "object", "difficult"]:
      isDifficult = value == "1"
    case ["annotation", "object", "bndbox", name]:
      guard ["xmin", "ymin", "xmax", "ymax"].contains(name) else { break }
      guard let edge = Double(value), edge.isFinite else {
        return stop(parser, "\(name) \"\(value)\" is not a number")
      }
      edges[name] = edge
    case ["annotation", "object"]:
      take(parser)
    case ["annotation"]:
      isComplete = true
    default:
      break
    }
    _ = open.popLast()
    text = ""
  }

  private func take(_ parser: XMLParser) {
    guard let left = edges["xmin"], let top = edges["ymin"], let right = edges["xmax"],
      let bottom = edges["ymax"]
    else {
      return stop(
        parser, "an object has no bndbox with xmin, ymin, xmax and ymax", line: objectLine)
    }
    guard left <= right, top <= bottom else {
      return stop(parser, "the box of an object ends before it begins", line: objectLine)
    }
    faces.append(
      FaceLabel(
        box: Box(x: left, y: top, width: right - left, height: bottom - top),
        isIgnored: isDifficult || left == right || top == bottom))
  }

  private func stop(_ parser: XMLParser, _ reason: String, line: Int? = nil) {
    if problem == nil { problem = (line ?? parser.lineNumber, reason) }
    parser.abortParsing()
  }
}
