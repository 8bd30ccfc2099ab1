import Foundation
import TestSupport

@testable import GalleryCore
@testable import GallerySQLite
@testable import LikenessKit

/// Embeddings that lie as the model's do: strangers about 0.17 apart in cosine distance, faces of one
/// person about 0.04.
struct MadeFaces {
  private var random: SplitMix64
  private var photos = 0

  init(seed: UInt64) { random = SplitMix64(seed: seed) }

  private mutating func direction(_ length: Float) -> [Float] {
    // Sums of uniform numbers are round enough.
    let values = (0..<64).map { _ in
      (0..<4).reduce(Float(0)) { sum, _ in sum + .random(in: -1...1, using: &random) }
    }
    let norm = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return values.map { $0 * length / norm }
  }

  mutating func embedding(ofPerson person: Int) -> Embedding {
    var own = MadeFaces(seed: 1000 + UInt64(person))
    let (offset, noise) = (own.direction(0.39), direction(0.22))
    return Embedding((0..<64).map { 1 / 8 + offset[$0] + noise[$0] })
  }

  /// A photo of a face that is like another, as one on the next picture of a series is.
  mutating func photo(like other: Embedding) -> NewPhoto {
    var photo = photo(of: [0])
    let noise = direction(0.02)
    photo.faces[0].embedding = Embedding(zip(other.values, noise).map { $0 + $1 })
    return photo
  }

  /// A photo of these people; the name is that of the first.
  /// - Parameter doubtful: whom finds that are likely no faces look like. They come last in the photo.
  mutating func photo(
    of people: [Int], name: String? = nil, doubtful: [Int] = []
  ) -> NewPhoto {
    photos += 1
    // Of their own, so that the other faces are the same with and without them.
    var others = MadeFaces(seed: 50_000 + UInt64(photos))
    // As long as a real one, and in no order.
    var digest = SplitMix64(seed: UInt64(photos))
    return NewPhoto(
      digest: (0..<4).map { _ in String(format: "%016lx", digest.next()) }.joined(),
      file: PhotoFile(path: "/photos/\(photos).jpg", bytes: 1, modified: 0), width: 100,
      height: 100, turned: 0,
      faces: people.enumerated().map { place, person in
        NewFace(
          name: place == 0 ? name : nil,
          geometry: FaceGeometry(
            x: Double(30 * place), y: 0, width: 20, height: 20, landmarks: []), score: 0.9,
          quality: FaceQuality(size: 50, sharpness: 9, yaw: 0, pitch: 0, roll: 0, inside: 1),
          embedding: embedding(ofPerson: person), thumbnail: Data([1]))
      }
        + doubtful.enumerated().map { place, person in
          NewFace(
            name: nil,
            geometry: FaceGeometry(
              x: Double(30 * place), y: 50, width: 10, height: 10, landmarks: []), score: 0.6,
            quality: FaceQuality(
              size: 50, sharpness: 9, yaw: 0, pitch: 0, roll: 0, inside: 1, confidence: 0.2),
            embedding: others.embedding(ofPerson: person), thumbnail: Data([2]))
        })
  }
}

/// Gives the work a gallery with photos of people, faces of the ids 1, 2, …
/// - Parameter doubtful: whom the doubtful finds of each photo look like.
func withMadeGallery<Result>(
  _ photos: [[Int]], names: [Int: String] = [:], seed: UInt64 = 5, doubtful: [Int: [Int]] = [:],
  _ work: (Likeness) throws -> Result
) throws -> Result {
  try TestFiles.withTemporaryFolder { folder in
    let home = folder.appendingPathComponent("gallery")
    var faces = MadeFaces(seed: seed)
    do {
      let store = try GalleryStore(at: home, access: .write, create: true)
      let new = photos.enumerated().map { number, people in
        faces.photo(
          of: people, name: people.first.flatMap { names[$0] }, doubtful: doubtful[number] ?? [])
      }
      if !new.isEmpty { try store.add(new, model: "test") }
    }
    return try work(Likeness(gallery: home))
  }
}

extension FaceGraph {
  /// The faces of each link, for comparing.
  var pairs: Set<[FaceID]> {
    Set(links.map { [faces[Int($0.from)].id, faces[Int($0.to)].id] })
  }
}

extension GalleryStore {
  /// Makes people of the faces 1 and on, as if they had been found: faces of one label are one person.
  func setPeople(labels: [Int32]) throws {
    let revision = try revision()
    try setPeople(
      faces: (1...Int64(labels.count)).map { FaceID($0) }, labels: labels,
      state: PeopleState(
        algorithm: "test", revision: revision, mark: try mark(of: revision),
        clustered: labels.count, joined: 0))
  }
}
