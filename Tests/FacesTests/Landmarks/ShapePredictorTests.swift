import Foundation
import LikenessCore
import TestSupport
import Testing

@testable import Faces

@Suite struct ShapePredictorTests {
  @Test func `landmarks are dlib's`() throws {
    let predictor = try Networks.shapePredictor()
    for entry in try Goldens.load().photos {
      let photo = try Goldens.photo(entry.file)
      for face in entry.faces {
        let found = predictor.landmarks(in: photo, box: Box(dlib: face.box))
        #expect(found == DlibLandmarks(dlib: face.landmarks), "\(entry.file) \(face.box)")
      }
    }
  }

  @Test(arguments: 1...3)
  func `a turned face has turned landmarks`(turns: Int) throws {
    let predictor = try Networks.shapePredictor()
    for entry in try Goldens.load().photos {
      let photo = try Goldens.photo(entry.file)
      let turned = photo.turned(quarterTurns: turns)
      func move(_ point: Point) -> Point {
        switch turns {
        case 1: Point(x: Double(photo.height) - 1 - point.y, y: point.x)
        case 2: Point(x: Double(photo.width) - 1 - point.x, y: Double(photo.height) - 1 - point.y)
        default: Point(x: point.y, y: Double(photo.width) - 1 - point.x)
        }
      }
      for face in entry.faces {
        let box = Box(dlib: face.box)
        // The corner pixels' centres are turned; the box begins at the smallest of them.
        let first = move(Point(x: box.x, y: box.y))
        let last = move(Point(x: box.x + box.width - 1, y: box.y + box.height - 1))
        let place = Box(
          x: min(first.x, last.x), y: min(first.y, last.y), width: box.width, height: box.height)
        let found = predictor.landmarks(in: turned, box: place, roll: Double(turns) * .pi / 2)
        let expected = DlibLandmarks(DlibLandmarks(dlib: face.landmarks).points.map(move))
        #expect(found.distance(to: expected) <= 1.5, "\(entry.file) \(face.box)")
      }
    }
  }

  @Test func `a box outside of the photo still gives five points`() throws {
    let predictor = try Networks.shapePredictor()
    let photo = Photo(width: 20, height: 10, pixels: [UInt8](repeating: 90, count: 600))
    for box in [
      Box(x: -500, y: 300, width: 80, height: 80), Box(x: 4, y: 4, width: 1, height: 1),
      Box(x: 1e7, y: -1e7, width: 1e6, height: 1e6),
    ] {
      let found = predictor.landmarks(in: photo, box: box, roll: 0.7)
      #expect(found.points.allSatisfy { $0.x.isFinite && $0.y.isFinite })
    }
  }

  @Test func `damaged files are refused`() throws {
    let data = try Data(contentsOf: Networks.original(.landmarks))
    for count in [0, 1, 2, 100, 5_000, data.count / 2, data.count - 1] {
      #expect(throws: ModelFileError.self) { try ShapePredictor(dlib: data.prefix(count)) }
    }
    #expect(throws: ModelFileError.self) { try ShapePredictor(dlib: data + [0]) }
    var random = SplitMix64(seed: 5)
    for _ in 0..<40 {
      var damaged = [UInt8](data.prefix(60_000))
      damaged[Int.random(in: 0..<600, using: &random)] = .random(in: 0...255, using: &random)
      #expect(throws: ModelFileError.self) { try ShapePredictor(dlib: Data(damaged)) }
    }
  }
}
