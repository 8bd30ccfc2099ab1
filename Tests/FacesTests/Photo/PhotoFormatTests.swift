import Foundation
import TestSupport
import Testing

@testable import Faces

@Suite struct PhotoFormatTests {
  private let fields = TestImage.fields()

  @Test(arguments: [".png", ".webp[lossless]", ".tif", ".tif[compression=lzw]", ".ppm"])
  func `a lossless file gives its pixels`(suffix: String) throws {
    let photo = try Photo.decode(fields.encoded(suffix))
    #expect(photo == Photo(width: 48, height: 32, pixels: fields.pixels))
    #expect(photo.scale == 1)
  }

  @Test(arguments: [
    ".jpg[Q=95]", ".webp[Q=95]", ".tif[compression=jpeg,Q=95]", ".gif", ".heic[Q=95]",
    ".avif[Q=95]", ".png[palette]",
  ])
  func `a lossy file gives nearly its pixels`(suffix: String) throws {
    expectNear(try Photo.decode(fields.encoded(suffix)), fields)
  }

  @Test func `a format is known by its bytes`() throws {
    let suffixes: [(String, PhotoFormat)] = [
      (".jpg", .jpeg), (".png", .png), (".webp", .webp), (".tif", .tiff), (".gif", .gif),
      (".heic", .heic), (".avif", .avif), (".ppm", .pnm),
    ]
    for (suffix, format) in suffixes {
      #expect(PhotoFormat.sniff(try fields.encoded(suffix)) == format)
    }
    #expect(PhotoFormat.sniff(Data("BM25 is a ranking function".utf8)) == nil)
    #expect(PhotoFormat.sniff(Data("P1".utf8)) == nil)
    #expect(PhotoFormat.sniff(Data()) == nil)
    #expect(PhotoFormat.extensions.isSuperset(of: ["jpg", "jpeg", "heic", "bmp", "pgm"]))
  }

  @Test func `formats that cannot be decoded are named`() {
    let heads: [([UInt8], String)] = [
      ([0xFF, 0x0A, 1, 2], "JPEG XL"), (Array("%PDF-1.7".utf8), "PDF"),
      (Array("8BPS\0\u{1}".utf8), "Photoshop's format"), (Array("<svg xmlns".utf8), "SVG"),
      ([0, 0, 0, 24] + Array("ftypmp42\0\0\0\0mp42isom".utf8), "video"),
    ]
    for (head, name) in heads {
      #expect(throws: PhotoError.unsupportedFormat(path: nil, name: name)) {
        try Photo.decode(Data(head))
      }
    }
  }

  @Test func `what is not supported or too large is not called damaged`() throws {
    // A JPEG without loss, which is well-formed and which libjpeg does not decode.
    var lossless = try fields.encoded(".jpg[strip]")
    let frame = try #require(lossless.firstRange(of: [0xFF, 0xC0]))
    lossless[frame.lowerBound + 1] = 0xC3
    // A TIFF in a code that nobody has.
    let coded = TestTIFF.data([TestTIFF.Directory(fields, tags: [259: 777])])
    for (data, format) in [(lossless, "JPEG"), (coded, "TIFF")] {
      #expect(throws: PhotoError.unsupportedFormat(path: nil, name: "\(format) of this kind")) {
        try Photo.decode(data)
      }
    }
    var wide = try fields.encoded(".jpg[strip]")
    let size = try #require(wide.firstRange(of: [0xFF, 0xC0])).lowerBound + 5
    wide.replaceSubrange(size..<(size + 4), with: [0xFF, 0xFF, 0xFF, 0xFF])
    do {
      _ = try Photo.decode(wide)
      Issue.record("65535 x 65535 pixels were decoded")
    } catch {
      #expect(error.kind == .tooLarge, "\(error)")
    }
  }

  @Test func `grey in 8, 16 and 1 bits becomes RGB`() throws {
    let grey = TestImage(width: 16, height: 8, bands: 1, space: .grey) { x, _ in
      [x < 5 ? 0 : 255]
    }
    let expected = Photo(width: 16, height: 8, pixels: grey.pixels.flatMap { [$0, $0, $0] })
    #expect(try Photo.decode(grey.encoded(".png")) == expected)
    #expect(try Photo.decode(grey.encoded(".png", is16Bit: true)) == expected)
    #expect(try Photo.decode(grey.encoded(".png[bitdepth=1]")) == expected)
    #expect(try Photo.decode(grey.encoded(".tif[bitdepth=1]")) == expected)
    #expect(try Photo.decode(grey.encoded(".tif[bitdepth=1,miniswhite]")) == expected)
    #expect(try Photo.decode(grey.encoded(".tif[compression=ccittfax4,bitdepth=1]")) == expected)
    #expect(try Photo.decode(grey.encoded(".pgm")) == expected)
    expectNear(
      try Photo.decode(grey.encoded(".jpg[Q=95]")),
      TestImage(width: 16, height: 8, pixels: expected.pixels))
  }

  @Test func `a grey ramp keeps its values`() throws {
    let ramp = TestImage(width: 256, height: 2, bands: 1, space: .grey) { x, _ in [UInt8(x)] }
    let expected = Photo(width: 256, height: 2, pixels: ramp.pixels.flatMap { [$0, $0, $0] })
    #expect(try Photo.decode(ramp.encoded(".png")) == expected)
    #expect(try Photo.decode(ramp.encoded(".png", is16Bit: true)) == expected)
  }

  @Test func `16 bits become 8`() throws {
    for suffix in [".png", ".tif"] {
      let photo = try Photo.decode(fields.encoded(suffix, is16Bit: true))
      #expect(photo.pixels == fields.pixels)
    }
  }

  @Test(arguments: [false, true])
  func `transparent is white`(is16Bit: Bool) throws {
    let image = TestImage(width: 3, height: 1, bands: 4) { x, _ in
      [200, 100, 0, [0, 255, 51][x]]
    }
    let expected: [UInt8] = [255, 255, 255, 200, 100, 0, 244, 224, 204]
    for suffix in [".png", ".webp[lossless]", ".tif"] where !is16Bit || suffix != ".webp[lossless]"
    {
      let pixels = try Photo.decode(image.encoded(suffix, is16Bit: is16Bit)).pixels
      #expect(zip(pixels, expected).allSatisfy { abs(Int($0) - Int($1)) <= 1 }, "\(pixels)")
    }
    let grey = TestImage(width: 2, height: 1, bands: 2, space: .grey) { x, _ in
      [40, x == 0 ? 0 : 255]
    }
    #expect(
      try Photo.decode(grey.encoded(".png", is16Bit: is16Bit)).pixels == [
        255, 255, 255, 40, 40, 40,
      ])
  }

  @Test func `only the first frame or page is read`() throws {
    // Written by hand: a black frame, then a white one, of a GIF of one pixel.
    var gif = Data("GIF89a".utf8)
    gif += [1, 0, 1, 0, 0x80, 0, 0, 0, 0, 0, 255, 255, 255]
    gif += [0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0]
    gif += [0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x4C, 1, 0, 0x3B]
    let photo = try Photo.decode(gif)
    #expect(photo == Photo(width: 1, height: 1, pixels: [0, 0, 0]))

    // Two pages of a TIFF are one tall image to its writer.
    let pages = try TestImage.fields(width: 48, height: 64).encoded(".tif[page_height=32]")
    #expect(try Photo.decode(pages).height == 32)
    let frames = try TestImage.fields(width: 48, height: 64).encoded(
      ".webp[lossless,page_height=32]")
    #expect(try Photo.decode(frames).height == 32)
  }

  @Test func `CMYK becomes sRGB`() throws {
    let inks: [[UInt8]] = [[0, 0, 0, 0], [255, 0, 0, 0], [0, 255, 255, 0], [0, 0, 0, 255]]
    let image = TestImage(width: 64, height: 16, bands: 4, space: .cmyk) { x, _ in inks[x / 16] }
    for suffix in [".jpg[Q=95,no_subsample]", ".tif"] {
      for profile in [nil, try TestImage.profile("cmyk")] {
        let photo = try Photo.decode(image.encoded(suffix, profile: profile))
        let (white, cyan) = (photo[8, 8], photo[24, 8])
        let (red, black) = (photo[40, 8], photo[56, 8])
        #expect(min(white.red, white.green, white.blue) > 245, "\(suffix) \(white)")
        #expect(cyan.red < 80 && cyan.green > 120 && cyan.blue > 180, "\(suffix) \(cyan)")
        #expect(red.red > 180 && red.green < 80 && red.blue < 80, "\(suffix) \(red)")
        #expect(max(black.red, black.green, black.blue) < 60, "\(suffix) \(black)")
      }
    }
  }

  @Test func `a colour profile is applied`() throws {
    let image = TestImage(width: 8, height: 8) { _, _ in [200, 60, 60] }
    let plain = try Photo.decode(image.encoded(".png"))
    #expect(try Photo.decode(image.encoded(".png", profile: TestImage.profile("srgb"))) == plain)

    // The same numbers are a stronger red in Display P3.
    let p3 = try Photo.decode(image.encoded(".png", profile: TestImage.profile("p3")))[4, 4]
    #expect(abs(Int(p3.red) - 217) <= 3 && abs(Int(p3.green) - 44) <= 6, "\(p3)")
  }

  @Test func `a profile with red and blue swapped swaps them`() throws {
    var profile = try TestImage.profile("srgb")
    // The tag table: the two primaries change names.
    let count = profile[128..<132].reduce(0) { $0 << 8 | Int($1) }
    for tag in 0..<count {
      let at = 132 + tag * 12
      switch String(decoding: profile[at..<(at + 4)], as: UTF8.self) {
      case "rXYZ": profile.replaceSubrange(at..<(at + 4), with: "bXYZ".utf8)
      case "bXYZ": profile.replaceSubrange(at..<(at + 4), with: "rXYZ".utf8)
      default: break
      }
    }
    let image = TestImage(width: 8, height: 8) { _, _ in [220, 90, 20] }
    let color = try Photo.decode(image.encoded(".png", profile: profile))[4, 4]
    #expect(abs(Int(color.red) - 20) <= 2 && abs(Int(color.blue) - 220) <= 2, "\(color)")
  }

  @Test func `a profile that fits no image is ignored`() throws {
    for profile in [try TestImage.profile("cmyk"), [UInt8](repeating: 7, count: 200)] {
      let photo = try Photo.decode(fields.encoded(".tif", profile: profile))
      #expect(photo.pixels == fields.pixels)
    }
  }

  @Test func `sRGB is known by its numbers`() throws {
    #expect(try #require(ColorProfile(TestImage.profile("srgb"))).isSRGB)
    #expect(try !#require(ColorProfile(TestImage.profile("p3"))).isSRGB)
    #expect(try #require(ColorProfile(TestImage.profile("cmyk"))).space == .cmyk)
    #expect(ColorProfile([1, 2, 3]) == nil)
  }
}

/// Expects a photo to be the image but for what a lossy format takes: little over all, though more
/// where two colours meet.
func expectNear(
  _ photo: Photo, _ image: TestImage, sourceLocation: SourceLocation = #_sourceLocation
) {
  let sizes = photo.width == image.width && photo.height == image.height
  #expect(sizes, sourceLocation: sourceLocation)
  let errors = zip(photo.pixels, image.pixels).map { abs(Int($0) - Int($1)) }
  let mean = Double(errors.reduce(0, +)) / Double(errors.count)
  #expect(mean < 4, sourceLocation: sourceLocation)
}
