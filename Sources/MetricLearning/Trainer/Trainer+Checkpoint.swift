import Foundation

extension Trainer {
  private static let progressKey = "progress"

  /// Writes network, loss, optimizer and progress into one file, whole or not at all.
  func saveCheckpoint() throws {
    var state = StateDictionary()
    for (prefix, part) in [
      ("network.", network.state), ("loss.", objective.state), ("optimizer.", optimizer.state),
    ] {
      for name in part.names { state[prefix + name] = part[name] }
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    state.metadata[Self.progressKey] = String(decoding: try encoder.encode(progress), as: UTF8.self)
    try SafetensorsFile.write(state, to: folder.checkpoint)
  }

  /// Goes on where the folder's checkpoint was written.
  /// - Throws: `TrainingError.notARun`, `TrainingError.otherPhotos`
  public func resume() throws {
    let path = folder.url.path
    guard FileManager.default.fileExists(atPath: folder.checkpoint.path) else {
      throw TrainingError.notARun(path: path, reason: "it has no checkpoint.safetensors")
    }
    do {
      let state = try SafetensorsFile.read(folder.checkpoint)
      let saved = try JSONDecoder().decode(
        TrainingProgress.self, from: Data((state.metadata[Self.progressKey] ?? "").utf8))
      guard saved.photos == progress.photos else {
        throw TrainingError.otherPhotos(
          path: path, reason: "then \(saved.photos), now \(progress.photos)")
      }
      func part(_ prefix: String) -> StateDictionary {
        var part = StateDictionary()
        for name in state.names where name.hasPrefix(prefix) {
          part[String(name.dropFirst(prefix.count))] = state[name]
        }
        return part
      }
      try network.load(part("network."))
      try objective.load(part("loss."))
      try optimizer.load(part("optimizer."))
      progress = saved
    } catch let error as TrainingError {
      throw error
    } catch {
      throw TrainingError.notARun(path: path, reason: "\(error)")
    }
  }
}
