import Foundation
import TestSupport
import Testing

@testable import Faces

@Suite struct PhotoFuzzTests {
  @Test(arguments: [
    ".jpg", ".png", ".png[palette]", ".webp", ".webp[lossless]", ".tif[compression=lzw]", ".gif",
    ".heic", ".avif", ".ppm", ".bmp", ".rle",
  ])
  func `no file crashes, and every error is one line`(suffix: String) throws {
    var random = SplitMix64(seed: 42)
    let original = try file(suffix)
    #expect(throws: Never.self) { try Photo.decode(original) }
    let limits = PhotoLimits(maximumPixels: 1_000_000, longestSide: 500)
    for _ in 0..<300 {
      var data = original
      switch Int.random(in: 0..<10, using: &random) {
      case 0: data = data.prefix(Int.random(in: 1..<data.count, using: &random))
      case 1: data.insert(UInt8.random(in: 0...255, using: &random), at: data.count / 2)
      default: break
      }
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        // Headers come first, and are where lies do harm.
        let end = Bool.random(using: &random) ? data.count : min(64, data.count)
        data[Int.random(in: 0..<end, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      do {
        let photo = try Photo.decode(data, limits: limits)
        #expect(photo.pixels.count == photo.width * photo.height * 3)
      } catch {
        #expect(error.description.split(whereSeparator: \.isNewline).count == 1)
      }
    }
  }

  private func file(_ suffix: String) throws -> Data {
    let scene = TestImage.scene(width: 24, height: 16)
    switch suffix {
    case ".bmp":
      let rows = TestFiles.bmpRows((0..<16).map { Array(scene.pixels[($0 * 72)..<($0 * 72 + 72)]) })
      return TestFiles.bmp(width: 24, height: 16, depth: 24, rows: rows)
    case ".rle":
      let runs: [UInt8] = (0..<16).flatMap { [24, UInt8($0), 0, 0] } + [0, 1]
      let palette = [UInt8](repeating: 90, count: 64)
      return TestFiles.bmp(
        width: 24, height: 16, depth: 8, compression: 1, paletteCount: 16, between: palette,
        rows: runs)
    default:
      return try scene.encoded(suffix)
    }
  }
}
