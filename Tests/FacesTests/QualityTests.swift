import Foundation
import LikenessCore
import Testing

@testable import Faces

@Suite struct QualityTests {
  @Test func `a blurred face is less sharp`() throws {
    let analyzer = try Networks.shared().makeAnalyzer()
    for entry in try Goldens.load().photos {
      let photo = try Goldens.photo(entry.file)
      let box = Box(dlib: entry.hog[0])
      let sharp = try analyzer.face(in: box, of: photo).quality
      let soft = try analyzer.face(in: box, of: blurred(photo, 2)).quality
      let softest = try analyzer.face(in: box, of: blurred(photo, 5)).quality
      #expect(sharp.sharpness > soft.sharpness && soft.sharpness > softest.sharpness)
      #expect(sharp.overall > softest.overall, "\(entry.file)")
      #expect(sharp.overall > FaceQuality.judgeable)
    }
  }

  @Test func `a darkened face is darker and has less contrast`() throws {
    let analyzer = try Networks.shared().makeAnalyzer()
    let entry = try Goldens.load().photos[1]
    let photo = try Goldens.photo(entry.file)
    let box = Box(dlib: entry.hog[0])
    func quality(_ factor: Double) throws -> FaceQuality {
      let pixels = photo.pixels.map { UInt8(Double($0) * factor) }
      let dark = Photo(width: photo.width, height: photo.height, pixels: pixels)
      return try analyzer.face(in: box, of: dark).quality
    }
    let (lit, dark) = (try quality(1), try quality(0.05))
    let brightness = try #require(lit.brightness)
    let contrast = try #require(lit.contrast)
    #expect((60...200).contains(brightness) && contrast > 15 && lit.lighting == 1)
    // The landmarks are found anew, and so are not quite the same.
    #expect(try #require(dark.brightness) < brightness / 10)
    #expect(try #require(dark.contrast) < contrast / 5)
    #expect(dark.lighting == 0)
  }

  @Test func `a face whose light nobody measured is as before`() {
    func quality(_ brightness: Double?, _ contrast: Double?) -> FaceQuality {
      FaceQuality(
        size: 64, sharpness: 10, yaw: 0, pitch: 0, roll: 0, inside: 1, brightness: brightness,
        contrast: contrast)
    }
    #expect(quality(nil, nil).lighting == 1 && quality(120, 40).lighting == 1)
    let lights = [(60.0, 40.0), (30, 40), (120, 12), (235, 40)].map { quality($0, $1).lighting }
    #expect(lights.allSatisfy { $0 > 0 && $0 < 1 })
    // How a face is lit says nothing of how well it can be judged.
    #expect(quality(20, 8).overall == 1)
  }

  @Test func `a face that is cut off says so`() throws {
    let analyzer = try Networks.shared().makeAnalyzer()
    let entry = try Goldens.load().photos[1]
    let photo = try Goldens.photo(entry.file)
    let box = Box(dlib: entry.hog[0])
    #expect(try analyzer.face(in: box, of: photo).quality.inside == 1)
    let cut = Int(box.x + box.width * 0.4)
    let rest = try #require(
      photo.cropped(
        to: PhotoRectangle(x: cut, y: 0, width: photo.width - cut, height: photo.height)))
    let quality = try analyzer.face(in: box.shifted(x: -Double(cut), y: 0), of: rest).quality
    #expect(quality.inside < 0.7)
    #expect(abs(quality.inside - 0.6) < 0.01)
  }

  @Test func `the more a head is turned, the poorer it is`() {
    let photo = Photo(width: 200, height: 200, pixels: [UInt8](repeating: 0, count: 120_000))
    func quality(noseRight: Double, noseDown: Double) -> FaceQuality {
      let points = [(70, 80), (130, 80), (100 + noseRight, 80 + noseDown), (75, 140), (125, 140)]
      let landmarks = FaceLandmarks(points.map { Point(x: Double($0.0), y: Double($0.1)) })
      var found = FaceQuality(
        box: Box(x: 20, y: 20, width: 160, height: 160), landmarks: landmarks,
        chip: FaceChip.arcFace(from: photo, landmarks: landmarks),
        frame: Box(x: 0, y: 0, width: 200, height: 200))
      // A black photo has no edges; this is about the head.
      found.sharpness = 10
      return found
    }
    let yaws = [0, 10, 18, 26].map { quality(noseRight: $0, noseDown: 33.6) }
    for (less, more) in zip(yaws, yaws.dropFirst()) {
      #expect(abs(less.yaw) < abs(more.yaw))
      #expect(less.overall >= more.overall)
    }
    #expect(yaws[0].overall > yaws[3].overall)
    #expect(quality(noseRight: -18, noseDown: 33.6).yaw == -yaws[2].yaw)
    #expect(abs(yaws[0].pitch) < 1)
    #expect(abs(yaws[0].roll) < 1e-9)
    #expect(quality(noseRight: 0, noseDown: 20).pitch < quality(noseRight: 0, noseDown: 45).pitch)
  }

  @Test func `what may be no face is poorer`() {
    func quality(_ confidence: Double?) -> FaceQuality {
      FaceQuality(
        size: 50, sharpness: 5, yaw: 40, pitch: 0, roll: 0, inside: 0.8, confidence: confidence)
    }
    let whole = quality(nil).overall
    #expect(whole > 0.1 && quality(1).overall == whole)
    #expect(abs(quality(0.25).overall - 0.25 * whole) < 1e-12)
    #expect(quality(0).overall == 0)
    #expect(!quality(nil).isDoubtful && !quality(0.8).isDoubtful && quality(0.79).isDoubtful)
  }

  @Test func `a small face is poorer than a large one`() {
    func quality(_ size: Double) -> FaceQuality {
      FaceQuality(size: size, sharpness: 10, yaw: 0, pitch: 0, roll: 0, inside: 1)
    }
    #expect(quality(10).overall == 0)
    #expect(quality(20).overall < quality(40).overall)
    #expect(quality(64).overall == 1)
  }

  /// Means over squares, cut at the edges.
  private func blurred(_ photo: Photo, _ radius: Int) -> Photo {
    var pixels = photo.pixels
    for isRow in [true, false] {
      let source = pixels
      for y in 0..<photo.height {
        for x in 0..<photo.width {
          let (at, last) = isRow ? (x, photo.width - 1) : (y, photo.height - 1)
          let range = max(0, at - radius)...min(last, at + radius)
          for channel in 0..<3 {
            var sum = 0
            for other in range {
              let pixel = isRow ? y * photo.width + other : other * photo.width + x
              sum += Int(source[pixel * 3 + channel])
            }
            pixels[(y * photo.width + x) * 3 + channel] = UInt8(sum / range.count)
          }
        }
      }
    }
    return Photo(width: photo.width, height: photo.height, pixels: pixels)
  }
}
