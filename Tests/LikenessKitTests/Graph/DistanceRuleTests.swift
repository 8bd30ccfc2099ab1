import Foundation
import TestSupport
import Testing

@testable import GalleryCore
@testable import GallerySQLite
@testable import LikenessKit
@testable import LikenessReports

/// Links by a distance of the user's.
@Suite struct DistanceRuleTests {
  /// Some distance of each metric that lies among those of the made-up faces of one person.
  private static let rules = [
    DistanceRule(.l2, below: 0.33), DistanceRule(.l1, below: 2.1),
    DistanceRule(.cosine, below: 0.04),
  ]

  /// All pairs that the rule links, by comparing all.
  private func expectedPairs(
    _ likeness: Likeness, _ rule: DistanceRule
  ) throws -> [[FaceID]: Float] {
    let matrix = try GalleryStore(at: likeness.gallery.folder, access: .read).embeddings().certain
    var pairs: [[FaceID]: Float] = [:]
    for b in matrix.faces.indices {
      for a in 0..<b where matrix.photos[a] != matrix.photos[b] {
        let distance = rule.metric.distance(matrix.embeddings[a], matrix.embeddings[b])
        if distance < rule.distance { pairs[[matrix.faces[a], matrix.faces[b]]] = distance }
      }
    }
    return pairs
  }

  private func expectFollowed(
    _ graph: FaceGraph, _ likeness: Likeness, _ rule: DistanceRule,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let expected = try expectedPairs(likeness, rule)
    let found = Dictionary(
      uniqueKeysWithValues: graph.links.map {
        ([graph.faces[Int($0.from)].id, graph.faces[Int($0.to)].id], $0.distance)
      })
    #expect(found == expected, sourceLocation: sourceLocation)
    #expect(graph.rule == rule && graph.metric == rule.metric, sourceLocation: sourceLocation)
    #expect(graph.threshold == rule.distance, sourceLocation: sourceLocation)
  }

  /// Of one person there are more photos than a search for the nearest finds.
  @Test(arguments: rules) func allPairsAreLinked(_ rule: DistanceRule) throws {
    let photos = (0..<60).map { _ in [0] } + (0..<40).map { [$0 % 8 + 1, $0 % 5 + 1] }
    try withMadeGallery(photos, doubtful: [3: [0, 1]]) { likeness in
      let graph = try likeness.links.graph(by: rule)
      try expectFollowed(graph, likeness, rule)
      #expect(graph.isKept && graph.searched == 140)
      var degrees = [Int](repeating: 0, count: graph.faces.count)
      for link in graph.links {
        degrees[Int(link.from)] += 1
        degrees[Int(link.to)] += 1
      }
      #expect(try #require(degrees.max()) > LinkSearch.neighbors)
      // Strictly below.
      let farthest = try #require(graph.links.map(\.distance).max())
      let fewer = try likeness.links.graph(by: DistanceRule(rule.metric, below: farthest))
      #expect(!fewer.links.isEmpty && fewer.links.allSatisfy { $0.distance < farthest })
      #expect(fewer.links.count < graph.links.count)
    }
  }

  /// The rule stays, and goes when somebody says so.
  @Test func theRuleIsKeptUntilItIsTakenBack() throws {
    try withMadeGallery((0..<40).map { [$0 % 5] }, names: [0: "Ada"]) { likeness in
      let derived = try likeness.links.graph()
      #expect(derived.rule == nil && derived.metric == .cosine)
      #expect(derived.threshold == derived.thresholds.link.distance)
      let rule = DistanceRule(.l2, below: 0.25)
      _ = try likeness.links.graph(by: rule)
      #expect(try likeness.links.rule() == rule)
      for keepsOpen in [false, true, true] {
        let other = Likeness(gallery: likeness.gallery.folder, keepsOpen: keepsOpen)
        let graph = try other.links.graph()
        #expect(graph.searched == 0)
        try expectFollowed(graph, likeness, rule)
        // One that is at hand is not of another rule.
        #expect(try other.links.graph().graph == graph.graph)
        _ = try likeness.links.graph(by: DistanceRule(.l1, below: 2))
        try expectFollowed(other.links.graph(), likeness, DistanceRule(.l1, below: 2))
        _ = try likeness.links.graph(by: rule)
      }
      // The thresholds of the gallery are as before.
      #expect(try likeness.links.graph().thresholds == derived.thresholds)
      let again = try likeness.links.graph(by: rule, again: true)
      #expect(again.searched == 40)
      let back = try likeness.links.graph(falseLinks: GalleryThresholds.standardFalseLinks)
      #expect(back.rule == nil && back.graph == derived.graph && back.searched == 40)
      #expect(try likeness.links.rule() == nil && likeness.links.graph().searched == 0)
    }
  }

  /// Whatever came and went, links are those of a graph that is made anew.
  @Test(arguments: [UInt64(21), 22], rules)
  func facesThatComeJoinByIt(seed: UInt64, rule: DistanceRule) throws {
    try withMadeGallery((0..<30).map { [$0 % 6] }) { likeness in
      _ = try likeness.links.graph(by: rule)
      var random = SplitMix64(seed: seed)
      var faces = MadeFaces(seed: seed)
      for _ in 0..<100 { _ = faces.photo(of: []) }
      var isIncremental = false
      for _ in 0..<6 {
        do {
          let store = try GalleryStore(at: likeness.gallery.folder, access: .write)
          try store.add(
            (0..<2).map { _ in faces.photo(of: [Int.random(in: 0..<8, using: &random), 1, 1]) },
            model: "test")
          let face = try #require(try store.embeddings().faces.randomElement(using: &random))
          _ = try store.remove(face: face)
        }
        let graph = try Likeness(gallery: likeness.gallery.folder).links.graph()
        #expect(graph.isKept)
        try expectFollowed(graph, likeness, rule)
        if graph.searched > 0, graph.searched < graph.faces.count { isIncremental = true }
        #expect(try Likeness(gallery: likeness.gallery.folder).links.graph().searched == 0)
      }
      #expect(isIncremental)
      let graph = try likeness.links.graph()
      #expect(try likeness.links.graph(by: rule, again: true).graph == graph.graph)
    }
  }

  @Test func chainsTellTheDistancesOfTheRule() throws {
    try withMadeGallery((0..<30).map { [$0 % 3] }, names: [0: "Ada"]) { likeness in
      let plain = try likeness.links.same([.name("Ada")])
      #expect(plain.allSatisfy { $0.rule == nil })
      let rule = DistanceRule(.l2, below: 0.28)
      let graph = try likeness.links.graph(by: rule)
      let rows = Dictionary(uniqueKeysWithValues: graph.faces.enumerated().map { ($1.id, $0) })
      let links = Dictionary(
        uniqueKeysWithValues: graph.links.map { ([Int($0.from), Int($0.to)], $0) })
      let people = try likeness.links.same([.name("Ada")])
      #expect(people.count == 1 && people[0].rule == rule && people[0].found.count > 3)
      for found in people[0].found {
        var row = try #require(rows[found.face])
        for step in found.chain {
          let next = try #require(step.face.flatMap { rows[$0] })
          let link = try #require(links[[min(row, next), max(row, next)]])
          #expect(link.distance == step.distance && step.distance < 0.28)
          #expect(link.probability == step.probability)
          row = next
        }
      }
      // The nearer by the metric that the model was measured in, the surer.
      let matrix = try GalleryStore(at: likeness.gallery.folder, access: .read).embeddings()
        .embeddings
      let cosines = graph.links.map {
        Metric.cosine.distance(matrix[Int($0.from)], matrix[Int($0.to)])
      }
      for (near, a) in zip(graph.links, cosines) {
        for (far, b) in zip(graph.links, cosines) where a < b {
          #expect(near.probability >= far.probability)
        }
      }
    }
  }

  /// However far a rule reaches, a chain of strangers is not called sure.
  @Test func strangersAreUnsureHoweverTheyAreLinked() throws {
    try withMadeGallery((0..<40).map { [$0 % 20] }) { likeness in
      let graph = try likeness.links.graph(by: DistanceRule(.l2, below: 10))
      #expect(graph.links.count == 40 * 39 / 2)
      for link in graph.links {
        let isOne = (link.to - link.from) % 20 == 0
        #expect(isOne ? link.probability > 0.5 : link.probability < 0.5)
      }
      #expect(graph.components() == [40])
    }
  }

  @Test func exportsCarryTheRulesDistances() throws {
    try withMadeGallery((0..<12).map { [$0 % 3] }) { likeness in
      #expect(try likeness.graphDocument(of: likeness.links.graph()).metric == .cosine)
      let graph = try likeness.links.graph(by: DistanceRule(.l1, below: 1.9))
      let document = try likeness.graphDocument(of: graph)
      #expect(document.metric == .l1 && !document.graph.links.isEmpty)
      let embeddings = try #require(document.embeddings)
      for link in document.graph.links {
        let own = Metric.l1.distance(embeddings[Int(link.from)], embeddings[Int(link.to)])
        #expect(link.distance == own)
      }
    }
  }

  @Test func whatTheUserSaidOfPeopleCounts() throws {
    try withMadeGallery([[0, 0], [0], [0], [1], [1]]) { likeness in
      let rule = DistanceRule(.l2, below: 10)
      #expect(try !likeness.links.graph(by: rule).pairs.contains([1, 2]))
      do {
        let store = try GalleryStore(at: likeness.gallery.folder, access: .write)
        try store.setPeople(labels: [0, 1, 0, 0, 2, 2])
        _ = try store.merge(people: [1, 2])
        _ = try store.tell(face: 4, apartFrom: 1)
      }
      let graph = try likeness.links.graph()
      #expect(graph.rule == rule && graph.pairs.contains([1, 2]))
      #expect(!graph.pairs.contains { $0.contains(4) && !$0.contains(5) && !$0.contains(6) })
    }
  }

  /// Distances of another model mean something else.
  @Test func aRuleBelongsToItsModel() throws {
    try withMadeGallery((0..<12).map { [$0 % 3] }) { likeness in
      let derived = try likeness.links.graph()
      _ = try likeness.links.graph(by: DistanceRule(.l2, below: 0.2))
      do {
        let store = try GalleryStore(at: likeness.gallery.folder, access: .write)
        var state = try #require(try store.linkState())
        var parameters = try #require(GraphParameters(of: state))
        #expect(parameters.model?.name == "test")
        parameters.model?.name = "another"
        state.parameters = try parameters.text()
        try store.replaceLinks(store.links(), state: state)
      }
      #expect(try likeness.links.rule() == nil)
      let graph = try likeness.links.graph()
      #expect(graph.rule == nil && graph.graph == derived.graph)
    }
  }

  @Test func whatCannotBeKeptIsAnsweredNevertheless() throws {
    try withMadeGallery((0..<12).map { [$0 % 3] }) { likeness in
      _ = try likeness.links.graph()
      let holder = try GalleryStore(at: likeness.gallery.folder, access: .write)
      let rule = DistanceRule(.l2, below: 0.3)
      let graph = try likeness.links.graph(by: rule)
      #expect(!graph.isKept)
      try expectFollowed(graph, likeness, rule)
      #expect(try likeness.links.rule() == nil)
      withExtendedLifetime(holder) {}
    }
  }

  @Test func tooManyLinksAreRefused() throws {
    let rule = DistanceRule(.l2, below: 10)
    let vectors = EmbeddingMatrix(dimensions: 1, values: (0..<5).map { Float($0) })
    var search = PairSearch(rule: rule, threads: 2, most: 10)
    let ids: [FaceID] = [2, 3, 5, 7, 11]
    #expect(try search.links(of: ids, vectors) { _, _ in }.count == 10)
    search.most = 9
    #expect(throws: LikenessError.tooManyLinks(rule, most: 9)) {
      try search.links(of: ids, vectors) { _, _ in }
    }
    // What progress throws ends it.
    search.most = 10
    #expect(throws: MapError.interrupted) {
      try search.links(of: ids, vectors) { _, _ in throw MapError.interrupted }
    }
  }

  /// Pairs that have a face of some, each once, whichever of both asks.
  @Test(arguments: [1, 2], Metric.allCases)
  func someFacesAsk(threads: Int, metric: Metric) throws {
    var random = SplitMix64(seed: 3)
    let vectors = EmbeddingMatrix(
      dimensions: 7,
      values: (0..<700 * 7).map { _ in Float.random(in: -1...1, using: &random) })
    let ids = (0..<700).map { FaceID(3 * $0 + 1) }
    let asking = Set(ids.filter { _ in Bool.random(using: &random) })
    let rule = DistanceRule(metric, below: [.l2: 1.5, .l1: 3, .cosine: 0.5][metric]!)
    let links = try PairSearch(rule: rule, threads: threads)
      .links(of: ids, vectors, asking: asking) { _, _ in }
    var expected: [FaceLink] = []
    for a in 0..<700 {
      for b in a + 1..<700 where asking.contains(ids[a]) || asking.contains(ids[b]) {
        let distance = metric.distance(vectors[a], vectors[b])
        if distance < rule.distance {
          expected.append(FaceLink(ids[a], ids[b], distance: Double(distance)))
        }
      }
    }
    #expect(links == expected && links.count > 1000)
  }
}
