import Foundation
import LikenessCore
import TestSupport
import Testing

@testable import Faces

@Suite struct CaptureTimeTests {
  private static let text = "2004:05:06 07:08:09"
  private static let time = CaptureTime("2004-05-06T07:08:09")

  @Test(arguments: [".jpg", ".webp", ".heic", ".avif"])
  func `it is read of what libvips reads EXIF data of`(suffix: String) throws {
    let image = TestImage.scene(width: 64, height: 64)
    #expect(Photo.captureTime(of: try image.encoded(suffix, taken: Self.text)) == Self.time)
    #expect(Photo.captureTime(of: try image.encoded(suffix)) == nil)
  }

  @Test(arguments: [true, false])
  func `it is read of a PNG's chunk, a TIFF's directory and a JPEG's segment`(
    isLittle: Bool
  ) throws {
    let image = TestImage.scene(width: 64, height: 64)
    let block = TestFiles.exif(dates: [Self.text, "2020:01:01 00:00:00"], isLittle: isLittle)
    let png = TestFiles.png(try image.encoded(".png"), with: [("eXIf", block)])
    #expect(Photo.captureTime(of: png) == Self.time)
    #expect(Photo.captureTime(of: Data(block)) == Self.time)
    let jpeg = TestFiles.jpeg(try image.encoded(".jpg[strip]"), withExif: block)
    #expect(Photo.captureTime(of: jpeg) == Self.time)
    // It does not matter to the pixels.
    #expect(try Photo.decode(jpeg) == Photo.decode(image.encoded(".jpg[strip]")))
  }

  @Test func `where it is not said when it was taken, it was digitized then`() {
    func time(_ dates: [String?]) -> CaptureTime? {
      Photo.captureTime(of: Data(TestFiles.exif(dates: dates)))
    }
    #expect(time([nil, Self.text]) == Self.time)
    #expect(time(["0000:00:00 00:00:00", Self.text]) == Self.time)
    #expect(time(["    :  :     :  :  ", nil]) == nil)
    #expect(time([nil, nil]) == nil)
  }

  @Test func `what is cut short or points elsewhere says nothing`() {
    let block = TestFiles.exif(dates: [Self.text, nil])
    for count in 0..<block.count - 1 {
      #expect(Photo.captureTime(of: Data(block.prefix(count))) == nil, "\(count)")
    }
    for at in 4..<block.count {
      for value: UInt8 in [0, 0x7F, 0xFF] {
        var odd = block
        odd[at] = value
        _ = Photo.captureTime(of: Data(odd))
      }
    }
    #expect(Photo.captureTime(of: Data("no photo".utf8)) == nil)
  }
}
