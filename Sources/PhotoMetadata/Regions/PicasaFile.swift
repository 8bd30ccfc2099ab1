import Foundation
import LikenessCore

/// The faces that Picasa keeps of the photos of a folder, in its `.picasa.ini`.
struct PicasaFile {
  static let names = [".picasa.ini", "Picasa.ini"]
  static let maximumBytes = 16 << 20

  /// By the photos' file names in lower case.
  private var regions: [String: [FaceRegion]] = [:]

  /// Lines that are not as Picasa writes them are passed over.
  init(_ text: String) {
    var contacts: [String: String] = [:]
    var faces: [(photo: String, list: Substring)] = []
    var section = ""
    for line in text.split(whereSeparator: \.isNewline) {
      let line = line.trimmingPrefix { $0 == " " || $0 == "\t" || $0 == "\u{FEFF}" }
      if line.hasPrefix("["), let end = line.lastIndex(of: "]") {
        section = line[line.index(after: line.startIndex)..<end].lowercased()
        continue
      }
      guard let equals = line.firstIndex(of: "=") else { continue }
      let key = line[..<equals].trimmingCharacters(in: .whitespaces).lowercased()
      let value = line[line.index(after: equals)...]
      if section == "contacts2" || section == "contacts" {
        // A name, an address and more between semicolons.
        let name = value.prefix { $0 != ";" }.trimmingCharacters(in: .whitespaces)
        if !name.isEmpty { contacts[key] = name }
      } else if key == "faces" {
        faces.append((section, value))
      }
    }
    for (photo, list) in faces {
      regions[photo, default: []] += list.split(separator: ";").prefix(XMPPacket.maximumItems)
        .compactMap { Self.region($0, contacts) }
    }
  }

  /// The faces of a photo.
  func regions(of photo: String) -> [FaceRegion] { regions[photo.lowercased()] ?? [] }

  /// `rect64(3f845bcb59418507),8e62398ebda8c1a5`: left, top, right and bottom in 65536ths, without zeros in front, and who it is.
  private static func region(_ text: Substring, _ contacts: [String: String]) -> FaceRegion? {
    let text = text.trimmingCharacters(in: .whitespaces)
    guard text.hasPrefix("rect64("), let end = text.firstIndex(of: ")"),
      case let digits = text[text.index(text.startIndex, offsetBy: 7)..<end], !digits.isEmpty,
      digits.count <= 16, let number = UInt64(digits, radix: 16)
    else { return nil }
    let edges = [48, 32, 16, 0].map { Double(number >> UInt64($0) & 0xFFFF) / 65_535 }
    let box = Box(
      x: edges[0], y: edges[1], width: edges[2] - edges[0], height: edges[3] - edges[1])
    let contact = text[end...].dropFirst().trimmingPrefix { $0 == "," || $0 == " " }.lowercased()
    return XMPPacket.usable(box).map {
      FaceRegion(
        name: contacts[contact].flatMap { PhotoPeople.cleaned($0) }, box: $0, origin: .picasa)
    }
  }
}
