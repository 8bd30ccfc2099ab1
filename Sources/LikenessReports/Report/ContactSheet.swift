import Faces
import Foundation
import LikenessKit

/// A picture of many faces, each above its name and its nearest other face.
struct ContactSheet {
  static let limit = 600

  private static let cell = (width: 156, height: 196)
  private static let face = 132
  private static let margin = 24
  private static let ink = PhotoColor(red: 29, green: 28, blue: 26)
  private static let soft = PhotoColor(red: 107, green: 104, blue: 98)
  private static let same = PhotoColor(red: 31, green: 122, blue: 74)
  private static let paper = PhotoColor(red: 246, green: 245, blue: 242)
  private static let blank = PhotoColor(red: 228, green: 225, blue: 218)

  /// - Precondition: `content` has a face.
  static func photo(_ content: ReportContent, thumbnails: [FaceID: Data]) throws -> Photo {
    let columns = min(9, max(3, Int(Double(content.faces.count).squareRoot().rounded(.up))))
    let rows = (content.faces.count + columns - 1) / columns
    let footer = content.omittedFaces > 0 ? 32 : 0
    var canvas = Canvas(
      width: 2 * margin + columns * cell.width,
      height: 2 * margin + rows * cell.height + footer, background: paper)
    let judgeable = content.judgeable
    for (index, face) in content.faces.enumerated() {
      try draw(
        face, thumbnails[face.id], judgeable, on: &canvas, x: margin + index % columns * cell.width,
        y: margin + index / columns * cell.height)
    }
    if footer > 0 {
      canvas.drawText(
        fitted("The first \(content.faces.count) of \(content.allFaces) faces", 14, columns),
        x: margin + 12, y: canvas.height - margin - 16, size: 14, color: soft)
    }
    return canvas.photo()
  }

  private static func draw(
    _ shown: ReportFace, _ thumbnail: Data?, _ judgeable: Set<FaceID>,
    on canvas: inout Canvas, x: Int, y: Int
  ) throws {
    let left = x + (cell.width - face) / 2
    if let thumbnail, let picture = try? Photo.decode(thumbnail) {
      canvas.draw(try picture.resized(width: face, height: face), x: left, y: y)
    } else {
      canvas.fillRectangle(
        x: Double(left), y: Double(y), width: Double(face), height: Double(face), color: blank)
    }
    canvas.drawText(
      fitted(shown.label, 14, isBold: true), x: left, y: y + face + 8, size: 14, isBold: true,
      color: ink)
    guard let nearest = shown.neighbors.first else { return }
    let distance = String(format: "%.3f", Double(nearest.distance))
    let room = face - Canvas.textSize(distance, size: 12).width - 8
    let isSame =
      nearest.probability > 0.5 && judgeable.contains(shown.id) && judgeable.contains(nearest.face)
    canvas.drawText(
      distance, x: left, y: y + face + 31, size: 12, color: isSame ? same : soft)
    canvas.drawText(
      fitted(nearest.label, 12, width: room), x: left + face - room, y: y + face + 31, size: 12,
      color: soft)
  }

  private static func fitted(_ text: String, _ size: Int, _ columns: Int) -> String {
    fitted(text, size, width: columns * cell.width - 24)
  }

  /// The text, cut where it is too wide.
  private static func fitted(
    _ text: String, _ size: Int, isBold: Bool = false, width: Int = face
  ) -> String {
    func isFitting(_ text: String) -> Bool {
      Canvas.textSize(text, size: size, isBold: isBold).width <= width
    }
    // No letter is narrower than a pixel or two, and file names may be very long.
    var cut = String(text.prefix(width))
    if cut.count == text.count, isFitting(text) { return text }
    while !cut.isEmpty, !isFitting(cut + "…") { cut.removeLast(max(1, cut.count / 12)) }
    return cut + "…"
  }
}

extension Likeness {
  /// The most faces on a contact sheet.
  public static let contactSheetLimit = ContactSheet.limit

  /// The faces of the gallery as one picture, each with its name and its nearest other face.
  /// - Parameter includingHidden: whether faces that the user hid are shown, too.
  /// - Returns: the picture, how many faces it shows, at most `contactSheetLimit`, and the texts on it that are shown as
  ///   boxes, as no font of this machine has their characters.
  /// - Throws: `LikenessError.emptyGallery`, `GalleryError`, `PhotoError.notEncodable`
  public func contactSheet(
    includingHidden: Bool = false
  ) throws -> (photo: Photo, faces: Int, textsWithoutGlyphs: [String]) {
    let content = try reportContent(
      neighbors: 1, maximumFaces: ContactSheet.limit, includingHidden: includingHidden)
    let photo = try ContactSheet.photo(content, thumbnails: try thumbnails(of: content))
    return (
      photo, content.faces.count,
      Canvas.textsWithoutGlyphs(
        content.faces.flatMap { [$0.label] + $0.neighbors.prefix(1).map(\.label) })
    )
  }
}
