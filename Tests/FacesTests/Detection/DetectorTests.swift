import Foundation
import LikenessCore
import TestSupport
import Testing

@testable import Faces

@Suite struct DetectorTests {
  @Test(arguments: DetectorKind.allCases)
  func `each crop's face is found where dlib sees it`(kind: DetectorKind) throws {
    let detector = try Networks.shared(kind).makeDetector()
    for entry in try Goldens.load().photos {
      let found = try detector.detect(in: PhotoPyramid(Goldens.photo(entry.file)))
      #expect(found.count == 1, "\(entry.file)")
      let overlap = found.map { $0.box.overlap(Box(dlib: entry.hog[0])) }.max() ?? 0
      #expect(overlap > 0.5, "\(entry.file)")
    }
  }

  @Test func `MMOD's boxes are dlib's`() throws {
    let detector = try Networks.shared(.mmod).makeDetector()
    for entry in try Goldens.load().photos {
      let found = try detector.detect(in: PhotoPyramid(Goldens.photo(entry.file)))
      guard !entry.mmod[1].isEmpty else { continue }
      // dlib picks one level of its pyramid, another one once the photo is enlarged; here their mean
      // is taken, which is to lie near either.
      let boxes = entry.mmod.joined().map { Box(dlib: $0.box) }
      let overlap = found.flatMap { face in boxes.map { face.box.overlap($0) } }.max() ?? 0
      #expect(overlap > 0.7, "\(entry.file)")
    }
  }

  @Test(arguments: DetectorKind.allCases, 1...3)
  func `a photo on its side gives places in the photo as it came`(
    kind: DetectorKind, turns: Int
  ) throws {
    let analyzer = try Networks.shared(kind).makeAnalyzer()
    for entry in try Goldens.load().photos {
      let upright = try Goldens.photo(entry.file)
      let photo = upright.turned(quarterTurns: turns)
      let result = try analyzer.analyze(photo)
      #expect((result.width, result.height) == (photo.width, photo.height))
      let face = try #require(result.faces.first, "\(entry.file)")
      func move(_ point: Point, _ width: Int, _ height: Int) -> Point {
        switch turns {
        case 1: Point(x: Double(height) - point.y, y: point.x)
        case 2: Point(x: Double(width) - point.x, y: Double(height) - point.y)
        default: Point(x: point.y, y: Double(width) - point.x)
        }
      }
      let box = Box(dlib: entry.hog[0])
      let place = Box(center: move(box.center, upright.width, upright.height), side: box.width)
      #expect(face.box.overlap(place) > 0.4, "\(entry.file)")
      let (left, right) = DlibLandmarks(dlib: entry.faces[0].landmarks).eyes
      for (found, eye) in zip(face.landmarks.points, [left, right]) {
        let near = move(eye, upright.width - 1, upright.height - 1)
        #expect((found - near).length < box.width * 0.15, "\(entry.file)")
      }

      // Turned back it is the upright photo, pixel for pixel, so the answer is the same.
      guard result.turned == 360 - 90 * turns else { continue }
      let same = try #require(analyzer.analyze(upright).faces.first)
      let exact = FaceLandmarks(
        same.landmarks.points.map { move($0, upright.width - 1, upright.height - 1) })
      #expect(face.landmarks == exact, "\(entry.file)")
      let center = move(same.box.center, upright.width, upright.height)
      #expect((face.box.center - center).length < 1e-9)
      #expect(face.embedding == same.embedding)
    }
  }

  @Test func `places are those of the file, though it was shrunk on load`() throws {
    let analyzer = try Networks.shared().makeAnalyzer()
    let photo = try Goldens.photo("obama2.png")
    let shrunk = Photo(
      width: photo.width, height: photo.height, pixels: photo.pixels,
      fullWidth: 4 * photo.width, fullHeight: 4 * photo.height)
    let small = try #require(analyzer.analyze(photo).faces.first)
    let full = try #require(analyzer.analyze(shrunk).faces.first)
    #expect(full.box == small.box.scaled(4))
    #expect(full.quality.size == 4 * small.quality.size)
    for (a, b) in zip(full.landmarks.points, small.landmarks.points) {
      #expect(a == Point(x: 4 * (b.x + 0.5) - 0.5, y: 4 * (b.y + 0.5) - 0.5))
    }
  }

  @Test func `a face that fills the frame is found, and stands upright`() throws {
    let finder = try Networks.shared().makeFinder()
    for entry in try Goldens.load().photos {
      let box = Box(dlib: entry.hog[0])
      let tight = PhotoRectangle(
        x: Int(box.x), y: Int(box.y), width: Int(box.width), height: Int(box.height))
      let photo = try #require(Goldens.photo(entry.file).cropped(to: tight))
      let view = try finder.find(in: photo)
      let found = view.detections.filter { $0.confidence ?? 0 > 0.5 }
      #expect(view.quarterTurns == 0, "\(entry.file)")
      let place = box.shifted(x: -Double(tight.x), y: -Double(tight.y))
      #expect(found.contains { $0.box.overlap(place) > 0.5 }, "\(entry.file)")
    }
  }

  @Test(arguments: DetectorKind.allCases)
  func `all of a group are found, none twice`(kind: DetectorKind) throws {
    let detector = try Networks.shared(kind).makeDetector()
    let sizes = [40, 55, 70, 85, 100, 115, 130, 145, 160, 175, 190, 200]
    let cell = 440
    let places = sizes.indices.map { (x: $0 % 4 * cell, y: $0 / 4 * cell) }
    try expectAll(sizes, at: places, width: 4 * cell, height: 3 * cell, detector)
  }

  @Test(arguments: DetectorKind.allCases)
  func `small faces in a large photo are found`(kind: DetectorKind) throws {
    let detector = try Networks.shared(kind).makeDetector()
    let places = [(40, 30), (950, 600), (1890, 20), (1880, 1020), (333, 1100), (1400, 350)]
    try expectAll(
      [44, 40, 48, 42, 46, 50], at: places.map { (x: $0.0, y: $0.1) }, width: 2048, height: 1280,
      detector)
  }

  @Test(arguments: DetectorKind.allCases)
  func `grey and noise are no face`(kind: DetectorKind) throws {
    let detector = try Networks.shared(kind).makeDetector()
    for (width, height) in [(1, 1), (3, 200), (300, 200), (640, 480)] {
      for value in [0, 128, 255] as [UInt8] {
        let grey = Photo(
          width: width, height: height,
          pixels: [UInt8](repeating: value, count: width * height * 3))
        #expect(
          try detector.detect(in: PhotoPyramid(grey)).isEmpty, "\(width) × \(height) of \(value)")
      }
      var random = SplitMix64(seed: 77)
      let noise = Photo(
        width: width, height: height,
        pixels: (0..<width * height * 3).map { _ in .random(in: 0...255, using: &random) })
      #expect(try detector.detect(in: PhotoPyramid(noise)).isEmpty, "\(width) × \(height) of noise")
    }
  }

  /// Pastes crops so that their faces have the sizes, and looks for each of them.
  private func expectAll(
    _ sizes: [Int], at places: [(x: Int, y: Int)], width: Int, height: Int,
    _ detector: any FaceDetector
  ) throws {
    let entries = try Goldens.load().photos
    var canvas = Canvas(
      width: width, height: height, background: PhotoColor(red: 128, green: 128, blue: 128))
    var expected: [Box] = []
    for (index, (size, place)) in zip(sizes, places).enumerated() {
      let entry = entries[index % entries.count]
      let photo = try Goldens.photo(entry.file)
      let box = Box(dlib: entry.hog[0])
      let factor = Double(size) / box.width
      let small = try photo.resized(
        width: Int((Double(photo.width) * factor).rounded()),
        height: Int((Double(photo.height) * factor).rounded()))
      canvas.draw(small, x: place.x, y: place.y)
      expected.append(box.scaled(factor).shifted(x: Double(place.x), y: Double(place.y)))
    }
    let found = try detector.detect(in: PhotoPyramid(canvas.photo()))
    #expect(found.count == sizes.count)
    for (box, size) in zip(expected, sizes) {
      let hits = found.count { $0.box.overlap(box) > 0.3 }
      #expect(hits == 1, "\(size) pixels at \(box.x), \(box.y) among \(found)")
    }
  }
}
