import Foundation

/// The segments of a JPEG before its picture, as far as XMP is in them: XMP Specification part 3, 1.1.3.
struct JPEGSegments {
  private struct Segment {
    var marker: Int
    /// From its marker on.
    var whole: Range<Int>
    var content: Range<Int>
  }

  private static let mark = "http://ns.adobe.com/xap/1.0/\0"
  private static let extensionMark = "http://ns.adobe.com/xmp/extension/\0"
  /// The most bytes of a segment, with its length.
  private static let maximumSegment = 65_535

  /// Photos have some dozens; with 3D profiles or long XMP, some thousand.
  private static let most = 10_000

  private let data: Data
  private var segments: [Segment] = []
  /// Whether a marker was met behind them, where the picture begins.
  private var isWhole = false

  init(_ data: Data) {
    self.data = data
    var at = 2
    while segments.count < Self.most, let marker = data.number(at: at, bytes: 2) {
      // Any number of 0xFF may fill what is between two segments.
      if marker == 0xFFFF {
        at += 1
        continue
      }
      guard marker >= 0xFF01 else { return }
      let isPicture = marker == 0xFFDA || marker == 0xFFD9
      if isPicture || (0xFFC0...0xFFCF).contains(marker) {
        isWhole = true
        return
      }
      guard let length = data.number(at: at + 2, bytes: 2), length >= 2,
        at + 2 + length <= data.count
      else { return }
      segments.append(
        Segment(
          marker: marker, whole: at..<at + 2 + length, content: at + 4..<at + 2 + length))
      at += 2 + length
    }
  }

  private var own: Segment? {
    segments.first { $0.marker == 0xFFE1 && data.has(Self.mark, at: $0.content.lowerBound) }
  }

  var packet: Data? {
    own.map { Data(data[($0.content.lowerBound + Self.mark.utf8.count)..<$0.content.upperBound]) }
  }

  /// What a program moved out of the packet, since a segment has no room for it: each part names the whole by its digest.
  var extended: Data? {
    let digest = 32
    let header = Self.extensionMark.utf8.count
    var wholes: [Data: [(at: Int, bytes: Range<Int>)]] = [:]
    var lengths: [Data: Int] = [:]
    for segment in segments where segment.marker == 0xFFE1 {
      let start = segment.content.lowerBound
      guard data.has(Self.extensionMark, at: start),
        let length = data.number(at: start + header + digest, bytes: 4),
        let place = data.number(at: start + header + digest + 4, bytes: 4),
        start + header + digest + 8 <= segment.content.upperBound
      else { continue }
      let name = Data(data[(start + header)..<(start + header + digest)])
      wholes[name, default: []].append(
        (place, start + header + digest + 8..<segment.content.upperBound))
      lengths[name] = length
    }
    // The one that the packet names.
    guard let packet, let (name, parts) = wholes.first(where: { packet.range(of: $0.key) != nil }),
      let length = lengths[name], length <= XMPSource.maximumBytes
    else { return nil }
    var whole = Data()
    for part in parts.sorted(by: { $0.at < $1.at }) {
      guard part.at == whole.count, whole.count + part.bytes.count <= length else { return nil }
      whole.append(data[part.bytes])
    }
    return whole.count == length ? whole : nil
  }

  /// - Throws: `XMPContainer.Refusal`
  func replacing(_ packet: Data) throws(XMPContainer.Refusal) -> Data {
    guard isWhole else { throw .init(reason: "its segments are damaged") }
    let content = Data(Self.mark.utf8) + packet
    guard content.count + 2 <= Self.maximumSegment else {
      throw .init(reason: "a JPEG has room for 64 KB of XMP, and this is more")
    }
    let segment =
      Data([0xFF, 0xE1, UInt8((content.count + 2) >> 8), UInt8((content.count + 2) & 0xFF)])
      + content
    // Behind what has to come first: JFIF's segment, and that of EXIF.
    let first = segments.prefix { $0.marker == 0xFFE0 || isExif($0) }
    let place =
      own?.whole ?? (first.last?.whole.upperBound ?? 2)..<(first.last?.whole.upperBound ?? 2)
    // Places of further pictures are counted from their list on, so that nothing before it moves them; but the list has
    // the first picture's length as well.
    if segment.count != place.count, segments.contains(where: isPictureList) {
      throw .init(reason: "it holds several pictures, and says where each is")
    }
    return data.replacing(place, with: segment)
  }

  private func isExif(_ segment: Segment) -> Bool {
    segment.marker == 0xFFE1 && data.has("Exif\0", at: segment.content.lowerBound)
  }

  /// That of CIPA's multi-picture format.
  private func isPictureList(_ segment: Segment) -> Bool {
    segment.marker == 0xFFE2 && data.has("MPF\0", at: segment.content.lowerBound)
  }
}
