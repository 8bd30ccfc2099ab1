import Foundation

/// Models that were trained, added or joined here, each in a folder of its name beside those of set-up.
extension ModelStore {
  /// Installs a trained model, replacing an earlier one of its name.
  ///
  /// The file is named after its contents, so that at each moment the manifest that is there fits the
  /// file it names.
  /// - Returns: the manifest as it was written.
  /// - Throws: `ModelError`
  @discardableResult
  package func install(_ manifest: ModelManifest, onnx: Data) throws -> ModelManifest {
    try install(manifest, onnx, ending: "onnx")
  }

  /// Installs a trained head, with its weights as safetensors.
  /// - Throws: `ModelError`
  @discardableResult
  package func install(_ manifest: ModelManifest, safetensors: Data) throws -> ModelManifest {
    try install(manifest, safetensors, ending: "safetensors")
  }

  /// Installs a trained embedding with the head that was trained with it.
  /// - Throws: `ModelError`
  func install(
    _ manifest: ModelManifest, onnx: Data, safetensors: Data
  ) throws -> ModelManifest {
    try install(manifest, [(safetensors, "safetensors"), (onnx, "onnx")])
  }

  private func install(
    _ manifest: ModelManifest, _ data: Data, ending: String
  ) throws -> ModelManifest {
    try install(manifest, [(data, ending)])
  }

  private func install(
    _ manifest: ModelManifest, _ files: [(data: Data, ending: String)]
  ) throws -> ModelManifest {
    let names = files.map { "model-\(sha256(of: $0.data).prefix(12)).\($0.ending)" }
    return try install(manifest, keeping: Set(names)) { home in
      try zip(files, names).map { file, name in
        try writeModel(file.data, to: home.appendingPathComponent(name))
      }
    }
  }

  /// Installs a model without a file, which joins others.
  /// - Throws: `ModelError`
  func install(_ manifest: ModelManifest) throws -> ModelManifest {
    try install(manifest, keeping: []) { _ in [] }
  }

  private func install(
    _ manifest: ModelManifest, keeping names: Set<String>,
    files write: (URL) throws -> [ModelManifest.File]
  ) throws -> ModelManifest {
    let home = try home(of: manifest.name)
    try checkName(manifest.name, for: manifest.kind)
    let isNew = !FileManager.default.fileExists(atPath: home.path)
    var manifest = manifest
    do {
      do {
        try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
      } catch {
        throw ModelError.notWritable(path: home.path, reason: error.localizedDescription)
      }
      manifest.files = try write(home)
      try rewrite(manifest)
    } catch {
      if isNew { try? FileManager.default.removeItem(at: home) }
      throw error
    }
    let files = (try? FileManager.default.contentsOfDirectory(atPath: home.path)) ?? []
    for old in files where old.hasPrefix("model-") && !names.contains(old) {
      try? FileManager.default.removeItem(at: home.appendingPathComponent(old))
    }
    return manifest
  }

  /// Writes a model's manifest anew.
  /// - Throws: `ModelError`
  func rewrite(_ manifest: ModelManifest) throws {
    try write(manifest, to: home(of: manifest.name).appendingPathComponent("manifest.json"))
  }

  /// The names of the models that were trained, added or joined here, in order.
  var trainedNames: [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.sorted().filter { name in
      let manifest = folder.appendingPathComponent("\(name)/manifest.json").path
      return (try? home(of: name)) != nil && FileManager.default.fileExists(atPath: manifest)
    }
  }

  /// A trained model: its manifest, and the checked file's place.
  /// - Throws: `ModelError`
  package func load(trained name: String) throws -> (manifest: ModelManifest, file: URL) {
    let manifest = try manifest(trained: name)
    let home = try home(of: name)
    guard let entry = manifest.files.last else {
      throw ModelError.unreadable(
        path: home.appendingPathComponent("manifest.json").path, reason: "it names no file")
    }
    let file = home.appendingPathComponent(entry.name)
    try check(entry, at: file)
    return (manifest, file)
  }

  /// The manifest of a trained model, whose file is not checked.
  /// - Throws: `ModelError`
  func manifest(trained name: String) throws -> ModelManifest {
    let place = try home(of: name).appendingPathComponent("manifest.json")
    guard FileManager.default.fileExists(atPath: place.path) else {
      throw ModelError.notTrained(name, folder: folder.path)
    }
    let data = try read(place)
    do {
      return try JSONDecoder().decode(ModelManifest.self, from: data)
    } catch {
      throw ModelError.unreadable(path: place.path, reason: "it is not a manifest")
    }
  }

  /// dlib's face recognition network, with its weights, to be trained further.
  /// - Throws: `ModelError`
  package func faceRecognitionNetwork() throws -> DlibNetwork {
    let (file, data) = try published(.faceRecognition)
    do {
      return try DlibNetwork.faceRecognitionResNet(data)
    } catch {
      throw ModelError.unreadable(path: file.path, reason: "\(error)")
    }
  }

  /// Checks that a model can have this name, before long work is done for it.
  /// - Throws: `ModelError.badName`
  /// - Throws: `ModelError.otherKind` where a trained model of another kind has the name.
  public func checkName(_ name: String, for kind: ModelManifest.Kind = .embedding) throws {
    let manifest = try home(of: name).appendingPathComponent("manifest.json")
    if let data = try? Data(contentsOf: manifest),
      let known = try? JSONDecoder().decode(ModelManifest.self, from: data), known.kind != kind
    {
      throw ModelError.otherKind(name, known.kind)
    }
  }

  /// The folder of a user's model.
  /// - Throws: `ModelError.badName`
  func home(of name: String) throws -> URL {
    let isPlain = name.unicodeScalars.allSatisfy {
      ("a"..."z").contains($0) || ("A"..."Z").contains($0) || ("0"..."9").contains($0)
        || "-_.".unicodeScalars.contains($0)
    }
    guard case .added = DetectorKind(rawValue: name), isPlain, !name.isEmpty, !name.hasPrefix("."),
      !CatalogModel.all.contains(where: { $0.name == name }), name != CatalogModel.joined.name,
      Self.embeddingAliases[name] == nil
    else { throw ModelError.badName(name) }
    return folder.appendingPathComponent(name)
  }
}
