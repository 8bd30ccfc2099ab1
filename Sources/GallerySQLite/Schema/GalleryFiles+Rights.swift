import Foundation
import LikenessCore

/// Whose a gallery's files are. Each is made for its owner alone, see `PrivateFiles`; earlier versions left that to the umask.
extension GalleryFiles {
  /// Takes the rights of all others away from the files of a gallery that an earlier version made, or that were copied.
  ///
  /// What lies in the folder and is not the gallery's is left as it is, and so is a folder that holds such things.
  func closeToOthers() {
    let names = Self.contents(of: folder.path)
    for name in names where Self.isOwn(name) {
      if name == Self.photos {
        closePhotosToOthers()
      } else {
        PrivateFiles.closeToOthers("\(folder.path)/\(name)")
      }
    }
    if names.allSatisfy(Self.isOwn) { PrivateFiles.closeToOthers(folder.path) }
  }

  /// The folder of photos that the gallery keeps itself.
  private static let photos = "photos"

  /// Whether something in a gallery's folder is the gallery's, its index or its server's.
  private static func isOwn(_ name: String) -> Bool {
    name == photos
      || ["gallery.", "upgrade.", "faces.index", "keys.json", ".keys.json", "audit.", "audit-"]
        .contains { name.hasPrefix($0) }
  }

  /// In it are folders with the first two digits of the digests by which the photos in them are called.
  private func closePhotosToOthers() {
    let path = "\(folder.path)/\(Self.photos)"
    let homes = Self.contents(of: path)
    func isHome(_ name: String) -> Bool { name.count == 2 && name.allSatisfy(\.isHexDigit) }
    for home in homes where isHome(home) {
      let home = "\(path)/\(home)"
      // It is closed last: in one that is, all are.
      guard PrivateFiles.isOpenToOthers(home) else { continue }
      for name in Self.contents(of: home) { PrivateFiles.closeToOthers("\(home)/\(name)") }
      PrivateFiles.closeToOthers(home)
    }
    if homes.allSatisfy(isHome) { PrivateFiles.closeToOthers(path) }
  }

  private static func contents(of folder: String) -> [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
  }
}
