import Foundation

/// Bytes that are broken at random, the same for the same seed.
public struct Mutation {
  private var random: SplitMix64

  public init(seed: UInt64) { random = SplitMix64(seed: seed) }

  /// What sizes and counts are made of to do harm.
  private static let curious: [[UInt8]] = [
    [0], [0x7F], [0xFF], [0x80], [0xFF, 0xFF], [0, 0], [0xFF, 0xFF, 0xFF, 0xFF],
    [0x7F, 0xFF, 0xFF, 0xFF],
    [0xFF, 0xFF, 0xFF, 0x7F], [0, 0, 0, 0x80], [UInt8](repeating: 0xFF, count: 9), [0x0D, 0x0A],
    Array("-1".utf8), Array("1e999".utf8), Array("9223372036854775807".utf8), Array("null".utf8),
    Array("\"".utf8), Array("[[[[".utf8), Array("{}".utf8),
  ]

  /// The bytes with a few changes: some replaced, taken out, put in or repeated, or the end cut off.
  ///
  /// Every other change is in the first 64 bytes: headers come first, and are where lies do harm.
  public mutating func callAsFunction(_ data: Data) -> Data {
    var bytes = [UInt8](data)
    for _ in 0..<Int.random(in: 1...6, using: &random) {
      guard !bytes.isEmpty else { break }
      let reach = Bool.random(using: &random) ? bytes.count : min(64, bytes.count)
      let at = Int.random(in: 0..<reach, using: &random)
      let length = min(bytes.count - at, 1 << Int.random(in: 0...4, using: &random))
      switch Int.random(in: 0..<16, using: &random) {
      case 0: bytes.removeLast(bytes.count - at)
      case 1: bytes.removeSubrange(at..<at + length)
      case 2: bytes.insert(contentsOf: bytes[at..<at + length], at: at)
      case 3: bytes.insert(UInt8.random(in: 0...255, using: &random), at: at)
      case 4...6:
        let word = Self.curious.randomElement(using: &random) ?? [0]
        bytes.replaceSubrange(at..<min(bytes.count, at + word.count), with: word)
      case 7...9: bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      default: bytes[at] = UInt8.random(in: 0...255, using: &random)
      }
    }
    return Data(bytes)
  }
}

/// The files that fuzzing begins with (`Fuzz/make_corpus.py`).
public enum FuzzCorpus {
  /// Those of a target, by name and in that order.
  public static func files(_ target: String) throws -> [(name: String, data: Data)] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../../Fuzz/Corpus/\(target)").standardizedFileURL
    return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().map {
      ($0, try Data(contentsOf: folder.appendingPathComponent($0)))
    }
  }

  /// Hands over each file as it is, then all of them broken in so many ways together.
  public static func broken(
    _ target: String, _ count: Int, _ body: (Data) throws -> Void
  ) throws {
    let files = try files(target)
    for file in files { try body(file.data) }
    var mutation = Mutation(seed: 22)
    for number in 0..<count { try body(mutation(files[number % files.count].data)) }
  }
}
