/// Reads Windows and OS/2 bitmaps: 1, 2, 4, 8, 16, 24 and 32 bits, bit fields, run lengths, either
/// row order. libvips has them only through ImageMagick, which is not fit for untrusted files.
struct BMPDecoder {
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

  private struct Header {
    var width: Int
    var height: Int
    var isTopDown: Bool
    var depth: Int
    var compression: Int
    var pixelsAt: Int
    var palette: [PhotoColor]
    var masks: [UInt32]
  }

  func decode() throws -> Photo {
    let header = try readHeader()
    let pixels =
      switch header.compression {
      case 1, 2: try decodeRuns(header)
      default: try decodeRows(header)
      }
    return Photo(width: header.width, height: header.height, pixels: pixels)
  }

  private func readHeader() throws -> Header {
    let headerSize = try little32(14)
    let isOS2 = headerSize == 12
    let width = isOS2 ? try little16(18) : Int(Int32(truncatingIfNeeded: try little32(18)))
    let rows = isOS2 ? try little16(20) : Int(Int32(truncatingIfNeeded: try little32(22)))
    let depth = try little16(isOS2 ? 24 : 28)
    let compression = headerSize >= 40 ? try little32(30) : 0
    guard width > 0, rows != 0 else { throw damaged("it claims \(width) x \(rows) pixels") }
    try check(width, abs(rows))

    let depths: [Int] =
      switch compression {
      case 0: [1, 2, 4, 8, 16, 24, 32]
      case 1: [8]
      case 2: [4]
      case 3, 6: [16, 32]
      default: []
      }
    guard depths.contains(depth) else {
      throw PhotoError.unsupportedFormat(
        path: path, name: "BMP of \(depth) bits and compression \(compression)")
    }
    guard compression != 1 && compression != 2 || rows > 0 else {
      throw damaged("run lengths from the top down")
    }

    var masks: [UInt32] = []
    if compression == 3 || compression == 6 {
      // Alpha has a mask from version 3 of the header on, or where the compression says so.
      let count = headerSize >= 56 || compression == 6 ? 4 : 3
      masks = try (0..<count).map { UInt32(try little32(54 + $0 * 4)) }
      if count == 3 { masks.append(0) }
    } else if depth == 16 {
      masks = [0x7C00, 0x03E0, 0x001F, 0]
    } else if depth == 32 {
      masks = [0xFF0000, 0xFF00, 0xFF, 0]
    }

    var palette: [PhotoColor] = []
    if depth <= 8 {
      let maximum = 1 << depth
      let claimed = headerSize >= 40 ? try little32(46) : 0
      let count = claimed == 0 ? maximum : min(claimed, maximum)
      let entry = isOS2 ? 3 : 4
      let start = 14 + headerSize
      palette = try (0..<count).map { index in
        let at = start + index * entry
        return PhotoColor(red: try byte(at + 2), green: try byte(at + 1), blue: try byte(at))
      }
      // Indices past the palette are black.
      palette += Array(repeating: .black, count: maximum - count)
    }
    return Header(
      width: width, height: abs(rows), isTopDown: rows < 0, depth: depth,
      compression: compression, pixelsAt: try little32(10), palette: palette, masks: masks)
  }

  private func decodeRows(_ header: Header) throws -> [UInt8] {
    let stride = (header.width * header.depth + 31) / 32 * 4
    // Some writers leave out the padding of the last row.
    let used = (header.width * header.depth + 7) / 8
    guard header.pixelsAt + stride * (header.height - 1) + used <= bytes.count else {
      throw PhotoError.truncated(path: path)
    }
    let channels = header.masks.map(Channel.init)
    return [UInt8](unsafeUninitializedCapacity: header.width * header.height * 3) {
      buffer, initialized in
      var to = 0
      func put(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
        buffer[to] = red
        buffer[to + 1] = green
        buffer[to + 2] = blue
        to += 3
      }
      for y in 0..<header.height {
        let row =
          header.pixelsAt + stride * (header.isTopDown ? y : header.height - 1 - y)
        switch header.depth {
        case 24:
          for x in 0..<header.width {
            let at = row + x * 3
            put(bytes[at + 2], bytes[at + 1], bytes[at])
          }
        case 16, 32:
          let size = header.depth / 8
          for x in 0..<header.width {
            var value: UInt32 = 0
            for index in 0..<size { value |= UInt32(bytes[row + x * size + index]) << (8 * index) }
            let alpha = channels[3].mask == 0 ? 255 : Int(channels[3].value(value))
            func flat(_ channel: Channel) -> UInt8 {
              UInt8((Int(channel.value(value)) * alpha + 255 * (255 - alpha) + 127) / 255)
            }
            put(flat(channels[0]), flat(channels[1]), flat(channels[2]))
          }
        default:
          let mask = 1 << header.depth - 1
          for x in 0..<header.width {
            let bit = x * header.depth
            let shift = 8 - header.depth - bit % 8
            let color = header.palette[Int(bytes[row + bit / 8]) >> shift & mask]
            put(color.red, color.green, color.blue)
          }
        }
      }
      initialized = to
    }
  }

  /// Run lengths, of 8 or of 4 bits. Pixels that are skipped have the palette's first colour.
  private func decodeRuns(_ header: Header) throws -> [UInt8] {
    let isNibbles = header.depth == 4
    var at = header.pixelsAt
    // Two bytes make 255 pixels at most: a file that falls far short of its claim is refused
    // before memory is taken.
    guard header.width * header.height <= max(0, bytes.count - at) * 128 else {
      throw PhotoError.truncated(path: path)
    }
    var indices = [UInt8](repeating: 0, count: header.width * header.height)
    var x = 0
    var y = 0
    func put(_ index: UInt8) {
      if x < header.width, y < header.height {
        indices[(header.height - 1 - y) * header.width + x] = index
      }
      x += 1
    }
    func next() throws -> UInt8 {
      defer { at += 1 }
      return try byte(at)
    }
    reading: while y < header.height {
      let count = Int(try next())
      let value = try next()
      if count > 0 {
        for index in 0..<count {
          put(isNibbles ? (index % 2 == 0 ? value >> 4 : value & 15) : value)
        }
        continue
      }
      switch value {
      case 0:
        x = 0
        y += 1
      case 1:
        break reading
      case 2:
        x += Int(try next())
        y += Int(try next())
      default:
        var packed: UInt8 = 0
        for index in 0..<Int(value) {
          if !isNibbles || index % 2 == 0 { packed = try next() }
          put(isNibbles ? (index % 2 == 0 ? packed >> 4 : packed & 15) : packed)
        }
        // Padded to 16 bits.
        let read = isNibbles ? (Int(value) + 1) / 2 : Int(value)
        if read % 2 == 1 { _ = try next() }
      }
    }
    return [UInt8](unsafeUninitializedCapacity: indices.count * 3) { buffer, initialized in
      for (index, value) in indices.enumerated() {
        let color = header.palette[Int(value)]
        buffer[index * 3] = color.red
        buffer[index * 3 + 1] = color.green
        buffer[index * 3 + 2] = color.blue
      }
      initialized = indices.count * 3
    }
  }

  /// Some bits of a pixel, stretched to 8.
  private struct Channel {
    let mask: UInt32
    private let shift: UInt32
    private let maximum: UInt32

    init(_ mask: UInt32) {
      self.mask = mask
      shift = mask == 0 ? 0 : UInt32(mask.trailingZeroBitCount)
      maximum = mask == 0 ? 1 : mask >> shift
    }

    func value(_ pixel: UInt32) -> UInt8 {
      let bits = UInt64((pixel & mask) >> shift)
      return UInt8((bits * 255 + UInt64(maximum) / 2) / UInt64(maximum))
    }
  }

  private func byte(_ at: Int) throws -> UInt8 {
    guard at >= 0, at < bytes.count else { throw PhotoError.truncated(path: path) }
    return bytes[at]
  }

  private func little16(_ at: Int) throws -> Int { Int(try byte(at)) | Int(try byte(at + 1)) << 8 }

  private func little32(_ at: Int) throws -> Int {
    try little16(at) | little16(at + 2) << 16
  }

  private func damaged(_ detail: String) -> PhotoError { .damaged(path: path, detail: detail) }
}
