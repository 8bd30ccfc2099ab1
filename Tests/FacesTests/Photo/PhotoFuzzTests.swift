import Foundation
import TestSupport
import Testing

@testable import Faces

@Suite struct PhotoFuzzTests {
  @Test(arguments: ["png", "jpeg", "heif", "tiff", "webp", "gif", "bmp", "pnm"])
  func `no file crashes, and every error is one line`(format: String) throws {
    for (name, data) in try FuzzCorpus.files(format) where !name.hasPrefix("refused-") {
      #expect(throws: Never.self, "\(name)") { try Photo.decode(data) }
    }
    let limits = PhotoLimits(maximumPixels: 1_000_000, longestSide: 500)
    try FuzzCorpus.broken(format, format == "heif" ? 400 : 900) { data in
      do {
        let photo = try Photo.decode(data, limits: limits)
        #expect(photo.pixels.count == photo.width * photo.height * 3)
      } catch let error as PhotoError {
        #expect(error.description.split(whereSeparator: \.isNewline).count == 1)
      }
    }
  }

  @Test func `no EXIF block and no profile crashes`() throws {
    var turned = 0
    try FuzzCorpus.broken("exif", 5_000) { data in
      data.withUnsafeBytes { bytes in
        let block = ExifBlock(bytes)
        _ = block?.captureTime
        if block?.orientation != nil { turned += 1 }
      }
    }
    #expect(turned > 100)
    for (name, data) in try FuzzCorpus.files("icc") {
      let profile = try #require(ColorProfile([UInt8](data)))
      #expect(profile.isSRGB == (name == "srgb" || name == "grey"), "\(name)")
    }
    try FuzzCorpus.broken("icc", 5_000) { data in _ = ColorProfile([UInt8](data))?.isSRGB }
  }
}
