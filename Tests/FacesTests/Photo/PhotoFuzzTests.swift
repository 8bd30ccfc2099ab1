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

  /// What is read of files of all kinds before their decoders see them, fast enough for many more of them.
  @Test(arguments: ["heif", "gif", "webp", "tiff"])
  func `no head of a file crashes`(format: String) throws {
    var read = 0
    try FuzzCorpus.broken(format, 4_000) { data in
      data.withUnsafeBytes { bytes in
        let coded = try? HEIFItems(bytes).codedPixels()
        if let coded, coded > 0 { read += 1 }
        let images = [GIFBlocks(bytes).firstImage(), WebPChunks(bytes).firstImage()]
        for case let image? in images { #expect(image.count <= data.count) }
        #expect(WebPChunks(bytes).tableBytes(width: 1 << 40, height: 5) >= 0)
        if TIFFDirectories.canBeRead(bytes) { _ = try? TIFFDirectories(bytes).photo() }
      }
    }
    #expect(format != "heif" || read > 100)
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
