import Foundation
import LikenessCore
import Synchronization

extension PhotoPeople {
  /// Reads whom a photo shows: from sidecars first, which other programs write in place of the file, then from the file
  /// itself, then from Picasa's file in its folder. May be called from any number of threads at once.
  ///
  /// What cannot be read is told in `faults`, and no more is lost than that.
  /// - Parameters:
  ///   - data: the photo's bytes.
  ///   - url: its path as `PathText` writes it; nil where it came without a file.
  public static func read(of data: Data, at url: URL?) -> PhotoPeople {
    var people = PhotoPeople()
    for sidecar in url.map(Sidecar.candidates(of:)) ?? [] {
      people.add(
        reading {
          try MetadataFile.read(sidecar, most: XMPSource.maximumBytes)
        } packet: {
          try XMPPacket($0, path: sidecar.path)
        })
    }
    let path = url?.path ?? "the photo"
    if let container = XMPContainer(data) {
      for bytes in [container.packet, container.extended] {
        people.add(
          reading {
            bytes
          } packet: {
            try XMPPacket($0, path: path)
          })
      }
    }
    if let url { people.add(PicasaFolders.shared.people(of: url)) }
    return people
  }

  private static func reading(
    _ bytes: () throws -> Data?, packet: (Data) throws -> XMPPacket
  ) -> PhotoPeople {
    do {
      return try bytes().map { PhotoPeople(try packet($0)) } ?? PhotoPeople()
    } catch {
      var people = PhotoPeople()
      people.faults = ["\(error)"]
      return people
    }
  }
}

/// Files of XMP beside photos.
enum Sidecar {
  /// Where programs put them: `photo.jpg.xmp` (digiKam, darktable), `photo.xmp` (Lightroom, Bridge).
  static func candidates(of photo: URL) -> [URL] {
    let plain = photo.deletingPathExtension()
    let folder = photo.deletingLastPathComponent()
    return ["xmp", "XMP"].map { "\(photo.lastPathComponent).\($0)" }.map {
      folder.appendingPathComponent($0)
    } + ["xmp", "XMP"].map { plain.appendingPathExtension($0) }
  }
}

/// Picasa's files of the folders that were looked into last.
private final class PicasaFolders: Sendable {
  static let shared = PicasaFolders()

  private struct Known {
    var modified: timespec
    var bytes: Int
    var file: PicasaFile
  }

  private let known = Mutex<[String: Known]>([:])
  private static let most = 16

  func people(of photo: URL) -> PhotoPeople {
    var people = PhotoPeople()
    let folder = photo.deletingLastPathComponent()
    for name in PicasaFile.names {
      let url = folder.appendingPathComponent(name)
      do {
        guard let file = try file(url) else { continue }
        people.regions += file.regions(of: photo.lastPathComponent)
      } catch {
        people.faults.append("\(error)")
      }
    }
    return people
  }

  private func file(_ url: URL) throws(MetadataError) -> PicasaFile? {
    var status = stat()
    guard stat(PathText.cString(url.path), &status) == 0 else { return nil }
    let (modified, bytes) = (status.st_mtim, Int(status.st_size))
    let kept = known.withLock { $0[url.path] }
    if let kept, kept.bytes == bytes, kept.modified.tv_sec == modified.tv_sec,
      kept.modified.tv_nsec == modified.tv_nsec
    {
      return kept.file
    }
    guard let data = try MetadataFile.read(url, most: PicasaFile.maximumBytes) else { return nil }
    let file = PicasaFile(String(decoding: data, as: UTF8.self))
    known.withLock { known in
      if known.count >= Self.most { known.removeAll() }
      known[url.path] = Known(modified: modified, bytes: bytes, file: file)
    }
    return file
  }
}
