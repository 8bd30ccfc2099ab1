import Faces
import Foundation

/// A folder of models that those of set-up are in, and where others may be put.
public enum ModelFolder {
  /// - Returns: what makes programs use it.
  public static func make(in folder: URL) throws -> (
    store: ModelStore, environment: [String: String]
  ) {
    let models = folder.appendingPathComponent("models")
    try FileManager.default.createDirectory(at: models, withIntermediateDirectories: false)
    for name in ModelStore.catalogNames {
      try FileManager.default.createSymbolicLink(
        at: models.appendingPathComponent(name),
        withDestinationURL: StandardFolders.models.appendingPathComponent(name))
    }
    return (ModelStore(folder: models), ["LIKENESS_MODELS": models.path])
  }
}
