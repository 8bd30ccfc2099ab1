import Foundation
import GallerySQLite

/// A file or folder of a gallery that others than its owner may use.
struct ExposedFile {
  /// For messages: its path in the gallery's folder.
  let name: String
  private let path: String
  /// What its owner may do.
  private let mode: mode_t

  /// Those of a gallery's folder, the folder itself among them, in order; without what is not the gallery's.
  static func all(in folder: URL) -> [ExposedFile] {
    let root = folder.resolvingSymlinksInPath().path
    return GalleryFiles.own(in: root).sorted().compactMap { name in
      let path = name.isEmpty ? root : "\(root)/\(name)"
      var status = stat()
      // A link has no permissions of its own.
      guard lstat(path, &status) == 0, [S_IFDIR, S_IFREG].contains(status.st_mode & S_IFMT),
        status.st_mode & 0o077 != 0
      else { return nil }
      return ExposedFile(
        name: name.isEmpty ? "the folder itself" : name, path: path, mode: status.st_mode & 0o7700)
    }
  }

  /// Lets the owner alone use it.
  /// - Returns: whether that could be done.
  func hide() -> Bool { chmod(path, mode) == 0 }
}
