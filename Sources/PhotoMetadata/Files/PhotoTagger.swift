import Faces
import Foundation
import LikenessCore

/// Where names are written.
public enum TagPlace: String, Sendable, Codable, CaseIterable {
  /// A file beside the photo, which stays as it is.
  case sidecar
  /// The photo's own file.
  case file
}

/// What was written of a photo, or would be.
public struct TagOutcome: Sendable, Equatable {
  /// The files that were written, or would be; empty where all was there already.
  public var files: [URL] = []
  /// What changed in the first of them.
  public var changes = TagChanges()
  /// The photo's bytes since; nil where they are the same.
  public var photo: Data?
}

/// Writes the names of faces into XMP, in photos or beside them.
///
/// Whatever other programs wrote there stays. In a photo, every byte besides the XMP packet and what says where it lies is
/// the same afterwards.
public struct PhotoTagger: Sendable {
  private let photo: TaggedPhoto
  private let data: Data
  private let url: URL

  /// - Parameters:
  ///   - tags: the named faces of the photo.
  ///   - data: the photo's bytes.
  ///   - url: its path as `PathText` writes it.
  ///   - width: of the upright photo at full size, in pixels.
  ///   - height: likewise.
  public init(_ tags: [FaceTag], of data: Data, at url: URL, width: Int, height: Int) {
    photo = TaggedPhoto(
      tags: tags, size: .init(width: Double(width), height: Double(height)),
      orientation: Photo.orientation(of: data))
    (self.data, self.url) = (data, url)
  }

  /// Writes the names.
  ///
  /// A photo has one sidecar: the one that is there, else `photo.jpg.xmp`, which begins with what the photo's own packet
  /// says, since many programs read one of both only. Of a photo with a sidecar, `.file` writes both, so that they agree.
  /// - Parameter isDryRun: whether nothing is to be written.
  /// - Throws: `MetadataError`; nothing is half written then
  public func write(to place: TagPlace, isDryRun: Bool = false) throws(MetadataError) -> TagOutcome
  {
    var outcome = TagOutcome()
    guard !photo.tags.isEmpty else { return outcome }
    let sidecar = try sidecar()
    if place == .file {
      let (changes, changed) = try changedPhoto()
      if let changed {
        (outcome.changes, outcome.photo) = (changes, changed)
        outcome.files.append(url)
      }
    }
    if place == .sidecar || sidecar.former != nil {
      let packet = try packet(of: sidecar)
      let changes = try packet.tag(photo, path: sidecar.url.path)
      if !changes.isEmpty {
        if outcome.files.isEmpty { outcome.changes = changes }
        let bytes = try Self.serialized(packet, sidecar.url)
        if !isDryRun {
          try MetadataFile.write(bytes, to: sidecar.url, former: sidecar.former, keepsTimes: false)
        }
        outcome.files.append(sidecar.url)
      }
    }
    // Last, when nothing else can fail any more.
    if let changed = outcome.photo, !isDryRun {
      try MetadataFile.write(changed, to: url, former: data, keepsTimes: true)
    }
    return outcome
  }

  /// A sidecar with the names and nothing else: neither regions of other programs nor, say, the place where it was taken.
  /// - Throws: `MetadataError`
  public func sidecarBytes() throws(MetadataError) -> Data {
    let packet = try XMPPacket()
    _ = try packet.tag(photo, path: url.path)
    return try Self.serialized(packet, url)
  }

  private static func serialized(_ packet: XMPPacket, _ url: URL) throws(MetadataError) -> Data {
    do {
      return try packet.serialized(padding: nil)
    } catch {
      throw .malformed(path: url.path, reason: "it cannot be written again")
    }
  }

  private func sidecar() throws(MetadataError) -> (url: URL, former: Data?) {
    let candidates = Sidecar.candidates(of: url)
    for candidate in candidates {
      if let former = try MetadataFile.read(candidate, most: XMPSource.maximumBytes) {
        return (candidate, former)
      }
    }
    return (candidates[0], nil)
  }

  private func packet(of sidecar: (url: URL, former: Data?)) throws(MetadataError) -> XMPPacket {
    if let former = sidecar.former, !former.isEmpty {
      return try XMPPacket(former, path: sidecar.url.path)
    }
    guard let own = XMPContainer(data)?.packet else { return try XMPPacket() }
    // Of one that cannot be read nothing can be taken over.
    guard let packet = try? XMPPacket(own, path: url.path) else { return try XMPPacket() }
    packet.remove(.note, XMPNamespace.note("HasExtendedXMP"))
    return packet
  }

  /// - Returns: the photo's bytes with the names; nil where they are there.
  private func changedPhoto() throws(MetadataError) -> (TagChanges, Data?) {
    func refusal(_ reason: String) -> MetadataError {
      .notEmbeddable(path: url.path, reason: reason)
    }
    guard let container = XMPContainer(data) else {
      throw refusal("\(PhotoFormat.sniff(data)?.rawValue ?? "such") files have no place for them")
    }
    let packet =
      if let own = container.packet {
        try XMPPacket(own, path: url.path)
      } else {
        try XMPPacket()
      }
    let changes = try packet.tag(photo, path: url.path)
    guard !changes.isEmpty else { return (changes, nil) }
    do {
      return (changes, try container.writing(packet))
    } catch let error as XMPContainer.Refusal {
      throw refusal(error.reason)
    } catch {
      throw .malformed(path: url.path, reason: "it cannot be written again")
    }
  }
}
