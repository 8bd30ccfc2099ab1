import Testing

@testable import MetricLearning

@Suite struct TripletLossTests {
  let values = Numbers.cloud(24, seed: 11)
  let triplets = {
    var triplets = Triplets()
    for (a, p, n) in [(0, 1, 2), (1, 0, 5), (2, 3, 4), (3, 2, 0), (4, 5, 1), (0, 1, 4)] {
      triplets.append(a, p, n)
    }
    return triplets
  }()

  private func plain(
    _ values: [Double], squared: Bool, _ loss: (Double) -> Double, activeOnly: Bool = false
  ) -> Double {
    let rows = Numbers.rows(values, 4)
    func distance(_ a: Int, _ b: Int) -> Double {
      let distance = Numbers.distance(rows[a], rows[b])
      return squared ? distance * distance : distance
    }
    var (sum, count) = (0.0, 0)
    for index in 0..<triplets.count {
      let (a, p, n) = (
        triplets.anchors[index], triplets.positives[index], triplets.negatives[index]
      )
      let one = loss(distance(a, p) - distance(a, n))
      sum += one
      if !activeOnly || one > 0 { count += 1 }
    }
    return sum / Double(count)
  }

  @Test(arguments: EmbeddingDistance.allCases)
  func `hard margin`(distance: EmbeddingDistance) throws {
    let loss = TripletLoss(margin: .hard(0.3), distance: distance)
    try expectLoss(values, shape: [6, 4]) {
      loss($0, triplets)
    } equals: {
      plain($0, squared: distance == .squared) { max(0, $0 + 0.3) }
    }
  }

  @Test(arguments: EmbeddingDistance.allCases)
  func `soft margin`(distance: EmbeddingDistance) throws {
    let loss = TripletLoss(margin: .soft, distance: distance)
    try expectLoss(values, shape: [6, 4]) {
      loss($0, triplets)
    } equals: {
      plain($0, squared: distance == .squared) { Numbers.log1pExp($0) }
    }
  }

  @Test func `the mean of what is not 0`() throws {
    let loss = TripletLoss(margin: .hard(0.1), reduction: .active)
    // Some of these triplets have no loss, or the test would show nothing.
    let all = plain(values, squared: false) { max(0, $0 + 0.1) }
    let active = plain(values, squared: false, { max(0, $0 + 0.1) }, activeOnly: true)
    #expect(active > all)
    try expectLoss(values, shape: [6, 4]) {
      loss($0, triplets)
    } equals: {
      plain($0, squared: false, { max(0, $0 + 0.1) }, activeOnly: true)
    }
  }

  @Test func `the sum over a batch, of squared distances`() throws {
    let loss = TripletLoss(margin: .hard(0.3), distance: .squared, reduction: .sum)
    try expectLoss(values, shape: [6, 4]) {
      loss($0, triplets)
    } equals: {
      Double(triplets.count) * plain($0, squared: true) { max(0, $0 + 0.3) }
    }
  }

  @Test func `no triplets are no loss, and points in one place have a gradient`() throws {
    try Torch.load()
    let points = Tensor.zeros([3, 2])
    points.requiresGradient = true
    let empty = TripletLoss()(points, Triplets())
    empty.backward()
    #expect(empty.item == 0)
    var one = Triplets()
    one.append(0, 1, 2)
    let loss = TripletLoss(margin: .hard(0.2))(points, one)
    #expect(abs(loss.item - 0.2) < 1e-6)
    loss.backward()
    let gradient: [Float] = try #require(points.gradient).values()
    #expect(gradient == [0, 0, 0, 0, 0, 0])
  }
}
