/// What of a HEIC or AVIF file is decoded for its photo: the images of which it is made, by ISO/IEC 23008-12, and how large
/// these are by what codes them, whatever the file says of the whole.
///
/// A decoder finds out how large an image is when it decodes it, in one go. What is not understood here is left to it.
struct HEIFItems {
  /// Why a decoder is not to see the file.
  struct Refusal: Error {
    let detail: String
  }

  private struct Reader {
    let bytes: UnsafeRawBufferPointer
    var at: Int
    let end: Int

    init(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) {
      (self.bytes, at, end) = (bytes, range.lowerBound, range.upperBound)
    }

    /// Nil where there are not as many bytes.
    mutating func number(_ size: Int) -> Int? {
      guard size <= 8, end - at >= size else { return nil }
      var value: UInt64 = 0
      for _ in 0..<size {
        value = value << 8 | UInt64(bytes[at])
        at += 1
      }
      return Int(exactly: value)
    }

    /// The next box: its name, and what is in it.
    mutating func box() -> (name: UInt32, body: Range<Int>)? {
      let start = at
      guard var size = number(4), let name = number(4) else { return nil }
      if size == 1 {
        guard let long = number(8) else { return nil }
        size = long
      } else if size == 0 {
        size = end - start
      }
      guard size >= at - start, size <= end - start else { return nil }
      defer { at = start + size }
      return (UInt32(name), at..<(start + size))
    }
  }

  private struct Item {
    var kind: UInt32 = 0
    var extents: [Range<Int>] = []
    /// Whether these lie in the box `idat`.
    var isWithin = false
    /// The numbers of its properties, from 1 on.
    var properties: [Int] = []
    /// What it is made of, in that order.
    var parts: [Int] = []
    /// Whose transparency or depth it is.
    var auxiliaryOf: [Int] = []
  }

  private let bytes: UnsafeRawBufferPointer
  private var items: [Int: Item] = [:]
  private var primary: Int?
  private var properties: [(name: UInt32, body: Range<Int>)] = []
  private var within: Range<Int>?
  private var hasTwoIndexes = false
  /// Both are those of libheif, which refuses files with more.
  private static let maximumItems = 20_000
  private static let maximumExtents = 32

  init(_ bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
    var file = Reader(bytes, 0..<bytes.count)
    var hasIndex = false
    while let box = file.box() {
      guard box.name == Self.name("meta") else { continue }
      if hasIndex { hasTwoIndexes = true } else { readMeta(box.body) }
      hasIndex = true
    }
  }

  // MARK: What is decoded

  /// The pixels of all images that are decoded for the photo, each as often as it is.
  /// - Throws: `Refusal` where they refer to each other without end
  func codedPixels() throws(Refusal) -> Int {
    // Which one counts is up to the decoder.
    guard !hasTwoIndexes else { throw Refusal(detail: "it says twice what its images are") }
    guard let primary else { return 0 }
    var known: [Int: Int] = [:]
    var left = 2 * bytes.count + 1_000_000
    let others = items.filter { $0.value.auxiliaryOf.contains(primary) }.keys
    var sum = 0
    for id in [primary] + others {
      sum = sum.saturatingSum(try pixels(of: id, depth: 0, &known, &left))
    }
    return sum
  }

  private func pixels(
    of id: Int, depth: Int, _ known: inout [Int: Int], _ left: inout Int
  ) throws(Refusal) -> Int {
    if let pixels = known[id] { return pixels }
    guard let item = items[id] else { return 0 }
    var sum = 0
    if Self.coded.contains(item.kind) {
      let settings = settings(of: item)
      left -= 64 + (item.extents + settings.map(\.body)).reduce(0) { $0 + $1.count }
      // Thousands of images may lie in the same bytes.
      guard left > 0 else { throw Refusal(detail: "its images overlap") }
      sum = pixels(of: item, settings)
    } else {
      guard depth < 4 else { throw Refusal(detail: "its images are made of each other") }
      for part in item.parts {
        sum = sum.saturatingSum(try pixels(of: part, depth: depth + 1, &known, &left))
      }
    }
    known[id] = sum
    return sum
  }

  /// The properties of an item that say how it is coded.
  private func settings(of item: Item) -> [(name: UInt32, body: Range<Int>)] {
    item.properties.filter { properties.indices.contains($0 - 1) }.map { properties[$0 - 1] }
      .filter { [Self.name("hvcC"), Self.name("av1C")].contains($0.name) }
  }

  /// Of the largest size that its code says, once for each of its pictures.
  private func pixels(
    of item: Item, _ settings: [(name: UInt32, body: Range<Int>)]
  ) -> Int {
    var size = 0
    var pictures = 0
    let isHEVC = item.kind != Self.name("av01")
    for (name, body) in settings {
      if isHEVC, name == Self.name("hvcC") {
        size = max(size, hevcSize(configuration: body))
      } else if !isHEVC, name == Self.name("av1C"), body.count > 4 {
        size = max(size, av1(body.dropFirst(4)).size)
      }
    }
    for extent in item.extents {
      let found = isHEVC ? hevc(extent) : av1(extent)
      (size, pictures) = (max(size, found.size), pictures + found.pictures)
    }
    return size.saturatingProduct(max(1, pictures))
  }

  // MARK: Boxes

  private static func name(_ text: String) -> UInt32 {
    text.utf8.reduce(0) { $0 << 8 | UInt32($1) }
  }

  private static let coded: Set<UInt32> = [name("hvc1"), name("av01")]

  /// Of what comes twice, decoders take the first.
  private mutating func readMeta(_ body: Range<Int>) {
    guard body.count > 4 else { return }
    var meta = Reader(bytes, body.dropFirst(4))
    while let (name, body) = meta.box() {
      var box = Reader(bytes, body)
      switch name {
      case Self.name("pitm"):
        guard let version = box.number(4) else { break }
        primary = primary ?? box.number(version >> 24 == 0 ? 2 : 4)
      case Self.name("iinf"): readKinds(&box)
      case Self.name("iref"): readReferences(&box)
      case Self.name("iprp"): readProperties(&box)
      case Self.name("iloc"): readPlaces(&box)
      case Self.name("idat"): within = within ?? body
      default: break
      }
    }
    for (id, item) in items where item.isWithin {
      items[id]?.extents = item.extents.compactMap { extent in
        guard let within, extent.upperBound <= within.count else { return nil }
        return (within.lowerBound + extent.lowerBound)..<(within.lowerBound + extent.upperBound)
      }
    }
  }

  private mutating func change(_ id: Int, _ body: (inout Item) -> Void) {
    guard items[id] != nil || items.count < Self.maximumItems else { return }
    body(&items[id, default: Item()])
  }

  private mutating func readKinds(_ box: inout Reader) {
    guard let version = box.number(4), box.number(version >> 24 == 0 ? 2 : 4) != nil else { return }
    while let (name, body) = box.box() {
      var entry = Reader(bytes, body)
      guard name == Self.name("infe"), let version = entry.number(4), version >> 24 >= 2,
        let id = entry.number(version >> 24 == 2 ? 2 : 4), entry.number(2) != nil,
        let kind = entry.number(4)
      else { continue }
      change(id) { if $0.kind == 0 { $0.kind = UInt32(kind) } }
    }
  }

  private mutating func readReferences(_ box: inout Reader) {
    guard let version = box.number(4) else { return }
    let size = version >> 24 == 0 ? 2 : 4
    while let (name, body) = box.box() {
      var entry = Reader(bytes, body)
      guard let id = entry.number(size), let count = entry.number(2) else { continue }
      let others = (0..<count).compactMap { _ in entry.number(size) }
      if name == Self.name("dimg") { change(id) { $0.parts += others } }
      if name == Self.name("auxl") { change(id) { $0.auxiliaryOf += others } }
    }
  }

  private mutating func readProperties(_ box: inout Reader) {
    while let (name, body) = box.box() {
      var list = Reader(bytes, body)
      if name == Self.name("ipco") {
        while properties.count < Self.maximumItems, let property = list.box() {
          properties.append(property)
        }
      } else if name == Self.name("ipma") {
        guard let version = list.number(4), let count = list.number(4) else { continue }
        for _ in 0..<min(count, Self.maximumItems) {
          guard let id = list.number(version >> 24 == 0 ? 2 : 4), let some = list.number(1) else {
            break
          }
          // The first bit says that it is essential.
          let numbers = (0..<some).compactMap { _ in
            version & 1 == 0 ? list.number(1).map { $0 & 0x7F } : list.number(2).map { $0 & 0x7FFF }
          }
          change(id) { $0.properties += numbers }
        }
      }
    }
  }

  private mutating func readPlaces(_ box: inout Reader) {
    guard let whole = box.number(4), let sizes = box.number(2) else { return }
    let version = whole >> 24
    let (offset, length) = (sizes >> 12, sizes >> 8 & 15)
    let (base, index) = (sizes >> 4 & 15, version == 0 ? 0 : sizes & 15)
    guard let count = box.number(version < 2 ? 2 : 4) else { return }
    for _ in 0..<min(count, Self.maximumItems) {
      guard let id = box.number(version < 2 ? 2 : 4),
        let method = version == 0 ? 0 : box.number(2), box.number(2) != nil,
        let start = box.number(base), let extents = box.number(2),
        extents <= Self.maximumExtents
      else { return }
      let isWithin = method & 15 == 1
      var ranges: [Range<Int>] = []
      for _ in 0..<extents {
        guard box.number(index) != nil, let offset = box.number(offset),
          let length = box.number(length)
        else { return }
        let (from, overflow) = start.addingReportingOverflow(offset)
        guard !overflow, from <= bytes.count else { continue }
        // Without a length, all the rest.
        ranges.append(
          from..<(length == 0 ? bytes.count : from + min(length, bytes.count - from)))
      }
      change(id) { if $0.extents.isEmpty { ($0.extents, $0.isWithin) = (ranges, isWithin) } }
    }
  }

  // MARK: HEVC

  /// Pixels by the parameter sets in the box `hvcC`, ISO/IEC 14496-15, 8.3.3.
  private func hevcSize(configuration body: Range<Int>) -> Int {
    guard body.count > 23 else { return 0 }
    var box = Reader(bytes, body.dropFirst(22))
    var size = 0
    for _ in 0..<(box.number(1) ?? 0) {
      guard box.number(1) != nil, let count = box.number(2) else { break }
      for _ in 0..<count {
        guard let length = box.number(2), length <= box.end - box.at else { return size }
        size = max(size, hevcUnit(box.at..<(box.at + length)).size)
        box.at += length
      }
    }
    return size
  }

  /// Of units of a stream, each behind four bytes with its length.
  private func hevc(_ range: Range<Int>) -> (size: Int, pictures: Int) {
    var stream = Reader(bytes, range)
    var (size, pictures) = (0, 0)
    while let length = stream.number(4), length <= stream.end - stream.at {
      let unit = hevcUnit(stream.at..<(stream.at + length))
      (size, pictures) = (max(size, unit.size), pictures + (unit.beginsPicture ? 1 : 0))
      stream.at += length
    }
    return (size, pictures)
  }

  /// Rec. ITU-T H.265, 7.3.1.2, 7.3.2.2 and 7.3.6.1.
  private func hevcUnit(_ range: Range<Int>) -> (size: Int, beginsPicture: Bool) {
    guard range.count > 2 else { return (0, false) }
    let kind = bytes[range.lowerBound] >> 1 & 0x3F
    if kind < 32 { return (0, bytes[range.lowerBound + 2] & 0x80 != 0) }
    guard kind == 33 else { return (0, false) }
    var bits = Bits(bytes, range.dropFirst(2), skipsEmulation: true)
    bits.skip(4)
    let layers = bits.number(3)
    bits.skip(1 + 96)
    let present = (0..<layers).map { _ in (bits.number(1) == 1, bits.number(1) == 1) }
    if layers > 0 { bits.skip(2 * (8 - layers)) }
    for (hasProfile, hasLevel) in present { bits.skip((hasProfile ? 88 : 0) + (hasLevel ? 8 : 0)) }
    _ = bits.exponential()
    if bits.exponential() == 3 { bits.skip(1) }
    let (width, height) = (bits.exponential(), bits.exponential())
    return (bits.hasEnded ? 0 : width.saturatingProduct(height), false)
  }

  // MARK: AV1

  /// Of open bitstream units, AV1 Bitstream & Decoding Process Specification, 5.3 and 5.5.
  private func av1(_ range: Range<Int>) -> (size: Int, pictures: Int) {
    var stream = Reader(bytes, range)
    var (size, pictures) = (0, 0)
    while let head = stream.number(1) {
      if head & 4 != 0, stream.number(1) == nil { break }
      var length = stream.end - stream.at
      if head & 2 != 0 {
        length = 0
        var shift = 0
        while let byte = stream.number(1) {
          length |= (byte & 0x7F) << shift
          shift += 7
          if byte & 0x80 == 0 || shift > 49 { break }
        }
      }
      guard length <= stream.end - stream.at else { break }
      switch head >> 3 & 15 {
      case 1: size = max(size, av1Sequence(stream.at..<(stream.at + length)))
      case 3, 6: pictures += 1
      default: break
      }
      stream.at += length
    }
    return (size, pictures)
  }

  private func av1Sequence(_ range: Range<Int>) -> Int {
    var bits = Bits(bytes, range)
    bits.skip(4)
    if bits.number(1) == 1 {
      bits.skip(5)
    } else {
      var delayBits = 0
      var hasModel = false
      if bits.number(1) == 1 {
        bits.skip(64)
        if bits.number(1) == 1 { _ = bits.exponential() }
        hasModel = bits.number(1) == 1
        if hasModel {
          delayBits = bits.number(5) + 1
          bits.skip(42)
        }
      }
      let hasDelay = bits.number(1) == 1
      for _ in 0...bits.number(5) {
        bits.skip(12)
        if bits.number(5) > 7 { bits.skip(1) }
        if hasModel, bits.number(1) == 1 { bits.skip(2 * delayBits + 1) }
        if hasDelay, bits.number(1) == 1 { bits.skip(4) }
      }
    }
    let (across, down) = (bits.number(4) + 1, bits.number(4) + 1)
    let (width, height) = (bits.number(across) + 1, bits.number(down) + 1)
    return bits.hasEnded ? 0 : width * height
  }
}

/// Numbers of any count of bits, the highest first; zeros behind the end.
private struct Bits {
  private let bytes: UnsafeRawBufferPointer
  private var at: Int
  private let end: Int
  /// Whether a 3 behind two zeros is no part of the numbers.
  private let skipsEmulation: Bool
  private var zeros = 0
  private var held: UInt8 = 0
  private var heldBits = 0
  private(set) var hasEnded = false

  init(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>, skipsEmulation: Bool = false) {
    (self.bytes, at, end) = (bytes, range.lowerBound, range.upperBound)
    self.skipsEmulation = skipsEmulation
  }

  private mutating func bit() -> Int {
    if heldBits == 0 {
      if skipsEmulation, zeros >= 2, at < end, bytes[at] == 3 { (at, zeros) = (at + 1, 0) }
      guard at < end else {
        hasEnded = true
        return 0
      }
      held = bytes[at]
      zeros = held == 0 ? zeros + 1 : 0
      (at, heldBits) = (at + 1, 8)
    }
    heldBits -= 1
    return Int(held >> UInt8(heldBits) & 1)
  }

  mutating func skip(_ count: Int) { for _ in 0..<count { _ = bit() } }

  /// Of at most 32 bits.
  mutating func number(_ count: Int) -> Int {
    (0..<count).reduce(0) { value, _ in value << 1 | bit() }
  }

  /// As many zeros as bits follow a one, by Golomb.
  mutating func exponential() -> Int {
    var count = 0
    while bit() == 0, count < 31, !hasEnded { count += 1 }
    return (1 << count) - 1 + number(count)
  }
}
