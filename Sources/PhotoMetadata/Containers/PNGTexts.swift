import Foundation
import LikenessCore

/// The XMP of a PNG: an `iTXt` chunk of its own keyword, XMP Specification part 3, 1.1.5.
struct PNGTexts {
  private static let keyword = "XML:com.adobe.xmp\0"

  /// A photo of 200 megapixels has some ten thousand.
  private static let most = 100_000

  private let data: Data
  private var own: Range<Int>?
  /// Whether the text is compressed, which it should not be.
  private var isCompressed = false
  private var headEnd: Int?

  init(_ data: Data) {
    self.data = data
    var at = 8
    var chunks = 0
    while chunks < Self.most, let length = data.number(at: at, bytes: 4),
      length <= data.count - at - 12
    {
      let next = at + 12 + length
      if data.has("IHDR", at: at + 4) { headEnd = next }
      if own == nil, data.has("iTXt", at: at + 4), data.has(Self.keyword, at: at + 8) {
        own = at..<next
        isCompressed = data.number(at: at + 8 + Self.keyword.utf8.count, bytes: 1) != 0
      }
      if data.has("IEND", at: at + 4) { return }
      at = next
      chunks += 1
    }
  }

  var packet: Data? {
    guard let own, !isCompressed else { return nil }
    // Two bytes for the compression, then a language and a translated keyword, each up to its zero.
    var at = own.lowerBound + 8 + Self.keyword.utf8.count + 2
    let end = own.upperBound - 4
    for _ in 0..<2 {
      guard at < end, let zero = data[at..<end].firstIndex(of: 0) else { return nil }
      at = zero + 1
    }
    return Data(data[at..<end])
  }

  /// - Throws: `XMPContainer.Refusal`
  func replacing(_ packet: Data) throws(XMPContainer.Refusal) -> Data {
    guard let headEnd else { throw .init(reason: "its chunks are damaged") }
    guard !isCompressed else {
      throw .init(reason: "its XMP is compressed, which PNG's should not be")
    }
    let content = Data("iTXt".utf8) + Data(Self.keyword.utf8) + Data([0, 0, 0, 0]) + packet
    let chunk =
      Self.bigEndian(UInt32(content.count - 4)) + content
      + Self.bigEndian(ZipArchive.checksum(content))
    return data.replacing(own ?? headEnd..<headEnd, with: chunk)
  }

  private static func bigEndian(_ number: UInt32) -> Data {
    withUnsafeBytes(of: number.bigEndian) { Data($0) }
  }
}
