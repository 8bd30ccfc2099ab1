/// Reads portable bitmaps, grey maps and pixmaps (P1 to P6), plain and raw, up to 16 bits. libvips
/// counts its own loader for them among those not fit for untrusted files.
struct PNMDecoder {
  private let bytes: UnsafeRawBufferPointer
  private let path: String?
  private let check: (Int, Int) throws -> Void

  /// - Parameter check: refuses a size, before memory is taken for it.
  init(
    _ bytes: UnsafeRawBufferPointer, path: String?, check: @escaping (Int, Int) throws -> Void
  ) {
    self.bytes = bytes
    self.path = path
    self.check = check
  }

  func decode() throws -> Photo {
    let kind = Int(bytes[1]) - 0x30
    let isBits = kind == 1 || kind == 4
    let bands = kind == 3 || kind == 6 ? 3 : 1
    var at = 2
    let width = try number(&at)
    let height = try number(&at)
    try check(width, height)
    let maximum = isBits ? 1 : try number(&at)
    guard (1...65535).contains(maximum) else {
      throw PhotoError.damaged(path: path, detail: "its largest value is \(maximum)")
    }
    let count = width * height * bands
    let samples: [UInt8]
    if kind <= 3 {
      // A sample takes at least one character.
      guard count <= bytes.count - at else { throw PhotoError.truncated(path: path) }
      samples = try plain(count, maximum, isBits, at)
    } else {
      // One white space ends the header.
      samples = try raw(width, height, bands, maximum, isBits, at + 1)
    }
    guard bands == 1 else { return Photo(width: width, height: height, pixels: samples) }
    let pixels = [UInt8](unsafeUninitializedCapacity: count * 3) { buffer, initialized in
      for (index, value) in samples.enumerated() {
        buffer[index * 3] = value
        buffer[index * 3 + 1] = value
        buffer[index * 3 + 2] = value
      }
      initialized = count * 3
    }
    return Photo(width: width, height: height, pixels: pixels)
  }

  private func plain(_ count: Int, _ maximum: Int, _ isBits: Bool, _ start: Int) throws -> [UInt8] {
    var at = start
    var samples: [UInt8] = []
    samples.reserveCapacity(count)
    for _ in 0..<count {
      if isBits {
        // Bits need no space between them.
        skipSpace(&at)
        guard at < bytes.count else { throw PhotoError.truncated(path: path) }
        samples.append(bytes[at] == 0x31 ? 0 : 255)
        at += 1
      } else {
        samples.append(Self.stretch(try number(&at), maximum))
      }
    }
    return samples
  }

  private func raw(
    _ width: Int, _ height: Int, _ bands: Int, _ maximum: Int, _ isBits: Bool, _ start: Int
  ) throws -> [UInt8] {
    let count = width * height * bands
    let row = isBits ? (width + 7) / 8 : width * bands * (maximum > 255 ? 2 : 1)
    guard start + row * height <= bytes.count else { throw PhotoError.truncated(path: path) }
    if isBits {
      return [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
        for y in 0..<height {
          for x in 0..<width {
            let bit = bytes[start + y * row + x / 8] >> (7 - x % 8) & 1
            buffer[y * width + x] = bit == 1 ? 0 : 255
          }
        }
        initialized = count
      }
    }
    if maximum == 255 { return [UInt8](bytes[start..<(start + count)]) }
    return [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      for index in 0..<count {
        let value =
          maximum > 255
          ? Int(bytes[start + index * 2]) << 8 | Int(bytes[start + index * 2 + 1])
          : Int(bytes[start + index])
        buffer[index] = Self.stretch(value, maximum)
      }
      initialized = count
    }
  }

  private static func stretch(_ value: Int, _ maximum: Int) -> UInt8 {
    UInt8((min(value, maximum) * 255 + maximum / 2) / maximum)
  }

  /// The next decimal number, past white space and comments.
  private func number(_ at: inout Int) throws -> Int {
    skipSpace(&at)
    var value = 0
    let start = at
    while at < bytes.count, (0x30...0x39).contains(bytes[at]) {
      value = min(value * 10 + Int(bytes[at] - 0x30), 1 << 40)
      at += 1
    }
    guard at > start else {
      throw at < bytes.count
        ? PhotoError.damaged(path: path, detail: "a number is missing")
        : PhotoError.truncated(path: path)
    }
    return value
  }

  private func skipSpace(_ at: inout Int) {
    while at < bytes.count {
      if bytes[at] == 0x23 {
        while at < bytes.count, bytes[at] != 0x0A { at += 1 }
      } else if (0x09...0x0D).contains(bytes[at]) || bytes[at] == 0x20 {
        at += 1
      } else {
        return
      }
    }
  }
}
