import Algebra
import Faces
import Foundation

extension AlgebraDataset {
  /// - Parameters:
  ///   - folder: with the photos, at any depth.
  ///   - labels: where a photo's person and attribute, and if need be its `number`, come from. Photos that it
  ///     does not know are left out.
  /// - Throws: `LikenessError.notLabelled`, `PhotoError.noSuchFile`
  public init(folder: URL, labels: LabelSource, attribute: String = "expression") throws {
    let photos = try PhotoFinder.files(at: [folder]).enumerated().compactMap {
      (place, url) -> Photo? in
      guard let own = labels.labels(of: url), let person = own[LabelSource.person],
        let value = own[attribute]
      else { return nil }
      return Photo(
        url: url, cell: AlgebraCell(person: person, value: value),
        number: own["number"].flatMap { Int($0) } ?? place)
    }
    func bad(_ reason: String) -> LikenessError { .notLabelled(path: folder.path, reason: reason) }
    self.init(photos: photos, attribute: attribute)
    guard !photos.isEmpty else {
      throw bad("no photo there has a person and a value of \(attribute)")
    }
    guard people.count > 1, values.count > 1 else {
      throw bad("two people and two values of \(attribute) are the least")
    }
  }

  /// The embeddings of all photos: each photo's largest face, its centre where none is found.
  /// - Parameter progress: called with how many photos are done and how many there are.
  /// - Throws: `PhotoError`, `InferenceError`
  public func vectors(
    _ engine: FaceEngine, progress: (Int, Int) -> Void = { _, _ in }
  ) throws -> (vectors: [FaceVector], withoutFace: Int) {
    var vectors: [FaceVector] = []
    var withoutFace = 0
    try OrderedWork.run(
      photos.map(\.url), jobs: engine.options.jobs,
      makeWorker: {
        let analyzer = try engine.makeAnalyzer()
        return { url in Result { try Self.face(of: url, analyzer) } }
      },
      consume: { index, result in
        let found = try result.get()
        vectors.append(FaceVector(found.face))
        if !found.isFound { withoutFace += 1 }
        progress(index + 1, photos.count)
      })
    return (vectors, withoutFace)
  }

  private static func face(
    of url: URL, _ analyzer: FaceAnalyzer
  ) throws -> (face: Face, isFound: Bool) {
    let photo = try Faces.Photo.load(contentsOf: url)
    if let face = try analyzer.analyze(photo).certain.faces.first { return (face, true) }
    let side = 0.6 * Double(min(photo.width, photo.height))
    let box = Box(
      x: (Double(photo.width) - side) / 2, y: (Double(photo.height) - side) / 2, width: side,
      height: side)
    return (try analyzer.face(in: box, of: photo), false)
  }
}
