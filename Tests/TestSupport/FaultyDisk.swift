import Foundation

/// A disk that fails for one program: a library that stands before the system's own (`Scripts/Faults/faults.c`, which says what
/// the settings mean).
public struct FaultyDisk: Sendable {
  private let library: URL
  private let folder: URL

  /// What a compiler says where the library cannot be made.
  public struct NotBuilt: Error {
    public let reason: String
  }

  /// - Parameters:
  ///   - folder: whose files fail.
  ///   - home: where the library is made; outside of `folder`.
  public init(of folder: URL, madeIn home: URL) throws {
    let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../Scripts/Faults/faults.c").standardizedFileURL
    library = home.appendingPathComponent("faults.so")
    self.folder = folder
    let compiler = Process()
    compiler.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    compiler.arguments = [
      "cc", "-shared", "-fPIC", "-O1", "-o", library.path, source.path, "-ldl",
    ]
    let errors = Pipe()
    compiler.standardError = errors
    try compiler.run()
    let said = errors.fileHandleForReading.readDataToEndOfFile()
    compiler.waitUntilExit()
    guard compiler.terminationStatus == 0 else {
      throw NotBuilt(reason: String(decoding: said, as: UTF8.self))
    }
  }

  /// The environment in which a program meets the faults.
  /// - Parameter settings: by the end of their names, as `ROOM`.
  public func environment(_ settings: [String: Int]) -> [String: String] {
    // Links are not followed by those who look at paths.
    let place = realpath(folder.path, nil)
    defer { free(place) }
    var environment = [
      "LD_PRELOAD": library.path,
      "FAULTS_FOLDER": place.map { String(cString: $0) } ?? folder.path,
      // A program that ends by a trap ends at once.
      "SWIFT_BACKTRACE": "enable=no",
    ]
    for (name, value) in settings { environment["FAULTS_\(name)"] = "\(value)" }
    return environment
  }
}
