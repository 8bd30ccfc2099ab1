import LikenessCore

extension Photo {
  /// How far a face is covered beyond its box, as a part of the box: hair, ears and chin tell who somebody is as well.
  static let coverMargin = 0.2

  /// What is covered of a face, in pixels of the photo at full size.
  package static func cover(of box: Box) -> Box { box.grown(by: coverMargin) }

  /// The photo with faces covered, each by the one colour that is the average of what was there: nothing of a face can be
  /// made out of it again, unlike of a blur or a mosaic.
  /// - Parameter boxes: of the faces, in pixels of the photo.
  package func covering(_ boxes: [Box]) -> Photo {
    let areas = boxes.map { box -> (columns: Range<Int>, rows: Range<Int>) in
      let cover = Self.cover(of: box)
      func range(_ start: Double, _ length: Double, _ limit: Int) -> Range<Int> {
        let first = Int(min(Double(limit), max(0, start.rounded(.down))))
        return first..<Int(min(Double(limit), max(Double(first), (start + length).rounded(.up))))
      }
      return (range(cover.x, cover.width, width), range(cover.y, cover.height, height))
    }
    var pixels = pixels
    for (columns, rows) in areas where !columns.isEmpty && !rows.isEmpty {
      var sums = [0, 0, 0]
      for row in rows {
        for at
          in ((row * width + columns.lowerBound) * 3)..<((row * width + columns.upperBound) * 3)
        {
          sums[at % 3] += Int(pixels[at])
        }
      }
      let color = sums.map { UInt8($0 / (columns.count * rows.count)) }
      for row in rows {
        for at
          in ((row * width + columns.lowerBound) * 3)..<((row * width + columns.upperBound) * 3)
        {
          pixels[at] = color[at % 3]
        }
      }
    }
    return Photo(width: width, height: height, pixels: pixels)
  }
}
