import Foundation
import GalleryCore
import LikenessKit

/// What a text may mean. There is one order for all kinds of references, and the first meaning that there is counts:
///
/// 1. a **name** that is written exactly as in the gallery;
/// 2. a **face's number**, `12` or `#12`;
/// 3. a **photo of the gallery**, by its path as it was added or its file's name: it stands for its faces that are not
///    doubtful;
/// 4. a **place on such a photo**, `PHOTO#2`, for its second face, doubtful or not; after photos, since a file's name may
///    end so as well;
/// 5. a **file** of this machine, or of several faces a **folder** or **pattern** with photos of the gallery;
/// 6. a **name** that is **spelt alike**, without regard to case and accents.
///
/// A kind of reference has those of the meanings that make sense for it:
///
/// | kind | 1 | 2–4 | 5 | 6 |
/// |---|---|---|---|---|
/// | `probe` | of a face or person | | photo or embedding | ✓ |
/// | `same` | of a face or person | ✓ | photo | ✓ |
/// | `faces` | of a face or person | one face each | folder or pattern | ✓ |
/// | `face(_:of:)` | | the person's on a photo of several | | |
/// | `composition` | value of the label `person` | the first of several | photo | ✓ |
/// | `photo` | | 3 alone | | |
///
/// If no meaning applies, the error is that of the number, of the file where the text looks like a path, else of the name.
///
/// People follow an order of their own (`person`): their numbers and names are looked at together.
struct Precedence<Value> {
  /// 1; nil where nobody's name is written so.
  var exactName: () throws -> Value? = { nil }
  /// 2–4: what faces of the gallery stand for, of which there is at least one.
  var galleryFaces: (([StoredFace]) throws -> Value)?
  /// 5: what a file that is there stands for.
  var file: ((URL) throws -> Value)?
  /// 5: what several photos of the gallery stand for; nil where none are meant.
  var severalPhotos: () throws -> Value? = { nil }
  /// 6; nil where no name is spelt so.
  var similarName: () throws -> Value? = { nil }
  /// With these extensions a text looks like a file's path.
  var fileExtensions = PhotoFormat.extensions
  /// Why a text that looks like a path means nothing.
  var unknownFile: any Error
  /// Why any other text means nothing.
  var unknownName: () -> any Error
}

extension References {
  /// What a text means.
  func value<Value>(of text: String, _ precedence: Precedence<Value>) throws -> Value {
    if let value = try precedence.exactName() { return value }
    var unknownFace: LikenessError?
    if let galleryFaces = precedence.galleryFaces {
      do {
        return try galleryFaces(try faces(writtenAs: text))
      } catch LikenessError.unknownPhoto(_, candidates: []) {
        // It may mean something else.
      } catch LikenessError.unknownFace(let face) {
        unknownFace = .unknownFace(face)
      }
    }
    let url = URL(fileURLWithPath: text)
    if mayNameFiles, let file = precedence.file, PathText.leadsSomewhere(url.path) {
      return try file(url)
    }
    if let value = try precedence.severalPhotos() { return value }
    if let value = try precedence.similarName() { return value }
    if let unknownFace { throw unknownFace }
    let looksLikeFile =
      text.contains("/") || precedence.fileExtensions.contains(url.pathExtension.lowercased())
    throw mayNameFiles && looksLikeFile ? precedence.unknownFile : precedence.unknownName()
  }
}

extension NameLookup {
  /// The name, where the text is written exactly so.
  func exact(_ text: String) -> String? {
    guard case .found(let name) = self, name == text.precomposedStringWithCanonicalMapping else {
      return nil
    }
    return name
  }

  /// The name that a text means; nil for none.
  /// - Throws: `LikenessError.ambiguousName`
  func name(of text: String) throws -> String? {
    switch self {
    case .found(let name): return name
    case .ambiguous(let names): throw LikenessError.ambiguousName(text, candidates: names)
    case .unknown: return nil
    }
  }

  /// Names that are spelt almost so, where there is none.
  var nearSpellings: [String] {
    if case .unknown(let near) = self { near } else { [] }
  }
}
