import Foundation

/// A folder that cannot be written, also not by root.
public enum ReadOnlyView {
  /// Whether disks can be mounted here: root outside of most containers.
  public static let canMount: Bool = {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("likeness-mount-\(UUID().uuidString)")
    defer { rmdir(folder.path) }
    guard
      (try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false))
        != nil, (try? run("mount", ["-t", "tmpfs", "tmpfs", folder.path])) == true
    else { return false }
    return (try? run("umount", [folder.path])) == true
  }()

  /// False for root without the right to mount, whom nothing is read-only for.
  public static let isPossible = canMount || getuid() != 0

  /// Shows a folder that cannot be written: the same one, or another name for it.
  public static func of(_ folder: URL, _ work: (URL) throws -> Void) throws {
    guard canMount else {
      chmod(folder.path, 0o555)
      defer { chmod(folder.path, 0o755) }
      return try work(folder)
    }
    let view = folder.deletingLastPathComponent().appendingPathComponent("view")
    try FileManager.default.createDirectory(at: view, withIntermediateDirectories: true)
    _ = try run("mount", ["--bind", folder.path, view.path])
    defer { _ = try? run("umount", ["-l", view.path]) }
    _ = try run("mount", ["-o", "remount,bind,ro", view.path])
    try work(view)
  }

  /// A disk of a few kilobytes.
  public static func smallDisk(kilobytes: Int, at folder: URL, _ work: () throws -> Void) throws {
    _ = try run("mount", ["-t", "tmpfs", "-o", "size=\(kilobytes)k", "tmpfs", folder.path])
    defer { _ = try? run("umount", ["-l", folder.path]) }
    try work()
  }

  private static func run(_ tool: String, _ arguments: [String]) throws -> Bool {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [tool] + arguments
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus == 0
  }
}
