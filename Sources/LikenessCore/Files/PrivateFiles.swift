import Foundation

/// Files and folders that are their owner's alone, whatever the umask is: those of a gallery hold biometrics.
///
/// What users export to a path of their choice is not made here: it has the rights that they want for their files.
public enum PrivateFiles {
  /// The rights of a file: its owner reads and writes it.
  public static let fileMode: mode_t = 0o600
  /// The rights of a folder: its owner looks into it and changes it.
  public static let folderMode: mode_t = 0o700
  private static let ofOthers: mode_t = 0o077

  /// Makes a folder where there is none. Folders above it that are not there are made with the usual rights.
  /// - Throws: `CocoaError`
  public static func makeFolder(_ folder: URL) throws {
    let manager = FileManager.default
    if !manager.fileExists(atPath: folder.path) {
      try manager.createDirectory(
        at: folder.deletingLastPathComponent(), withIntermediateDirectories: true)
      // Not by Foundation, which sets the rights when others may have opened it already.
      if mkdir(folder.path, folderMode) == 0 { return }
    }
    // Another process has just made it, or this says why it cannot be.
    try manager.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  /// Makes an empty file where there is none, to be filled by those who would give it other rights.
  /// - Returns: false where it is there, or cannot be made.
  @discardableResult
  public static func makeFile(_ file: URL) -> Bool {
    let descriptor = open(file.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, fileMode)
    guard descriptor >= 0 else { return false }
    close(descriptor)
    return true
  }

  /// Whether others than its owner have any right to a file or folder.
  public static func isOpenToOthers(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & ofOthers != 0
  }

  /// Takes the rights of all others away from a file or folder that this user owns.
  public static func closeToOthers(_ path: String) {
    var status = stat()
    guard stat(path, &status) == 0, status.st_uid == geteuid(), status.st_mode & ofOthers != 0
    else { return }
    _ = chmod(path, status.st_mode & 0o7777 & ~ofOthers)
  }
}
