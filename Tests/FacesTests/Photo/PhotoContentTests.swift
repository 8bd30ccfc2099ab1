import Foundation
import LikenessCore
import TestSupport
import Testing

@testable import Faces

/// What a decoder is shown of a file, and what it is spared: it decodes in one go, and nobody could stop it.
@Suite struct PhotoContentTests {
  private func bytes<Result>(
    of data: Data, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    try data.withUnsafeBytes { try body($0) }
  }

  @Test func `a GIF ends with its first image`() throws {
    let one = try TestImage.scene(width: 61, height: 43).encoded(".gif")
    #expect(bytes(of: one) { GIFBlocks($0).firstImage() } == nil)
    // A pause, and a pixel.
    let another: [UInt8] = [
      0x21, 0xF9, 4, 0, 0, 0, 0, 0, 0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0,
    ]
    var many = Data(one.dropLast())
    for _ in 0..<50_000 { many.append(contentsOf: another) }
    many.append(0x3B)
    #expect(bytes(of: many) { GIFBlocks($0).firstImage() } == [UInt8](one))
    #expect(try Photo.decode(many) == Photo.decode(one))
    let cut = Data(many.prefix(one.count / 2))
    #expect(bytes(of: cut) { GIFBlocks($0).firstImage() } == nil)
    #expect(throws: PhotoError.truncated(path: nil)) { try Photo.decode(cut) }
  }

  /// As WebP's container specification has it.
  private func animation(
    _ frame: Data, width: Int, height: Int, frames: Int, exif: Data? = nil
  ) -> Data {
    func chunk(_ name: String, _ body: Data) -> Data {
      Data(name.utf8) + TestFiles.little(body.count, 4) + body
        + Data(count: body.count % 2)
    }
    let size = Data(TestFiles.little(width - 1, 3) + TestFiles.little(height - 1, 3))
    var body = Data("WEBP".utf8)
    body += chunk("VP8X", Data([exif == nil ? 2 : 2 | 8, 0, 0, 0]) + size)
    body += chunk("ANIM", Data(count: 6))
    for _ in 0..<frames {
      body += chunk("ANMF", Data(count: 6) + size + Data([100, 0, 0, 0]) + frame)
    }
    if let exif { body += chunk("EXIF", exif) }
    return Data("RIFF".utf8) + TestFiles.little(body.count, 4) + body
  }

  /// The chunk with the picture of a WebP that is one.
  private func frame(of one: Data) throws -> Data {
    let start = try #require(one.range(of: Data("VP8 ".utf8))).lowerBound
    let length = Int(one[start + 4]) | Int(one[start + 5]) << 8
    return one[start..<(start + 8 + length + length % 2)]
  }

  @Test func `a WebP ends with its first image`() throws {
    let one = try TestImage.scene(width: 60, height: 44).encoded(".webp[Q=90]")
    #expect(bytes(of: one) { WebPChunks($0).firstImage() } == nil)
    let frame = try frame(of: one)
    let single = animation(frame, width: 60, height: 44, frames: 1)
    #expect(bytes(of: single) { WebPChunks($0).firstImage() } == nil)
    let many = animation(frame, width: 60, height: 44, frames: 5_000)
    #expect(bytes(of: many) { WebPChunks($0).firstImage() } == [UInt8](single))
    let photo = try Photo.decode(many)
    #expect(photo.width == 60 && photo.height == 44)
    #expect(try photo == Photo.decode(single))
  }

  /// A reader of the header alone would go through all that the decoder is spared.
  @Test func `what a header says is read of what is decoded`() throws {
    let taken = "2004:05:06 07:08:09"
    let exif = Data("Exif\0\0".utf8) + TestFiles.exif(dates: [taken, nil])
    let frame = try frame(of: try TestImage.scene(width: 60, height: 44).encoded(".webp[Q=90]"))
    let single = animation(frame, width: 60, height: 44, frames: 1, exif: exif)
    let many = animation(frame, width: 60, height: 44, frames: 5_000, exif: exif)
    for data in [single, many] {
      let seen = Photo.withDecoder(of: data) { $0.header { _, source in source.bytes.count } }
      #expect(seen == single.count)
      #expect(Photo.captureTime(of: data) == CaptureTime("2004-05-06T07:08:09"))
      #expect(Photo.orientation(of: data) == .upright)
    }
    var crowded = Data("II".utf8) + TestFiles.little(42, 2) + TestFiles.little(8, 4)
    crowded += TestFiles.little(65_535, 2) + Data(count: 12 * 65_535 + 4)
    #expect(Photo.withDecoder(of: crowded) { $0.header { image, _ in image.width } } == nil)
    #expect(Photo.orientation(of: crowded) == .upright)
  }

  @Test func `the code tables of a WebP without loss count`() throws {
    let scene = TestImage.scene(width: 64, height: 48)
    let lossy = try scene.encoded(".webp[Q=90]")
    let lossless = try scene.encoded(".webp[lossless]")
    func tables(_ data: Data, _ width: Int, _ height: Int) -> Int {
      bytes(of: data) { WebPChunks($0).tableBytes(width: width, height: height) }
    }
    #expect(tables(lossy, 64, 48) == 0)
    #expect(tables(lossless, 8, 8) == 4 * 5 * 1_024)
    #expect(tables(lossless + Data(count: 1 << 20), 4_096, 4_096) == 65_536 * 5 * 1_024)
    let count = lossless.count
    #expect(tables(lossless, 4_096, 4_096) == count * 8 / 20 * 5 * 1_024)
  }

  @Test func `a TIFF of too many entries is refused before it is read`() throws {
    func file(_ counts: [Int]) -> Data {
      var data = Data("II".utf8) + TestFiles.little(42, 2) + TestFiles.little(8, 4)
      for (place, count) in counts.enumerated() {
        data += TestFiles.little(count, 2) + Data(count: 12 * count)
        let next = place == counts.count - 1 ? 0 : data.count + 4
        data += TestFiles.little(next, 4)
      }
      return data
    }
    func canBeRead(_ data: Data) -> Bool { bytes(of: data) { TIFFDirectories.canBeRead($0) } }
    #expect(canBeRead(file([14_000])) && !canBeRead(file([14_200])))
    #expect(canBeRead(file(Array(repeating: 20, count: 10_000))))
    #expect(!canBeRead(file(Array(repeating: 4_096, count: 12))))
    // One that comes after itself is read once.
    var ring = file([3])
    ring.replaceSubrange(ring.count - 4..<ring.count, with: Data(TestFiles.little(8, 4)))
    #expect(canBeRead(ring))
    let limit = PhotoError.tooLargeToDecode(
      path: nil, detail: "its directories have too many entries")
    #expect(throws: limit) { try Photo.decode(file([65_535])) }
  }

  // MARK: HEIC and AVIF

  private struct Item {
    var id: Int
    var kind = "av01"
    var parts: [Int] = []
    var auxiliaryOf: Int?
  }

  private func box(_ name: String, _ body: [UInt8]) -> [UInt8] {
    big(8 + body.count, 4) + Array(name.utf8) + body
  }

  private func big(_ value: Int, _ size: Int) -> [UInt8] {
    (0..<size).reversed().map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  /// A file of images that are all coded alike: a sequence header for so large a picture, and a frame of nothing. The first is the
  /// photo.
  private func avif(_ items: [Item], width: Int, height: Int, frames: Int = 1) -> Data {
    func bits(_ value: Int, _ count: Int) -> String {
      let digits = String(value, radix: 2)
      return String(repeating: "0", count: count - digits.count) + digits
    }
    let sequence =
      "000" + "1" + "1" + "00000" + "1111" + "1111" + bits(width - 1, 16) + bits(height - 1, 16)
      + "000000"
    let header = stride(from: 0, to: sequence.count, by: 8).map { start -> UInt8 in
      UInt8(sequence.dropFirst(start).prefix(8), radix: 2) ?? 0
    }
    let picture: [UInt8] = [0x32, 1, 0]
    var stream: [UInt8] = [0x0A, UInt8(header.count)] + header
    for _ in 0..<frames { stream += picture }
    var infos: [UInt8] = []
    var references: [UInt8] = []
    var uses: [UInt8] = []
    for item in items {
      let id = big(item.id, 2)
      infos += box("infe", [2, 0, 0, 0] + id + [0, 0] + Array(item.kind.utf8) + [0])
      if !item.parts.isEmpty {
        var parts = id + big(item.parts.count, 2)
        for part in item.parts { parts += big(part, 2) }
        references += box("dimg", parts)
      }
      if let other = item.auxiliaryOf {
        references += box("auxl", id + big(1, 2) + big(other, 2))
      }
      uses += id + [2, 1, 0x82]
    }
    let none: [UInt8] = [0, 0, 0, 0]
    let count = big(items.count, 2)
    let properties = box("ispe", none + big(64, 4) + big(64, 4)) + box("av1C", [0x81, 0, 0, 0])
    func meta(_ start: Int) -> [UInt8] {
      var places: [UInt8] = [0, 0, 0, 0, 0x44, 0] + count
      for item in items {
        places += big(item.id, 2) + [0, 0, 0, 1] + big(start, 4) + big(stream.count, 4)
      }
      var body = none
      body += box("hdlr", none + none + Array("pict".utf8) + [UInt8](repeating: 0, count: 13))
      body += box("pitm", none + big(items[0].id, 2))
      body += box("iinf", none + count + infos)
      body += box("iref", none + references)
      body += box(
        "iprp", box("ipco", properties) + box("ipma", none + big(items.count, 4) + uses))
      body += box("iloc", places)
      return box("meta", body)
    }
    let head = box("ftyp", Array("avif".utf8) + none + Array("avifmif1".utf8))
    let start = head.count + meta(0).count + 8
    return Data(head + meta(start) + box("mdat", stream))
  }

  private func coded(_ data: Data) throws -> Int {
    try bytes(of: data) { try HEIFItems($0).codedPixels() }
  }

  @Test(arguments: [".heic", ".avif"])
  func `the size of what is coded is known before it is decoded`(suffix: String) throws {
    let plain = try TestImage.scene(width: 64, height: 48).encoded(suffix)
    let size = try coded(plain)
    // Codes have whole blocks.
    #expect(64 * 48...64 * 64 ~= size, "\(size)")
    #expect(throws: Never.self) { try Photo.decode(plain) }
  }

  @Test func `images that are coded larger than they claim are refused`() throws {
    let one = Item(id: 1)
    #expect(try coded(avif([one], width: 512, height: 300)) == 512 * 300)
    #expect(try coded(avif([one], width: 512, height: 300, frames: 9)) == 9 * 512 * 300)
    let large = avif([one], width: 65_536, height: 30_000)
    #expect(try coded(large) == 65_536 * 30_000)
    #expect(throws: PhotoError.self) { try Photo.decode(large) }
    // Tiles count as often as they are shown, transparency once.
    let grid = Item(id: 1, kind: "grid", parts: [2, 3, 2])
    let parts = [Item(id: 2), Item(id: 3), Item(id: 4, auxiliaryOf: 1), Item(id: 5)]
    #expect(try coded(avif([grid] + parts, width: 100, height: 100)) == 4 * 100 * 100)
  }

  /// A second list of images does not hide what the first one says.
  @Test func `what is said twice counts as decoders take it`() throws {
    let file = avif([Item(id: 1), Item(id: 1, kind: "mime")], width: 512, height: 300)
    #expect(try coded(file) == 512 * 300)
    let twice = file + Data(box("meta", [0, 0, 0, 0]))
    #expect(throws: HEIFItems.Refusal.self) { try coded(twice) }
  }

  @Test func `images that are made of each other are refused`() throws {
    let itself = [Item(id: 1, kind: "iden", parts: [1])]
    let ring = [Item(id: 1, kind: "grid", parts: [2]), Item(id: 2, kind: "iden", parts: [1])]
    for items in [itself, ring] {
      let file = avif(items, width: 64, height: 64)
      #expect(throws: HEIFItems.Refusal.self) { try coded(file) }
      let error = PhotoError.damaged(path: nil, detail: "its images are made of each other")
      #expect(throws: error) { try Photo.decode(file) }
    }
  }
}
