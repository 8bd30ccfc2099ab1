import LikenessCore

extension Trainer {
  /// Measures the batch norms' means and variances anew, over plain views of the photos that are learnt from,
  /// with the network as it is now. Running ones lag behind a network that changes with each of its few
  /// steps (Wu and Johnson, "Rethinking 'batch' in batch normalization", 2021, section 3).
  func recomputeBatchNormStatistics() throws {
    var norms: [BatchNorm2d] = []
    network.walk("") { _, module in
      if let norm = module as? BatchNorm2d { norms.append(norm) }
    }
    guard !norms.isEmpty else { return }
    var random = SeededRandom(seed: configuration.seed, path: 0xB47C)
    let photos = split.training.shuffled(using: &random)
    let size = min(photos.count, 64)
    let momenta = norms.map(\.momentum)
    network.setTraining(true)
    defer { for (norm, momentum) in zip(norms, momenta) { norm.momentum = momentum } }
    try loader.plain(Array(photos.prefix(photos.count / size * size)), batchSize: size) {
      start, batch in
      // The mean of all batches so far.
      for norm in norms { norm.momentum = 1 / Double(start / size + 1) }
      withoutGradients { _ = embed(batch) }
    }
  }
}
