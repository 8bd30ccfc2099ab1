import Foundation

/// A ZIP file that is made piece by piece: files as they are, since photos are compressed already.
///
/// Sizes and places are kept in 64 bits only where the file becomes larger than 4 GB.
struct ZipArchive {
  private struct Entry {
    var name: Data
    var checksum: UInt32
    var size: UInt32
    var place: UInt64
  }

  private var entries: [Entry] = []
  private var names: Set<String> = []
  private var length: UInt64 = 0

  /// The bytes that a file adds.
  /// - Parameters:
  ///   - name: its name, without a folder; another of the same name gets a number.
  ///   - data: less than 4 GB.
  mutating func add(_ name: String, _ data: Data) -> Data {
    let entry = Entry(
      name: Data(unique(name).utf8), checksum: Self.checksum(data), size: UInt32(data.count),
      place: length)
    entries.append(entry)
    var piece = Data()
    piece.append(0x0403_4b50, as: UInt32.self)
    piece.append(common(entry, version: 20))
    piece.append(0, as: UInt16.self)
    piece.append(entry.name)
    piece.append(data)
    length += UInt64(piece.count)
    return piece
  }

  /// What a local header and the directory say alike, up to the length of the name.
  private func common(_ entry: Entry, version: UInt16) -> Data {
    var part = Data()
    part.append(version, as: UInt16.self)
    // Names are UTF-8.
    part.append(0x0800, as: UInt16.self)
    part.append(0, as: UInt16.self)
    // 1980-01-01, 00:00: when it was made is nobody's business.
    part.append(0, as: UInt16.self)
    part.append(0x0021, as: UInt16.self)
    part.append(entry.checksum, as: UInt32.self)
    part.append(entry.size, as: UInt32.self)
    part.append(entry.size, as: UInt32.self)
    part.append(UInt16(entry.name.count), as: UInt16.self)
    return part
  }

  /// The directory, which is the end.
  func end() -> Data {
    var directory = Data()
    for entry in entries {
      let isFar = entry.place >= UInt64(UInt32.max)
      directory.append(0x0201_4b50, as: UInt32.self)
      directory.append(45, as: UInt16.self)
      directory.append(common(entry, version: isFar ? 45 : 20))
      directory.append(isFar ? 12 : 0, as: UInt16.self)
      // No remark, the first disk, no attributes.
      for _ in 0..<3 { directory.append(0, as: UInt16.self) }
      directory.append(0, as: UInt32.self)
      directory.append(isFar ? UInt32.max : UInt32(entry.place), as: UInt32.self)
      directory.append(entry.name)
      if isFar {
        directory.append(1, as: UInt16.self)
        directory.append(8, as: UInt16.self)
        directory.append(entry.place, as: UInt64.self)
      }
    }
    var end = directory
    let isFar = length >= UInt64(UInt32.max)
    if isFar {
      end.append(0x0606_4b50, as: UInt32.self)
      end.append(44, as: UInt64.self)
      for _ in 0..<2 { end.append(45, as: UInt16.self) }
      for _ in 0..<2 { end.append(0, as: UInt32.self) }
      for _ in 0..<2 { end.append(UInt64(entries.count), as: UInt64.self) }
      end.append(UInt64(directory.count), as: UInt64.self)
      end.append(length, as: UInt64.self)
      end.append(0x0706_4b50, as: UInt32.self)
      end.append(0, as: UInt32.self)
      end.append(length + UInt64(directory.count), as: UInt64.self)
      end.append(1, as: UInt32.self)
    }
    end.append(0x0605_4b50, as: UInt32.self)
    for _ in 0..<2 { end.append(0, as: UInt16.self) }
    for _ in 0..<2 { end.append(UInt16(entries.count), as: UInt16.self) }
    end.append(UInt32(directory.count), as: UInt32.self)
    end.append(isFar ? UInt32.max : UInt32(length), as: UInt32.self)
    end.append(0, as: UInt16.self)
    return end
  }

  /// A name that leads nowhere else and that no other file here has.
  private mutating func unique(_ name: String) -> String {
    let letters = name.unicodeScalars.map { scalar -> Character in
      let isSeparator = ["/", "\\", ":"].contains(scalar)
      let isControl = scalar.properties.generalCategory == .control
      return isSeparator || isControl ? "_" : Character(scalar)
    }
    // A length has 16 bits; a disk's names have 255 bytes.
    let whole = String(String(letters).prefix(100))
    let plain = [".", "..", ""].contains(whole) ? "_" : whole
    let (stem, ending) = (
      (plain as NSString).deletingPathExtension, (plain as NSString).pathExtension
    )
    var result = plain
    var number = 2
    while !names.insert(result.lowercased()).inserted {
      result = ending.isEmpty ? "\(stem) (\(number))" : "\(stem) (\(number)).\(ending)"
      number += 1
    }
    return result
  }

  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { value, _ in
      value & 1 == 0 ? value >> 1 : 0xEDB8_8320 ^ (value >> 1)
    }
  }

  /// CRC-32.
  static func checksum(_ data: Data) -> UInt32 {
    table.withUnsafeBufferPointer { table in
      data.withUnsafeBytes { bytes in
        var value = UInt32.max
        for byte in bytes {
          value = table[Int(UInt8(truncatingIfNeeded: value) ^ byte)] ^ (value >> 8)
        }
        return ~value
      }
    }
  }
}

extension Data {
  /// Little-endian.
  fileprivate mutating func append<Value: FixedWidthInteger>(_ value: Value, as: Value.Type) {
    Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
  }
}
