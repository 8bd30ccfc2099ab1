import Foundation
import LikenessCore
import TestSupport
import Testing

@testable import Faces

@Suite struct FaceEmbedderTests {
  @Test func `a chip's embedding is dlib's`() throws {
    let embedder = try Networks.dlib().makeEmbedder()
    for entry in try Goldens.load().photos {
      let chip = FaceChip(side: 150, pixels: try Goldens.photo(entry.chip).pixels)
      let embedding = try embedder.embeddings(of: [[chip]])[0]
      #expect(distance(embedding, entry.chipEmbedding) < 1e-4, "\(entry.file)")
    }
  }

  @Test func `so is a face's, from its box on`() throws {
    let analyzer = try Networks.dlib().makeAnalyzer()
    for entry in try Goldens.load().photos {
      let photo = try Goldens.photo(entry.file)
      for face in entry.faces {
        let found = try analyzer.face(in: Box(dlib: face.box), of: photo)
        #expect(distance(found.embedding, face.embedding) < 0.03, "\(entry.file) \(face.box)")
        #expect(found.landmarks == FaceLandmarks(DlibLandmarks(dlib: face.landmarks)))
      }
    }
  }

  @Test func `a second look gives the same`() throws {
    let embedder = try Networks.dlib().makeEmbedder()
    let chips = try chips()
    let first = try chips.map { try embedder.embeddings(of: [[$0]])[0] }
    for _ in 0..<3 {
      #expect(try chips.map { try embedder.embeddings(of: [[$0]])[0] } == first)
    }
  }

  @Test func `two threads at once give the same as one`() async throws {
    let engine = try Networks.engine(.yunet) {
      $0.jobs = 2
      $0.model = "dlib"
    }
    let chips = try chips()
    let alone = try engine.makeEmbedder()
    let expected = try chips.map { try alone.embeddings(of: [[$0]])[0] }
    try await withThrowingTaskGroup(of: [Embedding].self) { group in
      for _ in 0..<2 {
        group.addTask {
          let embedder = try engine.makeEmbedder()
          return try (0..<4).flatMap { _ in
            try chips.map { try embedder.embeddings(of: [[$0]])[0] }
          }
        }
      }
      for try await found in group {
        #expect(found == (0..<4).flatMap { _ in expected })
      }
    }
  }

  @Test func `embeddings separate people`() throws {
    let embedder = try Networks.dlib().makeEmbedder()
    let found = try Goldens.load().photos.map { entry in
      let chip = FaceChip(side: 150, pixels: try Goldens.photo(entry.chip).pixels)
      let embedding = try embedder.embeddings(of: [[chip]])[0]
      return (name: entry.file.hasPrefix("biden"), embedding: embedding)
    }
    for a in found {
      for b in found {
        let distance = distance(a.embedding, b.embedding.values)
        #expect((distance < 0.6) == (a.name == b.name))
      }
    }
  }

  @Test func `several at once give what each gives alone`() throws {
    for model in ["dlib", "sface", "joined"] {
      let engine = try Networks.engine { $0.model = model }
      let embedder = try engine.makeEmbedder()
      var faces: [[FaceChip]] = []
      for entry in try Goldens.load().photos {
        let photo = try Goldens.photo(entry.file)
        let dlib = try Networks.shapePredictor()
        for face in entry.faces {
          let landmarks = dlib.landmarks(in: photo, box: Box(dlib: face.box))
          faces.append(
            embedder.chips(from: photo, landmarks: FaceLandmarks(landmarks)) { landmarks })
        }
      }
      // More than the network is shown at a time.
      while faces.count <= 2 * EmbeddingMember.maximumBatchSize { faces += faces }
      let together = try embedder.embeddings(of: faces)
      #expect(together.count == faces.count)
      for (face, embedding) in zip(faces, together) {
        let alone = try embedder.embeddings(of: [face])[0]
        #expect(
          Metric.l2.distance(alone, embedding) < 1e-4 * alone.norm,
          "\(model): \(Metric.l2.distance(alone, embedding))")
      }
    }
  }

  /// Also beside a photo that cannot be read and one without a face.
  @Test(arguments: ["sface", "dlib"]) func `photos together give what each gives alone`(
    _ model: String
  ) throws {
    let analyzer = try Networks.engine { $0.model = model }.makeAnalyzer()
    let blank = Photo(
      width: 64, height: 48, pixels: [UInt8](repeating: 128, count: 3 * 64 * 48))
    let names = ["obama.jpg", "missing.jpg", "biden.jpg", "blank", "obama2.jpg", "biden.jpg"]
    func load(_ name: String) throws -> Photo {
      name == "blank" ? blank : try Photo.load(contentsOf: Samples.photo(name))
    }
    let together = analyzer.analyze(names, load: load)
    #expect(together.count == names.count)
    for (name, result) in zip(names, together) {
      guard name != "missing.jpg" else {
        #expect(throws: PhotoError.self) { try result.get() }
        continue
      }
      let (found, alone) = try (result.get(), analyzer.analyze(load(name)))
      #expect(found.faces.map(\.box) == alone.faces.map(\.box))
      #expect(found.faces.map(\.chip.pixels) == alone.faces.map(\.chip.pixels))
      #expect(found.faces.isEmpty == (name == "blank"))
      for (face, expected) in zip(found.faces, alone.faces) {
        #expect(
          Metric.l2.distance(face.embedding, expected.embedding) < 1e-4 * expected.embedding.norm)
      }
    }
  }

  @Test func `joined embeddings are both in a row, of length 1`() throws {
    let photo = try Goldens.photo(Goldens.load().photos[0].file)
    func embedding(_ model: String) throws -> Embedding {
      let found = try Networks.engine { $0.model = model }.makeAnalyzer().analyze(photo)
      return try #require(found.faces.first).embedding
    }
    let (sface, dlib, joined) = (
      try embedding("sface"), try embedding("dlib"), try embedding("joined")
    )
    #expect(sface.count == 128 && dlib.count == 128 && joined.count == 256)
    #expect(abs(sface.norm - 1) < 1e-5 && abs(joined.norm - 1) < 1e-5)
    #expect(abs(dlib.norm - 1) > 1e-3)
    let expected = Embedding(sface.values + dlib.normalized().values).normalized()
    #expect(Metric.l2.distance(joined, expected) < 1e-4)
  }

  private func chips() throws -> [FaceChip] {
    try Goldens.load().photos.map {
      FaceChip(side: 150, pixels: try Goldens.photo($0.chip).pixels)
    }
  }

  private func distance(_ embedding: Embedding, _ expected: [Float]) -> Double {
    guard embedding.values.count == expected.count else { return .infinity }
    return zip(embedding.values, expected).map { pow(Double($0) - Double($1), 2) }.reduce(0, +)
      .squareRoot()
  }
}
