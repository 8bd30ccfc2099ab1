import Foundation

@testable import LikenessCore
@testable import VectorSearch

extension FuzzTarget {
  private static let file = URL(
    fileURLWithPath: "/dev/shm/likeness-fuzz-\(ProcessInfo.processInfo.processIdentifier).index")

  /// A file of an index, without what lies between its sections: two bytes with the length of the head's JSON, the JSON, then
  /// the sections by their names' order, each with two bytes of length.
  ///
  /// Lengths, places and checksums are put right, as nothing behind them would ever be reached otherwise; whatever else the head
  /// says of sections is kept.
  static func index(_ data: Data) -> Bool {
    var rest = data
    guard let json = piece(&rest) else { return false }
    var head = json
    var sections: [Data] = []
    var end = IndexFile.alignment
    if var known = try? JSONDecoder().decode(IndexFile.Head.self, from: json) {
      for name in IndexFile.SectionName.allCases {
        guard known.sections[name.rawValue] != nil, let bytes = piece(&rest) else { continue }
        known.sections[name.rawValue] = IndexFile.Section(
          offset: end, bytes: bytes.count,
          checksum: bytes.withUnsafeBytes { IndexFile.checksum($0) })
        sections.append(bytes)
        end += (bytes.count + IndexFile.alignment - 1) / IndexFile.alignment * IndexFile.alignment
      }
      head = (try? JSONEncoder().encode(known)) ?? json
    }
    let sum = head.withUnsafeBytes { IndexFile.checksum($0) }
    var whole = Data(IndexFile.magic)
    for number in [UInt64(IndexFile.version), UInt64(end), UInt64(head.count), sum] {
      withUnsafeBytes(of: number.littleEndian) { whole.append(contentsOf: $0) }
    }
    whole += head
    guard whole.count <= IndexFile.alignment else { return false }
    whole.append(Data(count: IndexFile.alignment - whole.count))
    for section in sections {
      whole += section
      whole.append(
        Data(
          count: (IndexFile.alignment - section.count % IndexFile.alignment) % IndexFile.alignment))
    }
    guard (try? whole.write(to: file)) != nil else { return false }
    defer { try? FileManager.default.removeItem(at: file) }
    do throws(IndexError) {
      let index = try VectorIndex(contentsOf: file)
      check((0...VectorStore.maximumCapacity).contains(index.count), "a number of vectors")
      try index.verifyFile()
      let query = Embedding([Float](repeating: 0.5, count: index.dimensions))
      for effort in [SearchEffort.beam(4), .standard] {
        let found = try index.search(query, count: 3, effort: effort)
        check(found.count <= min(3, index.count), "a number of answers")
      }
    } catch {
      checkLine(error)
    }
    return true
  }

  private static func piece(_ rest: inout Data) -> Data? {
    guard rest.count >= 2 else { return nil }
    let count = Int(rest[rest.startIndex]) | Int(rest[rest.startIndex + 1]) << 8
    guard count <= rest.count - 2 else { return nil }
    let piece = Data(rest.dropFirst(2).prefix(count))
    rest = rest.dropFirst(2 + count)
    return piece
  }
}
