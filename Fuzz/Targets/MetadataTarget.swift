import Foundation
import LikenessCore

@testable import PhotoMetadata

extension FuzzTarget {
  /// XMP as a sidecar or in a photo, and Picasa's files: read, and written into.
  static func xmp(_ data: Data) -> Bool {
    let tagged = TaggedPhoto(
      tags: [FaceTag(name: "Zoe", box: Box(x: 2, y: 3, width: 4, height: 5))],
      size: .init(width: 24, height: 16), orientation: .mirroredLeft)
    for fault in PhotoPeople.read(of: data, at: nil).faults {
      check(
        fault.split(whereSeparator: \.isNewline).count == 1, "a fault is one line, not \(fault)")
    }
    if let packet = try? XMPPacket(data, path: "a") {
      checkTagged(packet, tagged)
      if let bytes = try? packet.serialized(padding: nil) {
        check((try? XMPPacket(bytes, path: "a")) != nil, "what is written can be read")
      }
    }
    if let container = XMPContainer(data), let packet = try? XMPPacket() {
      checkTagged(packet, tagged)
      if let written = try? container.writing(packet) {
        let again = XMPContainer(written)?.packet.flatMap { try? XMPPacket($0, path: "a") }
        check(again?.mwgRegions.first?.region.name == "Zoe", "a name that is written is read")
      }
    }
    let picasa = PicasaFile(String(decoding: data, as: UTF8.self))
    for region in picasa.regions(of: "a.jpg") {
      check(region.box.width > 0 && region.box.height > 0, "a region has a size")
    }
    return true
  }

  private static func checkTagged(_ packet: XMPPacket, _ photo: TaggedPhoto) {
    do {
      _ = try packet.tag(photo, path: "a")
      check(
        packet.mwgRegions.contains { $0.region.name == "Zoe" }
          && packet.microsoftRegions.contains { $0.region.name == "Zoe" },
        "a face that was tagged has its regions")
    } catch {
      checkLine(error)
    }
  }
}
