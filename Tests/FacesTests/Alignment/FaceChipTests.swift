import Foundation
import LikenessCore
import TestSupport
import Testing

@testable import Faces

@Suite struct FaceChipTests {
  @Test func `chips of found faces are dlib's`() throws {
    for entry in try Goldens.load().photos {
      let photo = try Goldens.photo(entry.file)
      let landmarks = DlibLandmarks(dlib: entry.faces[0].landmarks)
      let chip = FaceChip.cut(from: photo, landmarks: landmarks)
      try expectSame(chip, entry.chip, entry.file)
    }
  }

  @Test func `so are chips turned, tiny, large and cut off`() throws {
    for entry in try Goldens.load().chips {
      let photo = try enlarged(Goldens.photo(entry.photo), entry.enlarged)
      let chip = FaceChip.cut(from: photo, landmarks: DlibLandmarks(dlib: entry.landmarks))
      try expectSame(chip, entry.file, entry.name)
    }
  }

  @Test func `landmarks that lie nowhere give a black chip`() {
    let photo = Photo(width: 30, height: 30, pixels: [UInt8](repeating: 200, count: 2700))
    let far = DlibLandmarks(
      [(900, 500), (880, 500), (800, 500), (820, 500), (850, 540)].map { Point(x: $0.0, y: $0.1) })
    #expect(FaceChip.cut(from: photo, landmarks: far).pixels.allSatisfy { $0 == 0 })
    let one = DlibLandmarks(Array(repeating: Point(x: 9, y: 9), count: 5))
    #expect(FaceChip.cut(from: photo, landmarks: one).pixels.count == 150 * 150 * 3)
    let huge = DlibLandmarks(far.points.map { $0 * 1e6 })
    #expect(FaceChip.cut(from: photo, landmarks: huge).pixels.count == 150 * 150 * 3)
  }

  @Test func `mirrored twice is what it was`() {
    let scene = TestImage.scene(width: 31, height: 31)
    let chip = FaceChip(side: 31, pixels: scene.pixels)
    #expect(chip.mirrored() != chip)
    #expect(chip.mirrored().mirrored() == chip)
    #expect(chip.mirrored().photo == chip.photo.mirrored())
  }

  private func expectSame(_ chip: FaceChip, _ file: String, _ name: String) throws {
    let expected = try Goldens.photo(file).pixels
    try #require(chip.pixels.count == expected.count)
    let differences = zip(chip.pixels, expected).map { abs(Int($0) - Int($1)) }
    let identical = Double(differences.count { $0 == 0 }) / Double(differences.count)
    #expect(differences.max() ?? 0 <= 1, "\(name)")
    #expect(identical >= 0.995, "\(name)")
  }

  /// Each pixel repeated.
  private func enlarged(_ photo: Photo, _ times: Int) -> Photo {
    guard times > 1 else { return photo }
    var pixels: [UInt8] = []
    pixels.reserveCapacity(photo.pixels.count * times * times)
    for y in 0..<photo.height * times {
      for x in 0..<photo.width * times {
        let start = ((y / times) * photo.width + x / times) * 3
        pixels += photo.pixels[start..<start + 3]
      }
    }
    return Photo(width: photo.width * times, height: photo.height * times, pixels: pixels)
  }
}

@Suite struct AffineTransformTests {
  @Test func `a similarity is the least squares solution`() {
    var random = SplitMix64(seed: 11)
    for _ in 0..<200 {
      let count = Int.random(in: 2...9, using: &random)
      func points() -> [Point] {
        (0..<count).map { _ in
          Point(
            x: .random(in: -300...300, using: &random), y: .random(in: -300...300, using: &random))
        }
      }
      let (from, to) = (points(), points())
      let found = AffineTransform.similarity(from: from, to: to)
      let expected = leastSquares(from, to)
      for (a, b) in zip([found.a, found.c, found.tx, found.ty], expected) {
        #expect(abs(a - b) <= 1e-7 * max(1, abs(b)))
      }
      #expect(found.b == -found.c && found.d == found.a)
    }
  }

  @Test func `a similarity that exists is found`() {
    var random = SplitMix64(seed: 12)
    for _ in 0..<50 {
      let angle = Double.random(in: -3...3, using: &random)
      let turn = AffineTransform.rotation(angle, about: Point(x: 12, y: -40))
      let from = (0..<5).map { _ in
        Point(x: .random(in: 0...90, using: &random), y: .random(in: 0...90, using: &random))
      }
      let found = AffineTransform.similarity(from: from, to: from.map { turn($0) * 2.5 })
      #expect(abs(found.scale - 2.5) < 1e-9)
      #expect(abs(found.angle - angle) < 1e-9)
    }
  }

  @Test func `points in one place are only shifted`() {
    let from = Array(repeating: Point(x: 3, y: 4), count: 5)
    let found = AffineTransform.similarity(from: from, to: from.map { $0 + Point(x: 7, y: 1) })
    #expect(found == AffineTransform(a: 1, b: 0, tx: 7, c: 0, d: 1, ty: 1))
  }

  /// The normal equations of `x' = a x − c y + tx`, `y' = c x + a y + ty`, solved by elimination.
  private func leastSquares(_ from: [Point], _ to: [Point]) -> [Double] {
    var rows = Array(repeating: [Double](repeating: 0, count: 5), count: 4)
    for (p, q) in zip(from, to) {
      for (factors, value) in [([p.x, -p.y, 1, 0], q.x), ([p.y, p.x, 0, 1], q.y)] {
        for i in 0..<4 {
          for j in 0..<4 { rows[i][j] += factors[i] * factors[j] }
          rows[i][4] += factors[i] * value
        }
      }
    }
    for i in 0..<4 {
      let pivot = (i..<4).max { abs(rows[$0][i]) < abs(rows[$1][i]) } ?? i
      rows.swapAt(i, pivot)
      for other in 0..<4 where other != i {
        let factor = rows[other][i] / rows[i][i]
        for j in i..<5 { rows[other][j] -= factor * rows[i][j] }
      }
    }
    return (0..<4).map { rows[$0][4] / rows[$0][$0] }
  }
}
