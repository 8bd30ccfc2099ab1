import CVips

/// The images in a TIFF file, as its directories describe them.
///
/// Raw files of most cameras are TIFFs of which the first image is a small preview, and the photo, as the sensor saw it, is
/// in a subdirectory: Adobe's DNG specification 1.7, chapter 2.
struct TIFFDirectories {
  /// Why no image of the file is its photo.
  struct Refusal: Error {
    /// What the file is.
    let name: String
  }

  private struct Image {
    var page: Int
    var subdirectory: Int?
    var width = 0
    var height = 0
    var isReduced = false
    var compression = 1
    var photometric = -1
    var orientation: Orientation?
    /// Of a strip; nil where one is all of the image.
    var stripHeight: Int?
    var tileWidth: Int?
    var tileHeight: Int?
    /// Where a JPEG with all that belongs to it lies.
    var jpeg: Range<Int>?

    var longerSide: Int { max(width, height) }
    var pixels: Int { width.multipliedReportingOverflow(by: height).partialValue }

    /// What is decoded at once: a strip, or as many tiles as lie side by side, twice, as a row may touch those below.
    var piece: (width: Int, height: Int)? {
      if let tileWidth, let tileHeight, tileWidth > 0, tileHeight > 0 {
        let columns = width / tileWidth + 1
        return (columns.saturatingProduct(tileWidth), tileHeight.saturatingProduct(2))
      }
      return stripHeight.flatMap { $0 > 0 ? (width, min($0, height)) : nil }
    }

    /// As a sensor saw it: its colours lie side by side or are not yet those of a screen, or in a camera's own code.
    var isRaw: Bool {
      [32803, 34892].contains(photometric)
        || [262, 32767, 32769, 32770, 34713, 34892, 52546, 65000, 65535].contains(compression)
    }

    /// Whether it is in one of libtiff's own codes, or a JPEG of its own.
    var isDecodable: Bool {
      if width <= 0 || height <= 0 || isRaw { return false }
      if jpeg != nil { return true }
      return [1, 2, 3, 4, 5, 7, 8, 32773, 32946, 34925, 50000, 50001].contains(compression)
        && (0...10).contains(photometric)
    }
  }

  private let bytes: UnsafeRawBufferPointer
  private let isLittle: Bool
  /// With offsets of 64 bits.
  private let isBig: Bool
  private var images: [Image] = []

  /// A preview of so many pixels on the longer side shows faces well enough.
  private static let sufficientSide = 1024
  private static let maximumDirectories = 64

  private init(unread bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
    isLittle = bytes.first == 0x49
    isBig = bytes.count >= 16 && bytes[isLittle ? 2 : 3] == 43
  }

  init(_ bytes: UnsafeRawBufferPointer) {
    self.init(unread: bytes)
    var next = number(at: isBig ? 8 : 4, size: isBig ? 8 : 4)
    var page = 0
    var seen: Set<Int> = []
    while let at = next, at > 0, seen.insert(at).inserted, images.count < Self.maximumDirectories {
      guard let (image, subdirectories, following) = directory(at, page, nil) else { break }
      images.append(image)
      for (place, sub) in subdirectories.enumerated()
      where sub > 0 && images.count < Self.maximumDirectories && seen.insert(sub).inserted {
        if let (image, _, _) = directory(sub, page, place) { images.append(image) }
      }
      page += 1
      next = following
    }
  }

  /// Whether a reader that goes through all directories of the file ends soon: libtiff looks at each entry beside each other one
  /// of its directory, to find tags that come twice.
  static func canBeRead(_ bytes: UnsafeRawBufferPointer) -> Bool {
    TIFFDirectories(unread: bytes).work() <= maximumWork
  }

  /// Compared entries: tens of thousands of pages, or a directory of 14,000 entries, are read in a fraction of a second.
  private static let maximumWork = 200_000_000
  /// What a directory takes besides.
  private static let workOfDirectory = 5_000

  /// Up to more than is allowed.
  private func work() -> Int {
    var next = number(at: isBig ? 8 : 4, size: isBig ? 8 : 4)
    var seen: Set<Int> = []
    var work = 0
    while let at = next, at > 0, seen.insert(at).inserted, work <= Self.maximumWork,
      let count = number(at: at, size: isBig ? 8 : 2)
    {
      work += min(count.saturatingProduct(count), Self.maximumWork + 1) + Self.workOfDirectory
      let (entries, tooLong) = count.multipliedReportingOverflow(by: isBig ? 20 : 12)
      guard !tooLong, entries <= bytes.count else { break }
      next = number(at: at + (isBig ? 8 : 2) + entries, size: isBig ? 8 : 4)
    }
    return work
  }

  /// The file's first image, unless this is a preview of another one: then the largest that can be decoded.
  /// - Throws: `Refusal` where nothing but a small preview can be.
  func photo() throws(Refusal) -> PhotoDecoder.Source {
    var source = PhotoDecoder.Source(loader: CV_TIFF, bytes: bytes)
    guard let first = images.first else { return source }
    guard isPreview(first) else {
      source.piece = first.piece
      return source
    }
    let photo = images.max { $0.pixels < $1.pixels } ?? first
    let kind = images.contains(where: \.isRaw) ? "raw photo" : "TIFF of this kind"
    guard let best = images.filter(\.isDecodable).max(by: { $0.pixels < $1.pixels }) else {
      throw Refusal(name: "a \(kind) without a preview")
    }
    guard best.longerSide >= min(Self.sufficientSide, (photo.longerSide + 1) / 2) else {
      throw Refusal(
        name: "a \(kind) with a preview of no more than \(best.width) x \(best.height) pixels")
    }
    source.orientation = best.orientation ?? first.orientation ?? .upright
    if let jpeg = best.jpeg {
      source.loader = CV_JPEG
      source.bytes = UnsafeRawBufferPointer(rebasing: bytes[jpeg])
    } else {
      (source.page, source.subdirectory) = (best.page, best.subdirectory)
      source.piece = best.piece
    }
    return source
  }

  private func isPreview(_ first: Image) -> Bool {
    first.isReduced || first.isRaw
      || images.contains { $0.subdirectory != nil && !$0.isReduced && $0.pixels > first.pixels }
  }

  // MARK: Reading

  private func directory(
    _ at: Int, _ page: Int, _ subdirectory: Int?
  ) -> (Image, subdirectories: [Int], next: Int?)? {
    guard let count = number(at: at, size: isBig ? 8 : 2), count > 0, count <= 4096 else {
      return nil
    }
    let start = at + (isBig ? 8 : 2)
    let size = isBig ? 20 : 12
    var image = Image(page: page, subdirectory: subdirectory)
    var subdirectories: [Int] = []
    var strips: (at: [Int], bytes: [Int]) = ([], [])
    var jpeg: (at: Int?, bytes: Int?)
    for entry in 0..<count {
      let at = start + entry * size
      guard let tag = number(at: at, size: 2) else { return nil }
      func value() -> Int? { values(at, most: 1).first }
      switch tag {
      case 254: image.isReduced = (value() ?? 0) & 1 != 0
      case 255: image.isReduced = image.isReduced || value() == 2
      case 256: image.width = value() ?? 0
      case 257: image.height = value() ?? 0
      case 259: image.compression = value() ?? 1
      case 262: image.photometric = value() ?? -1
      case 273: strips.at = values(at, most: 2)
      case 274: image.orientation = value().flatMap { Orientation(rawValue: $0) }
      case 278: image.stripHeight = value()
      case 279: strips.bytes = values(at, most: 2)
      case 322: image.tileWidth = value()
      case 323: image.tileHeight = value()
      case 330: subdirectories = values(at, most: Self.maximumDirectories)
      case 513: jpeg.at = value()
      case 514: jpeg.bytes = value()
      default: break
      }
    }
    if jpeg.at == nil, image.compression == 6, strips.at.count == 1, strips.bytes.count == 1 {
      jpeg = (strips.at[0], strips.bytes[0])
    }
    if let from = jpeg.at, let length = jpeg.bytes, from > 0, length > 4, from <= bytes.count,
      length <= bytes.count - from,
      let frame = JPEGFrame(UnsafeRawBufferPointer(rebasing: bytes[from..<(from + length)]))
    {
      (image.width, image.height) = (frame.width, frame.height)
      image.jpeg = from..<(from + length)
    }
    return (image, subdirectories, number(at: start + count * size, size: isBig ? 8 : 4))
  }

  /// The whole numbers of an entry.
  private func values(_ entry: Int, most: Int) -> [Int] {
    guard let type = number(at: entry + 2, size: 2),
      let count = number(at: entry + 4, size: isBig ? 8 : 4), count > 0,
      let size = [1: 1, 3: 2, 4: 4, 13: 4, 16: 8, 18: 8][type]
    else { return [] }
    let field = entry + (isBig ? 12 : 8)
    let (length, overflow) = count.multipliedReportingOverflow(by: size)
    let isInside = !overflow && length <= (isBig ? 8 : 4)
    guard let at = isInside ? field : number(at: field, size: isBig ? 8 : 4) else { return [] }
    return (0..<min(count, most)).compactMap { number(at: at + $0 * size, size: size) }
  }

  /// Nil where the bytes end before, or the number is no `Int`.
  private func number(at: Int, size: Int) -> Int? {
    guard at >= 0, at <= bytes.count - size else { return nil }
    var value: UInt64 = 0
    for index in 0..<size {
      value = value << 8 | UInt64(bytes[isLittle ? at + size - 1 - index : at + index])
    }
    // Offsets into memory are far below.
    return value <= UInt64(Int.max / 2) ? Int(value) : nil
  }
}

/// The size that a JPEG of pixels for a screen claims.
struct JPEGFrame {
  let width: Int
  let height: Int

  /// - Returns: nil where there is none, or it is without loss as in raw files.
  init?(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count > 4, bytes[0] == 0xFF, bytes[1] == 0xD8 else { return nil }
    var at = 2
    while at + 9 < bytes.count, bytes[at] == 0xFF {
      let mark = bytes[at + 1]
      if mark == 0xFF {
        at += 1
        continue
      }
      if [0xC0, 0xC1, 0xC2].contains(mark) {
        height = Int(bytes[at + 5]) << 8 | Int(bytes[at + 6])
        width = Int(bytes[at + 7]) << 8 | Int(bytes[at + 8])
        return
      }
      // Lengths are those of all marks that come before the frame.
      guard mark != 0xD9, mark != 0xDA,
        !(0xC3...0xCF).contains(mark) || mark == 0xC4 || mark == 0xCC
      else { return nil }
      at += 2 + (Int(bytes[at + 2]) << 8 | Int(bytes[at + 3]))
    }
    return nil
  }
}
