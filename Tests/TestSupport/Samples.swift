import Foundation

/// The sample photos that set-up unpacks.
public enum Samples {
  /// Their folder: `$LIKENESS_SAMPLES`, or where `Scripts/setup` puts them.
  public static let folder: URL = {
    let environment = ProcessInfo.processInfo.environment
    if let folder = environment["LIKENESS_SAMPLES"] { return URL(fileURLWithPath: folder) }
    let folder = CacheFolder.url.appendingPathComponent("samples/face_recognition-1.3.0")
    precondition(
      FileManager.default.fileExists(atPath: folder.path),
      "the sample photos are missing from \(folder.path): run Scripts/setup")
    return folder
  }()

  public static func photo(_ name: String) -> URL { folder.appendingPathComponent(name) }
}
