import Foundation
import LikenessCore
import TestSupport
import Testing

@testable import Faces

@Suite struct FaceFinderTests {
  /// Faces of the sample photos on grey, each as wide as asked, on a grid.
  private func canvas(
    width: Int, height: Int, faces size: Double, count: Int
  ) throws -> (photo: Photo, places: [Box]) {
    let entries = try Goldens.load().photos
    var canvas = Canvas(
      width: width, height: height, background: PhotoColor(red: 120, green: 122, blue: 125))
    var places: [Box] = []
    let across = max(1, count * width / max(width, height))
    for index in 0..<count {
      let entry = entries[index % entries.count]
      let photo = try Goldens.photo(entry.file)
      let box = Box(dlib: entry.hog[0])
      let factor = size / box.width
      let x = index % across * width / across
      let y = index / across * height / max(1, (count + across - 1) / across)
      canvas.draw(
        try photo.resized(
          width: max(1, Int((Double(photo.width) * factor).rounded())),
          height: max(1, Int((Double(photo.height) * factor).rounded()))), x: x, y: y)
      places.append(box.scaled(factor).shifted(x: Double(x), y: Double(y)))
    }
    return (canvas.photo(), places)
  }

  private func expect(
    _ found: [FoundFace], at places: [Box], _ comment: Comment, tolerance: Double = 0.2
  ) {
    for place in places {
      let hits = found.filter { ($0.box.center - place.center).length < 0.3 * place.width }
      #expect(hits.count == 1, comment)
      if let hit = hits.first {
        // dlib's boxes are about as wide as YuNet's.
        #expect(abs(hit.box.area.squareRoot() / place.width - 1) < tolerance, comment)
      }
    }
    #expect(found.count == places.count, comment)
  }

  @Test func `some faces of 16 pixels are found, and nothing else`() throws {
    let analyzer = try Networks.shared().makeAnalyzer()
    let (photo, places) = try canvas(width: 2400, height: 1800, faces: 16, count: 10)
    let found = try analyzer.detectFaces(in: photo)
    #expect(found.count >= 6)
    for face in found {
      #expect(places.contains { (face.box.center - $0.center).length < 0.4 * $0.width })
    }
  }

  @Test(arguments: [24.0, 48, 100, 300, 1000])
  func `faces of all sizes are found in one photo's size`(size: Double) throws {
    let analyzer = try Networks.shared().makeAnalyzer()
    let count = size < 200 ? 10 : size < 500 ? 2 : 1
    let (photo, places) = try canvas(width: 2400, height: 1800, faces: size, count: count)
    expect(try analyzer.detectFaces(in: photo), at: places, "\(size) pixels", tolerance: 0.3)
  }

  @Test func `faces are found all along a panorama`() throws {
    let analyzer = try Networks.shared().makeAnalyzer()
    for (width, height) in [(12_000, 1000), (900, 9000)] {
      let (photo, places) = try canvas(width: width, height: height, faces: 105, count: 10)
      expect(
        try analyzer.detectFaces(in: photo), at: places, "\(width) × \(height)", tolerance: 0.3)
    }
  }

  @Test(arguments: [32, 48, 64])
  func `a face is found in the smallest of photos`(side: Int) throws {
    let analyzer = try Networks.shared().makeAnalyzer()
    for entry in try Goldens.load().photos {
      let photo = try Goldens.photo(entry.file)
      let factor = Double(side) / Double(max(photo.width, photo.height))
      let small = try photo.resized(
        width: Int((Double(photo.width) * factor).rounded()),
        height: Int((Double(photo.height) * factor).rounded()))
      // Resizing keeps the size of the file, in whose pixels places are given.
      let found = try analyzer.detectFaces(
        in: Photo(width: small.width, height: small.height, pixels: small.pixels))
      let place = Box(dlib: entry.hog[0]).scaled(factor)
      #expect(found.contains { $0.box.overlap(place) > 0.4 }, "\(entry.file) at \(side)")
    }
  }

  @Test func `a face that is cut by the frame is found where it is`() throws {
    let analyzer = try Networks.shared().makeAnalyzer()
    for entry in try Goldens.load().photos {
      let photo = try Goldens.photo(entry.file)
      let box = Box(dlib: entry.hog[0])
      // From the brows to the chin, and no more.
      let crop = PhotoRectangle(
        x: Int(box.x), y: Int(box.y + 0.05 * box.height), width: Int(box.width),
        height: Int(box.height * 0.95))
      let part = try #require(photo.cropped(to: crop))
      for turns in 0..<4 {
        let found = try analyzer.analyze(part.turned(quarterTurns: turns))
        #expect(found.turned == (4 - turns) % 4 * 90, "\(entry.file) turned \(turns)")
        let sure = found.faces.filter { !$0.quality.isDoubtful }
        #expect(sure.count == 1, "\(entry.file) turned \(turns)")
      }
    }
  }

  @Test func `nothing is found in nothing, whatever its shape`() throws {
    let analyzer = try Networks.shared().makeAnalyzer()
    for (width, height) in [(1, 1), (65_500, 1), (1, 65_500), (7, 7), (3000, 9), (1, 2)] {
      let grey = Photo(
        width: width, height: height,
        pixels: [UInt8](repeating: 90, count: width * height * 3))
      #expect(try analyzer.analyze(grey).faces.isEmpty, "\(width) × \(height)")
    }
  }

  @Test func `a kept detection is certain or got a second look`() throws {
    var options = FaceEngineOptions()
    options.precision = .f32
    let finder = try FaceEngine(options).makeFinder()
    for entry in try Goldens.load().photos {
      for detection in try finder.find(in: Goldens.photo(entry.file)).detections {
        let confidence = try #require(detection.confidence)
        #expect((0...1).contains(confidence))
        if FaceConfidence.withoutSecondLook(detection) == nil {
          let close = try #require(detection.closeScore)
          #expect(FaceConfidence.isKept(detection, closeScore: close))
        }
      }
    }
  }

  @Test func `more support gives a higher confidence`() {
    func confidence(_ score: Float, _ agreement: Float, _ close: Float, width: Double) -> Double {
      var detection = Detection(
        box: Box(x: 0, y: 0, width: width, height: width), score: score, agreement: agreement)
      detection.closeScore = close
      return FaceConfidence.afterSecondLook(detection)
    }
    let least = confidence(0.6, 0.2, 0, width: 16)
    #expect(confidence(0.8, 0.2, 0, width: 16) > least)
    #expect(confidence(0.6, 0.6, 0, width: 16) > least)
    #expect(confidence(0.6, 0.2, 0.9, width: 16) > least)
    var weak = Detection(box: Box(x: 0, y: 0, width: 40, height: 40), score: 0.5, agreement: 0.2)
    #expect(!FaceConfidence.isKept(weak, closeScore: 0))
    weak.score = 0.7
    #expect(FaceConfidence.isKept(weak, closeScore: 0.9))
    #expect(FaceConfidence.withoutSecondLook(weak) == nil)
  }
}
