import Foundation
import References
import TestSupport
import Testing

@testable import GalleryCore
@testable import GallerySQLite
@testable import LikenessKit
@testable import LikenessReports

@Suite struct GraphTests {
  /// All pairs that the graph has to have, by comparing all.
  private func expectedPairs(_ likeness: Likeness) throws -> Set<[FaceID]> {
    let matrix = try GalleryStore(at: likeness.gallery.folder, access: .read).embeddings()
    let limit = try likeness.thresholds.current().link.distance
    var pairs: Set<[FaceID]> = []
    for b in matrix.faces.indices {
      for a in 0..<b where matrix.photos[a] != matrix.photos[b] {
        let distance = Metric.cosine.distance(matrix.embeddings[a], matrix.embeddings[b])
        if distance <= limit { pairs.insert([matrix.faces[a], matrix.faces[b]]) }
      }
    }
    return pairs
  }

  /// Whatever came and went, links are those of a graph that is made anew.
  @Test(arguments: [UInt64(11), 12, 13]) func incrementalIsAsMadeAnew(seed: UInt64) throws {
    try withMadeGallery((0..<20).map { [$0 % 6] }) { likeness in
      var random = SplitMix64(seed: seed)
      var faces = MadeFaces(seed: seed)
      for _ in 0..<100 { _ = faces.photo(of: []) }
      var isIncremental = false
      for step in 0..<12 {
        let before = try GalleryStore(at: likeness.gallery.folder, access: .read).embeddings().faces
        do {
          let store = try GalleryStore(at: likeness.gallery.folder, access: .write)
          if Bool.random(using: &random) {
            let some = Int.random(in: 1...(step % 4 == 3 ? 9 : 2), using: &random)
            try store.add(
              (0..<some).map { _ in
                let first = Int.random(in: 0..<8, using: &random)
                return faces.photo(
                  of: Bool.random(using: &random) ? [first] : [first, first, first + 1])
              }, model: "test")
          } else {
            for face in before.shuffled(using: &random).prefix(2) {
              _ = try store.remove(face: face)
            }
          }
        }
        let likeness =
          Bool.random(using: &random) ? Likeness(gallery: likeness.gallery.folder) : likeness
        let graph = try likeness.links.graph()
        #expect(graph.isKept)
        #expect(try graph.pairs == expectedPairs(likeness))
        if graph.searched > 0, graph.searched < graph.faces.count { isIncremental = true }
        let again = try Likeness(gallery: likeness.gallery.folder).links.graph()
        #expect(again.searched == 0 && again.graph == graph.graph)
      }
      #expect(isIncremental)
      let graph = try likeness.links.graph()
      let anew = try likeness.links.graph(again: true)
      #expect(anew.graph == graph.graph && anew.searched == anew.faces.count)
    }
  }

  @Test func linksAreOrderedAndTheNearerTheSurer() throws {
    try withMadeGallery((0..<60).map { [$0 % 7, $0 % 7] }) { likeness in
      let graph = try likeness.links.graph()
      #expect(graph.links.count > 60)
      for link in graph.links {
        #expect(link.from < link.to)
        #expect(graph.faces[Int(link.from)].photo != graph.faces[Int(link.to)].photo)
        #expect((0.5...0.9998).contains(link.probability))
      }
      let sorted = graph.links.sorted { $0.distance < $1.distance }
      for (near, far) in zip(sorted, sorted.dropFirst()) {
        #expect(near.probability >= far.probability)
      }
    }
  }

  /// New faces only are searched for, and a threshold that is wanted is kept.
  @Test func theGraphIsKeptAndFollowed() throws {
    try withMadeGallery((0..<40).map { [$0 % 5] }) { likeness in
      #expect(try likeness.links.graph().searched == 40)
      #expect(try Likeness(gallery: likeness.gallery.folder).links.graph().searched == 0)
      let standard = try likeness.thresholds.current()
      let strict = try likeness.links.graph(falseLinks: 0.002)
      #expect(strict.thresholds.link.distance < standard.link.distance)
      #expect(try likeness.links.graph().thresholds == strict.thresholds)
      #expect(try likeness.thresholds.current().link == strict.thresholds.link)
      var faces = MadeFaces(seed: 77)
      for _ in 0..<50 { _ = faces.photo(of: []) }
      // Somebody else writes: it is answered, and not kept.
      let store = try GalleryStore(at: likeness.gallery.folder, access: .write)
      try store.add([faces.photo(of: [1])], model: "test")
      let passing = try likeness.links.graph()
      #expect(!passing.isKept && passing.searched == 1)
      #expect(try passing.pairs == expectedPairs(likeness))
    }
  }

  @Test func whatTheUserSaidOfPeopleCounts() throws {
    // Two faces of one person in a photo, as with a mirror, and others.
    try withMadeGallery([[0, 0], [0], [0], [1], [1]]) { likeness in
      #expect(try likeness.links.graph().pairs == expectedPairs(likeness))
      #expect(try !likeness.links.graph().pairs.contains([1, 2]))
      #expect(try likeness.links.graph().pairs.contains([1, 3]))
      do {
        let store = try GalleryStore(at: likeness.gallery.folder, access: .write)
        try store.setPeople(labels: [0, 1, 0, 0, 2, 2])
        _ = try store.merge(people: [1, 2])
      }
      #expect(try likeness.links.graph().pairs.contains([1, 2]))
      #expect(try likeness.links.graph().searched == 0)
      let both = try likeness.links.same(References(likeness).same("/photos/2.jpg"))
      #expect(Set(both[0].found.map(\.face)) == [1, 2, 3, 4])
      do {
        let store = try GalleryStore(at: likeness.gallery.folder, access: .write)
        _ = try store.tell(face: 4, apartFrom: 1)
      }
      #expect(try likeness.links.graph().pairs.allSatisfy { !$0.contains(4) })
      #expect(
        try Set(
          likeness.links.same(References(likeness).same("/photos/2.jpg"))[0].found.map(\.face)) == [
            1, 2, 3,
          ])
      #expect(
        try likeness.links.same(References(likeness).same("/photos/3.jpg"))[0].found.map(\.face)
          == [4])
      // People who do not look alike at all, made one.
      do {
        let store = try GalleryStore(at: likeness.gallery.folder, access: .write)
        _ = try store.merge(people: [1, 3])
      }
      let told = try #require(
        try likeness.links.same(References(likeness).same("/photos/1.jpg")).first)
      #expect(Set(told.found.map(\.face)) == [1, 2, 3, 5, 6])
      #expect(told.found.allSatisfy { $0.probability > 0.99 })
      #expect(told.found.contains { $0.chain.contains(where: \.told) })
    }
  }

  @Test func chainsAreOfRealLinks() throws {
    let photos = (0..<50).map { [$0 % 4, ($0 / 4) % 5, $0 % 4] }
    try withMadeGallery(photos, names: [0: "Ada", 2: "Bo"]) { likeness in
      let graph = try likeness.links.graph()
      let rows = Dictionary(uniqueKeysWithValues: graph.faces.enumerated().map { ($1.id, $0) })
      let links = Dictionary(
        uniqueKeysWithValues: graph.links.map { ([Int($0.from), Int($0.to)], $0) })
      for query in ["Ada", "ada", "/photos/7.jpg", "8.jpg"] {
        let people = try likeness.links.same(References(likeness).same(query))
        #expect(people.count == (query.lowercased() == "ada" ? 1 : 3))
        for person in people {
          #expect(Set(person.found.map(\.photo)).count == person.found.count)
          #expect(person.found[0].chain.isEmpty && person.found[0].probability == 1)
          for found in person.found {
            var row = try #require(rows[found.face])
            var probability = 1.0
            for step in found.chain {
              let face = try #require(step.face)
              let next = try #require(rows[face])
              let link = try #require(links[[min(row, next), max(row, next)]])
              #expect(link.distance == step.distance && link.probability == step.probability)
              probability *= Double(step.probability)
              row = next
            }
            #expect(abs(probability - Double(found.probability)) < 1e-5)
          }
          let sureness = person.found.map(\.probability)
          #expect(sureness == sureness.sorted(by: >))
        }
      }
      #expect(throws: LikenessError.unknownName("Adam", nearSpellings: ["Ada"])) {
        try likeness.links.same(References(likeness).same("Adam"))
      }
    }
  }

  @Test func fewFacesAreEnough() throws {
    for photos in [[], [[]], [[0]], [[0, 0]], [[0], [0]], [[0], [1]]] as [[[Int]]] {
      try withMadeGallery(photos, names: [0: "Ada"]) { likeness in
        let faces = photos.joined().count
        let linked = photos == [[0], [0]] ? 1 : 0
        let thresholds = try likeness.thresholds.current()
        let model = likeness.networks.verification
        #expect(thresholds.faces == faces && thresholds.impostors == model.usualImpostors)
        #expect((0...model.threshold).contains(thresholds.link.distance))
        let graph = try likeness.links.graph()
        #expect(graph.faces.count == faces && graph.links.count == linked)
        #expect(graph.components() == (linked > 0 ? [2] : []))
        for format in GraphFormat.allCases {
          let target = likeness.gallery.folder.deletingLastPathComponent()
            .appendingPathComponent("graph.\(format.rawValue)")
          try likeness.graphDocument(of: graph).write(to: target, as: format)
          #expect(FileManager.default.fileExists(atPath: target.path))
        }
        if faces > 0 {
          let own = photos.filter { $0.first == 0 }.count
          #expect(try likeness.links.same(References(likeness).same("Ada"))[0].found.count == own)
        } else {
          #expect(throws: LikenessError.unknownName("Ada", nearSpellings: [])) {
            try likeness.links.same(References(likeness).same("Ada"))
          }
        }
      }
    }
  }
}

@Suite struct GalleryThresholdTests {
  private let verification = ModelStore().verification(of: "dlib")

  @Test func thresholdsKeepFalseLinksAsFewHoweverManyFaces() {
    var last = Float.infinity
    for faces in [2, 30, 1000, 13_000, 1_000_000, 100_000_000] {
      let thresholds = GalleryThresholds(
        faces: faces, impostors: .standard, verification: verification)
      #expect(thresholds.link.distance < last && thresholds.link.distance >= 0)
      #expect(thresholds.link.falseMatches <= 0.0101)
      if faces >= 1000 { #expect(abs(thresholds.link.falseMatches - 0.01) < 1e-3) }
      #expect(thresholds.unknown.falseMatches <= 0.0101)
      last = thresholds.link.distance
    }
    let many = GalleryThresholds(
      faces: 100, impostors: .standard, falseLinks: 10, verification: verification)
    #expect(many.link.distance <= verification.threshold)
  }

  /// A gallery whose impostors are more alike has a stricter threshold, and says so.
  @Test func impostorsAreMeasuredOnTheGallery() throws {
    try withMadeGallery((0..<300).map { [$0 % 60] }) { likeness in
      let impostors = try likeness.thresholds.current().impostors
      #expect(impostors.faces == 300)
      #expect(abs(1 - impostors.median - 0.167) < 0.01)
      #expect(impostors.width < ImpostorDistribution.standard.width)
    }
    // One person alone is not a measure of impostors.
    try withMadeGallery((0..<100).map { _ in [3] }) { likeness in
      let thresholds = try likeness.thresholds.current()
      #expect(abs(thresholds.impostors.median - ImpostorDistribution.standard.median) < 0.02)
      #expect(try likeness.links.graph().links.count > 1000)
    }
  }
}
