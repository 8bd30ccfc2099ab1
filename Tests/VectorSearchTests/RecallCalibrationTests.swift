import Foundation
import LikenessCore
import TestSupport
import Testing

@testable import VectorSearch

@Suite struct RecallCalibrationTests {
  private static let count = 1_000
  private static let parameters = HNSWParameters(links: 6, constructionBeam: 40)

  /// 250 people with four photos each.
  private static let vectors = SampleVectors.people(
    0..<250, photos: count, 16, spread: 0.5, seed: 91)
  private static let people = Dictionary(
    uniqueKeysWithValues: (0..<count).map { (Int64($0), $0 % 250) })

  private func index(
    _ vectors: EmbeddingMatrix = vectors, _ parameters: HNSWParameters = parameters
  ) throws -> HNSWIndex {
    let index = try HNSWIndex(dimensions: vectors.dimensions, parameters: parameters)
    try index.insert(vectors, ids: 0..<Int64(vectors.count), threads: 1)
    return index
  }

  private func recall(
    of index: HNSWIndex, _ probes: EmbeddingMatrix, among exact: ExactIndex, beam: Int
  ) throws -> Double {
    let truth = try exact.search(probes, count: 10)
    return try truth.indices.map { row in
      VectorSearchTests.recall(
        try index.search(probes[row], count: 10, effort: .beam(beam)), truth[row])
    }.reduce(0, +) / Double(truth.count)
  }

  /// Ten builds: what is stated is less than what vectors find that no build has seen, and the beams are much the same.
  @Test func unseenVectorsFindWhatIsStated() throws {
    let exact = try ExactIndex(Self.vectors)
    let known = SampleVectors.people(0..<250, photos: 400, 16, spread: 0.5, seed: 92)
    let strangers = SampleVectors.people(500..<900, photos: 400, 16, spread: 0.5, seed: 93)
    var beams: [Int] = []
    for seed in UInt64(1)...10 {
      var parameters = Self.parameters
      parameters.seed = seed
      let index = try index(Self.vectors, parameters)
      let calibration = try #require(try index.calibrate(recall: 0.95, people: Self.people))
      let point = try #require(
        calibration.points.first { $0.count == 10 && $0.bound >= 0.95 })
      #expect(try index.beam(count: 10, recall: 0.95) == point.beam)
      #expect(point.recall > point.bound && point.probes == 2_000 && point.strangers == 1_000)
      for probes in [known, strangers] {
        let found = try recall(of: index, probes, among: exact, beam: point.beam)
        #expect(found >= point.bound, "build \(seed): \(found), stated \(point.bound)")
      }
      beams.append(point.beam)
    }
    #expect(Double(beams.max()!) <= 1.6 * Double(beams.min()!), "\(beams)")
  }

  /// Where everybody has many photos, those who are not there are much harder to find neighbours for.
  @Test func strangersTakeWiderBeams() throws {
    let vectors = SampleVectors.people(0..<20, photos: Self.count, 16, spread: 0.3, seed: 94)
    let parameters = HNSWParameters(links: 10, constructionBeam: 60)
    let people = Dictionary(
      uniqueKeysWithValues: (0..<Self.count).map { (Int64($0), $0 % 20) })
    let (known, mixed) = (try index(vectors, parameters), try index(vectors, parameters))
    try known.calibrate(recall: 0.9, people: [:])
    try mixed.calibrate(recall: 0.9, people: people)
    let beams = [known, mixed].map { index in
      index.calibration.points.first { $0.count == 10 && $0.bound >= 0.9 }?.beam ?? Self.count
    }
    #expect(beams[0] < beams[1], "\(beams)")
    #expect(known.calibration.points.allSatisfy { $0.strangers == 0 })
  }

  @Test func probesMeetNeitherThemselvesNorTheirPeople() throws {
    // Each vector twice, under two ids, and of two people.
    let half = SampleVectors.people(0..<150, photos: 600, 16, spread: 0.5, seed: 95)
    let vectors = EmbeddingMatrix((0..<1_200).map { half[$0 % 600] })
    let index = try index(vectors)
    var people: [Int64: Int] = [:]
    for row in 0..<1_200 {
      let copy = row / 600
      people[Int64(row)] = row % 600 % 150 + copy * 1_000
    }
    let kinds = index.unseenProbes(recall: 0.95, people: people)
    #expect(kinds.map(\.areStrangers) == [false, true])
    let plain = PlainSearch(vectors)
    for kind in kinds {
      #expect(kind.probes.count == 1_024)
      for probe in kind.probes.prefix(12) {
        let rows = (0..<1_200).filter { vectors[$0].values == probe.vector }
        #expect(rows.count == 2)
        let hidden = Set(probe.hidden.map { index.store.id(Int($0)) })
        #expect(
          probe.hidden == probe.hidden.sorted() && hidden.isSuperset(of: rows.map(Int64.init)))
        // Of a stranger four photos, and the one that is the same as the probe.
        #expect(hidden.count == (kind.areStrangers ? 5 : 2))
        let truth = plain.search(Embedding(probe.vector), count: 100, metric: .l2) {
          !hidden.contains($0)
        }
        #expect(truth.map(\.distance) == probe.nearest)
        let encoded = probe.vector.withUnsafeBufferPointer { EncodedQuery($0, in: index.store) }
        let met = try index.scratchPool.withScratch { scratch throws(IndexError) in
          try index.walk(encoded, beam: 1_200, without: probe.hidden, scratch).map(\.node)
        }
        #expect(Set(met).isDisjoint(with: probe.hidden) && met.count > 1_000)
      }
    }
  }

  @Test func recallIsMeasuredAgainAfterATenthHasChanged() throws {
    let index = try index()
    let more = SampleVectors.people(250..<310, photos: 120, 16, spread: 0.5, seed: 96)
    #expect(index.needsCalibration(recall: 0.9))
    _ = try index.beam(count: 10, recall: 0.9)
    let first = index.calibration
    #expect(first.size == Self.count && first.changes == 0 && first.knows(recall: 0.9))
    // A higher one was not measured yet.
    #expect(index.needsCalibration(recall: 0.95))
    try index.insert(more[0..<90], ids: (0..<90).map { 2_000 + $0 })
    #expect(try index.remove((0..<10).map { 2_000 + $0 }) == 10)
    _ = try index.search(more[0], count: 10, effort: .recall(0.9))
    #expect(index.calibration.points == first.points && index.calibration.changes == 100)
    try index.insert(more[100..<101], ids: [3_000])
    #expect(index.needsCalibration(recall: 0.9))
    _ = try index.search(more[0], count: 10, effort: .recall(0.9))
    #expect(index.calibration.size == Self.count + 81 && index.calibration.changes == 0)
  }

  @Test func fewVectorsAreComparedAll() throws {
    let index = try index(Self.vectors[0..<900])
    #expect(try index.beam(count: 10, recall: 0.9) == nil)
    #expect(!index.needsCalibration(recall: 0.9) && index.calibration.points.isEmpty)
    let plain = PlainSearch(Self.vectors[0..<900])
    let query = Self.vectors[950]
    #expect(
      expectSame(
        try index.search(query, count: 10), plain.search(query, count: 10, metric: .l2)))
  }

  /// No bound of so many probes reaches it, so nothing is tried.
  @Test func aRecallThatCannotBeShownIsReachedByComparingAll() throws {
    let index = try index()
    #expect(try index.beam(count: 10, recall: 0.9999) == nil)
    #expect(index.calibration.points.isEmpty && index.calibration.knows(recall: 0.9999))
    let query = Self.vectors[3]
    let truth = PlainSearch(Self.vectors).search(query, count: 10, metric: .l2)
    #expect(expectSame(try index.search(query, count: 10, effort: .recall(0.9999)), truth))
  }

  @Test func equalVectorsHaveNoUnseenProbes() throws {
    let vectors = SampleVectors.equal(1_000, 4, to: 0.5)
    let index = try index(vectors, HNSWParameters(links: 4, constructionBeam: 10))
    #expect(try index.beam(count: 10, recall: 0.9) == nil)
    #expect(try index.search(vectors[0], count: 10).count == 10)
  }

  @Test func beamsRiseByAThirdOrAHalf() {
    #expect(HNSWIndex.beams.prefix(7) == [8, 12, 16, 24, 32, 48, 64])
    #expect(HNSWIndex.beams.last == 4_096)
  }

  @Test func betweenTwoCountsTheWiderBeamIsTaken() {
    func point(_ count: Int, _ beam: Int, _ bound: Double) -> RecallCalibration.Point {
      .init(count: count, beam: beam, recall: bound, bound: bound, probes: 9, strangers: 0)
    }
    var calibration = RecallCalibration()
    calibration.points = [
      point(1, 12, 0.9), point(1, 96, 0.99), point(10, 48, 0.9), point(10, 64, 0.99),
      point(100, 128, 0.95),
    ]
    #expect(calibration.beam(count: 1, recall: 0.99) == 96)
    #expect(calibration.beam(count: 5, recall: 0.99) == 96)
    #expect(calibration.beam(count: 5, recall: 0.9) == 48)
    #expect(calibration.beam(count: 10, recall: 0.99) == 64)
    #expect(calibration.beam(count: 50, recall: 0.9) == 128)
    #expect(calibration.beam(count: 50, recall: 0.99) == 320)
    #expect(calibration.beam(count: 200, recall: 0.95) == 256)
    #expect(calibration.beam(count: 10, recall: 0.999) == nil)
  }

  @Test func theFileKeepsWhatWasMeasured() throws {
    try TestFiles.withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("a.index")
      let index = try VectorIndex(
        dimensions: 16, graphThreshold: 900,
        parameters: HNSWParameters(links: 10, constructionBeam: 60))
      try index.insert(Self.vectors, ids: 0..<Int64(Self.count))
      #expect(index.needsCalibration)
      try index.calibrate(people: Self.people)
      try index.save(to: file, stamp: IndexStamp())
      let opened = try VectorIndex(contentsOf: file)
      #expect(!opened.needsCalibration)
      let measured = try #require(try index.info().measurement)
      let read = try #require(try opened.info().measurement)
      #expect(read.point == measured.point && read.vectors == Self.count && read.changes == 0)
      #expect(abs(read.date.timeIntervalSince(measured.date)) < 0.001)
      #expect(try opened.info().recall == measured.point.bound && measured.point.bound >= 0.99)

      // What version 1 said of recall is not used.
      var head = try OpenIndexFile(file).head
      head.graph?.recall = nil
      let encoded = String(decoding: try JSONEncoder().encode(head), as: UTF8.self)
      let calibration = #""calibration":{"points":[{"count":10,"beam":8,"recall":1}],"size":1000}"#
      let json = Data(
        encoded.replacingOccurrences(of: #""graph":{"#, with: #""graph":{\#(calibration),"#).utf8)
      #expect(json.count > encoded.utf8.count)
      var bytes = try Data(contentsOf: file)
      var start = Data(IndexFile.magic)
      let sum = json.withUnsafeBytes { IndexFile.checksum($0) }
      for number in [1, UInt64(bytes.count), UInt64(json.count), sum] {
        withUnsafeBytes(of: number.littleEndian) { start.append(contentsOf: $0) }
      }
      bytes.replaceSubrange(0..<start.count + json.count, with: start + json)
      try bytes.write(to: file)
      let old = try VectorIndex(contentsOf: file)
      #expect(old.count == Self.count && old.needsCalibration)
      #expect(try old.search(Self.vectors[7], count: 3).first?.id == 7)
    }
  }

  @Test func numbersThatNobodyMeasuredAreNotTaken() {
    var sound = RecallCalibration()
    sound.points = [
      .init(count: 10, beam: 64, recall: 0.99, bound: 0.98, probes: 900, strangers: 100)
    ]
    (sound.size, sound.target, sound.date) = (1_000, 0.98, Date())
    #expect(sound.isSound)
    let changes: [(inout RecallCalibration) -> Void] = [
      { $0.points[0].beam = -1 }, { $0.points[0].beam = .max }, { $0.points[0].count = 11 },
      { $0.points[0].bound = 2 }, { $0.points[0].recall = -1 }, { $0.points[0].probes = -1 },
      { $0.points[0].strangers = 901 }, { $0.size = -1 }, { $0.changes = .min },
      { $0.changes = .max }, { $0.target = 7 }, { $0.date = Date(timeIntervalSince1970: 1e300) },
    ]
    for (number, change) in changes.enumerated() {
      var calibration = sound
      change(&calibration)
      #expect(!calibration.isSound, "change \(number)")
    }
  }
}
