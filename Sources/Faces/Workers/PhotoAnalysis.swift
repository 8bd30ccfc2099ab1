import Foundation

/// The outcome of analysing one photo.
public struct PhotoAnalysis: Sendable {
  /// The file of the photo.
  public let url: URL
  /// The faces, or why there are none: `PhotoError`, `InferenceError`.
  public let result: Result<PhotoFaces, any Error>
  /// The decoded photo, where it was asked for.
  public let photo: Photo?
  /// Seconds to read and decode the file.
  public let decodeSeconds: Double
}

extension FaceEngine {
  /// Finds and embeds the faces of many photos, `options.jobs` at a time.
  /// - Parameters:
  ///   - keepsPhotos: hands the decoded pixels over as well.
  ///   - each: called on this thread, in the order of `urls`, with the position.
  /// - Throws: what `each` throws, and `InferenceError` where no work can begin. An unreadable photo is
  ///   no error; its analysis says so.
  public func analyze(
    _ urls: [URL], limits: PhotoLimits = .default, keepsPhotos: Bool = false,
    each: (Int, PhotoAnalysis) throws -> Void
  ) throws {
    try OrderedWork.run(
      urls, jobs: options.jobs,
      // Pixels that are handed over would be held for all photos of a group.
      batchSize: keepsPhotos ? 1 : FaceAnalyzer.photoBatchSize,
      makeWorker: {
        let analyzer = try self.makeAnalyzer()
        return { urls in
          var decoded: [(photo: Photo?, seconds: Double)] = []
          let results = analyzer.analyze(urls) { url in
            let start = DispatchTime.now().uptimeNanoseconds
            decoded.append((nil, 0))
            let photo = try Photo.load(contentsOf: url, limits: limits)
            let seconds = Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
            decoded[decoded.count - 1] = (keepsPhotos ? photo : nil, seconds)
            return photo
          }
          return zip(urls, zip(results, decoded)).map { url, found in
            PhotoAnalysis(
              url: url, result: found.0, photo: found.1.photo, decodeSeconds: found.1.seconds)
          }
        }
      },
      consume: each)
  }
}
