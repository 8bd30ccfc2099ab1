import Testing

@testable import MetricLearning

@Suite struct DatasetSplitTests {
  private let data = SampleData.labels(people: 10, takes: 3)

  private func values(_ positions: [Int], _ attribute: String) -> Set<String> {
    Set(positions.compactMap { data.items[$0].attributes[attribute] })
  }

  @Test func `people are held out with all of their photos`() throws {
    let split = try data.split(.values(of: "person", share: 0.3), seed: 1)
    #expect(split.training.count == 147 && split.heldOut.count == 63)
    #expect(values(split.heldOut, "person").count == 3)
    #expect(values(split.heldOut, "person").isDisjoint(with: values(split.training, "person")))
    #expect(try data.split(.values(of: "person", share: 0.3), seed: 1) == split)
    #expect(try data.split(.values(of: "person", share: 0.3), seed: 2) != split)
  }

  @Test func `people are held out by name`() throws {
    let people = try data.values(of: "person")
    let split = try data.split(.named([people[1], people[4]], of: "person"), seed: 1)
    #expect(values(split.heldOut, "person") == [people[1], people[4]])
    #expect(split.heldOut.count == 42 && split.training.count == 168)
    #expect(throws: DatasetError.unknownValue(attribute: "person", value: "Zoe", values: people)) {
      try data.split(.named([people[1], "Zoe"], of: "person"), seed: 1)
    }
    #expect(throws: DatasetError.self) {
      try data.split(.named(people, of: "person"), seed: 1)
    }
  }

  @Test func `the folds of a Latin square hold out every cell once`() throws {
    var seen: [Int] = []
    for fold in 0..<7 {
      let split = try data.split(.cells("person", "expression", fold: fold), seed: 1)
      #expect(split.heldOut.count == 30)
      #expect(values(split.heldOut, "person").count == 10)
      #expect(values(split.heldOut, "expression").count == 7)
      let cells = Set(
        split.heldOut.map { data.items[$0].attributes }.map { $0["person"]! + $0["expression"]! })
      #expect(cells.count == 10)
      let known = Set(
        split.training.map { data.items[$0].attributes }.map { $0["person"]! + $0["expression"]! })
      #expect(cells.isDisjoint(with: known))
      seen += split.heldOut
    }
    #expect(seen.sorted() == Array(data.items.indices))
  }

  @Test(arguments: [0.1, 0.25, 0.5]) func `a share is taken of everybody alike`(_ share: Double)
    throws
  {
    let split = try data.split(.photos(share: share, evenlyOver: "person"), seed: 3)
    #expect(split.heldOut.count == Int((210 * share).rounded()))
    for person in try data.values(of: "person") {
      let count = split.heldOut.count { data.items[$0].attributes["person"] == person }
      #expect(abs(Double(count) - 21 * share) <= 1)
    }
    #expect(Set(split.training + split.heldOut) == Set(data.items.indices))
    #expect(split.training.count + split.heldOut.count == data.count)
  }

  @Test func `a split with nothing on one side is refused`() {
    let one = SampleData.labels(people: 1, takes: 1)
    #expect(throws: DatasetError.self) { try one.split(.values(of: "person", share: 0.5), seed: 1) }
    #expect(throws: DatasetError.self) {
      try data.split(.photos(share: 0.001, evenlyOver: "person"), seed: 1)
    }
    #expect(throws: DatasetError.self) { try data.split(.values(of: "pose", share: 0.5), seed: 1) }
  }
}
