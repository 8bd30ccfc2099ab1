import Foundation
import LikenessReports
import References
import TestSupport
import Testing

@testable import GalleryCore
@testable import GalleryMilvus
@testable import LikenessKit

/// What is asked of a gallery in a folder and of its copy on a server has the same answers, but for the numbers of
/// faces and people.
@Suite(.serialized) struct BothStoresTests {
  private static let people = 12

  /// Gives the work a gallery of some people in a folder, and a place on a server for its copy.
  private static func withGalleries(
    _ work: @escaping @Sendable (Likeness, Likeness, MilvusServer) throws -> Void
  ) async throws {
    try await MilvusServer.with { server in
      let photos = (0..<62).map { number in
        number % 9 == 8
          ? [] : number % 4 == 3 ? [number % people, (number + 5) % people] : [number % people]
      }
      var names: [Int: String] = [:]
      for person in 0..<people {
        names[person] = ["Ann", "Bo \"B\"", "김철수"][person % 3] + " \(person)"
      }
      // Some photos show nothing but finds that are likely no faces, and look like people nevertheless.
      let doubtful = [3: [1, 2], 8: [0], 20: [7], 44: [5, 5, 5]]
      try withMadeGallery(photos, names: names, doubtful: doubtful) { folder in
        do {
          let store = try folder.gallery.writer()
          let doubtful = try store.doubtfulFaces()
          let faces = try store.faces(after: 0, limit: .max).filter { !doubtful.contains($0) }
          try store.setLabels(
            Dictionary(
              uniqueKeysWithValues: faces.map { face in
                let number = face.rawValue
                return (
                  face, ["mood": number % 3 == 0 ? "glad" : "sad", "q\"u": "x\\y \(number % 2)"]
                )
              }))
          try store.addName("Nobody yet")
        }
        let place = GalleryPlace.milvus(
          try MilvusAddress(server.address("copy"), environment: [:]))
        try work(folder, Likeness(place: place), server)
      }
    }
  }

  /// Faces by what they are in any store.
  private struct Twins {
    let idOf: [String: FaceID]
    let textOf: [FaceID: String]

    init(_ likeness: Likeness) throws {
      let store = try likeness.gallery.reader()
      let photos = Dictionary(uniqueKeysWithValues: try store.photos().map { ($0.id, $0.digest) })
      var (idOf, textOf) = ([String: FaceID](), [FaceID: String]())
      for face in try store.faceTable().faces {
        let text = "\(photos[face.photo] ?? "?") \(face.ordinal)"
        (idOf[text], textOf[face.id]) = (face.id, text)
      }
      (self.idOf, self.textOf) = (idOf, textOf)
    }

    func texts(_ faces: [FaceID]) -> Set<String> { Set(faces.map { textOf[$0] ?? "?" }) }
  }

  private struct Answer: Equatable {
    var face: String
    var name: String?
    var distance: Float
    var probability: Float
    var labels: [String: String]
  }

  private func answers(_ matches: [Match], _ twins: Twins) -> [Answer] {
    matches.map {
      Answer(
        face: twins.textOf[$0.face] ?? "?", name: $0.name, distance: $0.distance,
        probability: $0.probability, labels: $0.labels)
    }
  }

  private func expectSame(_ a: [Answer], _ b: [Answer]) {
    #expect(a.count == b.count)
    for (one, other) in zip(a, b) { #expect(one == other) }
  }

  /// The people as sets of faces, with their names.
  private func people(_ likeness: Likeness, _ twins: Twins) throws -> Set<String> {
    Set(
      try likeness.people.list().people.map { person in
        let faces = person.faces.map { twins.textOf[$0.face] ?? "?" }.sorted()
        return "\(person.name ?? "-") \(person.given) \(faces)"
      })
  }

  /// Lists, counts, searches by name and answers know the same names.
  private func expectOneNotionOfName(_ likeness: Likeness, _ twins: Twins) throws {
    let listed = try likeness.faces.list()
    var byName: [String: Set<FaceID>] = [:]
    for face in listed {
      if let name = face.name { byName[name, default: []].insert(face.face) }
    }
    let summaries = try likeness.names.summaries()
    #expect(
      Dictionary(uniqueKeysWithValues: summaries.map { ($0.name, $0.faces) }).filter {
        $0.value > 0
      }
        == byName.mapValues(\.count))
    let summary = try likeness.gallery.summary()
    #expect(summary.names == summaries.count)
    #expect(summary.namedFaces == byName.values.reduce(0) { $0 + $1.count })
    let store = try likeness.gallery.reader()
    for (name, faces) in byName { #expect(try Set(store.faces(named: name).map(\.id)) == faces) }
    for entry in try store.entries(of: listed.map(\.face)) {
      #expect(entry.name.map { byName[$0]?.contains(entry.face.id) == true } ?? true)
    }
    let named = try likeness.names.faces(named: nil, offset: 0, limit: .max)
    #expect(named.total == summary.namedFaces && Set(named.faces.map(\.name)) == Set(byName.keys))
    for person in try likeness.people.list().people where person.given {
      #expect(summaries.contains { $0.name == person.name })
    }
    let everybody = try likeness.people.list(includingHidden: true).people
    let called = everybody.compactMap { person in person.name.map { (person.id, $0) } }
    #expect(
      try store.names(ofPeople: everybody.map(\.id)) == Dictionary(uniqueKeysWithValues: called))
    for face in listed.prefix(5) {
      #expect(try store.face(id: face.face)?.name == face.name)
      #expect(try store.faces(ids: [face.face]).first?.0.name ?? face.name == face.name)
    }
  }

  private func expectSame(_ a: Likeness, _ b: Likeness) throws {
    let (twins, others) = (try Twins(a), try Twins(b))
    #expect(Set(twins.idOf.keys) == Set(others.idOf.keys))
    #expect(try people(a, twins) == people(b, others))
    #expect(
      try a.names.summaries() == b.names.summaries() && a.labels.counts() == b.labels.counts())
    #expect(try a.names.all() == b.names.all())
    let (own, other) = (try a.gallery.summary(), try b.gallery.summary())
    #expect(own.faces == other.faces && own.photos == other.photos && own.names == other.names)
    #expect(own.namedFaces == other.namedFaces)
    try expectOneNotionOfName(a, twins)
    try expectOneNotionOfName(b, others)
    #expect(own.photosWithoutFace == other.photosWithoutFace && own.model == other.model)
    #expect(own.doubtfulFaces == 7 && other.doubtfulFaces == 7)
    #expect(
      try twins.texts(Array(a.gallery.reader().doubtfulFaces()))
        == others.texts(Array(b.gallery.reader().doubtfulFaces())))
    // Strangers are measured on the same faces.
    for most in [1, 20, 1000] {
      let (sample, twin) = (
        try a.gallery.reader().sample(most: most), try b.gallery.reader().sample(most: most)
      )
      #expect(
        try #require(sample) == #require(twin)
          && sample?.embeddings.count == min(most, own.faces - 7))
    }
    #expect(try a.thresholds.current() == b.thresholds.current())
    try expectSamePhotos(a, b)
    try expectSameNearestPeople((a, twins), (b, others))
    let probes = twins.idOf.keys.sorted()
    var filters = [FaceFilter](repeating: FaceFilter(), count: 6)
    filters[1].labels = ["mood": "glad", "q\"u": "x\\y 1"]
    filters[2].names = ["ann 0", "bo \"b\" 1", "Somebody"]
    filters[3].minimumQuality = 0.2
    filters[4].includesDoubtful = true
    filters[5].isNamed = true
    for (number, probe) in probes.enumerated() where number % 9 == 0 {
      let metric = Metric.allCases[number / 9 % Metric.allCases.count]
      for grouping in [Grouping.name, .photo] {
        var question = Question(count: 1 + number % 7, metric: metric, grouping: grouping)
        question.filter = filters[number / 9 % filters.count]
        let (mine, theirs) = (twins.idOf[probe] ?? 0, others.idOf[probe] ?? 0)
        expectSame(
          try answers(a.nearest(to: mine, question), twins),
          try answers(b.nearest(to: theirs, question), others))
        let embedding = try a.faces.embedding(of: mine)
        #expect(try b.faces.embedding(of: theirs) == embedding)
        expectSame(
          try answers(a.search(embedding, question), twins),
          try answers(b.search(embedding, question), others))
        let filtered = try a.faces.page(after: 0, limit: 1000, filter: question.filter)
        let twin = try b.faces.page(after: 0, limit: 1000, filter: question.filter)
        #expect(
          twins.texts(filtered.items.map(\.face.id)) == others.texts(twin.items.map(\.face.id)))
      }
    }
    for name in try a.names.all().prefix(4) where try !a.probe(name: name).faces.isEmpty {
      let question = Question(count: 5, grouping: .photo)
      #expect(
        try answers(a.nearest(to: name, question), twins)
          == answers(b.nearest(to: name, question), others))
      try expectSameWalk(from: name, (a, twins), (b, others), within: 1e-5)
      let apart = try a.distance(a.probe(name: name), a.probe(name: "Bo \"B\" 4"))
      let alike = try b.distance(b.probe(name: name), b.probe(name: "Bo \"B\" 4"))
      #expect(apart.l2 == alike.l2 && apart.l1 == alike.l1 && apart.cosine == alike.cosine)
    }
    try expectSameWalks((a, twins), (b, others), within: 1e-5)
    let query = ComposeQuery(terms: [
      .init(operand: .label(key: "person", value: "Ann 6")),
      .init(operand: .label(key: "mood", value: "glad")),
      .init(weight: -1, operand: .label(key: "mood", value: "sad")),
    ])
    let (composed, twin) = (
      try answers(a.composition.matches(of: query).map(\.match), twins),
      try answers(b.composition.matches(of: query).map(\.match), others)
    )
    // Means over all faces are rounded by their order.
    #expect(composed.map(\.face) == twin.map(\.face) && composed.count == 10)
    #expect(zip(composed, twin).allSatisfy { abs($0.distance - $1.distance) < 1e-4 })
    for format in EmbeddingFormat.allCases {
      #expect(try a.faces.exported(as: format).count > 0 && !b.faces.exported(as: format).isEmpty)
    }
    #expect(try a.links.graph().links.count == b.links.graph().links.count)
  }

  /// Lists of photos are searched, sorted and filtered alike, however long their pages are.
  private func expectSamePhotos(_ a: Likeness, _ b: Likeness) throws {
    func digests(_ likeness: Likeness, _ query: PhotoQuery, _ limit: Int) throws -> [String] {
      var found: [String] = []
      var last: PhotoID?
      while true {
        let page = try likeness.photos.page(query, after: last, limit: limit)
        found += page.items.map(\.photo.digest)
        guard let next = page.next else {
          #expect(page.total == found.count)
          return found
        }
        last = next
      }
    }
    for order in PhotoQuery.Order.allCases {
      for kind in PhotoQuery.Kind.allCases {
        for text in ["", "bo \"b\"", "김철수 5"] {
          let query = PhotoQuery(text: text, order: order, kind: kind)
          let (own, other) = (try digests(a, query, 7), try digests(b, query, 1000))
          // Those added in the same second come in the order of their numbers, which are others in each.
          #expect(Set(own) == Set(other) && own.count == other.count, "\(query)")
          if order == .name { #expect(own == other, "\(query)") }
        }
      }
    }
  }

  /// The people nearest to each of some people are the same.
  private func expectSameNearestPeople(_ a: (Likeness, Twins), _ b: (Likeness, Twins)) throws {
    func nearest(_ likeness: Likeness, _ twins: Twins, _ face: String) throws -> [String] {
      let person = try #require(
        try likeness.people.list().people.first {
          $0.faces.contains { twins.textOf[$0.face] == face }
        })
      return try likeness.nearestPeople(to: person.id, count: 5).map {
        "\($0.distance) " + ($0.person.faces.compactMap { twins.textOf[$0.face] }.min() ?? "?")
      }
    }
    let sorted = try a.0.people.list().people.flatMap(\.faces)
      .compactMap { a.1.textOf[$0.face] }.sorted()
    for face in [sorted[0], sorted[sorted.count / 2]] {
      let own = try nearest(a.0, a.1, face)
      #expect(try own == nearest(b.0, b.1, face) && own.count == 5)
    }
  }

  /// Links lead from each of some photos to others that are less sure.
  private func expectSameWalks(
    _ a: (Likeness, Twins), _ b: (Likeness, Twins), within tolerance: Float
  ) throws {
    var sure: [Float] = []
    for photo in ["/photos/1.jpg", "/photos/8.jpg", "/photos/23.jpg"] {
      sure += try a.0.links.same(References(a.0).same(photo))[0].found.map(\.probability)
      try expectSameWalk(from: photo, a, b, within: tolerance)
    }
    #expect(sure.contains { $0 < 1 } && sure.count > 6)
  }

  /// The same faces, and as sure.
  private func expectSameWalk(
    from name: String, _ a: (Likeness, Twins), _ b: (Likeness, Twins), within tolerance: Float
  ) throws {
    func found(_ likeness: Likeness, _ twins: Twins) throws -> [String: Float] {
      Dictionary(
        uniqueKeysWithValues: try likeness.links.same(References(likeness).same(name))[0].found.map
        {
          (twins.textOf[$0.face] ?? "?", $0.probability)
        })
    }
    let (own, other) = (try found(a.0, a.1), try found(b.0, b.1))
    #expect(Set(own.keys) == Set(other.keys), "\(name)")
    for (face, probability) in own {
      #expect(abs(probability - (other[face] ?? 0)) <= tolerance, "\(name): \(face)")
    }
  }

  @Test func answersAreTheSame() async throws {
    try await Self.withGalleries { folder, server, _ in
      _ = try folder.people.list()
      let first = try folder.gallery.copy(to: server.gallery)
      let count = try folder.faces.count()
      #expect(first.copied == 62 && first.faces == count)
      #expect(first.editsNotCopied == 0 && !first.interrupted)
      try expectSame(folder, server)
      // What is said is the same afterwards.
      for likeness in [folder, server] {
        let people = try likeness.people.list().people
        let ann = try #require(people.first { $0.name == "Ann 0" })
        let bo = try #require(people.first { $0.name == "Bo \"B\" 1" })
        _ = try likeness.people.name(ann.id, as: "Anna")
        _ = try likeness.people.merge([bo.id, ann.id])
        let merged = try #require(try likeness.people.list().people.first { $0.name == "Anna" })
        let face = try #require(merged.faces.first { $0.photo == "/photos/2.jpg" })
        _ = try likeness.people.tell(
          face.face, apartFrom: References(likeness).person("Anna"))
        _ = try likeness.photos.remove(References(likeness).photo("/photos/13.jpg"))
        _ = try likeness.remove(Removal(names: ["김철수 2"]))
        try likeness.names.rename("Ann 3", to: "Änn")
      }
      let (twins, others) = (try Twins(folder), try Twins(server))
      #expect(try people(folder, twins) == people(server, others))
      #expect(try folder.names.summaries() == server.names.summaries())
      #expect(try folder.names.all().contains("Anna"))
      for (likeness, twins) in [(folder, twins), (server, others)] {
        try expectOneNotionOfName(likeness, twins)
      }
      // Links were counted before, and are again when somebody asks for all of them.
      try expectSameWalks((folder, twins), (server, others), within: 0.1)
      _ = try server.links.graph()
      let history = try server.people.history().items.map(\.kind)
      #expect(try folder.people.history().items.map(\.kind) == history)
      for _ in 0..<2 {
        let undone = try folder.people.undo()?.kind
        #expect(try server.people.undo()?.kind == undone)
      }
      try expectSame(folder, server)
      // Nothing of it refers to nothing.
      for likeness in [folder, server] {
        let findings = try likeness.gallery.check().findings
        #expect(findings.filter { $0.kind != .permission } == [])
      }
    }
  }

  /// A map is kept with the gallery, wherever that is: it is not made again, new faces are placed, and removed ones leave it.
  @Test(arguments: MapMethod.allCases)
  func aMapIsKept(method: MapMethod) async throws {
    try await Self.withGalleries { folder, server, _ in
      _ = try folder.gallery.copy(to: server.gallery)
      var options = MapOptions()
      options.method = method
      let (own, other) = (try folder.map(options), try server.map(options))
      #expect(own.isKept && other.isKept && own.faces.count == other.faces.count)
      if method == .pca {
        let (twins, others) = (try Twins(folder), try Twins(server))
        for (row, face) in own.faces.enumerated() {
          let twin = try #require(
            other.faces.firstIndex { others.textOf[$0.id] == twins.textOf[face.id] })
          for (a, b) in zip(own.point(row), other.point(twin)) { #expect(abs(a - b) < 1e-4) }
        }
      }
      for (likeness, made) in [(folder, own), (server, other)] {
        var steps = 0
        let kept = try likeness.map(options, progress: { _ in steps += 1 })
        #expect(steps == 0 && kept.layout == made.layout)
        #expect(kept.faces.map(\.id) == made.faces.map(\.id))
        #expect(kept.faces.map(\.neighbors) == made.faces.map(\.neighbors))
        #expect(kept.faces.allSatisfy { $0.neighbors.count == 8 })
        let gone = made.faces[3].id
        _ = try likeness.faces.remove(gone)
        var faces = MadeFaces(seed: 77)
        var photo = faces.photo(of: [1, 2])
        photo.digest = String(repeating: "e", count: 64)
        photo.file.path = "/photos/another.jpg"
        do {
          let store = try likeness.gallery.writer()
          _ = try store.add([photo], model: "test", modelFile: nil, updatesPaths: true)
        }
        let later = try likeness.map(options)
        let placed = later.faces.indices.filter { later.faces[$0].isPlaced }
        #expect(placed.count == 2 && later.faces.count == made.faces.count + 1)
        #expect(!later.faces.contains { $0.id == gone })
        for (row, face) in made.faces.enumerated() where face.id != gone {
          let now = try #require(later.faces.firstIndex { $0.id == face.id })
          #expect(later.point(now) == made.point(row))
        }
        #expect(try likeness.keptMap(options)?.layout == later.layout)
      }
    }
  }

  /// A server keeps the rule alone: links and walks are as from a folder, until the rule is taken back.
  @Test func aRuleLinksTheSame() async throws {
    try await Self.withGalleries { folder, server, _ in
      _ = try folder.gallery.copy(to: server.gallery)
      let (twins, others) = (try Twins(folder), try Twins(server))
      func pairs(_ graph: FaceGraph, _ twins: Twins) -> Set<Set<String>> {
        Set(graph.pairs.map { twins.texts($0) })
      }
      let derived = try server.links.graph().links.count
      let counts = try server.links.serverLinks(
        of: #require(server.gallery.reader() as? MilvusGallery)
      ).counts
      let rule = DistanceRule(.l2, below: 0.33)
      let (own, other) = (try folder.links.graph(by: rule), try server.links.graph(by: rule))
      #expect(pairs(own, twins) == pairs(other, others) && own.links.count > 10)
      for likeness in [server, Likeness(place: server.gallery.place, keepsOpen: true)] {
        #expect(try likeness.links.rule() == rule)
        #expect(try pairs(likeness.links.graph(), others) == pairs(own, twins))
        try expectSameWalks((folder, twins), (likeness, others), within: 1e-5)
        #expect(try likeness.links.same(References(likeness).same("/photos/1.jpg"))[0].rule == rule)
      }
      let back = try server.links.graph(falseLinks: GalleryThresholds.standardFalseLinks)
      #expect(back.rule == nil && back.links.count == derived)
      let walked = try server.links.same(References(server).same("/photos/1.jpg"))
      #expect(try server.links.rule() == nil && walked[0].rule == nil)
      // How many links there are was not forgotten meanwhile.
      let gallery = try #require(try server.gallery.reader() as? MilvusGallery)
      #expect(try server.links.serverLinks(of: gallery).counts == counts)
    }
  }

  @Test func namesWithoutAPlaceComeAlong() async throws {
    try await Self.withGalleries { folder, server, _ in
      let photos = try folder.gallery.reader().photos(after: .beforeFirst, limit: 3)
      let wanted = [
        photos[1].photo.digest: ["Dan"], photos[2].photo.digest: ["Eve", "Ann 0"],
      ]
      #expect(try folder.gallery.writer().note(candidates: wanted) == 2)
      _ = try folder.gallery.copy(to: server.gallery)
      let store = try server.gallery.reader()
      func found() throws -> [String: [String]] {
        let candidates = try store.candidates(ofPhotos: nil)
        return try store.photos(digests: Array(wanted.keys)).compactMapValues { candidates[$0.id] }
      }
      #expect(try found() == wanted)
      let faces = try server.faces.count()
      _ = try server.remove(Removal(names: ["Ann 0"]))
      #expect(try server.faces.count() < faces)
      #expect(try found()[photos[2].photo.digest] == ["Eve"])
      #expect(try store.note(candidates: [photos[2].photo.digest: []]) == 1)
      #expect(try found() == [photos[1].photo.digest: ["Dan"]])
    }
  }

  /// There and back again, with nothing lost; and once more, with nothing doubled.
  @Test func aCopyIsWhole() async throws {
    try await Self.withGalleries { folder, server, milvus in
      let people = try folder.people.list().people
      _ = try folder.people.name(people[0].id, as: "Somebody")
      _ = try folder.people.tell(people[1].faces[0].face, apartFrom: people[1].id)
      // Stopped in the middle.
      var asked = 0
      let stopped = try folder.gallery.copy(
        to: server.gallery,
        isCancelled: {
          asked += 1
          return asked > 1
        })
      #expect(stopped.interrupted)
      milvus.kill()
      try milvus.start()
      let whole = try folder.gallery.copy(to: server.gallery)
      #expect(whole.copied + stopped.copied == 62 && whole.photos == 62)
      #expect(try folder.gallery.copy(to: server.gallery).copied == 0)
      try TestFiles.withTemporaryFolder { home in
        let back = Likeness(gallery: home.appendingPathComponent("back"))
        #expect(try server.gallery.copy(to: back.gallery).copied == 62)
        try expectSame(folder, back)
        let count = try server.faces.count()
        #expect(try back.gallery.summary().faces == count)
        let face = try back.gallery.reader().faces(after: 0, limit: 1)[0]
        try back.faces.setName("Another", of: face)
        #expect {
          _ = try server.gallery.copy(to: back.gallery)
        } throws: { error in
          guard case LikenessError.copyDiffers(_, let differences) = error else { return false }
          return differences.count == 1
            && differences[0].hasSuffix("has other faces, names or labels there")
        }
      }
      #expect(throws: LikenessError.copyOntoItself(path: folder.gallery.place.path)) {
        try folder.gallery.copy(to: folder.gallery)
      }
    }
  }

  /// Two people of one name, which earlier versions could make on a server, are found, and no copy drops a name in silence.
  @Test func twoPeopleOfOneNameAreTold() async throws {
    try await Self.withGalleries { folder, server, _ in
      _ = try folder.people.list()
      _ = try folder.gallery.copy(to: server.gallery)
      let gallery = try #require(try server.gallery.writer() as? MilvusGallery)
      let people = try gallery.people().prefix(2).map(\.id)
      for person in people {
        var record = try #require(try gallery.record(Record.key(person: person)))
        record.text = "Twice"
        try gallery.put([record])
      }
      let findings = try gallery.check(hasUnitLength: false, repairing: false)
      #expect(findings.map(\.count) == [2], "\(findings)")
      #expect(findings.allSatisfy { $0.text.contains("share a name with another") })
      try TestFiles.withTemporaryFolder { home in
        let back = Likeness(gallery: home.appendingPathComponent("back"))
        do {
          _ = try server.gallery.copy(to: back.gallery)
          Issue.record("a name is lost without a word")
        } catch LikenessError.copyDiffers(_, let differences) {
          #expect(differences.count == 1, "\(differences)")
          #expect(differences[0].hasPrefix("\"Twice\" (person:"))
        }
      }
    }
  }

  /// What somebody else has in the other gallery already, the copy cannot have: each thing is told, and nothing there is
  /// taken from anybody.
  @Test func whatACopyCannotKeepIsTold() async throws {
    try await Self.withGalleries { folder, server, _ in
      let people = try folder.people.list().people
      _ = try folder.people.hide([people[2].id])
      _ = try folder.people.tell(people[1].faces[0].face, apartFrom: people[1].id)
      _ = try folder.gallery.copy(to: server.gallery)
      let twins = try Twins(folder)
      let others = try Twins(server)
      func twin(_ person: Person) throws -> PersonID {
        let face = try #require(twins.textOf[person.faces[0].face].flatMap { others.idOf[$0] })
        let owners = try server.gallery.reader().people(ofFaces: [face])
        return try #require(owners[face])
      }
      let (first, second) = (try twin(people[0]), try twin(people[3]))
      // There it is somebody else's name, and who is hidden here was shown there.
      _ = try server.people.name(second, as: "Somebody")
      let hidden = try twin(people[2])
      _ = try server.people.hide([hidden], false)
      _ = try folder.people.name(people[0].id, as: "Somebody")
      do {
        _ = try folder.gallery.copy(to: server.gallery)
        Issue.record("a name is lost without a word")
      } catch LikenessError.copyDiffers(let path, let differences) {
        #expect(path == server.gallery.place.path)
        #expect(differences.count == 1, "\(differences)")
        #expect(
          differences.allSatisfy {
            $0.contains("is without the name there, since \(second.reference) has the name")
          })
      }
      let names = try server.gallery.reader().names(ofPeople: [second])
      #expect(names[second] == "Somebody" && first != second)
      // What is said here holds there: the copy hid the person again.
      #expect(try !server.people.list().people.contains { $0.id == hidden })
      _ = try folder.people.name(people[0].id, as: "Somebody else")
      let last = try folder.gallery.copy(to: server.gallery)
      #expect(last.copied == 0 && last.editsNotCopied == 4)
      #expect(try server.gallery.reader().names(ofPeople: [first])[first] == "Somebody else")
    }
  }

  /// In a gallery that is too large to be brought here at once, walks come as far and are as sure.
  @Test func walksAreAsSurePartByPart() async throws {
    try await Self.withGalleries { folder, server, _ in
      _ = try folder.gallery.copy(to: server.gallery)
      let inParts = Likeness(place: server.gallery.place, facesHeldAtOnce: 10)
      let (twins, others) = (try Twins(folder), try Twins(server))
      try expectSameWalks((folder, twins), (inParts, others), within: 0.02)
      let gallery = try #require(try server.gallery.reader() as? MilvusGallery)
      let kept = try JSONDecoder().decode(
        LinkCounts.self, from: #require(try gallery.linkCounts()))
      #expect(kept.asked == kept.faces && kept.faces == twins.idOf.count - 7)
      let links = Double(try folder.links.graph().links.count)
      #expect(abs(kept.links.reduce(0, +) - links) < 0.05 * links)
    }
  }

  /// In a gallery that is too large to be brought here at once, faces join people part by part, and are sorted as
  /// well as all at once.
  @Test func peopleAreFoundPartByPart() async throws {
    try await Self.withGalleries { folder, server, _ in
      _ = try folder.gallery.copy(to: server.gallery)
      let inParts = Likeness(place: server.gallery.place, facesHeldAtOnce: 10)
      let twins = try Twins(folder)
      let others = try Twins(server)
      #expect(try people(inParts, others) == people(folder, twins))
      let gallery = try #require(try server.gallery.reader() as? MilvusGallery)
      #expect(try gallery.unsortedFaceCount() == 0)
      // Those who come later join them.
      var made = MadeFaces(seed: 77)
      for store in [try folder.gallery.writer(), try server.gallery.writer()] {
        var more = made
        let new = (0..<20).map { number -> NewPhoto in
          var photo = more.photo(of: [number % Self.people])
          photo.digest = "more \(number)"
          return photo
        }
        _ = try store.add(new, model: "test", modelFile: nil, updatesPaths: true)
      }
      made = MadeFaces(seed: 78)
      #expect(try gallery.unsortedFaceCount() == 20)
      #expect(try people(inParts, Twins(server)) == people(folder, Twins(folder)))
      #expect(try people(server, Twins(server)) == people(folder, Twins(folder)))
    }
  }
}
