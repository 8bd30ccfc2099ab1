import Foundation

/// What became of one photo.
public struct PhotoAnalysis: Sendable {
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
      makeWorker: {
        let analyzer = try self.makeAnalyzer()
        return { url in
          let start = DispatchTime.now().uptimeNanoseconds
          do {
            let photo = try Photo.load(contentsOf: url, limits: limits)
            let seconds = Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
            return PhotoAnalysis(
              url: url, result: Result { try analyzer.analyze(photo) },
              photo: keepsPhotos ? photo : nil, decodeSeconds: seconds)
          } catch {
            return PhotoAnalysis(url: url, result: .failure(error), photo: nil, decodeSeconds: 0)
          }
        }
      },
      consume: each)
  }
}
