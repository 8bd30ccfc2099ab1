import Faces
import Foundation

/// Where XMP lies in image files: XMP Specification part 3. Nothing but the packet, and what says where it lies, is changed:
/// every other byte stays, and in the order in which it was.
struct XMPContainer {
  /// Why no packet can be put into a file, in words.
  struct Refusal: Error { let reason: String }

  /// The packet of a file, and what belongs to it.
  var packet: Data?
  /// What a JPEG has no room for in its packet, whole; none in other files.
  var extended: Data?

  /// The file with a packet in the place of the one that it has.
  private let replace: (Data) throws(Refusal) -> Data

  /// - Returns: nil where nothing can be read from files of the kind.
  init?(_ data: Data) {
    // Indices from 0.
    let data = data.startIndex == 0 ? data : Data(data)
    switch PhotoFormat.sniff(data) {
    case .jpeg:
      let segments = JPEGSegments(data)
      (packet, extended) = (segments.packet, segments.extended)
      replace = segments.replacing
    case .png:
      let chunks = PNGTexts(data)
      packet = chunks.packet
      replace = chunks.replacing
    case .webp:
      let chunks = RIFFChunks(data)
      packet = chunks.packet
      replace = chunks.replacing
    case .tiff:
      let directory = TIFFPacket(data)
      packet = directory.packet
      replace = directory.replacing
    case .heic, .avif:
      packet = Photo.decodersXMP(of: data)
      let name = PhotoFormat.sniff(data)?.rawValue ?? ""
      replace = { _ throws(Refusal) in throw Refusal(reason: "\(name) files are not written into") }
    case .gif, .bmp, .pnm, nil: return nil
    }
  }

  /// The blanks that a packet which does not fit into its place gets: what is written next finds room.
  private static let padding = 2_048

  /// The file with what is said in a packet in the place of what is said now.
  /// - Throws: `Refusal`, `XMPPacket.Refusal`
  func writing(_ properties: XMPPacket) throws -> Data {
    // Of none the toolkit makes as many as it thinks fit.
    let bare = try properties.serialized(padding: 1)
    if let packet, bare.count <= packet.count, let filled = Self.filled(bare, to: packet.count) {
      return try replace(filled)
    }
    return try replace(try properties.serialized(padding: Self.padding))
  }

  /// A packet of so many bytes, with blanks before its end.
  private static func filled(_ packet: Data, to count: Int) -> Data? {
    guard let end = packet.range(of: Data("<?xpacket end".utf8), options: .backwards) else {
      return nil
    }
    var filled = packet
    filled.insert(
      contentsOf: [UInt8](repeating: 0x20, count: count - packet.count), at: end.lowerBound)
    return filled
  }
}

extension Data {
  /// The big-endian number of so many bytes at a place; nil where the bytes end before.
  func number(at place: Int, bytes: Int) -> Int? {
    guard place >= 0, bytes <= 8, place <= count - bytes else { return nil }
    let value = self[place..<place + bytes].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return value <= UInt64(Int.max / 2) ? Int(value) : nil
  }

  func has(_ text: String, at place: Int) -> Bool {
    place >= 0 && place + text.utf8.count <= count
      && self[place..<place + text.utf8.count].elementsEqual(text.utf8)
  }

  /// The bytes with others in the place of some.
  func replacing(_ range: Range<Int>, with bytes: Data) -> Data {
    var result = Data(capacity: count - range.count + bytes.count)
    result.append(self[0..<range.lowerBound])
    result.append(bytes)
    result.append(self[range.upperBound..<count])
    return result
  }
}
