import Foundation
import GalleryCore
import LikenessKit

extension References {
  /// The faces that texts mean, each once, in the order of the texts.
  ///
  /// A name stands for all who go by it, and the one that the user gave to a face's person counts, not the one that the face
  /// was added by. Doubtful faces are meant by their number or their place on a photo only.
  /// - Throws: `LikenessError.unknownName`, `.ambiguousName`, `.unknownFace`, `.unknownPhoto`, `.severalFaces` for a photo
  ///   with several, `.noFace`, `.onlyDoubtful`; `GalleryError`
  public func faces(_ texts: [String]) throws -> [FaceID] {
    try likeness.gallery.whileOpen {
      let store = try likeness.gallery.reader()
      let outlines = try store.outlines()
      let given = try store.givenNames(of: outlines.map(\.id))
      var names: [String: [FaceID]] = [:]
      for face in outlines {
        if let name = given[face.id] ?? face.name { names[name, default: []].append(face.id) }
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
        galleryFaces: { found in
          guard found.count == 1 else {
            throw LikenessError.severalFaces(path: text, count: found.count)
          }
          return [found[0].id]
        },
        severalPhotos: {
          let several = outlines.filter { !$0.isDoubtful && Self.path($0.path, isMeantBy: text) }
          return several.isEmpty ? nil : several.map(\.id)
        },
        similarName: { try lookup.name(of: text).flatMap { names[$0] } },
        unknownFile: LikenessError.unknownPhoto(text, candidates: []),
        unknownName: { LikenessError.unknownName(text, nearSpellings: lookup.nearSpellings) }))
  }

  /// Whether a photo lies in a folder, or its path or file name fits a pattern of the shell.
  private static func path(_ path: String, isMeantBy text: String) -> Bool {
    let whole = URL(fileURLWithPath: text).standardizedFileURL.path
    guard text.contains(where: { "*?[".contains($0) }) else {
      return path.hasPrefix(whole.hasSuffix("/") ? whole : whole + "/")
    }
    return text.contains("/")
      ? fnmatch(whole, path, 0) == 0
      : fnmatch(text, URL(fileURLWithPath: path).lastPathComponent, 0) == 0
  }
}
