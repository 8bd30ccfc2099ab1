import Faces

extension PhotoFaces {
  /// The same photo with those detections that count as faces.
  /// - Parameters:
  ///   - includingDoubtful: whether doubtful ones do.
  ///   - path: what the photo is called in an error.
  /// - Throws: `LikenessError.noFace`, `.onlyDoubtful`
  public func faces(includingDoubtful: Bool, path: String) throws(LikenessError) -> PhotoFaces {
    guard !faces.isEmpty else { throw .noFace(path: path) }
    let counted = includingDoubtful ? self : certain
    guard !counted.faces.isEmpty else { throw .onlyDoubtful(path: path, count: doubtfulCount) }
    return counted
  }
}
