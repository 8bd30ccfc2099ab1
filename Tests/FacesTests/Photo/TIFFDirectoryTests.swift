import Foundation
import TestSupport
import Testing

@testable import Faces

/// Which image of a TIFF is its photo.
@Suite struct TIFFDirectoryTests {
  private typealias Directory = TestTIFF.Directory

  private let fields = TestImage.fields()
  private let preview = TestImage(width: 16, height: 12) { _, _ in [9, 9, 9] }
  private let whole = Photo(width: 48, height: 32, pixels: TestImage.fields().pixels)

  private func refusal(_ data: Data) -> String {
    do {
      let photo = try Photo.decode(data)
      return "decoded \(photo.width) x \(photo.height)"
    } catch {
      if case .unsupportedFormat(_, let name) = error { return name }
      return "\(error)"
    }
  }

  @Test func `the first image of an ordinary file is its photo`() throws {
    let small = Directory(preview, tags: [254: 1])
    for pages in [
      [Directory(fields)], [Directory(fields), Directory(TestImage.fields(width: 99, height: 99))],
      [Directory(fields, subdirectories: [small])], [Directory(fields), small],
      [Directory(fields, tags: [254: 1])],
    ] {
      #expect(try Photo.decode(TestTIFF.data(pages)) == whole)
    }
  }

  @Test func `a photo behind its preview is found, wherever it is`() throws {
    let photo = Directory(fields)
    for pages in [
      [Directory(preview, tags: [254: 1], subdirectories: [photo])],
      [Directory(preview, tags: [254: 1]), photo],
      [Directory(preview, tags: [255: 2]), Directory(preview, tags: [254: 1]), photo],
      // Some writers do not mark the preview.
      [Directory(preview, subdirectories: [photo])],
    ] {
      let data = TestTIFF.data(pages)
      #expect(try Photo.decode(data) == whole)
      let shrunk = try Photo.decode(data, limits: PhotoLimits(workingPixels: 500))
      #expect(shrunk.width == 24 && shrunk.fullWidth == 48)
      let all = PhotoRectangle(x: 0, y: 0, width: 48, height: 32)
      #expect(try #require(shrunk.original).photos(of: [all]) == [whole])
    }
  }

  @Test func `of a raw file a large preview is taken, upright as the file says`() throws {
    let jpeg = try fields.encoded(".jpg[Q=95,strip]")
    let views = [Directory(fields, tags: [254: 1], jpeg: jpeg), .raw(width: 90, height: 60)]
    let file = TestTIFF.data([Directory(preview, tags: [254: 1], subdirectories: views)])
    expectNear(try Photo.decode(file), fields)
    let turned = TestTIFF.data([
      Directory(preview, tags: [254: 1, 274: 6], subdirectories: views)
    ])
    let photo = try Photo.decode(turned)
    #expect(photo.width == 32 && photo.height == 48)
    // Where the photo itself comes first.
    let pages = [Directory.raw(width: 90, height: 60), views[0], Directory(preview)]
    expectNear(try Photo.decode(TestTIFF.data(pages)), fields)
  }

  @Test func `a small preview is not taken for the photo`() {
    let raw = Directory.raw(width: 4000, height: 3000)
    #expect(
      refusal(
        TestTIFF.data([
          Directory(
            TestImage.fields(width: 160, height: 120), tags: [254: 1], subdirectories: [raw])
        ])) == "a raw photo with a preview of no more than 160 x 120 pixels")
    #expect(refusal(TestTIFF.data([raw])) == "a raw photo without a preview")
    let coded = Directory(preview, tags: [256: 4000, 257: 3000, 259: 777])
    #expect(
      refusal(TestTIFF.data([Directory(preview, tags: [254: 1], subdirectories: [coded])]))
        == "a TIFF of this kind with a preview of no more than 16 x 12 pixels")
  }

  @Test func `directories that lead nowhere or in circles do no harm`() throws {
    let jpeg = try fields.encoded(".jpg[Q=95,strip]")
    let file = [UInt8](
      TestTIFF.data([
        Directory(
          preview, tags: [254: 1],
          subdirectories: [Directory(fields, jpeg: jpeg), .raw(width: 90, height: 60)]),
        Directory(fields),
      ]))
    var random = SplitMix64(seed: 27)
    for _ in 0..<500 {
      var bytes = file
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] = .random(
          in: 0...255, using: &random)
      }
      let cut = bytes.prefix(Int.random(in: 1...bytes.count, using: &random))
      _ = try? Photo.decode(Data(cut), limits: PhotoLimits(maximumPixels: 1_000_000))
    }
    // A directory that is its own next one.
    var circle = [UInt8](TestTIFF.data([Directory(preview, tags: [254: 1])]))
    circle.replaceSubrange(circle.count - 4..<circle.count, with: circle[4..<8])
    #expect(try Photo.decode(Data(circle)).width == 16)
  }
}
