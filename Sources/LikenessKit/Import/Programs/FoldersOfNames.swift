import Faces
import Foundation

/// Folders that are called as people, with photos of each: what face_recognition, deepface and others begin with.
public enum FoldersOfNames {
  /// Reads the folders in a folder; photos that lie in the folder itself show whoever their file is called by, as face_recognition's known
  /// people do. On photos of several, whose face it is follows from the others.
  /// - Throws: `ImportError`, `PhotoError`
  public static func read(_ folder: URL) throws -> ImportedNames {
    guard try ImportFiles.isFolder(folder) else {
      throw ImportError.notSupported(path: folder.path, reason: "it is not a folder")
    }
    let root = folder.linkedFolder.standardizedFileURL.path
    var names = ImportedNames(folder: folder)
    for photo in try PhotoFinder.files(at: [folder]) {
      let path = photo.path
      guard path.hasPrefix(root) else {
        names.leftOut.add("the photo lies outside of the folder", path)
        continue
      }
      let parts = path.dropFirst(root.count).split(separator: "/")
      let name =
        parts.count > 1
        ? String(parts[0]) : NameSource.auto.name(of: photo)
      guard let name, !name.isEmpty else {
        names.leftOut.add("the file's name says nothing of whom it shows", path)
        continue
      }
      names.photos.append(PhotoNames(path: path, names: [name]))
    }
    guard !names.photos.isEmpty else {
      throw ImportError.noNames(path: folder.path, detail: "there are no photos in folders of it")
    }
    return names
  }
}
