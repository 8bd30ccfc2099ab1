import Faces

extension SiameseHead {
  /// Its layers, in the order in which data flows.
  var denseLayers: [DenseLayer] {
    (hidden + [dense]).map { layer in
      DenseLayer(
        weights: layer.weight.values(),
        biases: layer.bias?.values() ?? [Float](repeating: 0, count: layer.weight.shape[0]))
    }
  }

  /// Puts the head among the models, where `likeness verify --head` finds it.
  /// - Precondition: it was made with features.
  /// - Throws: `ModelError`
  public func install(
    as name: String, _ description: HeadDescription, dimensions: Int, source: String,
    licence: String, in models: ModelStore = ModelStore()
  ) throws {
    precondition(features == description.features, "a head of other features")
    try models.install(
      head: name, description, dimensions: dimensions, layers: denseLayers, source: source,
      licence: licence)
  }
}
