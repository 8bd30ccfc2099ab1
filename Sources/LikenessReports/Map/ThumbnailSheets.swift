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
  ///   - count: how many there are.
  ///   - thumbnails: those of some rows, in their order; called on several threads.
  ///   - largest: the longest side that a sheet may have, in pixels.
  ///   - isOneSquare: one sheet with as many rows as columns, whatever its thumbnails' size becomes.
  /// - Throws: `PhotoError.notEncodable`, and what `thumbnails` throws
  init(
    _ count: Int, _ thumbnails: @escaping @Sendable (Range<Int>) throws -> [Data?], cell: Int,
    largest: Int, isOneSquare: Bool = false, quality: Int = 82,
    jobs: Int
  ) throws {
    let side = max(1, Int(Double(count).squareRoot().rounded(.up)))
    let perLine = isOneSquare ? side : max(1, min(side, largest / cell))
    let columns = perLine
    let cell = isOneSquare ? max(1, min(cell, largest / side)) : cell
    // A single sheet ends with its last thumbnail; several are all full, which makes them one texture.
    let lines = (count + columns - 1) / columns
    let rows = isOneSquare ? side : max(1, min(lines, columns))
    (self.cell, self.columns, self.rows) = (cell, columns, rows)
    let perSheet = columns * rows
    let starts = Array(stride(from: 0, to: count, by: perSheet))
    var sheets: [Data] = []
    try OrderedWork.run(
      starts, jobs: jobs,
      makeWorker: {
        { start in
          Result {
            let some = start..<min(start + perSheet, count)
            return try Self.sheet(some, thumbnails, cell, columns, rows, quality)
          }
        }
      }, consume: { sheets.append(try $1.get()) })
    self.sheets = sheets
  }

  /// Files that are read at a time.
  private static let readAtOnce = 1_024

  private static func sheet(
    _ range: Range<Int>, _ thumbnails: (Range<Int>) throws -> [Data?], _ cell: Int,
    _ columns: Int, _ rows: Int, _ quality: Int
  ) throws -> Data {
    var canvas = Canvas(width: columns * cell, height: rows * cell, background: blank)
    for start in stride(from: range.lowerBound, to: range.upperBound, by: readAtOnce) {
      let some = start..<min(start + readAtOnce, range.upperBound)
      for (number, thumbnail) in zip(some, try thumbnails(some)) {
        // A thumbnail that cannot be read leaves its place blank.
        guard let thumbnail, let photo = try? Photo.decode(thumbnail),
          let small = try? photo.resized(width: cell, height: cell)
        else { continue }
        let place = number - range.lowerBound
        canvas.draw(small, x: place % columns * cell, y: place / columns * cell)
      }
    }
    return try canvas.photo().jpegData(quality: quality)
  }
}
