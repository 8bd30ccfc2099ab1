import LikenessCore
import Testing

@testable import Faces

@Suite struct PhotoCoveringTests {
  @Test func `a box and its margin become one colour, and nothing else changes`() throws {
    let (width, height) = (50, 40)
    let photo = Photo(
      width: width, height: height,
      pixels: (0..<(width * height * 3)).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 / 7) })
    let covered = photo.covering([Box(x: 10, y: 5, width: 20, height: 10)])
    // A fifth of each side more on both sides.
    let (columns, rows) = (6..<34, 3..<17)
    let color = covered[columns.lowerBound, rows.lowerBound]
    var sum = 0
    for y in 0..<height {
      for x in 0..<width {
        if columns.contains(x), rows.contains(y) {
          #expect(covered[x, y] == color)
          sum += Int(photo[x, y].red)
        } else {
          #expect(covered[x, y] == photo[x, y])
        }
      }
    }
    #expect(Int(color.red) == sum / (columns.count * rows.count))
  }

  @Test func `a face at the edge is covered as far as the photo goes`() {
    let photo = Photo(width: 20, height: 20, pixels: (0..<1200).map { UInt8($0 % 251) })
    let covered = photo.covering([
      Box(x: -5, y: -5, width: 100, height: 100), Box(x: 50, y: 50, width: 4, height: 4),
    ])
    #expect(Set((0..<400).map { covered[$0 % 20, $0 / 20] }).count == 1)
    #expect(photo.covering([]) == photo)
  }
}
