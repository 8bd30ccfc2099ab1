import Foundation

/// Where Likeness keeps things, by the XDG base directory specification, and where it finds what was installed with it.
public enum StandardFolders {
  /// `$XDG_DATA_HOME/likeness`: galleries, models, the inference runtime.
  public static var data: URL {
    base("XDG_DATA_HOME", ".local/share").appendingPathComponent("likeness")
  }

  /// `$XDG_CACHE_HOME/likeness`: what can be downloaded or made again.
  public static var cache: URL {
    base("XDG_CACHE_HOME", ".cache").appendingPathComponent("likeness")
  }

  /// The folder that the program lies in, links to it followed.
  public static var program: URL {
    (Bundle.main.executableURL ?? URL(fileURLWithPath: CommandLine.arguments[0]))
      .resolvingSymlinksInPath().deletingLastPathComponent()
  }

  /// `$LIKENESS_MODELS`, or `models` in the data folder: where models are added.
  public static var models: URL {
    override("LIKENESS_MODELS") ?? data.appendingPathComponent("models")
  }

  /// `models` beside the program, where a package has them; nil where there are none.
  public static var installedModels: URL? { besideProgram("models") }

  /// `$LIKENESS_OPENVINO`, or the pinned version beside the program, or where `Scripts/setup` puts it.
  public static var openVINO: URL {
    let version = "openvino/2026.4.1"
    return override("LIKENESS_OPENVINO") ?? besideProgram(version)
      ?? data.appendingPathComponent(version)
  }

  /// `$LIKENESS_SAMPLES`, or where `Scripts/setup` and `likeness demo` put the sample photos.
  public static var samples: URL {
    override("LIKENESS_SAMPLES")
      ?? cache.appendingPathComponent("samples/face_recognition-1.3.0")
  }

  private static func besideProgram(_ path: String) -> URL? {
    let folder = program.appendingPathComponent(path)
    return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
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
