import Faces
import Foundation
import GalleryCore
import GallerySQLite
import LikenessCore

/// The photos that a gallery keeps itself, since they came without a file: in its folder `photos`, named by their
/// content alone.
struct KeptPhotos {
  let folder: URL

  init(gallery: URL) {
    folder = gallery.appendingPathComponent(GalleryFiles.photos)
  }

  /// A photo's path as the gallery keeps it, by its content.
  func path(digest: String, format: PhotoFormat) -> String {
    path(digest: digest, fileExtension: format.fileExtension)
  }

  func path(digest: String, fileExtension: String) -> String {
    "\(GalleryStore.ownPlace)\(GalleryFiles.photos)/\(digest.prefix(2))/\(digest).\(fileExtension)"
  }

  /// Where that is.
  func file(_ path: String) -> URL {
    folder.deletingLastPathComponent()
      .appendingPathComponent(String(path.dropFirst(GalleryStore.ownPlace.count)))
  }

  /// Writes a photo so that it is there whole or not at all, also after a loss of power.
  /// - Throws: `LikenessError.notWritable`, `GalleryError.diskFull`
  func keep(_ data: Data, at file: URL) throws {
    let home = file.deletingLastPathComponent()
    do {
      for place in [folder, home] { try PrivateFiles.makeFolder(place) }
      let fresh = home.appendingPathComponent(".\(UUID().uuidString).new")
      do {
        PrivateFiles.makeFile(fresh)
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

  /// Files that no photo of the gallery is: what a program that was killed had written or not yet deleted.
  struct Strays {
    /// Photos, by their names whole.
    var photos: [URL] = []
    /// Photos that were being written.
    var unfinished: [URL] = []
  }

  /// Looks for them. Who adds a photo writes its file first: only the holder of the gallery's lock knows that nobody does.
  /// Other files in the folder are not ours.
  /// - Parameter photos: all of the gallery's.
  func strays(besides photos: [StoredPhoto]) -> Strays {
    let known = Set(
      photos.filter(\.isKept).map { URL(fileURLWithPath: $0.path).lastPathComponent })
    var strays = Strays()
    for home in GalleryFiles.contents(of: folder.path).sorted()
    where GalleryFiles.isPhotoFolder(home) {
      let place = folder.appendingPathComponent(home)
      for name in GalleryFiles.contents(of: place.path).sorted() {
        if name.hasPrefix("."), name.hasSuffix(".new"), name.count == 41 {
          strays.unfinished.append(place.appendingPathComponent(name))
        } else if GalleryFiles.isPhoto(name, in: home), !known.contains(name) {
          strays.photos.append(place.appendingPathComponent(name))
        }
      }
    }
    return strays
  }

  /// Deletes them. The caller holds the gallery's lock.
  /// - Parameter photos: all of the gallery's.
  func sweep(keeping photos: [StoredPhoto]) {
    let strays = strays(besides: photos)
    for file in strays.photos + strays.unfinished { unlink(file.path) }
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
