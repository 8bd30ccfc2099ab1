import Foundation
import XXHash

/// An index in one file, as `Documentation/IndexFile.md` describes it: a head of JSON, then sections that
/// are mapped into memory as they lie there.
///
/// A file is never changed, only replaced: an open file keeps its contents.
enum IndexFile {
  static let magic = Array("LIKENESS".utf8)
  /// 2: recall has bounds, measured with probes that the graph does not know. What 1 says of it is not read.
  static let version = 2
  /// Sections begin at multiples of this, which pages of all machines divide.
  static let alignment = 65536

  struct Section: Codable, Equatable {
    var offset: Int
    var bytes: Int
    /// XXH3, 64 bits.
    var checksum: UInt64
  }

  enum SectionName: String, Codable, CaseIterable {
    case centre, blockErrors, vectors, codes, scales, ids
    case baseLinks, upperLinks, firstUpperBlock, heights

    /// For messages: the section as a subject with its verb, `its vectors were`.
    var inWords: String {
      switch self {
      case .centre: "its center was"
      case .blockErrors: "its error bounds were"
      case .vectors: "its vectors were"
      case .codes: "its codes were"
      case .scales: "its scales were"
      case .ids: "its ids were"
      case .baseLinks, .upperLinks, .firstUpperBlock: "its links were"
      case .heights: "its heights were"
      }
    }
  }

  struct Head: Codable {
    var stamp: IndexStamp
    var dimensions: Int
    var metric: String
    var slotCount: Int
    var freeSlots: Int
    var largestNorm: Float
    var graph: GraphHead?
    var sections: [String: Section] = [:]
  }

  struct GraphHead: Codable {
    var parameters: HNSWParameters
    var entry: UInt32?
    var entryLevel: Int
    var upperBlocks: Int
    /// Nil where it was not measured.
    var recall: RecallCalibration?
  }

  static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    XXH3_64bits(bytes.baseAddress, bytes.count)
  }
}

/// What an index was made from: a gallery, and which state of it.
public struct IndexStamp: Sendable, Hashable, Codable {
  /// The id of the gallery.
  public var source: String
  /// The gallery's revision.
  public var revision: Int
  /// Tells the revision from another of the same number.
  public var mark: String

  /// The stamp of a gallery's revision; empty for an index of nothing in particular.
  public init(source: String = "", revision: Int = 0, mark: String = "") {
    self.source = source
    self.revision = revision
    self.mark = mark
  }
}
