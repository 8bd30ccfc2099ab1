import Foundation

/// A ZIP file that is made piece by piece: files as they are, since photos are compressed already.
///
/// Sizes and places are kept in 64 bits where 32 do not hold them, and the number of files where 16 do not.
package struct ZipArchive {
  private struct Entry {
    var name: Data
    var checksum: UInt32
    var size: UInt64
    var place: UInt64

    var isLarge: Bool { size >= ZipArchive.largest }
    var isFar: Bool { place >= ZipArchive.largest }
  }

  /// What stands in 32 bits for a number that they do not hold.
  private static let largest = UInt64(UInt32.max)
  /// The format's mark of 64-bit numbers in what is added to an entry.
  private static let longNumbers: UInt16 = 1

  private var entries: [Entry] = []
  private var names: Set<String> = []
  private var length: UInt64 = 0

  package init() {}

  /// The bytes that a file adds.
  /// - Parameters:
  ///   - name: its name, without a folder; another of the same name gets a number.
  ///   - data: the file's content.
  package mutating func add(_ name: String, _ data: Data) -> Data {
    head(of: unique(name), size: UInt64(data.count), checksum: Self.checksum(data)) + data
  }

  /// What stands before the bytes of a file, which follow it in the archive.
  /// - Parameters:
  ///   - path: its name, with its folder, as it is; no other file of the archive has it.
  ///   - size: how many bytes follow.
  ///   - checksum: their CRC-32.
  package mutating func head(of path: String, size: UInt64, checksum: UInt32) -> Data {
    let entry = Entry(name: Data(path.utf8), checksum: checksum, size: size, place: length)
    entries.append(entry)
    var piece = Data()
    piece.append(0x0403_4b50, as: UInt32.self)
    piece.append(common(entry, version: entry.isLarge ? 45 : 20))
    piece.append(entry.isLarge ? 20 : 0, as: UInt16.self)
    piece.append(entry.name)
    if entry.isLarge {
      piece.append(Self.longNumbers, as: UInt16.self)
      piece.append(16, as: UInt16.self)
      for _ in 0..<2 { piece.append(size, as: UInt64.self) }
    }
    length += UInt64(piece.count) + size
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
    for _ in 0..<2 { part.append(UInt32(min(entry.size, Self.largest)), as: UInt32.self) }
    part.append(UInt16(entry.name.count), as: UInt16.self)
    return part
  }

  /// The directory, which is the end.
  package func end() -> Data {
    var directory = Data()
    for entry in entries {
      let (isLarge, isFar) = (entry.isLarge, entry.isFar)
      let long = (isLarge ? [entry.size, entry.size] : []) + (isFar ? [entry.place] : [])
      directory.append(0x0201_4b50, as: UInt32.self)
      directory.append(45, as: UInt16.self)
      directory.append(common(entry, version: long.isEmpty ? 20 : 45))
      directory.append(long.isEmpty ? 0 : UInt16(4 + 8 * long.count), as: UInt16.self)
      // No remark, the first disk, no attributes.
      for _ in 0..<3 { directory.append(0, as: UInt16.self) }
      directory.append(0, as: UInt32.self)
      directory.append(UInt32(min(entry.place, Self.largest)), as: UInt32.self)
      directory.append(entry.name)
      guard !long.isEmpty else { continue }
      directory.append(Self.longNumbers, as: UInt16.self)
      directory.append(UInt16(8 * long.count), as: UInt16.self)
      for number in long { directory.append(number, as: UInt64.self) }
    }
    var end = directory
    let size = UInt64(directory.count)
    let isMany = entries.count >= Int(UInt16.max)
    if isMany || length >= Self.largest || size >= Self.largest {
      end.append(0x0606_4b50, as: UInt32.self)
      end.append(44, as: UInt64.self)
      for _ in 0..<2 { end.append(45, as: UInt16.self) }
      for _ in 0..<2 { end.append(0, as: UInt32.self) }
      for _ in 0..<2 { end.append(UInt64(entries.count), as: UInt64.self) }
      end.append(size, as: UInt64.self)
      end.append(length, as: UInt64.self)
      end.append(0x0706_4b50, as: UInt32.self)
      end.append(0, as: UInt32.self)
      end.append(length + size, as: UInt64.self)
      end.append(1, as: UInt32.self)
    }
    end.append(0x0605_4b50, as: UInt32.self)
    for _ in 0..<2 { end.append(0, as: UInt16.self) }
    for _ in 0..<2 { end.append(isMany ? .max : UInt16(entries.count), as: UInt16.self) }
    end.append(UInt32(min(size, Self.largest)), as: UInt32.self)
    end.append(UInt32(min(length, Self.largest)), as: UInt32.self)
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

  /// CRC-32.
  package static func checksum(_ data: Data) -> UInt32 {
    var checksum = Checksum()
    checksum.update(data)
    return checksum.value
  }

  /// CRC-32 of bytes that come piece by piece.
  package struct Checksum {
    private var state = UInt32.max

    package init() {}

    /// Of the bytes so far.
    package var value: UInt32 { ~state }

    package mutating func update(_ data: Data) {
      state = Self.table.withUnsafeBufferPointer { table in
        data.withUnsafeBytes { bytes in
          var value = state
          for byte in bytes {
            value = table[Int(UInt8(truncatingIfNeeded: value) ^ byte)] ^ (value >> 8)
          }
          return value
        }
      }
    }

    private static let table: [UInt32] = (0..<256).map { byte in
      (0..<8).reduce(UInt32(byte)) { value, _ in
        value & 1 == 0 ? value >> 1 : 0xEDB8_8320 ^ (value >> 1)
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
