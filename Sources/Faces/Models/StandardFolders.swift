import Foundation

/// Where Likeness keeps things, by the XDG base directory specification.
public enum StandardFolders {
  /// `$XDG_DATA_HOME/likeness`: galleries, models, the inference runtime.
  public static var data: URL {
    base("XDG_DATA_HOME", ".local/share").appendingPathComponent("likeness")
  }

  /// `$LIKENESS_MODELS`, or `models` in the data folder.
  public static var models: URL {
    override("LIKENESS_MODELS") ?? data.appendingPathComponent("models")
  }

  /// `$LIKENESS_OPENVINO`, or where `Scripts/setup` puts the pinned version.
  public static var openVINO: URL {
    override("LIKENESS_OPENVINO") ?? data.appendingPathComponent("openvino/2026.4.1")
  }

  /// `$XDG_CACHE_HOME/likeness`: what is made again where it is missing.
  public static var cache: URL {
    base("XDG_CACHE_HOME", ".cache").appendingPathComponent("likeness")
  }

  private static func base(_ variable: String, _ fallback: String) -> URL {
    // The specification: a relative path is to be ignored.
    if let folder = override(variable), folder.path.hasPrefix("/") { return folder }
    return FileManager.default.homeDirectoryForCurrentUser.appendingPathComponent(fallback)
  }

  private static func override(_ variable: String) -> URL? {
    ProcessInfo.processInfo.environment[variable].flatMap {
      $0.isEmpty ? nil : URL(fileURLWithPath: $0)
    }
  }
}
