import Foundation
import GalleryCore
import LikenessKit

/// What a text may mean. There is one order for all kinds of references, and the first meaning that there is counts:
///
/// 1. a **name** that is written exactly as in the gallery;
/// 2. a **number** that says of what it is, `face:12`, `photo:3` or `person:7`;
/// 3. a **photo of the gallery**, by its path as it was added or its file's name: it stands for its faces that are not
///    doubtful;
/// 4. a **place on such a photo**, `PHOTO#2`, for its second face, doubtful or not; after photos, since a file's name may
///    end so as well;
/// 5. a **file** of this machine, or a **place on such a photo**, or of several faces a **folder** or **pattern** with
///    photos of the gallery;
/// 6. a **name** that is **spelt alike**, without regard to case and accents.
///
/// A kind of reference has those of the meanings that make sense for it:
///
/// | kind | 1 | 2 | 3–4 | 5 | 6 |
/// |---|---|---|---|---|---|
/// | `probe` | ✓ | face, photo of one face, person | | photo, a place on it, or embedding | ✓ |
/// | `same` | ✓ | face, photo, person | ✓ | photo | ✓ |
/// | `faces` | ✓ | face, photo of one face, person | one face each | folder or pattern | ✓ |
/// | `face(_:of:)` | | face, photo | the person's on a photo of several | | |
/// | `composition` | value of the label `person` | face, photo, person | the first of several | photo | ✓ |
/// | `photo` | | photo | 3 alone | | |
/// | `person` | ✓ | person | | | ✓ |
/// | `nearest` | ✓ | face, photo of one face, person | | | ✓ |
/// | `photos` | ✓ | face, photo, person | the whole photo | folder or pattern | ✓ |
/// | `removal` | ✓ | face, photo, person | the whole photo, or one face | folder or pattern | ✓ |
///
/// If no meaning applies, the error is that of the number, of the file where the text looks like a path, else of the name.
/// A number that does not say of what it is, `12` or `#12`, is refused with what to write instead.
struct Precedence<Value> {
  /// 1; nil where nobody's name is written so.
  var exactName: () throws -> Value? = { nil }
  /// 2: what faces stand for that a number names, of which there is at least one: a face, those of a photo, or a person's.
  var referredFaces: (([StoredFace]) throws -> Value)?
  /// 2: what a person's number stands for; nil where it stands for the person's faces.
  var person: ((PersonID) throws -> Value)?
  /// 2–3: what a photo stands for, by its number, path or file's name; nil where it stands for its faces.
  var photo: ((PhotoID) throws -> Value)?
  /// 3–4: what faces of the gallery stand for, of which there is at least one.
  var galleryFaces: (([StoredFace]) throws -> Value)?
  /// 5: what a file that is there stands for.
  var file: ((URL) throws -> Value)?
  /// 5: what a place on a photo that is a file of this machine stands for, counted from 1.
  var filePlace: ((URL, Int) throws -> Value)?
  /// 5: what several photos of the gallery stand for; nil where none are meant.
  var severalPhotos: () throws -> Value? = { nil }
  /// 6; nil where no name is spelt so.
  var similarName: () throws -> Value? = { nil }
  /// What a number alone may be meant for.
  var kinds: [any RecordID.Type] = [FaceID.self, PhotoID.self, PersonID.self]
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
    // As a path it would mean the current folder.
    guard !text.allSatisfy(\.isWhitespace) else { throw LikenessError.emptyReference }
    if let value = try precedence.exactName() { return value }
    if let reference = RecordReference(text),
      let value = try value(of: reference, precedence)
    {
      return value
    }
    if mayNameFiles, let use = precedence.photo {
      do {
        return try use(try photo(text))
      } catch LikenessError.unknownPhoto(_, candidates: []) {
        // It may mean something else.
      }
    }
    if mayNameFiles, let galleryFaces = precedence.galleryFaces {
      do {
        return try galleryFaces(try faces(onPhoto: text))
      } catch LikenessError.unknownPhoto(_, candidates: []) {
        // It may mean something else.
      }
    }
    let url = URL(fileURLWithPath: text)
    if mayNameFiles, let file = precedence.file, PathText.leadsSomewhere(url.path) {
      return try file(url)
    }
    if mayNameFiles, let filePlace = precedence.filePlace, let (path, place) = Self.place(text),
      PathText.leadsSomewhere(URL(fileURLWithPath: path).path)
    {
      return try filePlace(URL(fileURLWithPath: path), place)
    }
    if let value = try precedence.severalPhotos() { return value }
    if let value = try precedence.similarName() { return value }
    if let references = RecordReference.references(of: text, precedence.kinds) {
      throw LikenessError.bareNumber(text, references: references)
    }
    let looksLikeFile =
      text.contains("/") || precedence.fileExtensions.contains(url.pathExtension.lowercased())
    throw mayNameFiles && looksLikeFile ? precedence.unknownFile : precedence.unknownName()
  }

  /// Nil for a kind of record that the reference cannot be.
  private func value<Value>(
    of reference: RecordReference, _ precedence: Precedence<Value>
  ) throws -> Value? {
    switch reference {
    case .person(let person):
      if let value = precedence.person { return try value(person) }
    case .photo(let photo):
      if let value = precedence.photo { return try value(try self.photo(photo.reference)) }
    case .face: break
    }
    guard let use = precedence.referredFaces ?? precedence.galleryFaces else { return nil }
    return try use(try faces(of: reference))
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
