import Foundation
import TestSupport
import Testing

@testable import Faces

@Suite struct PhotoBitmapTests {
  // Two rows: red, green, blue; white, black, grey.
  private let top: [[UInt8]] = [[255, 0, 0], [0, 255, 0], [0, 0, 255]]
  private let bottom: [[UInt8]] = [[255, 255, 255], [0, 0, 0], [128, 128, 128]]

  private var expected: Photo {
    Photo(width: 3, height: 2, pixels: (top + bottom).flatMap { $0 })
  }

  private func rows(_ pixel: ([UInt8]) -> [UInt8]) -> [[UInt8]] {
    [bottom.flatMap(pixel), top.flatMap(pixel)]
  }

  @Test func `24 bits, from the bottom up and from the top down`() throws {
    let rows = rows { $0.reversed() }
    let up = TestFiles.bmp(width: 3, height: 2, depth: 24, rows: TestFiles.bmpRows(rows))
    #expect(try Photo.decode(up) == expected)
    let down = TestFiles.bmp(
      width: 3, height: -2, depth: 24, rows: TestFiles.bmpRows(rows.reversed()))
    #expect(try Photo.decode(down) == expected)
  }

  @Test func `32 bits, whose fourth byte means nothing`() throws {
    let rows = rows { $0.reversed() + [0] }
    let data = TestFiles.bmp(width: 3, height: 2, depth: 32, rows: TestFiles.bmpRows(rows))
    #expect(try Photo.decode(data) == expected)
  }

  @Test func `bit fields of 32 and 16 bits`() throws {
    let masks = [0xFF00_0000, 0x00FF_0000, 0x0000_FF00].flatMap { TestFiles.little($0, 4) }
    let wide = rows { [0] + $0.reversed() }
    #expect(
      try Photo.decode(
        TestFiles.bmp(
          width: 3, height: 2, depth: 32, compression: 3, between: masks,
          rows: TestFiles.bmpRows(wide))) == expected)

    let narrow = rows { pixel in
      TestFiles.little(
        (Int(pixel[0]) >> 3) << 11 | (Int(pixel[1]) >> 2) << 5 | Int(pixel[2]) >> 3, 2)
    }
    let masks565 = [0xF800, 0x07E0, 0x001F].flatMap { TestFiles.little($0, 4) }
    let photo = try Photo.decode(
      TestFiles.bmp(
        width: 3, height: 2, depth: 16, compression: 3, between: masks565,
        rows: TestFiles.bmpRows(narrow)))
    #expect(zip(photo.pixels, expected.pixels).allSatisfy { abs(Int($0) - Int($1)) <= 4 })
  }

  @Test func `an alpha field lies on white`() throws {
    let masks = [0xFF0000, 0xFF00, 0xFF, 0xFF00_0000].flatMap { TestFiles.little($0, 4) }
    let data = TestFiles.bmp(
      width: 2, height: 1, depth: 32, compression: 6, between: masks,
      rows: [10, 20, 30, 0, 10, 20, 30, 255])
    #expect(try Photo.decode(data).pixels == [255, 255, 255, 30, 20, 10])
  }

  @Test(arguments: [1, 4, 8])
  func `palettes`(depth: Int) throws {
    let palette: [UInt8] = [0, 0, 255, 0, 255, 128, 0, 0]
    let rows: [UInt8] =
      switch depth {
      case 1: [0b0100_0000, 0, 0, 0]
      case 4: [0x01, 0x00, 0, 0]
      default: [0, 1, 0, 0]
      }
    let data = TestFiles.bmp(
      width: 3, height: 1, depth: depth, paletteCount: 2, between: palette, rows: rows)
    #expect(try Photo.decode(data).pixels == [255, 0, 0, 0, 128, 255, 255, 0, 0])
  }

  @Test func `run lengths of 8 bits`() throws {
    let palette: [UInt8] = [0, 0, 0, 0, 255, 255, 255, 0]
    // The lower row: three white. The upper: skip one, then two as they are, padded; then the end.
    let runs: [UInt8] = [3, 1, 0, 0, 0, 2, 1, 0, 0, 3, 1, 0, 1, 0, 0, 1]
    let data = TestFiles.bmp(
      width: 4, height: 2, depth: 8, compression: 1, paletteCount: 2, between: palette, rows: runs)
    let values: [UInt8] = [0, 255, 0, 255, 255, 255, 255, 0]
    #expect(try Photo.decode(data).pixels == values.flatMap { [$0, $0, $0] })
  }

  @Test func `run lengths of 4 bits`() throws {
    let palette: [UInt8] = [0, 0, 0, 0, 255, 255, 255, 0]
    let data = TestFiles.bmp(
      width: 4, height: 1, depth: 4, compression: 2, paletteCount: 2, between: palette,
      rows: [4, 0x10, 0, 1])
    let values: [UInt8] = [255, 0, 255, 0]
    #expect(try Photo.decode(data).pixels == values.flatMap { [$0, $0, $0] })
  }

  @Test func `PNM, plain and raw`() throws {
    func pixels(_ text: String, _ bytes: [UInt8] = []) throws -> [UInt8] {
      try Photo.decode(Data(text.utf8) + bytes).pixels
    }
    let bits: [UInt8] = [0, 0, 0, 255, 255, 255, 0, 0, 0]
    #expect(try pixels("P1\n# a comment\n3 1\n101\n") == bits)
    #expect(try pixels("P4 3 1\n", [0b1010_0000]) == bits)
    #expect(try pixels("P2 2 1 15 0 15") == [0, 0, 0, 255, 255, 255])
    #expect(try pixels("P5 2 1 255\n", [7, 9]) == [7, 7, 7, 9, 9, 9])
    #expect(
      try pixels("P5 2 1 65535\n", [0xFF, 0xFF, 0x80, 0x80]) == [255, 255, 255, 128, 128, 128])
    #expect(try pixels("P3\n1 1 # red\n255 255 0 1") == [255, 0, 1])
    #expect(try pixels("P6 1 1 255\n", [1, 2, 3]) == [1, 2, 3])
    #expect(throws: PhotoError.truncated(path: nil)) { try pixels("P6 1 1 255\n", [1, 2]) }
    #expect(throws: PhotoError.truncated(path: nil)) { try pixels("P2 2 1 15 0") }
    #expect(throws: PhotoError.self) { try pixels("P2 2 x") }
    #expect(throws: PhotoError.self) { try pixels("P5 0 1 255\n") }
    #expect(throws: PhotoError.self) { try pixels("P5 1 1 70000\n", [1, 2]) }
  }

  @Test func `a bitmap of another kind is named`() {
    let data = TestFiles.bmp(width: 3, height: 2, depth: 24, compression: 4, rows: [1, 2, 3, 4])
    #expect(
      throws: PhotoError.unsupportedFormat(path: nil, name: "BMP of 24 bits and compression 4")
    ) { try Photo.decode(data) }
  }
}
