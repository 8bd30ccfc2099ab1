import Foundation
import LikenessCore

/// Whose a gallery's files are. Each is made for its owner alone, see `PrivateFiles`; earlier versions left that to the umask.
extension GalleryFiles {
  /// Takes the rights of all others away from the files of a gallery that an earlier version made, or that were copied.
  ///
  /// What lies in the folder and is not the gallery's is left as it is, and so is a folder that holds such things.
  func closeToOthers() {
    let folder = folder.path
    // A folder of photos is closed last: in one that is, all are.
    let names = Self.own(in: folder) { PrivateFiles.isOpenToOthers("\(folder)/\($0)") }
    for name in names { PrivateFiles.closeToOthers(name.isEmpty ? folder : "\(folder)/\(name)") }
  }

  /// The files and folders of a gallery's folder that are the gallery's, its index's or its server's, by their paths in it;
  /// what a folder holds comes before the folder, and the gallery's folder, as an empty path, comes last.
  ///
  /// A folder that also holds what is not the gallery's is not among them.
  /// - Parameter looksInto: whether what a folder of kept photos holds is wanted.
  package static func own(
    in folder: String, looksInto: (String) -> Bool = { _ in true }
  ) -> [String] {
    let names = contents(of: folder)
    let own = names.filter(isOwn).sorted().flatMap { name in
      name == photos ? ownPhotos(in: folder, looksInto: looksInto) : [name]
    }
    return own + (names.allSatisfy(isOwn) ? [""] : [])
  }

  /// Whether something in a gallery's folder is the gallery's, its index or its server's.
  private static func isOwn(_ name: String) -> Bool {
    name == photos
      || [
        "gallery.", "upgrade.", "backup.", "faces.index", "keys.json", ".keys.json", "audit.",
        "audit-",
      ]
      .contains { name.hasPrefix($0) }
  }

  private static func ownPhotos(in folder: String, looksInto: (String) -> Bool) -> [String] {
    let homes = contents(of: "\(folder)/\(photos)")
    let own = homes.filter(isPhotoFolder).sorted().flatMap { home in
      let home = "\(photos)/\(home)"
      guard looksInto(home) else { return [home] }
      return contents(of: "\(folder)/\(home)").sorted().map { "\(home)/\($0)" } + [home]
    }
    return own + (homes.allSatisfy(isPhotoFolder) ? [photos] : [])
  }
}
