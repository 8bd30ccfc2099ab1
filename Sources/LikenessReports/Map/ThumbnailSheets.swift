import Faces
import Foundation

/// Thumbnails side by side in a few large pictures, row by row, as the page and the projector want them.
struct ThumbnailSheets: Sendable {
  /// The side of a thumbnail in pixels.
  let cell: Int
  let columns: Int
  let rows: Int
  /// JPEG files, all of one size.
  let sheets: [Data]

  var width: Int { columns * cell }
  var height: Int { rows * cell }

  private static let blank = PhotoColor(red: 214, green: 210, blue: 201)

  /// - Parameters:
  ///   - largest: the longest side that a sheet may have, in pixels.
  ///   - isOneSquare: one sheet with as many rows as columns, whatever its thumbnails' size becomes.
  /// - Throws: `PhotoError.notEncodable`
  init(
    _ thumbnails: [Data?], cell: Int, largest: Int, isOneSquare: Bool = false, quality: Int = 82,
    jobs: Int
  ) throws {
    let side = max(1, Int(Double(thumbnails.count).squareRoot().rounded(.up)))
    let perLine = isOneSquare ? side : max(1, min(side, largest / cell))
    let columns = perLine
    let cell = isOneSquare ? max(1, min(cell, largest / side)) : cell
    // A single sheet ends with its last thumbnail; several are all full, which makes them one texture.
    let lines = (thumbnails.count + columns - 1) / columns
    let rows = isOneSquare ? side : max(1, min(lines, columns))
    (self.cell, self.columns, self.rows) = (cell, columns, rows)
    let perSheet = columns * rows
    let starts = Array(stride(from: 0, to: thumbnails.count, by: perSheet))
    var sheets: [Data] = []
    try OrderedWork.run(
      starts, jobs: jobs,
      makeWorker: {
        { start in
          Result {
            let some = thumbnails[start..<min(start + perSheet, thumbnails.count)]
            return try Self.sheet(Array(some), cell, columns, rows, quality)
          }
        }
      }, consume: { sheets.append(try $1.get()) })
    self.sheets = sheets
  }

  private static func sheet(
    _ thumbnails: [Data?], _ cell: Int, _ columns: Int, _ rows: Int, _ quality: Int
  ) throws -> Data {
    var canvas = Canvas(width: columns * cell, height: rows * cell, background: blank)
    for (place, thumbnail) in thumbnails.enumerated() {
      // A thumbnail that cannot be read leaves its place blank.
      guard let thumbnail, let photo = try? Photo.decode(thumbnail),
        let small = try? photo.resized(width: cell, height: cell)
      else { continue }
      canvas.draw(small, x: place % columns * cell, y: place / columns * cell)
    }
    return try canvas.photo().jpegData(quality: quality)
  }
}
