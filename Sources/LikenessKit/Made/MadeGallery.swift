import Foundation
import GalleryCore
import GallerySQLite
import LikenessCore

/// A gallery of made-up faces, as large as is wanted: to try what a large gallery takes, and for tests. There are no photos:
/// only what a gallery would keep of them.
///
/// The same options give the same photos, faces and names.
public struct MadeGallery: Sendable {
  /// How many faces there are.
  public var faces: Int
  /// How many people they are of. The n-th most frequent one has a share of faces that falls with √n: of 120,000 faces of
  /// 15,000 people, the first has some 500.
  public var people: Int
  /// The part of the people whose faces have a name, from 0 to 1.
  public var named: Double
  /// How faces lie.
  public var spread: FaceSpread
  /// The name of the model that the embeddings count as.
  public var model: String
  /// What tells it from another of its name.
  public var modelFile: String?
  /// Numbers of another seed are others.
  public var seed: UInt64
  /// Bytes of each face's small picture, at random: none unless said.
  public var thumbnailBytes = 0

  /// A gallery that is not made yet.
  /// - Parameters:
  ///   - faces: how many; one at least.
  ///   - people: how many; no more than faces; nil for an eighth.
  ///   - spread: how they lie.
  ///   - model: the name of a model with embeddings of the spread's dimensions.
  public init(
    faces: Int, people: Int? = nil, named: Double = 0.3, spread: FaceSpread = .standard(),
    model: String = ModelStore.standardEmbedding, modelFile: String? = nil, seed: UInt64 = 1
  ) {
    let people = people ?? max(1, faces / 8)
    precondition(faces > 0 && (1...faces).contains(people) && (0...1).contains(named))
    (self.faces, self.people, self.named, self.spread) = (faces, people, named, spread)
    (self.model, self.modelFile, self.seed) = (model, modelFile, seed)
  }

  /// Faces that are put into a gallery together, and the most in one photo.
  private static let (batch, most) = (2_500, 4)

  /// Puts the photos into a gallery that has none.
  /// - Parameter progress: called with how many faces are in it, and how many will be; what it throws ends the work.
  /// - Returns: how many photos there are.
  /// - Throws: `GalleryError`, and what `progress` throws
  @discardableResult
  public func write(
    to store: any FaceStore, progress: (Int, Int) throws -> Void = { _, _ in }
  ) throws -> Int {
    let owners = owners()
    var (next, photos) = (0, 0)
    while next < faces {
      let end = min(next + Self.batch, faces)
      // A photo may reach beyond the end.
      let known = next..<min(end + Self.most, faces)
      let embeddings = embeddings(of: known, owners)
      var some: [NewPhoto] = []
      while next < end {
        some.append(
          photo(photos + some.count, of: owners, from: &next) { embeddings[$0 - known.lowerBound] })
      }
      photos += some.count
      _ = try store.add(some, model: model, modelFile: modelFile, updatesPaths: false)
      try progress(next, faces)
    }
    try store.flush()
    return photos
  }

  private func embeddings(of numbers: Range<Int>, _ owners: [Int32]) -> [Embedding] {
    let found = Guarded([Embedding](repeating: Embedding([]), count: numbers.count))
    let pieces = Pieces(rows: numbers.count)
    inParallel(pieces.count, threads: defaultThreads) { piece in
      let some = pieces[piece].map { place in
        let number = numbers.lowerBound + place
        return spread.face(number, ofPerson: Int(owners[number]), seed: seed)
      }
      found.withLock { $0.replaceSubrange(pieces[piece], with: some) }
    }
    return found.withLock { $0 }
  }

  /// The person of each face, in an order without any, `(faces,)`.
  func owners() -> [Int32] {
    let shares = (0..<people).map { 1 / Double($0 + 1).squareRoot() }
    let sum = shares.reduce(0, +)
    // Each has one face at least; the others go by the shares.
    var owners = (0..<Int32(people)).map { $0 }
    owners.reserveCapacity(faces)
    var (reached, given) = (0.0, 0)
    for person in 0..<people {
      reached += shares[person] / sum * Double(faces - people)
      let count = Int(reached.rounded()) - given
      owners += repeatElement(Int32(person), count: max(0, count))
      given += max(0, count)
    }
    while owners.count < faces { owners.append(0) }
    owners.removeLast(owners.count - faces)
    var random = SeededRandom(seed: seed, path: 2)
    owners.shuffle(using: &random)
    return owners
  }

  /// What the faces of a person go by; nil for none.
  func name(of person: Int) -> String? {
    var random = SeededRandom(seed: seed, path: UInt64(person), 3)
    return Double.random(in: 0..<1, using: &random) < named ? "Person \(person + 1)" : nil
  }

  /// A photo of one face, or one in seven of several people's.
  private func photo(
    _ number: Int, of owners: [Int32], from next: inout Int, embedding: (Int) -> Embedding
  ) -> NewPhoto {
    var random = SeededRandom(seed: seed, path: UInt64(number), 4)
    let wanted =
      Int.random(in: 0..<7, using: &random) == 0 ? Int.random(in: 2...Self.most, using: &random) : 1
    let side = 400.0
    var (found, seen) = ([NewFace](), Set<Int32>())
    // Nobody is twice in a photo.
    while next < faces, found.count < wanted, seen.insert(owners[next]).inserted {
      let person = Int(owners[next])
      let width = Double.random(in: 60...120, using: &random)
      let (left, top) = (
        Double(found.count) * side + .random(in: 20...200, using: &random),
        Double.random(in: 20...200, using: &random)
      )
      let points: [(Double, Double)] = [
        (0.3, 0.4), (0.7, 0.4), (0.5, 0.6), (0.35, 0.8), (0.65, 0.8),
      ]
      found.append(
        NewFace(
          name: name(of: person),
          geometry: FaceGeometry(
            x: left, y: top, width: width, height: 1.2 * width,
            landmarks: points.flatMap { [Float(left + $0 * width), Float(top + $1 * width)] }),
          score: .random(in: 0.8...0.95, using: &random),
          quality: FaceQuality(
            size: width, sharpness: .random(in: 5...12, using: &random),
            yaw: .random(in: -20...20, using: &random),
            pitch: .random(in: -10...10, using: &random),
            roll: .random(in: -10...10, using: &random), inside: 1),
          embedding: embedding(next),
          thumbnail: Data((0..<thumbnailBytes).map { _ in .random(in: 0...255, using: &random) })))
      next += 1
    }
    var digits = SeededRandom(seed: seed, path: UInt64(number), 5)
    let digest = (0..<4).map { _ in String(format: "%016llx", digits.next()) }.joined()
    return NewPhoto(
      digest: digest,
      file: PhotoFile(path: "/made/\(seed)/\(number + 1).jpg", bytes: 100_000, modified: 0),
      width: Int(side) * max(1, found.count), height: Int(side), turned: 0, detector: "made",
      faces: found)
  }
}

extension OpenGallery {
  /// Makes a gallery of made-up faces here, where there is none: in a folder it is there whole or not at all.
  /// - Parameter progress: called with how many faces are in it, and how many will be; what it throws ends the work.
  /// - Returns: how many photos there are.
  /// - Throws: `LikenessError.notWritable` where there is something already; `GalleryError`, and what `progress` throws
  @discardableResult
  public func make(
    _ made: MadeGallery, progress: (Int, Int) throws -> Void = { _, _ in }
  ) throws -> Int {
    guard case .folder(let folder) = place else {
      let store = try writer(create: true)
      guard try !store.hasFaces(), try store.photoCount() == 0 else { throw isThere }
      return try made.write(to: store, progress: progress)
    }
    guard !FileManager.default.fileExists(atPath: folder.path) else { throw isThere }
    let unfinished = URL(
      fileURLWithPath: folder.path + ".unfinished-"
        + String(UInt64.random(in: 0...UInt64.max), radix: 36))
    do {
      let photos: Int
      do {
        let store = try GalleryStore(at: unfinished, access: .write, create: true)
        photos = try made.write(to: store, progress: progress)
      }
      guard rename(unfinished.path, folder.path) == 0 else {
        throw LikenessError.notWritable(folder, errno)
      }
      return photos
    } catch {
      try? FileManager.default.removeItem(at: unfinished)
      throw error
    }
  }

  private var isThere: LikenessError {
    .notWritable(path: place.path, reason: "there is something already")
  }

  /// How the faces of the gallery lie, of which others can be drawn, and the model that they are of.
  /// - Throws: `LikenessError.emptyGallery` where there are too few faces; `GalleryError`
  public func spread() throws -> (spread: FaceSpread, model: EmbeddingModel) {
    let store = try reader()
    try requireRoom(for: store)
    let faces = try store.embeddings().certain
    guard faces.faces.count >= FaceSpread.fewestMeasured, let model = try store.embeddingModel()
    else { throw LikenessError.emptyGallery(path: place.path) }
    let people = try store.peopleAssignment().persons
    // Where nobody was sorted yet, names tell who is who.
    var persons = faces.faces.map { people[$0] }
    if people.isEmpty {
      var numbers: [String: Int64] = [:]
      let names = Dictionary(
        uniqueKeysWithValues: try store.outlines().compactMap { face in
          face.name.map { (face.id, $0) }
        })
      persons = faces.faces.map { face in
        names[face].map { name in
          let number = numbers[name] ?? Int64(numbers.count + 1)
          numbers[name] = number
          return PersonID(number)
        }
      }
    }
    return (try FaceSpread(measuredOn: faces.embeddings, persons: persons), model)
  }
}
