import Foundation
import GallerySQLite
import References
import TestSupport
import Testing

@testable import Faces
@testable import LikenessKit
@testable import LikenessReports

/// Faces that are likely none are kept and marked, and are no answers unless they are asked for.
@Suite struct DoubtfulFacesTests {
  private static let names = [0: "Ann", 1: "Bo", 2: "Cay"]
  private static let photos = (0..<24).map { [$0 % 6] + ($0 % 5 == 0 ? [($0 + 3) % 6] : []) }
  /// They look like the people of the gallery, so that they would be found if anybody asked for them.
  private static let doubtful = [0: [0], 4: [1, 2], 9: [0, 0], 17: [5]]

  /// Gives the work the same gallery with doubtful detections and without.
  private func withBoth(_ work: (_ with: Likeness, _ without: Likeness) throws -> Void) throws {
    try withMadeGallery(Self.photos, names: Self.names, doubtful: Self.doubtful) { with in
      try withMadeGallery(Self.photos, names: Self.names) { without in try work(with, without) }
    }
  }

  /// Faces by what they are in either gallery.
  private func titles(_ likeness: Likeness) throws -> [FaceID: String] {
    Dictionary(
      uniqueKeysWithValues: try likeness.gallery.reader().outlines().map {
        ($0.id, "\($0.path) \($0.ordinal)")
      })
  }

  // MARK: Answers

  @Test func `they change no answer`() throws {
    try withBoth { with, without in
      let (own, other) = (try titles(with), try titles(without))
      #expect(own.count == other.count + 6)
      #expect(try with.thresholds.current() == without.thresholds.current())
      func matches(_ likeness: Likeness, _ titles: [FaceID: String]) throws -> [String] {
        var all: [String] = []
        for name in Self.names.values.sorted() {
          for (metric, grouping) in [(Metric.l2, Grouping.photo), (.cosine, .name)] {
            all += try likeness.nearest(
              to: name, Question(count: 40, metric: metric, grouping: grouping)
            ).map { "\($0.rank) \($0.name ?? "-") \(titles[$0.face] ?? "?") \($0.distance)" }
          }
        }
        return all
      }
      #expect(try matches(with, own) == matches(without, other))
      func people(_ likeness: Likeness, _ titles: [FaceID: String]) throws -> Set<[String]> {
        Set(try likeness.people.list().people.map { $0.faces.map { titles[$0.face] ?? "?" } })
      }
      #expect(try people(with, own) == people(without, other))
      func links(_ likeness: Likeness, _ titles: [FaceID: String]) throws -> Set<String> {
        let graph = try likeness.links.graph()
        return Set(
          graph.links.map { link in
            let ends = [link.from, link.to].map { titles[graph.faces[Int($0)].id] ?? "?" }
            return "\(ends) \(link.distance) \(link.probability)"
          })
      }
      #expect(try links(with, own) == links(without, other))
      #expect(try with.links.graph().faces.count == other.count)
      func same(_ likeness: Likeness, _ titles: [FaceID: String]) throws -> [String] {
        try likeness.links.same([.name("Ann")])[0].found.map {
          "\(titles[$0.face] ?? "?") \($0.probability)"
        }
      }
      #expect(try same(with, own) == same(without, other))
      let query = ComposeQuery(terms: [.init(operand: .label(key: "person", value: "Ann"))])
      func composed(_ likeness: Likeness, _ titles: [FaceID: String]) throws -> [String] {
        try likeness.composition.matches(of: query, count: 100).map {
          "\(titles[$0.match.face] ?? "?") \($0.match.distance)"
        }
      }
      #expect(try composed(with, own) == composed(without, other))
      var pca = MapOptions()
      pca.method = .pca
      #expect(
        try with.map(pca).faces.map { own[$0.id] } == without.map(pca).faces.map { other[$0.id] })
      let document = try with.graphDocument(of: try with.links.graph())
      #expect(document.faces.count == other.count)
    }
  }

  @Test func `they are answers to those who ask for them`() throws {
    try withBoth { with, _ in
      let doubtful = try with.gallery.reader().doubtfulFaces()
      var question = Question(count: 100, grouping: .photo)
      #expect(try with.nearest(to: "Ann", question).allSatisfy { !$0.isDoubtful })
      question.filter.includesDoubtful = true
      let found = try with.nearest(to: "Ann", question)
      #expect(Set(found.filter(\.isDoubtful).map(\.face)) == doubtful && doubtful.count == 6)
      #expect(found.filter(\.isDoubtful).allSatisfy { $0.name == nil && $0.person == nil })
      // They are among the nearest: three look like Ann, who has four photos.
      #expect(found.prefix(8).contains { $0.isDoubtful })
      // Together with other conditions.
      question.filter.minimumQuality = 0.5
      #expect(try with.nearest(to: "Ann", question).allSatisfy { !$0.isDoubtful })
      let composed = try with.composition.matches(
        of: ComposeQuery(terms: [.init(operand: .label(key: "person", value: "Ann"))]), count: 100,
        includingDoubtful: true)
      #expect(Set(composed.map(\.match).filter(\.isDoubtful).map(\.face)) == doubtful)
    }
  }

  /// Of a photo that is asked about, doubtful detections have no answers, and are no probe.
  @Test func `a photo stands for its faces`() throws {
    try TestFiles.withTemporaryFolder { folder in
      let likeness = Likeness(gallery: folder.appendingPathComponent("gallery"))
      try likeness.add([Samples.photo("obama.jpg"), Samples.photo("biden.jpg")])
      var found = try likeness.analyze(Samples.photo("obama2.jpg"))
      var flower = found.faces[0]
      flower.quality.confidence = 0.1
      found.faces[0].quality.confidence = 0.9
      found.faces.insert(flower, at: 0)
      #expect(found.doubtfulCount == 1 && found.certain.faces.count == 1)
      let searched = try likeness.search(found)
      #expect(searched.map(\.matches.isEmpty) == [true, false])
      #expect(searched[0].recognition == nil && searched[1].recognition?.known == true)
      #expect(searched[0].face.quality.remarks.first == "doubtful")
      var question = Question()
      question.filter.includesDoubtful = true
      #expect(try likeness.search(found, question).map(\.matches.isEmpty) == [false, false])

      let taken = try found.faces(includingDoubtful: false, path: "a.jpg")
      #expect(taken.faces.map(\.quality.confidence) == [0.9])
      #expect(
        try found.faces(includingDoubtful: true, path: "a.jpg").faces.map(\.quality.confidence)
          == [0.1, 0.9])
      found.faces = [flower, flower]
      #expect(throws: LikenessError.onlyDoubtful(path: "a.jpg", count: 2)) {
        try found.faces(includingDoubtful: false, path: "a.jpg")
      }
      found.faces = []
      #expect(throws: LikenessError.noFace(path: "a.jpg")) {
        try found.faces(includingDoubtful: true, path: "a.jpg")
      }
    }
  }

  @Test func `why there is no face is one line`() {
    #expect("\(LikenessError.noFace(path: "a.jpg"))" == "a.jpg: no face found")
    #expect(
      "\(LikenessError.onlyDoubtful(path: "a.jpg", count: 1))"
        == "a.jpg: no face found; 1 doubtful detection")
    #expect(
      "\(LikenessError.onlyDoubtful(path: "a.jpg", count: 3))"
        == "a.jpg: no face found; 3 doubtful detections")
  }

  // MARK: Adding

  @Test func `a photo's name goes to its largest face that is not doubtful`() throws {
    let likeness = Likeness(gallery: URL(fileURLWithPath: "/nowhere"))
    var found = try likeness.analyze(Samples.photo("obama.jpg"))
    var flower = found.faces[0]
    flower.quality.confidence = 0.79
    var certain = found.faces[0]
    certain.quality.confidence = 0.8
    found.faces = [flower, certain, certain]
    let faces = try [NewFace](found, name: "Ann", labels: ["mood": "glad"], keepsThumbnails: true)
    #expect(faces.map(\.name) == [nil, "Ann", nil])
    #expect(faces.map(\.labels) == [[:], ["mood": "glad"], [:]])
    #expect(faces.map(\.quality.confidence) == [0.79, 0.8, 0.8])
    found.faces = [flower]
    #expect(
      try [NewFace](found, name: "Ann", labels: ["mood": "glad"], keepsThumbnails: true).map(\.name)
        == [nil])
    // CompreFace's examples are without them.
    let prepared = PreparedPhoto(photo: photo("a", faces), isKnown: false)
    #expect(prepared.faces == 2 && prepared.doubtful == 1)
    let kept = prepared.keepingFaces(ofScore: 0)
    #expect(kept.faces == 2 && kept.doubtful == 0 && kept.photo.faces.first?.name == "Ann")
  }

  private func photo(_ digest: String, _ faces: [NewFace]) -> NewPhoto {
    NewPhoto(
      digest: digest, file: PhotoFile(path: "/\(digest).jpg", bytes: 1, modified: 0), width: 10,
      height: 10, turned: 0, faces: faces)
  }

  @Test func `a photo of doubtful detections counts as one without a face`() throws {
    try TestFiles.withTemporaryFolder { folder in
      var made = MadeFaces(seed: 1)
      let photos = [
        made.photo(of: [1], name: "Ann", doubtful: [2]), made.photo(of: [], doubtful: [3, 4]),
        made.photo(of: []), made.photo(of: [1, 2], name: "Ann"),
      ]
      let store = try GalleryStore(
        at: folder.appendingPathComponent("gallery"), access: .write, create: true)
      let models = Likeness(gallery: folder)
      let model = EmbeddingModel(try models.networks.engine())
      var run = EnrolmentRun(models.networks.verification) {
        PhotoWriter(store: store, model: model, updatesPaths: true, expectsModelChange: false)
      }
      for photo in photos + [photos[1]] {
        try run.take(
          .ready(PreparedPhoto(photo: photo, isKnown: false, model: model)), path: photo.file.path)
      }
      try run.flush()
      let summary = run.summary
      #expect(summary.added == 2 && summary.faces == 3 && summary.doubtful == 3)
      #expect(summary.noFace == 2 && summary.already == 1 && summary.warnings.isEmpty)
      #expect(
        summary.skipped.map(\.reason) == ["no face found; 2 doubtful detections", "no face found"])
      // They are kept all the same.
      #expect(try store.faceCount() == 6 && store.doubtfulFaces().count == 3)
    }
  }

  // MARK: What the user says

  @Test func `a face that the user speaks of is one of the others`() throws {
    try withBoth { likeness, _ in
      _ = try likeness.people.list()
      let before = try likeness.links.graph().links.count
      // Of the second photo of Ann: it looks like her.
      let face = try #require(try likeness.gallery.reader().doubtfulFaces().min())
      #expect(throws: LikenessError.doubtfulFace(face)) { try likeness.links.same([.face(face)]) }
      #expect(throws: LikenessError.unknownName("Nobody", nearSpellings: [])) {
        try likeness.links.same([.name("Nobody")])
      }
      try likeness.labels.set(["mood": "glad"], of: [face])
      #expect(try likeness.faces.entry(face).face.quality.confidence == 1)
      let people = try likeness.people.list().people
      let person = try #require(people.first { $0.faces.contains { $0.face == face } })
      #expect(person.faces.count >= 1)
      #expect(try likeness.links.graph().links.count > before)
      #expect(try !likeness.links.same([.face(face)])[0].found.isEmpty)
      let question = Question(count: 100, grouping: .photo)
      #expect(try likeness.nearest(to: "Ann", question).contains { $0.face == face })
      #expect(try likeness.gallery.reader().doubtfulFaces().count == 5)
      // An edit of people says so as well.
      let other = try #require(try likeness.gallery.reader().doubtfulFaces().min())
      _ = try likeness.people.tell(other, apartFrom: person.id)
      #expect(try likeness.faces.entry(other).face.quality.isDoubtful == false)
      #expect(try likeness.faces.entry(other).person != nil)
      let last = try #require(try likeness.gallery.reader().doubtfulFaces().min())
      try likeness.faces.confirm(last)
      #expect(try !likeness.gallery.reader().doubtfulFaces().contains(last))
      #expect(throws: LikenessError.unknownFace(999)) { try likeness.faces.confirm(999) }
    }
  }

  @Test func `labels of photos go to their faces`() throws {
    try TestFiles.withTemporaryFolder { folder in
      let home = folder.appendingPathComponent("gallery")
      var made = MadeFaces(seed: 3)
      do {
        let store = try GalleryStore(at: home, access: .write, create: true)
        var both = made.photo(of: [1, 2], doubtful: [3])
        // The doubtful one is the largest.
        both.faces = [both.faces[2], both.faces[0], both.faces[1]]
        let only = made.photo(of: [], doubtful: [4])
        let gone = made.photo(of: [1, 2])
        try store.add([both, only, gone, made.photo(of: [5], doubtful: [1])], model: "test")
        // Of the third photo the largest face.
        _ = try store.remove(face: 5)
      }
      let likeness = Likeness(gallery: home)
      let outlines = try likeness.gallery.reader().outlines()
      #expect(outlines.map(\.id) == [1, 2, 3, 4, 6, 7, 8])
      #expect(GalleryLabels.subjects(of: outlines).map(\.id).sorted() == [2, 7])
      let references = References(likeness)
      let changed = try likeness.labels.set(["seen": "yes"], of: references.faces(["/photos"]))
        .faces.map(
          \.face)
      #expect(changed == [2, 3, 6, 7])
      // A photo stands for its one face, and a doubtful one for itself.
      #expect(
        try likeness.labels.set(["a": "b"], of: references.faces(["/photos/4.jpg"])).faces.map(
          \.face) == [7]
      )
      #expect(throws: LikenessError.onlyDoubtful(path: "/photos/2.jpg", count: 1)) {
        try likeness.labels.set(["a": "b"], of: references.faces(["/photos/2.jpg"]))
      }
      #expect(try likeness.gallery.reader().doubtfulFaces() == [1, 4, 8])
      #expect(
        try likeness.labels.set(["a": "b"], of: references.faces(["/photos/2.jpg#1"])).faces.map(
          \.face) == [
            4
          ])
      #expect(try likeness.gallery.reader().doubtfulFaces() == [1, 8])
    }
  }

  // MARK: Lists

  @Test func `lists and files mark them`() throws {
    try withBoth { likeness, _ in
      let list = try likeness.faces.list()
      let doubtful = try likeness.gallery.reader().doubtfulFaces()
      #expect(Set(list.filter(\.doubtful).map(\.face)) == doubtful)
      #expect(list.allSatisfy { $0.confidence == ($0.doubtful ? 0.2 : nil) })
      let sure = try #require(list.first { !$0.doubtful })
      let unsure = try #require(list.first { $0.doubtful })
      #expect(abs(unsure.quality - 0.2 * sure.quality) < 1e-9)
      let photos = try likeness.photos.list().filter { $0.doubtful > 0 }
      #expect(photos.map(\.doubtful) == [1, 2, 2, 1] && photos.map(\.faces) == [3, 3, 3, 2])
      #expect(try likeness.gallery.summary().doubtfulFaces == 6)
      let csv = String(decoding: try likeness.faces.exported(as: .csv), as: UTF8.self)
        .split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
      let column = try #require(csv[0].firstIndex(of: "confidence"))
      #expect(csv.dropFirst().map { String($0[column]) } == list.map { $0.doubtful ? "0.2" : "" })
      let json = try JSONSerialization.jsonObject(with: likeness.faces.exported(as: .json))
      let exported = try #require(json as? [[String: Any]])
      #expect(exported.count { $0["doubtful"] as? Bool == true } == 6)
      #expect(exported.count { $0["confidence"] is NSNull } == list.count - 6)
    }
  }

  @Test func `reports and contact sheets leave them out`() throws {
    try withBoth { with, without in
      let (report, other) = (try with.report(), try without.report())
      #expect(report.faces == other.faces && report.allFaces == other.allFaces)
      let html = String(decoding: report.html, as: UTF8.self)
      #expect(html.contains("<b>6</b> doubtful detections, not shown"))
      #expect(!String(decoding: other.html, as: UTF8.self).contains("doubtful"))
      let doubtful = try with.gallery.reader().doubtfulFaces()
      #expect(doubtful.allSatisfy { !html.contains("face-\($0)\"") } && !doubtful.isEmpty)
      #expect(try with.contactSheet().faces == without.contactSheet().faces)
    }
  }

  @Test func `they are drawn with dashes in another colour`() throws {
    let likeness = Likeness(gallery: URL(fileURLWithPath: "/nowhere"))
    var face = try likeness.analyze(Samples.photo("obama.jpg")).faces[0]
    face.box = Box(x: 40, y: 40, width: 120, height: 120)
    face.landmarks = FaceLandmarks([Point](repeating: Point(x: 100, y: 100), count: 5))
    let photo = Photo(
      width: 200, height: 200, pixels: [UInt8](repeating: 0, count: 200 * 200 * 3))
    /// The colours along the middle of the right side, where no label is.
    func side(_ confidence: Double) -> [PhotoColor] {
      face.quality.confidence = confidence
      let drawn = FacePainter.boxes(around: [face], in: photo)
      return (60..<140).map { drawn[160, $0] }
    }
    let (certain, doubtful) = (side(0.9), side(0.1))
    #expect(certain.allSatisfy { $0.green > 100 && $0.green > $0.red })
    let gaps = doubtful.count { $0 == .black }
    #expect((20...60).contains(gaps))
    #expect(doubtful.allSatisfy { $0 == .black || $0.red > $0.green && $0.red > 100 })
  }

  @Test func `faces of less confidence than the least are doubtful`() {
    for (confidence, isDoubtful) in [
      (nil, false), (0, true), (0.3, true), (0.799, true), (0.8, false), (0.801, false), (1, false),
    ] as [(Double?, Bool)] {
      let quality = FaceQuality(
        size: 80, sharpness: 9, yaw: 0, pitch: 0, roll: 0, inside: 1, confidence: confidence)
      #expect(quality.isDoubtful == isDoubtful)
    }
  }
}
