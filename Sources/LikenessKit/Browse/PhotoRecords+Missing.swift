import Foundation
import GalleryCore

/// Photos of a gallery whose files are not where they were.
public struct MissingPhotos: Sendable, Codable, Equatable {
  /// The number of photos in a folder that is not there itself, such as one of a disk that is not mounted.
  public struct Folder: Sendable, Codable, Equatable {
    /// Its path.
    public var folder: String
    /// How many photos of the gallery were in it.
    public var photos: Int
  }

  /// A photo without its file.
  public struct Photo: Sendable, Codable, Equatable {
    /// Its id in the gallery.
    public var id: PhotoID
    /// Where it was last seen.
    public var photo: String
  }

  /// Photos whose file is gone from a folder that is there, in the order in which they were added.
  public var gone: [Photo] = []
  /// Photos whose file holds something else now.
  public var changed: [Photo] = []
  /// Folders that are not there, those with most photos first.
  public var folders: [Folder] = []
  /// The photos in them.
  public var unreachable: [Photo] = []
}

extension PhotoRecords {
  /// Photos whose files are not where they were last seen. Those that the gallery keeps itself are not looked for.
  /// - Throws: `GalleryError`
  public func missing() throws -> MissingPhotos {
    let store = try gallery.reader()
    let known = Set(try store.knownFiles())
    let files = Dictionary(known.map { ($0.path, $0) }) { first, _ in first }
    var (missing, isThere) = (MissingPhotos(), [String: Bool]())
    var counts: [String: Int] = [:]
    for photo in try store.photos() where !photo.isKept && photo.title == nil {
      let entry = MissingPhotos.Photo(id: photo.id, photo: photo.path)
      if let file = PhotoFile(onDisk: photo.path) {
        if files[photo.path] != nil, !known.contains(file) { missing.changed.append(entry) }
        continue
      }
      let folder = URL(fileURLWithPath: photo.path).deletingLastPathComponent().path
      let exists = isThere[folder] ?? FileManager.default.fileExists(atPath: folder)
      isThere[folder] = exists
      if exists {
        missing.gone.append(entry)
      } else {
        missing.unreachable.append(entry)
        counts[folder, default: 0] += 1
      }
    }
    missing.folders = counts.map { MissingPhotos.Folder(folder: $0, photos: $1) }
      .sorted { ($1.photos, $0.folder) < ($0.photos, $1.folder) }
    return missing
  }
}
