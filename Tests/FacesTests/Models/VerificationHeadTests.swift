import Foundation
import LikenessCore
import TestSupport
import Testing

@testable import Faces

@Suite struct VerificationHeadTests {
  private func description(_ features: [PairFeature], of model: String = "m") -> HeadDescription {
    HeadDescription(
      embedding: model, embeddingFile: nil, features: features, threshold: 0.5,
      measuredOn: "made-up pairs")
  }

  @Test func `each feature has its weights`() throws {
    let a = Embedding([3, 0, 0, 4, 0, 0, 0, 0, 0])
    let b = Embedding([0, 0, 1, 0, 0, 0, 0, 0, 0])
    let weights = (1...9).map(Float.init) + [7] + (1...9).map { Float($0) * 10 } + [-2]
    let head = try #require(
      VerificationHead(
        name: "h", description([.difference, .cosine, .square, .l2]), dimensions: 9,
        layers: [DenseLayer(weights: weights, biases: [0.5])]))
    // a/|a| − b/|b| = (0.6, 0, −1, 0.8, 0 …)
    let difference: Float = 0.6 + 3 + 0.8 * 4
    let square: Float = 10 * 0.36 + 30 + 40 * 0.64
    let expected = difference + 7 + square - 2 * Float(26).squareRoot() + 0.5
    #expect(abs(head.logit(a, b) - expected) < 1e-4)
    #expect(abs(head.logit(b, a) - expected) < 1e-4)
    #expect(head.probability(a, b) == 1 - Verification.standardDoubt)
    // A vector of zeros has an answer too.
    #expect(head.logit(Embedding([Float](repeating: 0, count: 9)), b).isFinite)
  }

  @Test func `weights that do not fit are refused`() {
    for (features, count) in [
      ([], 0), ([.difference], 8), ([.cosine], 9), ([.cosine, .cosine], 2),
      ([.difference, .cosine], 9),
    ] as [([PairFeature], Int)] {
      #expect(
        VerificationHead(
          name: "h", description(features), dimensions: 9,
          layers: [DenseLayer(weights: [Float](repeating: 1, count: count), biases: [0])]) == nil)
    }
    #expect(
      VerificationHead(
        name: "h", description([.cosine]), dimensions: 9,
        layers: [DenseLayer(weights: [.nan], biases: [0])]) == nil)
  }

  @Test func `a head is kept, found again, and refused for other embeddings`() throws {
    try TestFiles.withTemporaryFolder { folder in
      let store = ModelStore(folder: folder)
      let standard = ModelStore.standardEmbedding
      let weights: [Float] = [0.25, -1, 2, 3]
      try store.install(
        head: "h", description([.difference, .cosine], of: standard), dimensions: 3,
        layers: [DenseLayer(weights: weights, biases: [1])], source: "s", licence: "l")
      let head = try store.head("h", for: standard)
      let (a, b) = (Embedding([1, 2, 3]), Embedding([3, -1, 2]))
      let made = try #require(
        VerificationHead(
          name: "h", head.description, dimensions: 3,
          layers: [DenseLayer(weights: weights, biases: [1])]))
      #expect(head.logit(a, b) == made.logit(a, b))
      #expect(!store.hasEmbedding("h"))
      #expect(throws: ModelError.otherEmbedding(head: "h", trainedOn: standard, model: "other")) {
        try store.head("h", for: "other")
      }
      #expect(throws: ModelError.otherKind("h", .head)) { try store.checkName("h") }
      #expect(throws: ModelError.notTrained("none", folder: folder.path)) {
        try store.head("none", for: nil)
      }
      let files = try FileManager.default.contentsOfDirectory(
        at: folder.appendingPathComponent("h"), includingPropertiesForKeys: nil)
      let file = try #require(files.first { $0.pathExtension == "safetensors" })
      try Data("no".utf8).write(to: file)
      #expect(throws: ModelError.self) { try store.head("h", for: standard) }
    }
  }
}
