import Foundation
import LikenessCore
import TestSupport
import Testing

@testable import Faces

@Suite struct PhotoOriginalTests {
  private static let areas = [
    PhotoRectangle(x: 0, y: 0, width: 5, height: 7),
    PhotoRectangle(x: 11, y: 3, width: 20, height: 10),
    PhotoRectangle(x: 30, y: 20, width: 2, height: 12),
    PhotoRectangle(x: 0, y: 31, width: 32, height: 1),
  ]

  @Test(arguments: [".png", ".tif", ".jpg[Q=95]", ".webp[lossless]", ".ppm"], 1...8)
  func `parts are those of the whole, whichever way it lies`(suffix: String, orientation: Int)
    throws
  {
    let image = TestImage.scene(width: 48, height: 48)
    var data = try image.encoded(suffix)
    if suffix.hasPrefix(".jpg") { data = TestFiles.jpeg(data, withOrientation: orientation) }
    if suffix == ".tif" { data = try image.encoded(suffix, orientation: orientation) }
    let whole = try Photo.decode(data)
    #expect(whole.original == nil)
    let small = try Photo.decode(data, limits: PhotoLimits(workingPixels: 1000))
    #expect((small.width, small.height) == (24, 24))
    let parts = try #require(small.original).photos(of: Self.areas)
    #expect(parts == Self.areas.map { whole.cropped(to: $0)! })
  }

  /// image[top:bottom, left:right] of the upright image, whether the photo was shrunk or not.
  @Test(arguments: [".png", ".jpg[Q=95]"], [1, 3, 6, 8])
  func `boxes are cut at the file's own resolution`(suffix: String, orientation: Int) throws {
    let encoded = try TestImage.scene(width: 60, height: 40).encoded(suffix)
    let data =
      suffix == ".png"
      ? TestFiles.png(encoded, withOrientation: orientation)
      : TestFiles.jpeg(encoded, withOrientation: orientation)
    let whole = try Photo.decode(data)
    let small = try Photo.decode(data, limits: PhotoLimits(workingPixels: 1000))
    #expect(small.width < whole.width && whole.width == (orientation > 4 ? 40 : 60))
    let boxes = [
      Box(x: 3.4, y: 5.6, width: 10.2, height: 12.5), Box(x: -4, y: 30, width: 10, height: 400),
      Box(x: 100, y: 0, width: 10, height: 10), Box(x: 2, y: 2, width: 0.3, height: 9),
    ]
    let slices = [(3..<13, 6..<18), (0..<6, 30..<whole.height)]
    for photo in [whole, small] {
      let crops = try photo.crops(of: boxes)
      #expect(crops.count == 4 && crops[2] == nil && crops[3] == nil)
      for (crop, (columns, rows)) in zip(crops, slices) {
        let pixels = rows.flatMap { y in
          whole.pixels[
            3 * (y * whole.width + columns.lowerBound)..<3
              * (y * whole.width + columns.upperBound)]
        }
        #expect(crop == Photo(width: columns.count, height: rows.count, pixels: pixels))
      }
    }
  }

  /// As Python rounds what an answer in JSON says.
  @Test func `a box in whole pixels is rounded from tenths, halves to even`() {
    for (value, whole) in [
      (0.44, 0), (0.46, 0), (0.54, 0), (0.56, 1), (1.5, 2), (2.5, 2), (2.46, 2), (3.5, 4),
      (-0.5, 0),
      (-1.5, -2),
    ] {
      let box = Box(x: value, y: value, width: value, height: value)
      #expect(
        PhotoRectangle(box) == PhotoRectangle(x: whole, y: whole, width: whole, height: whole),
        "\(value)")
    }
  }

  @Test func `a photo is shrunk by halves until it has few enough pixels`() throws {
    let data = try TestImage.scene(width: 300, height: 200).encoded(".png")
    for (pixels, width) in [(60_000, 300), (59_999, 150), (15_000, 150), (14_999, 75), (1, 1)] {
      let photo = try Photo.decode(data, limits: PhotoLimits(workingPixels: pixels))
      #expect(photo.width == width && photo.fullWidth == 300)
      #expect(photo.width * photo.height <= max(1, pixels))
    }
  }

  @Test func `a face is judged by the file's pixels, though a smaller photo was looked at`() throws
  {
    let analyzer = try Networks.shared().makeAnalyzer()
    for (file, turns) in [("obama.png", 0), ("biden.png", 0), ("obama2.png", 2)] {
      // Twice as large as the crops are.
      let crop = try Goldens.photo(file)
      let photo = try crop.resized(width: 2 * crop.width, height: 2 * crop.height).turned(
        quarterTurns: turns)
      let data = try photo.pngData()
      let whole = try #require(analyzer.analyze(Photo.decode(data)).faces.first)
      let limits = PhotoLimits(workingPixels: photo.width * photo.height / 20)
      let shrunk = try Photo.decode(data, limits: limits)
      #expect(shrunk.scale >= 4)
      let face = try #require(analyzer.analyze(shrunk).faces.first)
      #expect(abs(face.quality.size / whole.quality.size - 1) < 0.15, "\(file)")
      #expect(face.box.overlap(whole.box) > 0.7, "\(file)")
      #expect(abs(face.quality.sharpness / whole.quality.sharpness - 1) < 0.25, "\(file)")
      let pixels = try #require(
        analyzer.analyze(
          Photo(
            width: shrunk.width, height: shrunk.height, pixels: shrunk.pixels)
        ).faces.first)
      #expect(
        face.embedding.distance(to: whole.embedding)
          < pixels.embedding.distance(to: whole.embedding), "\(file)")
    }
  }
}

extension Embedding {
  fileprivate func distance(to other: Embedding) -> Float {
    zip(values, other.values).map { ($0 - $1) * ($0 - $1) }.reduce(0, +).squareRoot()
  }
}
