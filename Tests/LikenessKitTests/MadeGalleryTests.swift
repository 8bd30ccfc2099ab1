import Foundation
import GalleryCore
import LikenessCore
import TestSupport
import Testing

@testable import GallerySQLite
@testable import LikenessKit
@testable import VectorSearch

/// Made-up galleries, and what must work on large ones, at a size that tests can afford.
@Suite struct MadeGalleryTests {
  private func withGallery(
    _ made: MadeGallery, _ work: (Likeness, URL) throws -> Void
  ) throws {
    try TestFiles.withTemporaryFolder { folder in
      let likeness = Likeness(gallery: folder.appendingPathComponent("made"))
      try likeness.gallery.make(made)
      try work(likeness, folder)
    }
  }

  @Test func theSameOptionsMakeTheSameGallery() throws {
    let made = MadeGallery(faces: 700, people: 60, named: 0.5)
    try withGallery(made) { likeness, folder in
      let summary = try likeness.gallery.summary()
      #expect(summary.faces == 700 && summary.dimensions == 128)
      #expect(summary.model == ModelStore.standardEmbedding && summary.doubtfulFaces == 0)
      #expect((15...45).contains(summary.names) && summary.photos < 700)
      let again = Likeness(gallery: folder.appendingPathComponent("again"))
      try again.gallery.make(made)
      #expect(
        try likeness.faces.exported(as: .json) == again.faces.exported(as: .json))
      var other = made
      other.seed = 2
      let third = Likeness(gallery: folder.appendingPathComponent("third"))
      try third.gallery.make(other)
      #expect(try likeness.faces.exported(as: .npy) != third.faces.exported(as: .npy))
      // What is there is left alone.
      #expect(throws: LikenessError.self) { try again.gallery.make(other) }
      #expect(try again.gallery.summary().faces == 700)
      #expect(throws: CancellationError.self) {
        try Likeness(gallery: folder.appendingPathComponent("none")).gallery.make(made) { _, _ in
          throw CancellationError()
        }
      }
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
          == ["again", "made", "third"])
    }
  }

  @Test func distancesAreLikeRealOnes() throws {
    let made = MadeGallery(faces: 900, people: 60)
    let owners = made.owners()
    #expect(owners.count == 900 && Set(owners).count == 60)
    let faces = owners.enumerated().map {
      made.spread.face($0, ofPerson: Int($1), seed: made.seed)
    }
    var (genuine, impostors) = ([Float](), [Float]())
    for first in stride(from: 0, to: 900, by: 3) {
      for second in (first + 1)..<900 {
        let distance = Metric.cosine.distance(faces[first], faces[second])
        if owners[first] == owners[second] {
          genuine.append(distance)
        } else {
          impostors.append(distance)
        }
      }
    }
    func mean(_ values: [Float]) -> Float { values.reduce(0, +) / Float(values.count) }
    #expect(abs(mean(genuine) - 0.38) < 0.06, "\(mean(genuine))")
    #expect(abs(mean(impostors) - 1) < 0.05, "\(mean(impostors))")
    let spread = mean(impostors.map { ($0 - 1) * ($0 - 1) }).squareRoot()
    #expect((0.06...0.16).contains(spread), "\(spread)")
  }

  @Test func facesLieAsThoseOfAnotherGallery() throws {
    try withGallery(MadeGallery(faces: 1_500, people: 100, named: 1)) { likeness, folder in
      let (spread, model) = try likeness.gallery.spread()
      #expect(spread.dimensions == 128 && spread.isNormalized)
      #expect(model.name == ModelStore.standardEmbedding)
      var genuine: Float = 0
      for person in 0..<200 {
        genuine += Metric.cosine.distance(
          spread.face(2 * person, ofPerson: person, seed: 5),
          spread.face(2 * person + 1, ofPerson: person, seed: 5))
      }
      #expect(abs(genuine / 200 - 0.38) < 0.08, "\(genuine / 200)")
      let few = Likeness(gallery: folder.appendingPathComponent("few"))
      try few.gallery.make(MadeGallery(faces: 10))
      #expect(throws: LikenessError.self) { try few.gallery.spread() }
    }
  }

  @Test func manyProbesFindWhatEachFinds() throws {
    try withGallery(MadeGallery(faces: 1_200, people: 30, named: 1)) { likeness, _ in
      let store = try likeness.gallery.reader()
      let name = try #require(try store.names().max { $0.faces < $1.faces }).name
      let own = try store.faces(named: name).map(\.id)
      #expect(own.count > 60)
      let filter = FaceFilter()
      let queries = try store.faces(ids: own).map(\.1)
      for metric in Metric.allCases {
        try likeness.gallery.withFinder(of: store, filter, without: Set(own)) { finder in
          let (found, horizon) = try finder.nearest(
            toAnyOf: queries, count: 20, metric: metric)
          var least: [FaceID: Float] = [:]
          for answer in try finder.nearest(to: queries, count: 1_200, metric: metric) {
            for neighbor in answer {
              least[neighbor.face] = min(least[neighbor.face] ?? .infinity, neighbor.distance)
            }
          }
          let expected = least.filter { $0.value <= horizon }
          #expect(found.count >= 20 && horizon < .infinity)
          #expect(
            Dictionary(uniqueKeysWithValues: found.map { ($0.face, $0.distance) }) == expected)
        }
        let matches = try likeness.nearest(to: name, Question(count: 5, metric: metric))
        #expect(matches.count == 5 && !matches.contains { $0.name == name })
      }
    }
  }

  @Test func exportsAreWholeOrNotThere() throws {
    try withGallery(MadeGallery(faces: 2_600, people: 40)) { likeness, folder in
      let file = folder.appendingPathComponent("faces.npy")
      var largest = 0
      try OutputFile.write(to: file) { write in
        try likeness.faces.export(as: .npy) { piece in
          largest = max(largest, piece.count)
          try write(piece)
        }
      }
      // No piece is of the whole gallery.
      #expect(largest < 200_000)
      let data = try Data(contentsOf: file)
      #expect(data.count == 128 + 2_600 * 512)
      let list = try likeness.faces.list(withEmbeddings: true)
      #expect(data.suffix(512) == FloatBlob.data(try #require(list.last?.embedding)))
      let csv = String(decoding: try likeness.faces.exported(as: .csv), as: UTF8.self)
      #expect(csv.split(separator: "\n").count == 2_601)
      let components = ComponentOptions(count: 2)
      let lines = try likeness.faces.exported(as: .csv, components: components)
        .split(separator: UInt8(ascii: "\n"))
      let shown = try likeness.faces.list(components: components)
      let last = try #require(shown.last?.components)
      #expect(
        String(decoding: try #require(lines.last), as: UTF8.self).hasSuffix(
          ",\(last[0]),\(last[1])"))

      // What fails on its way leaves what was there.
      #expect(throws: CancellationError.self) {
        try OutputFile.write(to: file) { write in
          try write(Data("half".utf8))
          throw CancellationError()
        }
      }
      #expect(try Data(contentsOf: file) == data)
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
          == ["faces.npy", "made"])
      #expect(throws: LikenessError.self) {
        try OutputFile.write(to: folder) { _ in }
      }
    }
  }

  @Test func aFewNewFacesAreSortedAmongThoseTheyLookLike() throws {
    try withGallery(MadeGallery(faces: 1_500, people: 60)) { likeness, _ in
      // Some fifty more of the same people: everything but them is there.
      let more = MadeGallery(faces: 1_530, people: 60)
      _ = try likeness.people.list()
      let before = try likeness.gallery.reader().peopleAssignment().persons
      #expect(before.count == 1_500)
      let owners = more.owners()
      do {
        let store = try likeness.gallery.writer()
        let photos = (0..<25).map { number -> NewPhoto in
          NewPhoto(
            digest: "more \(number)",
            file: PhotoFile(path: "/more/\(number).jpg", bytes: 1, modified: 0), width: 100,
            height: 100, turned: 0,
            faces: [
              NewFace(
                name: nil,
                geometry: FaceGeometry(x: 0, y: 0, width: 50, height: 60, landmarks: []),
                score: 0.9,
                quality: FaceQuality(
                  size: 50, sharpness: 9, yaw: 0, pitch: 0, roll: 0, inside: 1),
                embedding: more.spread.face(
                  10_000 + number, ofPerson: Int(owners[number]), seed: more.seed),
                thumbnail: Data())
            ])
        }
        _ = try store.add(
          photos, model: ModelStore.standardEmbedding, modelFile: nil, updatesPaths: true)
      }
      let open = Likeness(gallery: likeness.gallery.folder, keepsOpen: true)
      let people = try GalleryPeople.$fewestSortedByNeighbors.withValue(1_000) {
        try open.people.list()
      }
      #expect(people.kept && open.people.isListAtHand)
      let after = try likeness.gallery.reader().peopleAssignment().persons
      // Nobody was moved, and the new ones have people.
      #expect(after.count == 1_525 && before.allSatisfy { after[$0.key] == $0.value })
      // Most are of people who are there.
      let known = Set(before.values)
      let joined = after.filter { before[$0.key] == nil && known.contains($0.value) }
      #expect(joined.count >= 18, "\(joined.count) of 25")
      #expect(try likeness.people.list().people.count == people.people.count)
    }
  }
}
