import Foundation

/// Files written byte by byte, which no encoder would write.
public enum TestFiles {
  /// A JPEG with an EXIF block that holds nothing but an orientation, put behind its first mark.
  public static func jpeg(_ data: Data, withOrientation orientation: Int) -> Data {
    jpeg(data, withExif: exif(orientation))
  }

  /// A JPEG with an EXIF block put behind its first mark.
  public static func jpeg(_ data: Data, withExif block: [UInt8]) -> Data {
    let exif = Array("Exif\0\0".utf8) + block
    return data.prefix(2) + Data([0xFF, 0xE1] + big(exif.count + 2, 2)) + exif
      + data.dropFirst(2)
  }

  /// A PNG with such a block behind its header.
  public static func png(_ data: Data, withOrientation orientation: Int) -> Data {
    data.prefix(33) + chunk("eXIf", exif(orientation)) + data.dropFirst(33)
  }

  /// A PNG with chunks of any kind put behind its header.
  public static func png(_ data: Data, with chunks: [(name: String, body: [UInt8])]) -> Data {
    data.prefix(33) + Data(chunks.flatMap { chunk($0.name, $0.body) }) + data.dropFirst(33)
  }

  /// A zlib stream of so many times 258 zeros and one more: a 150th of what it inflates to.
  public static func deflatedZeros(runs: Int) -> [UInt8] {
    var bytes: [UInt8] = [0x78, 0x9C]
    var held: UInt32 = 0
    var bits: UInt32 = 0
    func put(_ code: UInt32, _ count: UInt32) {
      held |= code << bits
      bits += count
      while bits >= 8 {
        bytes.append(UInt8(truncatingIfNeeded: held))
        held >>= 8
        bits -= 8
      }
    }
    // The last block, in the fixed code, whose bits come highest first: a zero, then 258 of what was last, then the end.
    put(0b011, 3)
    put(0b0000_1100, 8)
    for _ in 0..<runs { put(0b00000_10100011, 13) }
    put(0, 7)
    if bits > 0 { put(0, 8 - bits) }
    return bytes + big((1 + runs * 258) % 65521, 2) + [0, 1]
  }

  /// A JPEG with its last scan written so many times more.
  public static func jpeg(_ data: Data, repeatingLastScan times: Int) -> Data? {
    guard let end = data.lastRange(of: [0xFF, 0xD9]), let scan = data.lastRange(of: [0xFF, 0xDA])
    else { return nil }
    let last = data[scan.lowerBound..<end.lowerBound]
    return data[..<end.lowerBound] + Data((0..<times).flatMap { _ in last })
      + data[end.lowerBound...]
  }

  /// Big-endian for odd orientations, little-endian for even ones.
  private static func exif(_ orientation: Int) -> [UInt8] {
    let number = orientation % 2 == 1 ? big : little
    return Array((orientation % 2 == 1 ? "MM" : "II").utf8) + number(42, 2) + number(8, 4)
      + number(1, 2) + number(0x0112, 2) + number(3, 2) + number(1, 4)
      + number(orientation, 2) + [0, 0, 0, 0, 0, 0]
  }

  /// A block of EXIF data with DateTimeOriginal and DateTimeDigitized, in this order; nil for none. It is a TIFF without an
  /// image as well.
  public static func exif(dates: [String?], isLittle: Bool = true) -> [UInt8] {
    let number = isLittle ? little : big
    let texts = zip([0x9003, 0x9004], dates).compactMap { tag, text in
      text.map { (tag: tag, bytes: Array($0.utf8) + [0]) }
    }
    // The first directory has nothing but the place of the second.
    var block = Array((isLittle ? "II" : "MM").utf8) + number(42, 2) + number(8, 4)
    block += number(1, 2) + number(0x8769, 2) + number(4, 2) + number(1, 4) + number(26, 4)
    block += number(0, 4) + number(texts.count, 2)
    var at = 26 + 2 + 12 * texts.count + 4
    for (tag, bytes) in texts {
      block += number(tag, 2) + number(2, 2) + number(bytes.count, 4) + number(at, 4)
      at += bytes.count
    }
    return block + number(0, 4) + texts.flatMap(\.bytes)
  }

  /// A PNG whose header claims a size, with next to nothing behind it.
  public static func png(claimingWidth width: Int, height: Int) -> Data {
    var data = Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
    data += chunk("IHDR", big(width, 4) + big(height, 4) + [8, 2, 0, 0, 0])
    data += chunk("IDAT", [0x78, 0x9C, 0x03, 0x00, 0x00, 0x00, 0x00, 0x01])
    data += chunk("IEND", [])
    return data
  }

  private static func chunk(_ name: String, _ body: [UInt8]) -> [UInt8] {
    let named = Array(name.utf8) + body
    return big(named.count - 4, 4) + named + big(Int(crc32(named)), 4)
  }

  private static func crc32(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~0) { crc, byte in
      (0..<8).reduce(crc ^ UInt32(byte)) { value, _ in
        value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1
      }
    }
  }

  /// A Windows bitmap: both headers, then whatever follows them.
  /// - Parameter height: negative for rows from the top down.
  public static func bmp(
    width: Int, height: Int, depth: Int, compression: Int = 0, paletteCount: Int = 0,
    between: [UInt8] = [], rows: [UInt8]
  ) -> Data {
    let start = 54 + between.count
    var data = Data("BM".utf8)
    data += little(start + rows.count, 4) + little(0, 4) + little(start, 4)
    data += little(40, 4) + little(width, 4) + little(height, 4) + little(1, 2)
    data += little(depth, 2) + little(compression, 4) + little(rows.count, 4)
    data += little(2835, 4) + little(2835, 4) + little(paletteCount, 4) + little(0, 4)
    return data + between + rows
  }

  /// Rows of a bitmap, each padded to four bytes.
  public static func bmpRows(_ rows: [[UInt8]]) -> [UInt8] {
    rows.flatMap { $0 + Array(repeating: 0, count: (4 - $0.count % 4) % 4) }
  }

  public static func little(_ value: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  public static func big(_ value: Int, _ count: Int) -> [UInt8] { little(value, count).reversed() }

  /// Gives the work a folder of its own, which is removed afterwards.
  public static func withTemporaryFolder<Result>(
    _ work: (URL) throws -> Result
  ) throws -> Result {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("likeness-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try work(folder)
  }

  /// What in a folder, itself among it, others than its owner have any right to: paths and rights.
  public static func openToOthers(in folder: URL) throws -> [String] {
    var paths = [folder.path]
    paths += try FileManager.default.subpathsOfDirectory(atPath: folder.path)
      .map { "\(folder.path)/\($0)" }
    return paths.compactMap { path in
      var status = stat()
      guard lstat(path, &status) == 0, status.st_mode & 0o077 != 0 else { return nil }
      return "\(path) \(String(status.st_mode & 0o777, radix: 8))"
    }
  }
}
