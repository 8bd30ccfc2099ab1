import Composition
import Faces
import Foundation
import LikenessKit

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
  /// - Parameters:
  ///   - areWhole: whether photos are taken whole instead, as networks see them that were trained so.
  ///   - progress: called with how many photos are done and how many there are.
  /// - Throws: `PhotoError`, `InferenceError`
  public func vectors(
    _ engine: FaceEngine, areWhole: Bool = false, progress: (Int, Int) -> Void = { _, _ in }
  ) throws -> (vectors: [FaceVector], withoutFace: Int) {
    guard !areWhole else {
      let vectors = try engine.look(at: photos.map(\.url), progress: progress) { photo, analyzer in
        let parts = try analyzer.embedWhole(photo)
        return FaceVector(identity: parts.identity, attributes: parts.attributes)
      }.map { try $0.get() }
      return (vectors, 0)
    }
    let reader = FaceReader(face: .largest, substitute: 0.6) { FaceVector($0) }
    let found = try reader.read(photos.map(\.url), engine, progress: progress).map {
      try $0.get()
    }
    return (found.compactMap(\.kept), found.count { $0.faces == 0 })
  }
}
