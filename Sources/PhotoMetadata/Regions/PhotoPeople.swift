import Foundation
import LikenessCore

/// Whom a photo shows, as its file and the files beside it say.
public struct PhotoPeople: Sendable, Equatable {
  /// The faces that programs marked.
  public var regions: [FaceRegion] = []
  /// Names without a place: IPTC's PersonInImage, and keywords under "People".
  public var names: [String] = []
  /// Keywords of which nobody says whether they name people.
  public var keywords: [String] = []
  /// What could not be read, one line each.
  public var faults: [String] = []

  /// Nobody.
  public init() {}

  /// Whether nothing is said of anybody.
  public var isEmpty: Bool { regions.isEmpty && names.isEmpty && keywords.isEmpty }

  /// Adds what another place says, where it is not said already: what comes first counts.
  mutating func add(_ other: PhotoPeople) {
    for region in other.regions {
      if let known = regions.firstIndex(where: { $0.isSamePlace(as: region) }) {
        if regions[known].name == nil { regions[known].name = region.name }
      } else {
        regions.append(region)
      }
    }
    names += other.names.filter { !names.contains($0) }
    keywords += other.keywords.filter { !keywords.contains($0) }
    faults += other.faults
  }
}

extension PhotoPeople {
  /// What an XMP packet says.
  init(_ packet: XMPPacket) {
    regions = packet.mwgRegions.map(\.region)
    var microsoft = PhotoPeople()
    microsoft.regions = packet.microsoftRegions.map(\.region)
    add(microsoft)
    var named = packet.texts(.iptc, XMPNamespace.iptc("PersonInImage"))
    for (namespace, property) in XMPPacket.keywordTrees {
      named += packet.texts(namespace, namespace(property)).compactMap {
        PeopleKeyword.name(in: $0)
      }
    }
    for name in named.compactMap({ Self.cleaned($0) }) where !names.contains(name) {
      names.append(name)
    }
    keywords = packet.texts(.dublinCore, XMPNamespace.dublinCore("subject"))
      .compactMap { Self.cleaned($0) }.filter { !names.contains($0) }
  }

  /// A name as it can be kept: without line breaks and blanks around it; nil where nothing is left.
  static func cleaned(_ text: String) -> String? {
    var scalars = text.precomposedStringWithCanonicalMapping.unicodeScalars
    scalars.removeAll { $0.isControl || $0.properties.isBidiControl }
    let name = String(scalars).trimmingCharacters(in: .whitespaces)
    // Nobody is called so: it is what a longer text was put in by mistake.
    return name.isEmpty || name.unicodeScalars.count > 200 ? nil : name
  }
}

/// Keywords in trees of which one is of people: digiKam writes `People/Family/Ann`, Lightroom `People|Family|Ann`.
enum PeopleKeyword {
  /// What programs call the tree, in the languages that they come in, in lower case.
  private static let roots: Set<String> = [
    "people", "person", "persons", "faces", "personen", "menschen", "leute", "gesichter",
    "personnes", "gens", "visages", "personas", "gente", "caras", "pessoas", "rostos", "persone",
    "volti", "mensen", "osoby", "ludzie", "люди", "人物", "人们", "사람", "인물",
  ]

  static func name(in keyword: String) -> String? {
    let parts = keyword.split { $0 == "/" || $0 == "|" }.map {
      $0.trimmingCharacters(in: .whitespaces)
    }
    guard parts.count > 1, roots.contains(parts[0].lowercased()), let name = parts.last,
      // What digiKam calls faces of which it is not known whose they are.
      !["unknown", "unconfirmed", "ignored"].contains(name.lowercased())
    else { return nil }
    return name
  }
}
