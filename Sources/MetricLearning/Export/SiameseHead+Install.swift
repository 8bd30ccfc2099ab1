import Faces

extension SiameseHead {
  /// Puts the head among the models, where `likeness verify --head` finds it.
  /// - Precondition: it was made with features.
  /// - Throws: `ModelError`
  public func install(
    as name: String, _ description: HeadDescription, dimensions: Int, source: String,
    licence: String, in models: ModelStore = ModelStore()
  ) throws {
    precondition(features == description.features, "a head of other features")
    try models.install(
      head: name, description, dimensions: dimensions, weights: dense.weight.values(),
      bias: Float(dense.bias?.item ?? 0), source: source, licence: licence)
  }
}
