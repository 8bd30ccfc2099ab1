import Testing

@testable import MetricLearning

@Suite struct SamplerTests {
  private let data = SampleData.labels(people: 6, takes: 2)

  @Test func `a balanced batch has P people with K different photos each`() throws {
    let people = try data.classes(of: "person")
    let sampler = BalancedSampler(
      positions: Array(people.indices), classes: people, classesPerBatch: 4, photosPerClass: 5)
    let batches = sampler.batches(seed: 5, epoch: 0)
    #expect(batches.count == 5)
    for batch in batches {
      let groups = Dictionary(grouping: batch.items, by: { people[$0] })
      #expect(groups.count == 4)
      #expect(groups.values.allSatisfy { Set($0).count == 5 })
      #expect(batch.triplets.isEmpty)
    }
    #expect(sampler.batches(seed: 5, epoch: 0) == batches)
    #expect(sampler.batches(seed: 5, epoch: 1) != batches)
    #expect(sampler.batches(seed: 6, epoch: 0) != batches)
    // Some epochs show every photo.
    let seen = Set((0..<6).flatMap { sampler.batches(seed: 5, epoch: $0) }.flatMap(\.items))
    #expect(seen.count == data.count)
  }

  @Test func `few people and few photos fill a batch all the same`() {
    let sampler = BalancedSampler(
      positions: [7, 8, 9], classes: [0, 0, 4], classesPerBatch: 8, photosPerClass: 4)
    let batch = sampler.batches(seed: 1, epoch: 0)[0]
    #expect(batch.items.count == 8)
    #expect(batch.items.count { $0 == 9 } == 4)
    #expect(batch.items.count { $0 == 7 } == 2)
  }

  @Test func `anchors once an epoch are half as many triplets`() throws {
    let classes = try ["person", "expression"].map { try data.classes(of: $0) }
    let batches = TripletSampler(
      positions: Array(classes[0].indices), classes: classes, tripletsPerBatch: 16,
      anchorsOnce: true
    ).batches(seed: 2, epoch: 3)
    #expect(batches.count == (data.count + 15) / 16)
    #expect(batches.allSatisfy { $0.triplets.count == 16 })
  }

  @Test func `shuffled batches show every photo once at most`() {
    let sampler = ShuffledSampler(positions: Array(10..<60), batchSize: 16)
    let batches = sampler.batches(seed: 3, epoch: 0)
    #expect(batches.map(\.items.count) == [16, 16, 16])
    #expect(Set(batches.flatMap(\.items)).count == 48)
    #expect(batches == sampler.batches(seed: 3, epoch: 0))
    #expect(batches != sampler.batches(seed: 3, epoch: 1))
    let seen = Set((0..<8).flatMap { sampler.batches(seed: 3, epoch: $0) }.flatMap(\.items))
    #expect(seen == Set(10..<60))
    #expect(ShuffledSampler(positions: [4, 5], batchSize: 9).batches(seed: 1, epoch: 0).count == 1)
  }

  @Test func `half of the triplets are of each attribute`() throws {
    let classes = try ["person", "expression"].map { try data.classes(of: $0) }
    let sampler = TripletSampler(
      positions: Array(classes[0].indices), classes: classes, tripletsPerBatch: 15)
    let batches = sampler.batches(seed: 2, epoch: 3)
    #expect(batches == sampler.batches(seed: 2, epoch: 3))
    #expect(batches != sampler.batches(seed: 2, epoch: 4))
    #expect(batches.count == (2 * data.count + 15) / 16)
    for batch in batches {
      #expect(batch.triplets.count == 16 && batch.items.count == 48)
      #expect(batch.triplets.count { $0.attribute == 0 } == 8)
      for triplet in batch.triplets {
        let (anchor, positive, negative) = (
          batch.items[triplet.anchor], batch.items[triplet.positive], batch.items[triplet.negative]
        )
        let (own, other) = (classes[triplet.attribute], classes[1 - triplet.attribute])
        #expect(anchor != positive)
        #expect(own[anchor] == own[positive] && own[anchor] != own[negative])
        // What they are alike in is nothing but the attribute.
        #expect(other[anchor] != other[positive])
      }
    }
    let anchors = batches.flatMap { batch in
      batch.triplets.filter { $0.attribute == 0 }.map { batch.items[$0.anchor] }
    }
    #expect(Set(anchors).count >= min(anchors.count, data.count))
  }
}
