import LikenessCore

extension PhotoFaces {
  /// How many of the detections are likely not faces.
  public var doubtfulCount: Int { faces.count { $0.quality.isDoubtful } }

  /// The same photo without doubtful detections.
  public var certain: PhotoFaces {
    var certain = self
    certain.faces.removeAll(where: \.quality.isDoubtful)
    return certain
  }
}
