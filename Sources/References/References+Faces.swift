import Foundation
import GalleryCore
import LikenessKit

extension References {
  /// The faces that texts mean, each once, in the order of the texts.
  ///
  /// A name stands for all faces that go by it, `person:7` for all of that person. Doubtful faces are meant by their number
  /// or their place on a photo only.
  /// - Throws: `LikenessError.unknownName`, `.ambiguousName`, `.unknownFace`, `.unknownPhoto`, `.severalFaces` for a photo
  ///   with several, `.noFace`, `.onlyDoubtful`; `GalleryError`
  public func faces(_ texts: [String]) throws -> [FaceID] {
    try likeness.gallery.whileOpen {
      let store = try likeness.gallery.reader()
      let outlines = try store.outlines()
      var names: [String: [FaceID]] = [:]
      for face in outlines {
        if let name = face.name { names[name, default: []].append(face.id) }
      }
      var seen: Set<FaceID> = []
      return try texts.flatMap { try faces($0, outlines, names) }
        .filter { seen.insert($0).inserted }
    }
  }

  private func faces(
    _ text: String, _ outlines: [FaceOutline], _ names: [String: [FaceID]]
  ) throws -> [FaceID] {
    let lookup = NameLookup(text, among: names.keys.sorted())
    return try value(
      of: text,
      Precedence(
        exactName: { lookup.exact(text).flatMap { names[$0] } },
        person: { try faces(of: .person($0)).map(\.id) },
        galleryFaces: { [try onlyFace(of: $0, text)] },
        severalPhotos: {
          guard mayNameFiles else { return nil }
          let several = outlines.filter { !$0.isDoubtful && Self.path($0.path, isMeantBy: text) }
          return several.isEmpty ? nil : several.map(\.id)
        },
        similarName: { try lookup.name(of: text).flatMap { names[$0] } },
        unknownFile: LikenessError.unknownPhoto(text, candidates: []),
        unknownName: { LikenessError.unknownName(text, nearSpellings: lookup.nearSpellings) }))
  }

  /// Whether a photo lies in a folder, or its path or file name fits a pattern of the shell.
  static func path(_ path: String, isMeantBy text: String) -> Bool {
    let whole = URL(fileURLWithPath: text).standardizedFileURL.path
    guard text.contains(where: { "*?[".contains($0) }) else {
      return path.hasPrefix(whole.hasSuffix("/") ? whole : whole + "/")
    }
    return text.contains("/")
      ? fnmatch(whole, path, 0) == 0
      : fnmatch(text, URL(fileURLWithPath: path).lastPathComponent, 0) == 0
  }
}
