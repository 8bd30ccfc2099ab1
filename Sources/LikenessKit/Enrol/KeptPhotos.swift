import Faces
import Foundation
import Gallery

/// The photos that a gallery keeps itself, since they came without a file: in its folder `photos`, named by their
/// content alone.
struct KeptPhotos {
  let folder: URL

  init(gallery: URL) {
    folder = gallery.appendingPathComponent("photos")
  }

  /// A photo's path as the gallery keeps it, by its content.
  func path(digest: String, format: PhotoFormat) -> String {
    "\(GalleryStore.ownPlace)photos/\(digest.prefix(2))/\(digest).\(format.fileExtension)"
  }

  /// Where that is.
  func file(_ path: String) -> URL {
    folder.deletingLastPathComponent()
      .appendingPathComponent(String(path.dropFirst(GalleryStore.ownPlace.count)))
  }

  /// Whether a path is that of a photo kept here.
  func holds(_ path: String) -> Bool { path.hasPrefix(folder.path + "/") }

  /// Writes a photo so that it is there whole or not at all, also after a loss of power.
  /// - Throws: `LikenessError.notWritable`, `GalleryError.diskFull`
  func keep(_ data: Data, at file: URL) throws {
    let home = file.deletingLastPathComponent()
    do {
      try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
      let fresh = home.appendingPathComponent(".\(UUID().uuidString).new")
      do {
        try data.write(to: fresh)
        let handle = try FileHandle(forWritingTo: fresh)
        try handle.synchronize()
        try handle.close()
        guard rename(fresh.path, file.path) == 0 else { throw POSIXError(.EIO) }
      } catch {
        unlink(fresh.path)
        throw error
      }
    } catch let error as CocoaError where error.code == .fileWriteOutOfSpace {
      throw GalleryError.diskFull(path: folder.deletingLastPathComponent().path)
    } catch {
      throw LikenessError.notWritable(path: file.path, reason: OutputFile.reason(error))
    }
  }

  /// Deletes those of some photos that are kept here.
  /// - Returns: how many there were.
  func delete(_ paths: some Sequence<String>) -> Int {
    paths.filter { holds($0) && unlink($0) == 0 }.count
  }

  /// Deletes what no photo of the gallery is: what a program that was killed had written or not yet deleted.
  /// - Parameter paths: of all photos. Files are known by their names, which their contents make.
  func sweep(keeping paths: some Sequence<String>) {
    let names = Set(paths.filter(holds).map { URL(fileURLWithPath: $0).lastPathComponent })
    guard
      let files = FileManager.default.enumerator(
        at: folder, includingPropertiesForKeys: [.isRegularFileKey])
    else { return }
    for case let file as URL in files {
      let isFile = (try? file.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile) ?? false
      if isFile, !names.contains(file.lastPathComponent) { unlink(file.path) }
    }
  }
}

extension PhotoFormat {
  /// The usual extension of such files.
  var fileExtension: String {
    switch self {
    case .jpeg: "jpg"
    case .tiff: "tif"
    case .pnm: "ppm"
    default: rawValue.lowercased()
    }
  }
}
