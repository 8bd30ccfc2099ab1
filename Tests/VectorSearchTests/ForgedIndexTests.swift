import Foundation
import LikenessCore
import TestSupport
import Testing

@testable import VectorSearch

/// Files whose checksums are right and whose graph leads out of itself.
@Suite struct ForgedIndexTests {
  private static let count = 260
  private static let links = 6
  private static let end = UInt32.max

  /// A file with a graph of several layers, and with free slots unless all are wanted.
  private func write(_ file: URL, full: Bool) throws {
    let index = try VectorIndex(
      dimensions: 20, graphThreshold: 100,
      parameters: HNSWParameters(links: Self.links, constructionBeam: 30))
    try index.insert(
      SampleVectors.clustered(Self.count, 20, seed: 71), ids: 0..<Int64(Self.count), threads: 1)
    if !full { try index.remove([10, 20]) }
    try index.save(to: file, stamp: IndexStamp(source: "here", revision: 5))
  }

  /// Changes numbers of a section, and says so in its checksum.
  private func forge<Number>(
    _ file: URL, _ name: IndexFile.SectionName,
    _ change: (UnsafeMutableBufferPointer<Number>) -> Void
  ) throws {
    var head = try OpenIndexFile(file).head
    var section = try #require(head.sections[name.rawValue])
    var bytes = try Data(contentsOf: file)
    let range = section.offset..<section.offset + section.bytes
    var part = [UInt8](bytes[range])
    part.withUnsafeMutableBytes { change($0.bindMemory(to: Number.self)) }
    section.checksum = part.withUnsafeBytes { IndexFile.checksum($0) }
    head.sections[name.rawValue] = section
    bytes.replaceSubrange(range, with: part)
    try replaceHead(of: &bytes, head)
    try bytes.write(to: file)
  }

  private func replaceHead(of bytes: inout Data, _ head: IndexFile.Head) throws {
    let start = IndexFile.headBytes(head, fileSize: bytes.count)
    bytes.replaceSubrange(0..<start.count, with: start)
  }

  private func forgeHead(_ file: URL, _ change: (inout IndexFile.GraphHead) -> Void) throws {
    var head = try OpenIndexFile(file).head
    var graph = try #require(head.graph)
    change(&graph)
    head.graph = graph
    var bytes = try Data(contentsOf: file)
    try replaceHead(of: &bytes, head)
    try bytes.write(to: file)
  }

  private func expectRefused(_ file: URL, _ what: String) {
    do throws(IndexError) {
      _ = try VectorIndex(contentsOf: file)
      Issue.record("\(what) was opened")
    } catch {
      guard case .damaged(let path, _) = error, path == file.path else {
        Issue.record("\(what): \(error)")
        return
      }
      #expect(error.description.split(whereSeparator: \.isNewline).count == 1)
    }
  }

  @Test(arguments: [true, false]) func linksOutOfTheGraphAreRefused(_ full: Bool) throws {
    try TestFiles.withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("a.index")
      try write(file, full: full)
      let sound = try Data(contentsOf: file)
      let opened = try VectorIndex(contentsOf: file)
      #expect(opened.count == (full ? Self.count : Self.count - 2))
      let graph = try #require(try OpenIndexFile(file).head.graph)
      #expect(graph.entryLevel > 0 && graph.upperBlocks > 0)

      let base: [(String, (UnsafeMutableBufferPointer<UInt32>) -> Void)] = [
        ("the first slot behind", { $0[0] = UInt32(Self.count) }),
        ("the last number", { $0[7 * 2 * Self.links] = Self.end - 1 }),
        ("far away", { $0[$0.count - 2 * Self.links] = 1 << 28 }),
      ]
      for (what, change) in base {
        try sound.write(to: file)
        try forge(file, .baseLinks, change)
        expectRefused(file, "a link to \(what)")
      }
      if !full {
        try sound.write(to: file)
        // Ids are the slots; these two are free.
        try forge(file, .baseLinks) { (links: UnsafeMutableBufferPointer<UInt32>) in links[0] = 20 }
        expectRefused(file, "a link to a free slot")
      }

      var heights: [UInt8] = []
      var first: [UInt32] = []
      try sound.write(to: file)
      try forge(file, .heights) { (numbers: UnsafeMutableBufferPointer<UInt8>) in
        heights = Array(numbers)
      }
      try forge(file, .firstUpperBlock) { (numbers: UnsafeMutableBufferPointer<UInt32>) in
        first = Array(numbers)
      }
      #expect(try VectorIndex(contentsOf: file).count == opened.count)
      let high = try #require(heights.firstIndex { $0 > 1 })
      let low = try #require(heights.firstIndex(of: 1))
      let block = Int(first[high]) * Self.links
      for (what, other) in [("a lower slot", UInt32(low)), ("none", UInt32(Self.count))] {
        try sound.write(to: file)
        try forge(file, .upperLinks) { (links: UnsafeMutableBufferPointer<UInt32>) in
          links[block] = other
        }
        expectRefused(file, "an upper link to \(what)")
      }
      for (what, place, height) in [
        ("higher than any", high, UInt8(200)), ("in no layer", low, 0),
        ("in more layers than it has links", low, 20),
      ] {
        try sound.write(to: file)
        try forge(file, .heights) { (numbers: UnsafeMutableBufferPointer<UInt8>) in
          numbers[place] = height
        }
        // Blocks of a slot that had none.
        try forge(file, .firstUpperBlock) { (numbers: UnsafeMutableBufferPointer<UInt32>) in
          if heights[place] < 2 { numbers[place] = UInt32(graph.upperBlocks) }
        }
        expectRefused(file, "a slot \(what)")
      }
      try sound.write(to: file)
      try forge(file, .firstUpperBlock) { (numbers: UnsafeMutableBufferPointer<UInt32>) in
        numbers[high] = Self.end
      }
      expectRefused(file, "links outside of their section")

      let heads: [(String, (inout IndexFile.GraphHead) -> Void)] = [
        ("an entry in a lower layer", { $0.entry = UInt32(low) }),
        ("an entry that is none", { $0.entry = UInt32(Self.count) }),
        ("no entry", { $0.entry = nil }), ("a higher entry", { $0.entryLevel += 1 }),
        ("a level below all", { $0.entryLevel = -1 }),
        ("a beam for which there is no memory", { $0.parameters.constructionBeam = 1 << 60 }),
        ("other links", { $0.parameters.links = 7 }),
      ]
      for (what, change) in heads {
        try sound.write(to: file)
        try forgeHead(file, change)
        expectRefused(file, what)
      }
    }
  }

  /// Links that stay inside are taken, however wrong: whatever is asked then is answered, and nothing breaks.
  @Test func wrongLinksInsideTheGraphBreakNothing() throws {
    try TestFiles.withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("a.index")
      try write(file, full: true)
      var random = SplitMix64(seed: 97)
      try forge(file, .baseLinks) { (links: UnsafeMutableBufferPointer<UInt32>) in
        for place in links.indices where links[place] != Self.end {
          links[place] = .random(in: 0..<UInt32(Self.count), using: &random)
        }
      }
      let index = try VectorIndex(contentsOf: file)
      let queries = SampleVectors.clustered(20, 20, seed: 72)
      for row in 0..<queries.count {
        for count in [1, 10, 300] {
          let found = try index.search(queries[row], count: count, effort: .beam(20))
          #expect(found.count <= Self.count && Set(found.map(\.id)).count == found.count)
        }
      }
    }
  }
}
