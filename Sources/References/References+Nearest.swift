import GalleryCore
import LikenessKit

extension References {
  /// Who looks most like somebody in the gallery: a name, `person:7`, `face:12`, or `photo:3` with one face.
  /// - Throws: `LikenessError.unknownName`, `.ambiguousName`, `.unknownFace`, `.unknownPerson`, `.unknownPhoto`,
  ///   `.severalFaces`, `.bareNumber`, `.notEmbedded`, `GalleryError`
  public func nearest(to text: String, _ question: Question = Question()) throws -> [Match] {
    try likeness.gallery.withSession {
      let lookup = try likeness.gallery.reader().resolve(text)
      return try value(
        of: text,
        Precedence(
          exactName: { try lookup.exact(text).map { try likeness.nearest(to: $0, question) } },
          referredFaces: { try likeness.nearest(to: try onlyFace(of: $0, text), question) },
          person: { try likeness.nearest(toPerson: $0, question) },
          similarName: {
            try lookup.name(of: text).map { try likeness.nearest(to: $0, question) }
          },
          unknownFile: LikenessError.unknownName(text, nearSpellings: lookup.nearSpellings),
          unknownName: { LikenessError.unknownName(text, nearSpellings: lookup.nearSpellings) }))
    }
  }
}
