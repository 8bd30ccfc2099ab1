import LikenessCore

extension PhotoFaces {
  /// How many of the finds are likely no faces.
  public var doubtfulCount: Int { faces.count { $0.quality.isDoubtful } }

  /// The same photo without doubtful finds.
  public var certain: PhotoFaces {
    var certain = self
    certain.faces.removeAll(where: \.quality.isDoubtful)
    return certain
  }
}
