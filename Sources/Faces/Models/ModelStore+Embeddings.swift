import Foundation

/// The models that embed: those that set-up installs, joins of models, and those that users trained or added.
extension ModelStore {
  /// A model that embeds, ready to be loaded.
  struct EmbeddingSource {
    var manifest: ModelManifest
    /// The networks that run one beside the other; one unless the manifest joins several.
    var members: [(manifest: ModelManifest, file: URL)]
  }

  /// The name of the default model.
  public static var standardEmbedding: String { CatalogModel.sface.name }

  /// Short names that users may type, and what they stand for.
  public static let embeddingAliases = [
    "sface": CatalogModel.sface.name, "dlib": CatalogModel.faceRecognition.name,
    "joined": CatalogModel.joined.name,
  ]

  /// The models of set-up that embed.
  private static let installedEmbeddings = [CatalogModel.sface, .faceRecognition]

  /// What a name that a user typed stands for.
  public static func embeddingName(_ name: String) -> String { embeddingAliases[name] ?? name }

  /// Whether the model is always the same under its name, as those of set-up are.
  static func isFixed(_ name: String) -> Bool {
    name == CatalogModel.joined.name || installedEmbeddings.contains { $0.name == name }
  }

  /// Whether a model that embeds is here, under a name that a gallery may have kept.
  public func hasEmbedding(_ name: String) -> Bool {
    Self.isFixed(name)
      || trainedNames.contains(name) && (try? manifest(trained: name).kind) == .embedding
  }

  /// The model that embeds: the default one, one of set-up, or a trained or added one.
  /// - Throws: `ModelError`
  func load(embedding name: String?) throws -> EmbeddingSource {
    let name = name.map(Self.embeddingName) ?? Self.standardEmbedding
    let manifest = try manifest(embedding: name)
    guard let members = manifest.members else {
      return EmbeddingSource(
        manifest: manifest, members: [try load(memberEmbedding: name)])
    }
    guard members.count > 1 else {
      throw ModelError.unreadable(path: name, reason: "it joins fewer than two models")
    }
    let loaded = try members.map { member in
      let loaded = try load(memberEmbedding: member)
      guard loaded.manifest.members == nil, loaded.manifest.output.parts == nil else {
        throw ModelError.unreadable(
          path: name, reason: "its member \(member) is itself made of several parts")
      }
      return loaded
    }
    let dimensions = loaded.map { $0.manifest.output.dimensions ?? 0 }.reduce(0, +)
    guard manifest.output.dimensions == dimensions else {
      throw ModelError.unreadable(
        path: name, reason: "its members have other dimensions by now: join them again")
    }
    return EmbeddingSource(manifest: manifest, members: loaded)
  }

  /// The manifest of a model that embeds, whose file is not checked.
  private func manifest(embedding name: String) throws -> ModelManifest {
    if name == CatalogModel.joined.name { return CatalogModel.joined }
    if let installed = Self.installedEmbeddings.first(where: { $0.name == name }) {
      return try load(installed, isChecked: false).manifest
    }
    return try manifest(trained: name)
  }

  private func load(memberEmbedding name: String) throws -> (manifest: ModelManifest, file: URL) {
    if let installed = Self.installedEmbeddings.first(where: { $0.name == name }) {
      return try load(installed)
    }
    let model = try load(trained: name)
    guard model.manifest.kind == .embedding,
      model.manifest.input.width == model.manifest.input.height, model.manifest.input.width > 0
    else { throw ModelError.unreadable(path: name, reason: "it makes no embeddings of squares") }
    let dimensions = model.manifest.output.dimensions ?? 0
    for part in model.manifest.output.parts ?? []
    where part.start < 0 || part.count < 1 || part.start > dimensions - part.count {
      throw ModelError.unreadable(
        path: name, reason: "its part \(part.name) lies outside of its \(dimensions) numbers")
    }
    return model
  }

  /// The length of a model's embeddings.
  /// - Throws: `ModelError`
  public func dimensions(ofEmbedding name: String) throws -> Int {
    let manifest = try manifest(embedding: Self.embeddingName(name))
    guard manifest.kind == .embedding, let dimensions = manifest.output.dimensions else {
      throw ModelError.unreadable(path: name, reason: "it makes no embeddings")
    }
    return dimensions
  }

  /// Whether a model says that its embeddings are of length 1; false for one that is not here.
  public func embedsToUnitLength(_ name: String) -> Bool {
    let name = Self.embeddingName(name)
    let output =
      name == CatalogModel.joined.name
      ? CatalogModel.joined.output
      : Self.installedEmbeddings.first { $0.name == name }?.output
        ?? (try? manifest(trained: name).output)
    // A part of a vector of length 1 is shorter.
    return output?.isNormalized == true && output?.parts == nil
  }

  /// What may be done with a model that embeds; nil for one that is not here.
  public func licence(of name: String) -> String? {
    try? manifest(embedding: Self.embeddingName(name)).licence
  }

  /// How distances become decisions, for a model of these; for one that is not calibrated, or gone, what stands in for it.
  public func verification(of name: String?) -> Verification {
    let name = name.map(Self.embeddingName) ?? Self.standardEmbedding
    if let own = measuredVerification(of: name) { return own }
    let manifest = try? manifest(trained: name)
    // Networks that share an alignment mostly share a kind of training, too.
    let other: CatalogModel =
      manifest.map { ($0.input.alignment ?? .dlib) == .arcFace || $0.members != nil } == true
      ? .sface : .faceRecognition
    guard var verification = other.verification else {
      preconditionFailure("\(other.name) has no calibration")
    }
    if manifest != nil {
      verification.measuredOn += " with \(other.name), standing in for \(name)"
    }
    return verification
  }

  /// Whether the model has a calibration of its own, as those of set-up always have.
  public func isCalibrated(_ name: String?) -> Bool {
    measuredVerification(of: name.map(Self.embeddingName) ?? Self.standardEmbedding) != nil
  }

  private func measuredVerification(of name: String) -> Verification? {
    if name == CatalogModel.joined.name { return CatalogModel.joined.verification }
    if let installed = Self.installedEmbeddings.first(where: { $0.name == name }) {
      return installed.verification
    }
    return try? manifest(trained: name).verification
  }

  /// The SHA-256 that identifies an embedding among those of its name: of a trained one's file, of a join's manifest;
  /// nil for the models of set-up, which are always the same.
  /// - Throws: `ModelError`
  public func embeddingFile(of model: String) throws -> String? {
    let model = Self.embeddingName(model)
    guard !Self.isFixed(model) else { return nil }
    let manifest = try manifest(trained: model)
    guard let members = manifest.members else {
      return try load(trained: model).manifest.files.last?.sha256
    }
    let files = try members.map { try "\($0) \(embeddingFile(of: $0) ?? "")" }
    return sha256(of: Data(files.joined(separator: "\n").utf8))
  }
}
