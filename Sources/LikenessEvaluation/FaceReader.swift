import Faces
import Foundation
import LikenessCore

/// Which face of a photo counts where it shows several.
public enum CountedFace: String, Codable, Sendable, CaseIterable {
  /// The one whose middle is nearest to the photo's, as in LFW.
  case central
  /// The one of the greatest area, as `likeness add` names it.
  case largest
}

/// Looks at photos of which each stands for one face, and keeps something of it, such as its embedding.
struct FaceReader<Kept: Sendable>: Sendable {
  /// What was found in a photo. Doubtful detections do not count.
  struct Found: Sendable {
    /// Of the face that counts; nil where there is none.
    var kept: Kept?
    /// How many faces there are.
    var faces: Int
    /// From the middle of the face that counts to that of the photo, in pixels of the photo at full size; 0 without one.
    var offCentre: Double
  }

  var face: CountedFace
  /// Where no face is found, the square in the middle of this part of the photo's shorter side counts; nil for nothing.
  var substitute: Double?
  var limits = PhotoLimits.default
  var keep: @Sendable (Face) -> Kept

  /// Looks at photos, `engine.options.jobs` at a time.
  /// - Parameter progress: called with how many photos are done and how many there are.
  /// - Returns: what was found, or why a photo cannot be read, in the order of `urls`.
  /// - Throws: `InferenceError`
  func read(
    _ urls: [URL], _ engine: FaceEngine, progress: (Int, Int) -> Void
  ) throws -> [Result<Found, PhotoError>] {
    try engine.look(at: urls, limits: limits, progress: progress) { try found(in: $0, $1) }
  }

  private func found(in photo: Photo, _ analyzer: FaceAnalyzer) throws -> Found {
    let (width, height) = (Double(photo.fullWidth), Double(photo.fullHeight))
    func offCentre(_ face: Face) -> Double {
      let center = face.box.center
      return hypot(center.x - width / 2, center.y - height / 2)
    }
    // The largest first.
    let faces = try analyzer.analyze(photo).certain.faces
    let counted =
      switch face {
      case .central: faces.min { offCentre($0) < offCentre($1) }
      case .largest: faces.first
      }
    if let counted {
      return Found(kept: keep(counted), faces: faces.count, offCentre: offCentre(counted))
    }
    let instead = try substitute.map { part in
      let side = part * Double(min(photo.width, photo.height))
      let box = Box(
        x: (Double(photo.width) - side) / 2, y: (Double(photo.height) - side) / 2, width: side,
        height: side)
      return keep(try analyzer.face(in: box, of: photo))
    }
    return Found(kept: instead, faces: 0, offCentre: 0)
  }
}

extension FaceEngine {
  /// Looks at photos, `options.jobs` at a time.
  /// - Parameters:
  ///   - progress: called with how many photos are done and how many there are.
  ///   - look: called on any thread, with an analyzer of its own.
  /// - Returns: what `look` gave, or why a photo cannot be read, in the order of `urls`.
  /// - Throws: what `look` throws beside `PhotoError`
  func look<Seen: Sendable>(
    at urls: [URL], limits: PhotoLimits = .default, progress: (Int, Int) -> Void,
    _ look: @escaping @Sendable (Photo, FaceAnalyzer) throws -> Seen
  ) throws -> [Result<Seen, PhotoError>] {
    var results: [Result<Seen, PhotoError>] = []
    results.reserveCapacity(urls.count)
    try OrderedWork.run(
      urls, jobs: options.jobs,
      makeWorker: {
        let analyzer = try self.makeAnalyzer()
        return { url in
          Result { try look(Photo.load(contentsOf: url, limits: limits), analyzer) }
        }
      },
      consume: { index, result in
        do {
          results.append(.success(try result.get()))
        } catch let error as PhotoError {
          results.append(.failure(error))
        }
        progress(index + 1, urls.count)
      })
    return results
  }
}
