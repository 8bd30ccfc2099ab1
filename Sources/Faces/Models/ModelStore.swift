import Crypto
import Foundation

/// The folder of models: each in a folder of its own, with a manifest.
///
/// What set-up installs is converted when it is first asked for, and every file is checked against its
/// SHA-256 each time it is loaded.
public struct ModelStore: Sendable {
  /// The folder with a folder for each model.
  public let folder: URL
  /// Where those models of set-up lie that are not in the folder: converted already, and never written to.
  private let installed: URL?

  /// The models in a folder; nothing is read before it is needed.
  /// - Parameter installed: the models that were installed with the program; nil for none.
  public init(
    folder: URL = StandardFolders.models, installed: URL? = StandardFolders.installedModels
  ) {
    (self.folder, self.installed) = (folder, installed)
  }

  /// The names of the models that set-up puts into folders of their own.
  package static var catalogNames: [String] { CatalogModel.all.map(\.name) }

  /// Checks and, where that is still to be done, converts the models that set-up installs; the user's own come behind
  /// them.
  /// - Throws: `ModelError`
  public func manifests() throws -> [ModelManifest] {
    let installed = try CatalogModel.all.map { try load($0).manifest } + [CatalogModel.joined]
    return try installed
      + trainedNames.map { name in
        let manifest = try manifest(trained: name)
        return manifest.members == nil
          ? try load(trained: name).manifest : try load(embedding: name).manifest
      }
  }

  /// Where a model of set-up lies: in the store's folder, else among those that were installed with the program.
  private func home(of model: CatalogModel) -> URL {
    let own = folder.appendingPathComponent(model.name)
    guard let other = installed?.appendingPathComponent(model.name) else { return own }
    func holds(_ home: URL) -> Bool {
      [model.original.name, "manifest.json"].contains {
        FileManager.default.fileExists(atPath: home.appendingPathComponent($0).path)
      }
    }
    return holds(own) || !holds(other) ? own : other
  }

  /// A model that is ready to run: its manifest, and the bytes' place.
  /// - Parameter isChecked: whether its file is compared with the manifest, which takes a tenth of a second for a large
  ///   one; false for those who want the manifest only.
  func load(
    _ model: CatalogModel, isChecked: Bool = true
  ) throws -> (manifest: ModelManifest, file: URL) {
    let home = home(of: model)
    let manifestURL = home.appendingPathComponent("manifest.json")
    if let data = try? Data(contentsOf: manifestURL),
      let manifest = try? JSONDecoder().decode(ModelManifest.self, from: data),
      // A manifest of an older program is written anew.
      manifest == expected(model, files: manifest.files, window: manifest.detectorWindow),
      let entry = manifest.files.last
    {
      let file = home.appendingPathComponent(entry.name)
      guard FileManager.default.fileExists(atPath: file.path) else {
        return try install(model, in: home, manifestURL)
      }
      if isChecked { try check(entry, at: file) }
      return (manifest, file)
    }
    return try install(model, in: home, manifestURL)
  }

  private func install(
    _ model: CatalogModel, in home: URL, _ manifestURL: URL
  ) throws -> (manifest: ModelManifest, file: URL) {
    let (original, data) = try published(model)
    var files = [model.original]
    var window: DetectorWindow?
    var runnable = original
    if let conversion = model.conversion {
      let result: CatalogModel.Conversion
      do {
        result = try conversion(data)
      } catch {
        throw ModelError.unreadable(path: original.path, reason: "\(error)")
      }
      window = result.detectorWindow
      runnable = home.appendingPathComponent("model.onnx")
      files.append(try writeModel(result.onnx, to: runnable))
    }
    let manifest = expected(model, files: files, window: window)
    try write(manifest, to: manifestURL)
    return (manifest, runnable)
  }

  /// A published file as set-up put it there, checked.
  func published(_ model: CatalogModel) throws -> (file: URL, data: Data) {
    let file = home(of: model).appendingPathComponent(model.original.name)
    guard FileManager.default.fileExists(atPath: file.path) else {
      throw ModelError.missing(model: model.name, path: file.path)
    }
    let data = try read(file)
    guard sha256(of: data) == model.original.sha256 else {
      throw ModelError.altered(path: file.path)
    }
    return (file, data)
  }

  func writeModel(_ data: Data, to file: URL) throws -> ModelManifest.File {
    try write(data, to: file)
    return .init(name: file.lastPathComponent, sha256: sha256(of: data))
  }

  func write(_ manifest: ModelManifest, to file: URL) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try write(try encoder.encode(manifest), to: file)
  }

  private func expected(
    _ model: CatalogModel, files: [ModelManifest.File], window: DetectorWindow?
  ) -> ModelManifest {
    ModelManifest(
      name: model.name, kind: model.kind, files: files, source: model.source,
      licence: model.licence, input: model.input, output: model.output,
      isAccurateInBF16: model.isAccurateInBF16, verification: model.verification,
      detectorWindow: window)
  }

  func read(_ file: URL) throws -> Data {
    do {
      return try Data(contentsOf: file, options: .mappedIfSafe)
    } catch {
      throw ModelError.unreadable(path: file.path, reason: error.localizedDescription)
    }
  }

  private func write(_ data: Data, to file: URL) throws {
    do {
      try data.write(to: file, options: .atomic)
    } catch {
      throw ModelError.notWritable(path: file.path, reason: error.localizedDescription)
    }
  }

  /// - Throws: `ModelError.altered` where the file is another than the manifest's.
  func check(_ entry: ModelManifest.File, at file: URL) throws {
    guard sha256(of: try read(file)) == entry.sha256 else {
      throw ModelError.altered(path: file.path)
    }
  }

  /// In lower-case hexadecimal.
  func sha256(of data: Data) -> String {
    SHA256.hash(data: data).hexadecimal
  }
}
