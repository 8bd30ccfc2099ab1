import Foundation
import LikenessCore

/// Models that users bring along.
extension ModelStore {
  /// Reads a model file, tries it out, and adds it to the models if it passes.
  /// - Parameters:
  ///   - file: ONNX, with all of its weights.
  ///   - openVINO: the folder of OpenVINO's libraries.
  /// - Returns: the manifest as it was written.
  /// - Throws: `ModelError`, `InferenceError`; then nothing has changed.
  @discardableResult
  public func add(
    _ file: URL, _ addition: ModelAddition, openVINO: URL = StandardFolders.openVINO
  ) throws -> ModelManifest {
    try checkFree(addition.name, replacing: addition.replaces)
    func refusal(_ reason: String) -> ModelError { .refused(path: file.path, reason: reason) }
    let data = try readCandidate(file)
    let interface: ONNXInterface
    do {
      interface = try ONNXInterface(data)
    } catch {
      throw refusal("it is not an ONNX model, or a part of one")
    }
    if let other = interface.externalFiles.sorted().first {
      throw refusal(
        "weights of it are in another file (\(other)): write all into one, as "
          + "onnx.save_model(onnx.load(FILE), OUT) does")
    }
    guard interface.inputs.count == 1, let input = interface.inputs.first else {
      throw refusal(
        "it has \(interface.inputs.count) inputs instead of one: "
          + interface.inputs.map(\.description).joined(separator: ", "))
    }
    // The runtime is given the bytes that are kept, without access to files beside the original.
    let trial = FileManager.default.temporaryDirectory.appendingPathComponent(
      "likeness-\(UUID().uuidString)")
    let copy = trial.appendingPathComponent("model.onnx")
    do {
      try FileManager.default.createDirectory(at: trial, withIntermediateDirectories: true)
      try data.write(to: copy)
    } catch {
      try? FileManager.default.removeItem(at: trial)
      throw ModelError.notWritable(path: copy.path, reason: error.localizedDescription)
    }
    defer { try? FileManager.default.removeItem(at: trial) }

    let runtime = try InferenceRuntime(folder: openVINO)
    let isDetector =
      addition.kind.map { $0 == .detector }
      ?? DetectorForm.allCases.contains { $0.outputs == interface.outputs.count }
    let manifest: ModelManifest
    do {
      manifest =
        isDetector
        ? try DetectorTrial.manifest(
          addition, input, interface, file: copy, runtime, source: file.lastPathComponent)
        : try EmbeddingTrial.manifest(
          addition, input, interface, file: copy, runtime, source: file.lastPathComponent)
    } catch let misfit as ModelMisfit {
      throw refusal(misfit.reason)
    } catch InferenceError.modelRefused(_, let reason) {
      throw refusal("the runtime cannot run it (\(reason))")
    } catch InferenceError.failed(let reason) {
      throw refusal("running it fails (\(reason))")
    }
    let written = try install(manifest, onnx: data)
    // The calibration of a replaced model does not apply.
    for join in joins(of: addition.name) {
      var manifest = try self.manifest(trained: join)
      manifest.verification = nil
      try rewrite(manifest)
    }
    return written
  }

  /// Combines several models into one: their embeddings concatenated, each normalized to length 1.
  /// - Parameters:
  ///   - members: names of models that embed, two at least.
  /// - Returns: the manifest as it was written.
  /// - Throws: `ModelError`
  @discardableResult
  public func join(
    _ name: String, of members: [String], replacing: Bool = false
  ) throws -> ModelManifest {
    try checkFree(name, replacing: replacing)
    let members = members.map(Self.embeddingName)
    func refusal(_ reason: String) -> ModelError { .notJoined(name, reason: reason) }
    guard members.count > 1 else { throw refusal("a join takes two models at least") }
    if let twice = members.first(where: { name in members.count { $0 == name } > 1 }) {
      throw refusal("\(twice) is named twice")
    }
    guard !members.contains(name) else { throw refusal("it cannot be its own member") }
    if let other = joins(of: name).first { throw ModelError.isMember(name, of: other) }
    let manifests = try members.map { member in
      let source = try load(embedding: member)
      guard source.manifest.members == nil else {
        throw refusal("\(member) is itself a join")
      }
      guard source.manifest.output.parts == nil else {
        throw refusal("\(member) is made of several parts")
      }
      return source.manifest
    }
    var manifest = ModelManifest(
      embedding: name, source: members.joined(separator: " and "),
      licence: Self.licence(ofAll: manifests.map(\.licence)),
      // Each member has its own.
      input: .init(
        width: 0, height: 0, colorOrder: "RGB", mean: [0, 0, 0], scale: 1,
        isNormalizedInside: true),
      output: .init(
        dimensions: manifests.map { $0.output.dimensions ?? 0 }.reduce(0, +), metric: .cosine,
        isNormalized: true))
    manifest.members = members
    return try install(manifest)
  }

  /// As SPDX writes that all of them hold.
  private static func licence(ofAll licences: [String]) -> String {
    var known: [String] = []
    for licence in licences where !known.contains(licence) { known.append(licence) }
    return known.map { $0.contains(" ") ? "(\($0))" : $0 }.joined(separator: " AND ")
  }

  /// Removes a model that was added, joined or trained, with its file.
  /// - Throws: `ModelError`; `.isMember` where a join needs it.
  public func remove(_ name: String) throws {
    try checkUserOwned(name)
    let manifest = try manifest(trained: name)
    if manifest.kind == .embedding, let join = joins(of: name).first {
      throw ModelError.isMember(name, of: join)
    }
    let home = folder.appendingPathComponent(name)
    do {
      // Without its manifest a folder is not a model any more, however far the rest gets.
      try FileManager.default.removeItem(at: home.appendingPathComponent("manifest.json"))
      try FileManager.default.removeItem(at: home)
    } catch {
      throw ModelError.notWritable(path: home.path, reason: error.localizedDescription)
    }
  }

  /// Stores a model's calibration, and whether it is as accurate in bf16.
  /// - Parameters:
  ///   - file: what `embeddingFile(of:)` said when it was measured.
  ///   - isAccurateInBF16: nil to leave it as it is.
  /// - Throws: `ModelError`; `.fixed` for the models of set-up, `.replaced` where it is another by now.
  @discardableResult
  public func calibrate(
    _ name: String, as verification: Verification, file: String?, isAccurateInBF16: Bool? = nil
  ) throws -> ModelManifest {
    try checkCalibratable(name)
    guard try embeddingFile(of: name) == file else { throw ModelError.replaced(name) }
    var manifest = try manifest(trained: name)
    manifest.verification = verification
    manifest.isAccurateInBF16 = isAccurateInBF16 ?? manifest.isAccurateInBF16
    try rewrite(manifest)
    return manifest
  }

  /// - Throws: `ModelError` unless it is a user's model that embeds.
  public func checkCalibratable(_ name: String) throws {
    try checkUserOwned(name)
    let kind = try manifest(trained: name).kind
    guard kind == .embedding else { throw ModelError.otherKind(name, kind) }
  }

  /// A detector that a user added: its manifest, how its outputs are read, and the checked file's place.
  /// - Throws: `ModelError`
  func load(
    detector name: String
  ) throws -> (manifest: ModelManifest, form: DetectorForm, file: URL) {
    guard hasDetector(name) else { throw ModelError.noDetector(name) }
    let (manifest, file) = try load(trained: name)
    guard let form = manifest.detectorForm else {
      throw ModelError.unreadable(path: file.path, reason: "its manifest does not say its form")
    }
    return (manifest, form, file)
  }

  /// Whether a user added a detector of this name.
  public func hasDetector(_ name: String) -> Bool {
    trainedNames.contains(name) && (try? manifest(trained: name).kind) == .detector
  }

  /// The joins that a model is a part of.
  private func joins(of name: String) -> [String] {
    trainedNames.filter { (try? manifest(trained: $0).members)?.contains(name) == true }
  }

  private func checkFree(_ name: String, replacing: Bool) throws {
    _ = try home(of: name)
    guard replacing || !trainedNames.contains(name) else { throw ModelError.exists(name) }
  }

  private func checkUserOwned(_ name: String) throws {
    guard !Self.isFixed(Self.embeddingName(name)),
      !CatalogModel.all.contains(where: { $0.name == name })
    else { throw ModelError.fixed(Self.embeddingName(name)) }
  }

  private func readCandidate(_ file: URL) throws -> Data {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: file.path, isDirectory: &isFolder),
      !isFolder.boolValue
    else {
      throw ModelError.refused(
        path: file.path, reason: isFolder.boolValue ? "it is a folder" : "there is no such file")
    }
    return try read(file)
  }
}

/// Why a file cannot be a model of its kind.
struct ModelMisfit: Error {
  var reason: String

  init(_ reason: String) { self.reason = reason }
}
