import Foundation
import TestSupport
import Testing

@testable import LikenessKit

@Suite struct ShardTests {
  @Test func eachPhotoIsOfOnePart() throws {
    let shards = (1...7).compactMap { Shard("\($0)/7") }
    #expect(shards.count == 7)
    var counts = [Int](repeating: 0, count: 7)
    for number in 0..<2_100 {
      let beginning = Data("photo \(number)".utf8)
      let of = shards.indices.filter {
        shards[$0].contains(beginning: beginning, size: UInt64(beginning.count))
      }
      try #require(of.count == 1)
      counts[of[0]] += 1
    }
    // 300 each but for chance, of which the deviation is 16.
    #expect(counts.allSatisfy { (220...380).contains($0) }, "\(counts)")
  }

  /// The same photo in two places is of one part, and another with the same beginning may be of another.
  @Test func contentDecides() throws {
    try TestFiles.withTemporaryFolder { folder in
      let shards = (1...1_000).compactMap { Shard("\($0)/1000") }
      func part(_ name: String, _ data: Data) throws -> [Int] {
        let file = folder.appendingPathComponent(name)
        try data.write(to: file)
        return shards.indices.filter { shards[$0].contains(file) }
      }
      let data = Data(repeating: 7, count: 200_000)
      let first = try part("a.jpg", data)
      let again = try part("b.png", data)
      #expect(first.count == 1 && again == first)
      let longer = try part("c.jpg", data + Data([7]))
      #expect(longer.count == 1 && longer != first)
      #expect(shards.allSatisfy { $0.contains(folder.appendingPathComponent("none.jpg")) })
      #expect(try part("empty.jpg", Data()).count >= 1)
    }
  }

  @Test(arguments: ["", "3", "0/4", "5/4", "-1/4", "1/0", "a/b", "1/2/3", "1/100001", "1 /2"])
  func whatIsNoPartIsRefused(_ text: String) {
    #expect(Shard(text) == nil)
  }
}
