import Foundation
import LikenessCore
import TestSupport
import Testing
import VectorSearch

@testable import Clustering

/// Faces drawn around the directions of people, as much alike as dlib's: impostors at 0.84, photos of one
/// person at 0.95.
struct DrawnFaces {
  var vectors: EmbeddingMatrix
  var people: [Int]

  init(people: Int, photos: Int, seed: UInt64, dimensions: Int = 64) {
    var random = SplitMix64(seed: seed)
    func normal() -> Float {
      let (a, b) = (
        Double.random(in: Double.leastNonzeroMagnitude...1, using: &random),
        Double.random(in: 0..<1, using: &random)
      )
      return Float((-2 * Foundation.log(a)).squareRoot() * cos(2 * .pi * b))
    }
    var values: [Float] = []
    self.people = []
    let scale = 1 / Float(dimensions).squareRoot()
    for person in 0..<people {
      let direction = (0..<dimensions).map { _ in 0.37 * scale * normal() }
      for _ in 0..<photos {
        self.people.append(person)
        values += direction.enumerated().map {
          ($0.offset == 0 ? 0.92 : 0) + $0.element + 0.2 * scale * normal()
        }
      }
    }
    vectors = EmbeddingMatrix(dimensions: dimensions, values: values)
  }

  /// The rows in another order.
  func ordered(_ order: [Int]) -> DrawnFaces {
    var other = self
    other.vectors = EmbeddingMatrix(order.map { vectors[$0] })
    other.people = order.map { people[$0] }
    return other
  }

  func clustering(_ constraints: ClusteringConstraints? = nil) throws -> PeopleClustering {
    PeopleClustering(
      vectors, neighbors: try NeighborTable(of: vectors, width: 40),
      constraints: constraints ?? ClusteringConstraints(unconstrained: vectors.count), threads: 2)
  }
}

/// That two drawn faces of a cosine distance are of one person.
private func drawnProbability(_ distance: Float) -> Float {
  1 / (1 + exp(150 * (distance - 0.1)))
}

@Suite struct SeveralLinksTests {
  private func links(_ similarities: [[Float]]) -> SeveralLinks? {
    SeveralLinks(
      similarities.count, similarities[0].count, similarity: { similarities[$0][$1] },
      probability: { 1 / (1 + exp(40 * ($0 - 0.5))) })
  }

  @Test func oneFaceOfEachNeedsOneLink() throws {
    #expect(links([[0.3]]) == nil)
    let one = try #require(links([[0.6]]))
    #expect(one.links == 1 && one.probability > 0.9)
    #expect(one.nearest == (0.6, 0, 0))
  }

  @Test func severalFacesNeedSeveralLinks() throws {
    // All links lead to one face, which may be sorted wrongly.
    #expect(links([[0.7, 0.7, 0.7], [0.1, 0.1, 0.1], [0.1, 0.1, 0.1]]) == nil)
    let two = try #require(links([[0.1, 0.7, 0.1], [0.6, 0.6, 0.1], [0.1, 0.1, 0.1]]))
    #expect(two.links == 2 && two.nearest.first == 0 && two.nearest.second == 1)
  }

  /// The probability is that of all better links together, and not of the best.
  @Test func noSingleLinkDecides() throws {
    let sure = try #require(links([[0.7, 0], [0, 0.7]]))
    let less = try #require(links([[0.7, 0], [0, 0.44]]))
    #expect(less.probability < sure.probability && less.links == 2)
    #expect(abs(less.probability - 1 / (1 + exp(40 * (0.43 - 0.5)))) < 1e-4)
    // A single face is compared with two of several.
    let single = try #require(links([[0.7, 0.3, 0.3]]))
    #expect(single.links == 1 && abs(single.probability - 0.5) < 1e-3)
  }

  @Test func manyFacesAreComparedByPart() throws {
    let most = try #require(
      SeveralLinks(5_000, 3_000, similarity: { _, _ in 0.6 }, probability: { 1 - $0 }))
    #expect(most.links == 100)
    #expect(SeveralLinks(0, 3, similarity: { _, _ in 1 }, probability: { _ in 1 }) == nil)
  }
}

/// Which rows are together, whatever the clusters are called.
private func partition(_ labels: [Int32]) -> Set<Set<Int>> {
  Set(Dictionary(grouping: labels.indices, by: { labels[$0] }).values.map(Set.init))
}

@Suite struct PeopleClusteringTests {
  @Test(arguments: [(1, 4), (3, 6), (12, 4), (60, 5)])
  func findsThePeople(people: Int, photos: Int) throws {
    let faces = DrawnFaces(people: people, photos: photos, seed: 1)
    let clusters = try faces.clustering().clusters()
    #expect(partition(clusters.labels) == partition(faces.people.map(Int32.init)))
    #expect(clusters.count == people)
  }

  @Test func anAlbumOfOnePersonAndAGuest() throws {
    let faces = DrawnFaces(people: 2, photos: 6, seed: 12).ordered(Array(0..<7))
    #expect(try faces.clustering().clusters().labels == [0, 0, 0, 0, 0, 0, 1])
  }

  @Test func theOrderOfFacesChangesNothing() throws {
    let faces = DrawnFaces(people: 80, photos: 3, seed: 2)
    var random = SplitMix64(seed: 3)
    let order = Array(faces.people.indices).shuffled(using: &random)
    let plain = try faces.clustering().clusters().labels
    let shuffled = try faces.ordered(order).clustering().clusters().labels
    var back = [Int32](repeating: 0, count: plain.count)
    for (place, row) in order.enumerated() { back[row] = shuffled[place] }
    #expect(partition(plain) == partition(back))
  }

  /// Galleries and users' commands have these.
  @Test func methodsKeepTheirNames() {
    #expect(
      ClusteringAlgorithm.allCases.map(\.rawValue)
        == ["likeness", "chinese-whispers", "connected-components"])
    #expect(ClusteringAlgorithm.likeness.rawValue == "likeness")
  }

  @Test(arguments: ClusteringAlgorithm.allCases)
  func copiesOfAFaceAreOnePerson(_ algorithm: ClusteringAlgorithm) throws {
    var faces = DrawnFaces(people: 50, photos: 2, seed: 4)
    let copy = faces.vectors[7]
    for _ in 0..<5 { faces.vectors.append(copy) }
    let labels = try faces.clustering().clusters(algorithm).labels
    #expect(Set(labels[100...]) == [labels[7]])
  }

  @Test(arguments: ClusteringAlgorithm.allCases, 0..<4)
  func fewFaces(_ algorithm: ClusteringAlgorithm, count: Int) throws {
    let all = DrawnFaces(people: 4, photos: 1, seed: 5).vectors
    let few = EmbeddingMatrix(
      dimensions: all.dimensions, values: Array(all.values.prefix(count * all.dimensions)))
    let clustering = PeopleClustering(
      few, neighbors: try NeighborTable(of: few, width: 40),
      constraints: ClusteringConstraints(unconstrained: count))
    let clusters = clustering.clusters(algorithm)
    #expect(clusters.labels.count == count)
    #expect(clusters.count == count)
    let suggested = clustering.suggestions(
      for: clusters.labels, count: 5, probability: drawnProbability)
    #expect(suggested.isEmpty)
  }

  @Test(arguments: ClusteringAlgorithm.allCases)
  func equalFacesAndZeros(_ algorithm: ClusteringAlgorithm) throws {
    let equal = EmbeddingMatrix(
      dimensions: 8,
      values: [Float](repeating: 0.5, count: 8 * 6) + [Float](repeating: 0, count: 16))
    let clustering = PeopleClustering(
      equal, neighbors: try NeighborTable(of: equal, width: 40),
      constraints: ClusteringConstraints(unconstrained: 8))
    let labels = clustering.clusters(algorithm).labels
    #expect(Set(labels[..<6]).count == 1)
    #expect(labels[6] != labels[0])
  }

  @Test func facesOfOnePhotoAreDifferentPeople() throws {
    let faces = DrawnFaces(people: 20, photos: 4, seed: 6)
    // Each person is twice in one photo.
    var photos = faces.people.indices.map { PhotoID(Int64($0)) }
    for row in stride(from: 0, to: photos.count, by: 4) { photos[row + 1] = photos[row] }
    let labels = try faces.clustering(
      ClusteringConstraints(
        photos: photos, groups: [Int32](repeating: -1, count: photos.count))
    ).clusters().labels
    for row in stride(from: 0, to: photos.count, by: 4) { #expect(labels[row] != labels[row + 1]) }
  }

  @Test func pinnedFacesStayTogetherAndApart() throws {
    let faces = DrawnFaces(people: 20, photos: 4, seed: 7)
    var constraints = ClusteringConstraints(unconstrained: 80)
    // A twin in the same photo whom the user put to the same person, impostors made one, and a person
    // whom the user divided.
    constraints.photos[1] = constraints.photos[0]
    (constraints.groups[0], constraints.groups[1]) = (0, 0)
    (constraints.groups[8], constraints.groups[40]) = (1, 1)
    (constraints.groups[60], constraints.groups[61]) = (2, 3)
    let labels = try faces.clustering(constraints).clusters().labels
    #expect(labels[0] == labels[1])
    #expect(labels[8] == labels[40])
    #expect(labels[60] != labels[61])
  }

  @Test func newFacesJoinWithoutMovingOthers() throws {
    let faces = DrawnFaces(people: 60, photos: 5, seed: 8)
    let clustering = try faces.clustering()
    // The last photo of each is new, and nobody has seen the last two people. Two are wrongly together.
    var known = faces.people.map(Int32.init)
    for row in known.indices where row % 5 == 4 || row >= 290 { known[row] = -1 }
    known[0] = 1
    let labels = clustering.extended(known)
    for row in known.indices where known[row] >= 0 { #expect(labels[row] == known[row]) }
    for row in stride(from: 9, to: 290, by: 5) { #expect(labels[row] == Int32(row / 5)) }
    #expect(Set(labels[290..<295]).count == 1)
    #expect(Set(labels[295..<300]).count == 1)
    #expect(labels[290] != labels[295])
    #expect(!known.contains(labels[290]))
  }

  @Test func suggestsTheHalvesOfAPerson() throws {
    let faces = DrawnFaces(people: 60, photos: 4, seed: 9)
    var labels = faces.people.map(Int32.init)
    (labels[0], labels[1]) = (60, 60)
    let clustering = try faces.clustering()
    let best = try #require(
      clustering.suggestions(for: labels, count: 3, probability: drawnProbability).first)
    #expect([best.a, best.b] == [0, 60])
    #expect(best.probability > 0.5 && best.links == 2 && best.together == nil)
    let distance = Metric.cosine.distance(
      faces.vectors[best.faces.0], faces.vectors[best.faces.1])
    #expect(abs(best.distance - distance) < 1e-5)
    #expect([labels[best.faces.0], labels[best.faces.1]] == [0, 60])
  }

  @Test func groupsMarkedAsDifferentPeopleAreNotSuggested() throws {
    let faces = DrawnFaces(people: 60, photos: 4, seed: 9)
    var labels = faces.people.map(Int32.init)
    (labels[0], labels[1]) = (60, 60)
    var constraints = ClusteringConstraints(unconstrained: 240)
    (constraints.groups[0], constraints.groups[2]) = (0, 1)
    constraints.apart = [(1, 0)]
    let suggested = try faces.clustering(constraints).suggestions(
      for: labels, count: 300, probability: drawnProbability)
    #expect(!suggested.contains { $0.a == 0 && $0.b == 60 })
  }

  /// One face that is sorted wrongly is not a reason to suggest all others of its person.
  @Test func oneWrongLinkSuggestsNobody() throws {
    let faces = DrawnFaces(people: 60, photos: 5, seed: 14)
    var labels = faces.people.map(Int32.init)
    labels[5] = 0
    let clustering = try faces.clustering()
    func suggested() -> Bool {
      clustering.suggestions(for: labels, count: 300, probability: drawnProbability)
        .contains { $0.a == 0 && $0.b == 1 }
    }
    #expect(!suggested())
    // With a second one, it may be more than a mistake.
    labels[6] = 0
    #expect(suggested())
  }

  /// A face that is not of a group, and one that is like it, stay out of the group; one that is like the group's does not.
  @Test(arguments: ClusteringAlgorithm.allCases)
  func rejectedFacesAndTheirLikeStayOut(_ algorithm: ClusteringAlgorithm) throws {
    var faces = DrawnFaces(people: 20, photos: 4, seed: 15)
    func like(_ row: Int, _ other: Int) -> Embedding {
      Embedding(
        zip(faces.vectors[row].values, faces.vectors[other].values).map { 0.9 * $0 + 0.1 * $1 })
    }
    let (near, far) = (like(0, 1), like(3, 1))
    faces.vectors.append(near)
    faces.vectors.append(far)
    faces.people += [0, 0]
    // The rejected face is put to people whom nothing else of its person is like.
    var constraints = ClusteringConstraints(unconstrained: 82)
    constraints.groups[0] = 0
    for row in [3, 8, 12, 16] { constraints.groups[row] = 1 }
    let before = try faces.clustering(constraints).clusters(algorithm).labels
    if algorithm == .likeness { #expect(before[81] == before[0]) }
    constraints.rejected = [(3, 0)]
    let clustering = try faces.clustering(constraints)
    let labels = clustering.clusters(algorithm).labels
    #expect(labels[80] == labels[0] && labels[81] != labels[0])
    if algorithm == .likeness { #expect(labels[3] != labels[0]) }
    // The same of faces that come later.
    var known = faces.people.map(Int32.init)
    for row in [3, 8, 12, 16] { known[row] = 20 }
    (known[80], known[81]) = (-1, -1)
    let joined = clustering.extended(known)
    #expect(joined[80] == 0 && joined[81] != 0)
    #expect(Array(joined[..<80]) == Array(known[..<80]))
    // Nor do they speak for anybody.
    (known[80], known[81]) = (0, 21)
    let suggested = clustering.suggestions(for: known, count: 300, probability: drawnProbability)
    #expect(!suggested.contains { $0.a == 0 && $0.b == 21 })
  }

  /// A face that cannot be of a group stays out of it, and says nothing of one that is like it.
  @Test(arguments: ClusteringAlgorithm.allCases)
  func facesThatAreRuledOutStayOut(_ algorithm: ClusteringAlgorithm) throws {
    var faces = DrawnFaces(people: 20, photos: 4, seed: 15)
    func like(_ row: Int, _ other: Int) -> Embedding {
      Embedding(
        zip(faces.vectors[row].values, faces.vectors[other].values).map { 0.9 * $0 + 0.1 * $1 })
    }
    let (out, free) = (like(0, 1), like(1, 0))
    faces.vectors.append(out)
    faces.vectors.append(free)
    faces.people += [0, 0]
    var constraints = ClusteringConstraints(unconstrained: 82)
    // The user's word counts more.
    for row in [0, 1] { constraints.groups[row] = 0 }
    constraints.ruledOut = (0..<82).map { [1, 80].contains($0) ? [0] : [] }
    let clustering = try faces.clustering(constraints)
    let labels = clustering.clusters(algorithm).labels
    #expect(labels[80] != labels[0] && labels[1] == labels[0] && labels[81] == labels[0])
    // The same of faces that come later.
    var known = faces.people.map(Int32.init)
    (known[80], known[81]) = (-1, -1)
    let joined = clustering.extended(known)
    #expect(joined[80] != 0 && joined[81] == 0)
    // Nor is a person of whom one face is ruled out suggested.
    (known[80], known[81]) = (20, 20)
    func isSuggested(_ constraints: ClusteringConstraints) throws -> Bool {
      try faces.clustering(constraints).suggestions(
        for: known, count: 300, probability: drawnProbability
      ).contains { $0.a == 0 && $0.b == 20 }
    }
    #expect(try !isSuggested(constraints))
    constraints.ruledOut = []
    #expect(try isSuggested(constraints))
  }

  @Test func peopleOfOnePhotoAreTold() throws {
    let faces = DrawnFaces(people: 60, photos: 4, seed: 9)
    var labels = faces.people.map(Int32.init)
    (labels[0], labels[1]) = (60, 60)
    var constraints = ClusteringConstraints(unconstrained: 240)
    constraints.photos[1] = constraints.photos[2]
    let pair = try faces.clustering(constraints).suggestions(
      for: labels, count: 300, probability: drawnProbability
    ).first { $0.a == 0 && $0.b == 60 }
    let found = try #require(pair)
    let together = try #require(found.together)
    #expect(together == (2, 1))
  }
}

@Suite struct FaceClustersTests {
  @Test func clustersAreOrderedBySizeThenByFirstRow() {
    let clusters = FaceClusters(renumbering: [7, 3, 3, 9, 3, 9, 7])
    #expect(clusters.labels == [1, 0, 0, 2, 0, 2, 1])
    #expect(clusters.count == 3)
  }
}

@Suite struct LinkedFacesTests {
  /// Angles on a half circle: links follow from the angle between.
  private func circle(_ degrees: [Double]) -> EmbeddingMatrix {
    EmbeddingMatrix(
      dimensions: 2,
      values: degrees.flatMap { [Float(cos($0 * .pi / 180)), Float(sin($0 * .pi / 180))] })
  }

  @Test func chainsAreOneComponent() throws {
    let vectors = circle([0, 8, 16, 24, 60, 68, 120])
    let clustering = PeopleClustering(
      vectors, neighbors: try NeighborTable(of: vectors, width: 6),
      constraints: ClusteringConstraints(unconstrained: 7))
    let clusters = clustering.clusters(.connectedComponents, threshold: 0.98)
    #expect(clusters.labels == [0, 0, 0, 0, 1, 1, 2])
  }

  @Test func chineseWhispersSeparatesGroupsJoinedByOneLink() throws {
    // Two groups of five, all alike within, and one pair of them just linked.
    let vectors = circle([0, 1, 2, 3, 8, 19, 24, 25, 26, 27])
    let clustering = PeopleClustering(
      vectors, neighbors: try NeighborTable(of: vectors, width: 9),
      constraints: ClusteringConstraints(unconstrained: 10))
    let threshold = Float(cos(11.5 * Double.pi / 180))
    #expect(clustering.clusters(.connectedComponents, threshold: threshold).count == 1)
    #expect(
      clustering.clusters(.chineseWhispers, threshold: threshold).labels
        == [0, 0, 0, 0, 0, 1, 1, 1, 1, 1])
  }
}

@Suite struct ImpostorDistributionTests {
  @Test func ratesAndSimilaritiesAreInverse() {
    let impostors = ImpostorDistribution(median: 0.8, width: 0.04, faces: 100)
    for rate in [0.4, 0.1, 3e-3, 1e-4, 2e-6, 1e-9] {
      let back = impostors.falseAcceptRate(at: impostors.similarity(atFalseAcceptRate: rate))
      #expect(abs(back / rate - 1) < 1e-2)
    }
    #expect(impostors.falseAcceptRate(at: 0.8) == 0.5)
    #expect(impostors.falseAcceptRate(at: 0.5) > 0.999)
  }

  @Test func measuresTheGalleryAndNotItsPeople() throws {
    // Half of all pairs would be of one person.
    let faces = DrawnFaces(people: 300, photos: 2, seed: 10)
    let clustering = try faces.clustering()
    let impostors = clustering.impostors(faces.people.map(Int32.init))
    var similarities: [Float] = []
    let unit = UnitVectors(faces.vectors)
    for a in 0..<600 {
      for b in 0..<a where faces.people[a] != faces.people[b] {
        similarities.append(unit.similarity(a, b))
      }
    }
    similarities.sort()
    #expect(abs(impostors.median - similarities[similarities.count / 2]) < 0.005)
    #expect(impostors.faces == 600)
  }

  @Test func withoutFacesThePriorIsUsed() throws {
    let nothing = EmbeddingMatrix(dimensions: 4)
    let impostors = PeopleClustering(
      nothing, neighbors: try NeighborTable(of: nothing, width: 4),
      constraints: ClusteringConstraints(unconstrained: 0)
    ).impostors()
    #expect(impostors == .standard)
  }
}
