import Faces
import Foundation
import LikenessCore

/// A face whose name is written into a photo's metadata.
public struct FaceTag: Sendable, Equatable {
  /// Whom it shows.
  public var name: String
  /// In pixels of the upright photo at full size.
  public var box: Box

  /// A named face.
  public init(name: String, box: Box) { (self.name, self.box) = (name, box) }
}

/// The named faces of a photo, with what it takes to say where they are.
struct TaggedPhoto {
  let tags: [FaceTag]
  /// Of the upright photo at full size.
  let size: FaceRegion.Size
  let orientation: Orientation

  var storedSize: FaceRegion.Size {
    orientation.quarterTurns % 2 == 0 ? size : size.turned
  }

  var boxes: [Box] { tags.map(\.box) }
}

/// What became of the regions in a file.
public struct TagChanges: Sendable, Codable, Equatable {
  /// Faces that had no region.
  public var added = 0
  /// Regions of another name, which have the gallery's name now.
  public var renamed: [Renaming] = []
  /// Names that came into PersonInImage.
  public var listed = 0

  /// A region that had another name.
  public struct Renaming: Sendable, Codable, Equatable {
    /// The name that another program gave.
    public var from: String
    /// The gallery's name.
    public var to: String
  }

  /// Whether all was there already.
  public var isEmpty: Bool { added == 0 && renamed.isEmpty && listed == 0 }
}

extension XMPPacket {
  /// Writes names into regions of the Metadata Working Group and of Microsoft, and into IPTC's PersonInImage.
  ///
  /// A region in which one of the faces lies gets its name; whatever else is in it stays, as do all other regions. Faces
  /// without one get a new one, in the picture that the others are of.
  /// - Parameter path: what errors are to call the file.
  /// - Throws: `MetadataError.otherShape` where the regions that are there are of another picture; `.malformed` where
  ///   something else stands in their place
  func tag(_ photo: TaggedPhoto, path: String) throws(MetadataError) -> TagChanges {
    do {
      var changes = TagChanges()
      let frame = try frame(of: photo, path: path)
      let microsoft = microsoftFrame(of: photo, other: frame)
      try tagMWG(photo, frame, &changes)
      try tagMicrosoft(photo, microsoft, &changes)
      let list = XMPNamespace.iptc("PersonInImage")
      var names = texts(.iptc, list).map(\.precomposedStringWithCanonicalMapping)
      for tag in photo.tags where !names.contains(tag.name) {
        try append(.iptc, list, tag.name)
        names.append(tag.name)
        changes.listed += 1
      }
      return changes
    } catch let refusal as Refusal {
      throw .malformed(path: path, reason: "\(refusal.path) is not what it should be")
    } catch let error as MetadataError {
      throw error
    } catch {
      throw .malformed(path: path, reason: "\(error)")
    }
  }

  /// Of which picture the regions are that are there: of those that have its shape, the one in which more of them have a face.
  private func frame(
    of photo: TaggedPhoto, path: String
  ) throws(MetadataError) -> FaceRegion.Frame {
    let known = mwgRegions.map(\.region.box)
    let size = mwgSize
    // Regions of pets and the like are of that picture, too.
    guard let size, count(.regions, Self.mwgList) > 0 else {
      return best([.stored, .upright], known, photo)
    }
    let frames = [FaceRegion.Frame.stored, .upright].filter {
      size.hasShape(of: $0 == .stored ? photo.storedSize : photo.size)
    }
    guard !frames.isEmpty else { throw .otherShape(path: path) }
    return best(frames, known, photo)
  }

  private func microsoftFrame(
    of photo: TaggedPhoto, other: FaceRegion.Frame
  ) -> FaceRegion.Frame {
    let frames: [FaceRegion.Frame] = other == .stored ? [.stored, .upright] : [.upright, .stored]
    return best(frames, microsoftRegions.map(\.region.box), photo)
  }

  /// The first one where none is better.
  private func best(
    _ frames: [FaceRegion.Frame], _ regions: [Box], _ photo: TaggedPhoto
  ) -> FaceRegion.Frame {
    let counts = frames.map { faces(of: regions, photo, $0).count }
    return counts.max().flatMap { counts.firstIndex(of: $0) }.map { frames[$0] } ?? .stored
  }

  private func faces(
    of regions: [Box], _ photo: TaggedPhoto, _ frame: FaceRegion.Frame
  ) -> [Int: Int] {
    RegionAssignment.faces(
      of: regions.map { frame.pixels(of: $0, of: photo.size, photo.orientation) },
      among: photo.boxes)
  }

  private func tagMWG(
    _ photo: TaggedPhoto, _ frame: FaceRegion.Frame, _ changes: inout TagChanges
  ) throws(Refusal) {
    guard !photo.tags.isEmpty else { return }
    let known = mwgRegions
    let named = try rename(known, photo, frame, .regions, XMPNamespace.regions("Name"), &changes)
    let new = photo.tags.indices.filter { !named.contains($0) }
    guard !new.isEmpty else { return }
    try setStructure(.regions, Self.mwgInfo)
    let size = "\(Self.mwgInfo)/\(XMPNamespace.regions("AppliedToDimensions"))"
    if mwgSize == nil || count(.regions, Self.mwgList) == 0 {
      let sides = frame == .stored ? photo.storedSize : photo.size
      try setStructure(.regions, size)
      try set(.regions, "\(size)/\(XMPNamespace.dimensions("w"))", String(Int(sides.width)))
      try set(.regions, "\(size)/\(XMPNamespace.dimensions("h"))", String(Int(sides.height)))
      try set(.regions, "\(size)/\(XMPNamespace.dimensions("unit"))", "pixel")
    }
    for index in new {
      let tag = photo.tags[index]
      let region = frame.region(of: tag.box, of: photo.size, photo.orientation)
      let path = try appendStructure(.regions, Self.mwgList)
      let area = "\(path)/\(XMPNamespace.regions("Area"))"
      try setStructure(.regions, area)
      let fields = [
        ("x", region.center.x), ("y", region.center.y), ("w", region.width), ("h", region.height),
      ]
      for (name, value) in fields {
        try set(.regions, "\(area)/\(XMPNamespace.area(name))", Self.text(value))
      }
      try set(.regions, "\(area)/\(XMPNamespace.area("unit"))", "normalized")
      try set(.regions, "\(path)/\(XMPNamespace.regions("Name"))", tag.name)
      try set(.regions, "\(path)/\(XMPNamespace.regions("Type"))", "Face")
      changes.added += 1
    }
  }

  private func tagMicrosoft(
    _ photo: TaggedPhoto, _ frame: FaceRegion.Frame, _ changes: inout TagChanges
  ) throws(Refusal) {
    // Counted once: with those of the Metadata Working Group, unless they were there.
    var own = TagChanges()
    let name = XMPNamespace.microsoftRegion("PersonDisplayName")
    let named = try rename(microsoftRegions, photo, frame, .microsoft, name, &own)
    for index in photo.tags.indices where !named.contains(index) {
      let tag = photo.tags[index]
      let region = frame.region(of: tag.box, of: photo.size, photo.orientation)
      try setStructure(.microsoft, Self.microsoftInfo)
      let path = try appendStructure(.microsoft, Self.microsoftList)
      let numbers = [region.x, region.y, region.width, region.height].map { Self.text($0) }
      try set(
        .microsoft, "\(path)/\(XMPNamespace.microsoftRegion("Rectangle"))",
        numbers.joined(separator: ", "))
      try set(.microsoft, "\(path)/\(name)", tag.name)
      own.added += 1
    }
    changes.added = max(changes.added, own.added)
    changes.renamed += own.renamed.filter { !changes.renamed.contains($0) }
  }

  /// Gives regions of the faces their names.
  /// - Returns: the places of the faces that have a region.
  private func rename(
    _ regions: [Placed], _ photo: TaggedPhoto, _ frame: FaceRegion.Frame,
    _ namespace: XMPNamespace, _ property: String, _ changes: inout TagChanges
  ) throws(Refusal) -> Set<Int> {
    let faces = faces(of: regions.map(\.region.box), photo, frame)
    for (place, face) in faces {
      let (former, name) = (regions[place].region.name, photo.tags[face].name)
      guard former != name else { continue }
      try set(namespace, "\(regions[place].path)/\(property)", name)
      if let former {
        changes.renamed.append(.init(from: former, to: name))
      } else {
        changes.added += 1
      }
    }
    return Set(faces.values)
  }

  /// XMP has no exponents.
  private static func text(_ number: Double) -> String {
    let text = String(format: "%.6f", min(1, max(0, number)))
    let end = text.lastIndex { $0 != "0" } ?? text.startIndex
    return text[end] == "." ? String(text[..<end]) : String(text[...end])
  }
}
