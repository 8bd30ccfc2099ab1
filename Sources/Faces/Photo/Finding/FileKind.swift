import Foundation

/// What a file is, by its name.
enum FileKind {
  case photo
  /// A photo as the sensor saw it.
  case raw
  case video
  /// An image of a format that is not decoded.
  case unsupportedImage
  /// What programs put beside photos.
  case sidecar
  /// Its name does not say; its first bytes may.
  case unknown
  case other

  /// - Parameter name: without folders.
  init(name: String) {
    switch name.lowercased() {
    case "thumbs.db", "desktop.ini", "picasa.ini": self = .sidecar
    default:
      let ending = Self.ending(name)
      if ending.isEmpty {
        self = .unknown
      } else {
        self = Self.kinds[ending] ?? .other
      }
    }
  }

  /// The kind by a file's first bytes; 32 are enough.
  init(head: [UInt8]) {
    if PhotoFormat.sniff(head) != nil {
      self = .photo
    } else {
      switch PhotoFormat.unsupportedName(head) {
      case nil, "PDF"?: self = .other
      case "video"?: self = .video
      case let name?: self = name.hasSuffix("raw format") ? .raw : .unsupportedImage
      }
    }
  }

  /// The kind by a file's first bytes; `other` for one that cannot be read.
  init(contentsOf path: [CChar]) {
    // Without waiting, as a pipe without a writer would never open.
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else {
      self = .other
      return
    }
    defer { close(file) }
    var head = [UInt8](repeating: 0, count: 32)
    let count = read(file, &head, head.count)
    self.init(head: Array(head.prefix(max(0, count))))
  }

  /// In lower case, without the dot; empty where what follows the last dot is no ending, as in "Mr. Smith" or
  /// "2020.05.17".
  private static func ending(_ name: String) -> String {
    guard let dot = name.utf8.lastIndex(of: 0x2E), dot != name.utf8.startIndex else { return "" }
    let ending = name.utf8[name.utf8.index(after: dot)...]
    guard (1...8).contains(ending.count), ending.allSatisfy(\.isLetterOrDigit),
      !ending.allSatisfy(\.isDigit)
    else { return "" }
    return String(decoding: ending, as: UTF8.self).lowercased()
  }

  private static let kinds: [String: FileKind] = {
    var kinds: [String: FileKind] = [:]
    func add(_ kind: FileKind, _ endings: String) {
      for ending in endings.split(separator: " ") { kinds[String(ending)] = kind }
    }
    add(
      .raw,
      """
      3fr ari arw bay cap cr2 cr3 crw dcr dcs dng drf eip erf fff gpr iiq k25 kdc mdc mef mos mrw nef nrw orf pef ptx \
      r3d raf raw rw2 rwl rwz sr2 srf srw x3f
      """)
    add(
      .video,
      """
      3g2 3gp asf avi divx dv f4v flv insv lrv m2t m2ts m2v m4v mkv mod mov mp4 mpe mpeg mpg mts mxf ogv qt rm rmvb tod \
      vob webm wmv
      """)
    add(
      .unsupportedImage,
      """
      ai avifs bpg cur dds djvu emf eps exr fits flif hdr heics ico icns j2c j2k jls jp2 jpf jpm jpx jxl jxr kra pam pcd \
      pcx pfm pic pict psb psd qoi ras rgb sgi svg svgz tga wdp wmf xbm xcf xpm
      """)
    add(.sidecar, "aae cos cosessiondb dop mie on1 pp3 rpp thm vrd xmp")
    for ending in PhotoFormat.extensions { kinds[ending] = .photo }
    return kinds
  }()
}

extension UInt8 {
  fileprivate var isDigit: Bool { (0x30...0x39).contains(self) }

  fileprivate var isLetterOrDigit: Bool {
    isDigit || (0x41...0x5A).contains(self) || (0x61...0x7A).contains(self)
  }
}
