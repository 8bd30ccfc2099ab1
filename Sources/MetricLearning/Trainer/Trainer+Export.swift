import Faces
import LikenessCore

extension Trainer {
  /// Puts the network among the models, with the distance up to which two faces are one person as
  /// measured on held-out photos, or on all where none are held out.
  /// - Throws: `ExportError`, `ModelError`, `PhotoError`
  @discardableResult
  public func export(
    as name: String, in models: ModelStore = ModelStore()
  ) throws -> ModelManifest {
    let dataset = store.dataset
    let verification = try verification(models)
    return try inferenceNetwork.install(
      as: name, side: configuration.chips.side, metric: .cosine,
      source: "likeness train on \(dataset.fingerprint): \(configuration.title)",
      licence: licence(models), verification: verification,
      verifier: siameseHead(of: name), in: models)
  }

  /// The head that was trained with the network, for the part that identifies people; nil without one.
  private func siameseHead(
    of name: String
  ) -> (head: SiameseHead, description: HeadDescription)? {
    let losses = objective.losses
    let person = configuration.attributes.firstIndex(of: ModelManifest.Part.identityName) ?? 0
    guard losses.indices.contains(person), let head = losses[person].verifier else { return nil }
    return (
      head,
      HeadDescription(
        embedding: name, embeddingFile: nil, features: head.features ?? [.difference],
        threshold: 0.5,
        measuredOn: "pairs of \(split.training.count) photos, together with its network")
    )
  }

  private func licence(_ models: ModelStore) -> String {
    var parts = ["as the photos it was trained on"]
    if configuration.backbone == .dlib { parts.append("begun as dlib's network, CC0-1.0") }
    if let teacher = configuration.teacher {
      parts.append("taught by \(teacher), \(models.licence(of: teacher) ?? "as its teacher")")
    }
    return parts.joined(separator: "; ")
  }

  /// Nil where no pair, or nothing but pairs of one kind, is there to measure it on.
  private func verification(_ models: ModelStore) throws -> Verification? {
    let vectors = try attributeVectors()
    let isSame = samePerson(models)
    // Held-out people are compared with each other; without any, pairs have at least one held-out photo.
    let tested = split.heldOut.isEmpty ? split.training : split.heldOut
    let everyone = Array(store.dataset.items.indices)
    let partners = configuration.holdOut?.attribute == nil ? everyone : split.heldOut
    // A few thousand pairs suffice.
    var random = SeededRandom(seed: configuration.seed, path: 0xC0DE)
    let first = Array(tested.shuffled(using: &random).prefix(200))
    let second = Array(partners.shuffled(using: &random).prefix(200))
    func part(_ photo: Int) -> Embedding {
      targets == nil ? Embedding(vectors.part(0, of: photo)) : vectors.vectors[photo]
    }
    var pairs: [PairScores.Pair] = []
    let (firstParts, secondParts) = (first.map(part), second.map(part))
    for (a, part) in zip(first, firstParts) {
      for (b, other) in zip(second, secondParts) where a != b {
        pairs.append(
          .init(
            distance: Metric.cosine.distance(part, other),
            isSame: isSame(a, b), fold: 0))
      }
    }
    // Even prior odds.
    let same = pairs.filter(\.isSame)
    let others = pairs.filter { !$0.isSame }.shuffled(using: &random).prefix(max(20, same.count))
    guard same.count >= 5, others.count >= 5 else { return nil }
    let scores = PairScores(pairs: same + others)
    let fit = scores.logisticFit()
    return Verification(
      metric: .cosine, threshold: PairScores.bestThreshold(scores.pairs),
      coefficient: fit.coefficient,
      midpoint: fit.midpoint,
      measuredOn: "\(scores.pairs.count) pairs of "
        + (split.heldOut.isEmpty ? "photos it was trained on" : "held-out photos")
        + (configuration.teacher.map { ", of which \($0) said whether they are one person" } ?? ""))
  }

  /// Whether two photos show one person: as labelled, or where a teacher stands for labels as its own threshold says.
  private func samePerson(_ models: ModelStore) -> (Int, Int) -> Bool {
    guard let targets else { return { self.classes[0][$0] == self.classes[0][$1] } }
    let rule = models.verification(of: configuration.teacher)
    return { rule.metric.distance(targets[$0], targets[$1]) <= rule.threshold }
  }
}
