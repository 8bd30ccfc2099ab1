import Faces
import Foundation
import GalleryCore
import LikenessCore
import Synchronization

/// What one thread made of one photo whose faces need an embedding.
struct PhotoEmbeddings: Sendable {
  var faces: [UpgradedFace] = []
  /// How many of them were cut out where they were, since they were not found again.
  var atFormerPlace = 0
  /// Why others have none, by face.
  var missing: [FaceID: String] = [:]
}

/// Makes embeddings of faces that are known already, for any number of threads.
final class UpgradeWork: Sendable {
  let engine: FaceEngine
  private let limits: PhotoLimits
  /// By the detector that found a photo's faces: with it they are found again.
  private let engines = Mutex<[DetectorKind: (engine: FaceEngine, idle: AnalyzerPool)]>([:])

  init(_ engine: FaceEngine, limits: PhotoLimits) {
    (self.engine, self.limits) = (engine, limits)
    engines.withLock { $0[engine.options.detector] = (engine, AnalyzerPool()) }
  }

  /// - Throws: `InferenceError`, `ModelError`: what is wrong with a photo is not an error, and is said of its faces.
  func embeddings(of wanted: PhotoToEmbed) throws -> PhotoEmbeddings {
    let photo: Photo
    do {
      photo = try wanted.photo.decoded(limits: limits)
    } catch {
      return PhotoEmbeddings(
        missing: Dictionary(uniqueKeysWithValues: wanted.faces.map { ($0.id, error.reason) }))
    }
    let detector = wanted.photo.detector.flatMap { DetectorKind(rawValue: $0) }
    let (engine, idle) = try analyzers(detector ?? self.engine.options.detector)
    return try idle.withAnalyzer(of: engine) { analyzer in
      let found = try analyzer.analyze(photo).faces
      let pairs = Self.pairs(wanted.faces.map(\.box), found.map(\.box))
      var result = PhotoEmbeddings()
      for (row, stored) in wanted.faces.enumerated() {
        let face: Face
        if let again = pairs[row] {
          face = found[again]
        } else if stored.isDrawn,
          case .face(let drawn) = try analyzer.face(
            drawnIn: stored.box, of: photo, turned: wanted.photo.turned)
        {
          face = drawn
        } else if let cut = try analyzer.face(of: stored, turned: wanted.photo.turned, in: photo) {
          face = cut
          result.atFormerPlace += 1
        } else {
          result.missing[stored.id] = "its place is not on the photo"
          continue
        }
        result.faces.append(
          UpgradedFace(
            face: stored.id, digest: wanted.photo.digest, ordinal: stored.ordinal,
            embedding: face.embedding, attributes: face.attributes))
      }
      return result
    }
  }

  private func analyzers(_ detector: DetectorKind) throws -> (FaceEngine, AnalyzerPool) {
    try engines.withLock { engines in
      if let known = engines[detector] { return known }
      var options = engine.options
      options.detector = detector
      let new = (try FaceEngine(options), AnalyzerPool())
      engines[detector] = new
      return new
    }
  }

  /// For each stored box the one that was found in its place, the best fits first; nil where there is none.
  static func pairs(_ stored: [Box], _ found: [Box]) -> [Int?] {
    var fits: [BoxPair] = []
    for (row, box) in stored.enumerated() {
      for (other, place) in found.enumerated() where box.isSamePlace(as: place) {
        fits.append(BoxPair(share: box.overlap(place), first: row, second: other))
      }
    }
    let foundOf = fits.oneToOne
    return stored.indices.map { foundOf[$0] }
  }
}

extension StoredFace {
  fileprivate var box: Box { geometry.box }
}

extension FaceAnalyzer {
  /// A face where it was once found; nil where that is not on the photo.
  /// - Parameter turned: by how many degrees clockwise the photo was turned to find it.
  fileprivate func face(of stored: StoredFace, turned: Int, in photo: Photo) throws -> Face? {
    let quarterTurns = turned / 90 & 3
    let upright = photo.turned(quarterTurns: quarterTurns)
    let place: Box
    if let landmarks = stored.landmarks {
      place =
        landmarks.scaled(1 / photo.scale)
        .turned(quarterTurns, width: upright.width, height: upright.height).dlibBox
    } else {
      guard quarterTurns == 0 else { return nil }
      let (box, side) = (stored.box, max(stored.box.width, stored.box.height) / photo.scale)
      place = Box(
        x: box.center.x / photo.scale - side / 2, y: box.center.y / photo.scale - side / 2,
        width: side, height: side)
    }
    let frame = Box(x: 0, y: 0, width: Double(upright.width), height: Double(upright.height))
    guard place.width >= 1, frame.overlap(place) > 0 else { return nil }
    return try face(in: place, of: upright)
  }
}
