import Foundation
import TestSupport
import Testing
import Vectors

@testable import Faces

@Suite struct FaceEmbedderTests {
  @Test func `a chip's embedding is dlib's`() throws {
    let embedder = try Networks.dlib().makeEmbedder()
    for entry in try Goldens.load().photos {
      let chip = FaceChip(side: 150, pixels: try Goldens.photo(entry.chip).pixels)
      let embedding = try embedder.embedding(of: chip)
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
    let first = try chips.map { try embedder.embedding(of: $0) }
    for _ in 0..<3 {
      #expect(try chips.map { try embedder.embedding(of: $0) } == first)
    }
  }

  @Test func `two threads at once give the same as one`() async throws {
    let engine = try Networks.engine(.yunet) {
      $0.jobs = 2
      $0.model = "dlib"
    }
    let chips = try chips()
    let alone = try engine.makeEmbedder()
    let expected = try chips.map { try alone.embedding(of: $0) }
    try await withThrowingTaskGroup(of: [Embedding].self) { group in
      for _ in 0..<2 {
        group.addTask {
          let embedder = try engine.makeEmbedder()
          return try (0..<4).flatMap { _ in try chips.map { try embedder.embedding(of: $0) } }
        }
      }
      for try await found in group {
        #expect(found == (0..<4).flatMap { _ in expected })
      }
    }
  }

  @Test func `people are told apart`() throws {
    let embedder = try Networks.dlib().makeEmbedder()
    let found = try Goldens.load().photos.map { entry in
      let chip = FaceChip(side: 150, pixels: try Goldens.photo(entry.chip).pixels)
      return (name: entry.file.hasPrefix("biden"), embedding: try embedder.embedding(of: chip))
    }
    for a in found {
      for b in found {
        let distance = distance(a.embedding, b.embedding.values)
        #expect((distance < 0.6) == (a.name == b.name))
      }
    }
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
