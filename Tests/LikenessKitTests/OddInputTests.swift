import Foundation
import GallerySQLite
import TestSupport
import Testing

@testable import LikenessKit

@Suite struct OddInputTests {
  private func npy(shape: String, body: [UInt8]) -> Data {
    let header = Array("{'descr': '<f4', 'fortran_order': False, 'shape': \(shape), }\n".utf8)
    return Data([0x93] + Array("NUMPY".utf8) + [1, 0] + TestFiles.little(header.count, 2))
      + Data(header + body)
  }

  @Test(arguments: ["(9223372036854775807,)", "(4611686018427387905,)", "(-1,)"])
  func aShapeBeyondAllMemoryIsRefused(_ shape: String) throws {
    try TestFiles.withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("e.npy")
      try npy(shape: shape, body: [0, 0, 128, 63]).write(to: file)
      #expect(throws: LikenessError.self) { try Embedding(contentsOf: file) }
    }
  }

  @Test func anyBytesAreReadOrRefused() throws {
    var random = SplitMix64(seed: 61)
    let whole = npy(shape: "(2,)", body: [0, 0, 128, 63, 0, 0, 0, 64])
    try TestFiles.withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("e.npy")
      for _ in 0..<500 {
        var bytes = [UInt8](whole.prefix(Int.random(in: 0...whole.count, using: &random)))
        for _ in 0..<Int.random(in: 0...4, using: &random) where !bytes.isEmpty {
          bytes[Int.random(in: 0..<bytes.count, using: &random)] = .random(
            in: 0...255, using: &random)
        }
        try Data(bytes).write(to: file)
        // Anything but a crash, and nothing that is not a number.
        let embedding = try? Embedding(contentsOf: file)
        #expect(embedding?.isFinite ?? true)
      }
    }
  }

  @Test func anEmbeddingOfAnotherModelIsRefusedByAGallery() throws {
    try TestFiles.withTemporaryFolder { folder in
      let face = NewFace(
        name: "anna",
        geometry: FaceGeometry(
          x: 0, y: 0, width: 9, height: 9, landmarks: [Float](repeating: 1, count: 10)),
        score: 1,
        quality: FaceQuality(size: 9, sharpness: 9, yaw: 0, pitch: 0, roll: 0, inside: 1),
        embedding: Embedding([1, 0, 0]), thumbnail: Data([1]))
      do {
        let store = try GalleryStore(at: folder, access: .write, create: true)
        try store.add(
          [
            NewPhoto(
              digest: "d", file: PhotoFile(path: "/a.jpg", bytes: 1, modified: 1), width: 9,
              height: 9, turned: 0, faces: [face])
          ], model: "of three numbers")
      }
      let likeness = Likeness(gallery: folder)
      #expect(throws: LikenessError.dimensionMismatch(2, 3)) {
        try likeness.search(Embedding([1, 2]))
      }
      #expect(try likeness.search(Embedding([1, 0, 0])).first?.name == "anna")
      #expect(
        throws: GalleryError.modelMismatch(
          path: folder.path, gallery: "of three numbers", model: ModelStore.standardEmbedding)
      ) {
        try likeness.search(Samples.photo("biden.jpg"))
      }
      #expect {
        try likeness.add([Samples.photo("biden.jpg")])
      } throws: { error in
        if case .modelMismatch? = error as? GalleryError { return true }
        return false
      }
      #expect(try likeness.gallery.summary().photos == 1)
    }
  }

  @Test func noThreadOutlivesItsWork() throws {
    func threads() -> Int {
      (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count) ?? 0
    }
    let alive = Occupancy()
    for round in 0..<200 {
      try? OrderedWork.run(
        Array(0..<40), jobs: 4,
        makeWorker: {
          { index in
            alive.enter()
            defer { alive.leave() }
            return index
          }
        },
        consume: { index, _ in
          if round % 2 == 0, index == 7 { throw CancellationError() }
        })
      #expect(alive.count == 0)
    }
    // Other tests have some hundred of their own; 800 would be left.
    #expect(threads() < 600)
  }
}

/// How many workers are inside of their work.
private final class Occupancy: @unchecked Sendable {
  private let lock = NSLock()
  private var value = 0

  var count: Int { lock.withLock { value } }
  func enter() { lock.withLock { value += 1 } }
  func leave() { lock.withLock { value -= 1 } }
}
