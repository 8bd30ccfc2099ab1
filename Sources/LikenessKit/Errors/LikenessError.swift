import LikenessCore

/// Why Likeness cannot do what it was asked to; narrower errors are types of their own.
public enum LikenessError: ClassifiedError, Equatable {
  /// No face was found in a photo.
  case noFace(path: String)
  /// All that was found in a photo is likely not faces.
  case onlyDoubtful(path: String, count: Int)
  /// The question needs a face, and this is likely not one.
  case doubtfulFace(FaceID)
  /// No face or person of that name is in the gallery.
  case unknownName(String, nearSpellings: [String])
  /// A name that could mean several.
  case ambiguousName(String, candidates: [String])
  /// Neither a name in the gallery, nor a photo, nor an embedding file.
  case unknownProbe(String, nearSpellings: [String])
  /// A file that starts like an embedding but is not a valid one.
  case badEmbedding(path: String, reason: String)
  /// Embeddings that no metric can compare.
  case dimensionMismatch(Int, Int)
  /// No photo, or more than one, of that path is in the gallery.
  case unknownPhoto(String, candidates: [String])
  /// A photo of the gallery, by its title, that cannot be looked at again.
  case photoUnavailable(String, reason: String)
  /// A box that no face of the photo can be in.
  case badBox(reason: String)
  /// A photo was given for its face, and has several.
  case severalFaces(path: String, count: Int)
  /// A name that several people have, none of whom was given it.
  case severalPeople(String, [PersonID])
  /// A reference without a letter.
  case emptyReference
  /// A number that does not say of what it is, and the references that it may be meant for.
  case bareNumber(String, references: [String])
  /// The number of a face or photo, where a person is wanted.
  case notAPerson(String)
  /// No person of that number is in the gallery.
  case unknownPerson(PersonID)
  /// No face of that number is in the gallery.
  case unknownFace(FaceID)
  /// The question needs an embedding, and the face has none of the gallery's model.
  case notEmbedded(face: FaceID, reason: String)
  /// The gallery has no faces yet.
  case emptyGallery(path: String)
  /// The question needs all faces in memory, and there are too many.
  case tooLarge(path: String, faces: Int, most: Int)
  /// A rule links more faces than can be kept.
  case tooManyLinks(DistanceRule, most: Int)
  /// A gallery was to be copied into itself.
  case copyOntoItself(path: String)
  /// A copy is not as the original; a line for each difference, one at least.
  case copyDiffers(path: String, differences: [String])
  /// A file or folder could not be written.
  case notWritable(path: String, reason: String)
  /// Files of photos cannot be changed, since a gallery on a server knows photos by their content.
  case filesKnownByContent(path: String)
  /// A folder does not hold the expected data set.
  case notLFW(path: String, missing: String)
  /// A folder without labelled photos of people and an attribute.
  case notLabelled(path: String, reason: String)
  /// A pattern or table matches none of the photos.
  case noLabels(path: String)
  /// An invalid pattern of file names.
  case badPattern(String, reason: String)
  /// An invalid table of labels.
  case badTable(path: String, reason: String)
  /// An invalid list of pairs.
  case badPairs(path: String, reason: String)
  /// Too few of the photos are in the gallery.
  case tooFewPairs(path: String, reason: String)
  /// A model does not separate genuine from impostor pairs.
  case notToldApart(model: String, path: String)

  public var kind: ErrorKind {
    switch self {
    case .noFace, .onlyDoubtful: .noFace
    case .unknownName, .unknownPhoto, .unknownFace, .unknownPerson: .notInGallery
    case .ambiguousName, .severalPeople: .ambiguous
    case .unknownProbe, .noLabels, .tooFewPairs: .nothingToAnswer
    case .bareNumber, .emptyReference, .notAPerson: .malformedQuery
    case .doubtfulFace, .notEmbedded, .emptyGallery: .insufficientData
    case .tooLarge, .copyDiffers: .conflict
    case .notWritable: .unavailable
    case .filesKnownByContent: .conflict
    case .photoUnavailable: .notFound
    case .badBox, .badPattern: .invalidValue
    case .badEmbedding, .dimensionMismatch, .severalFaces, .tooManyLinks, .copyOntoItself, .notLFW,
      .notLabelled, .badTable, .badPairs, .notToldApart:
      .invalidInput
    }
  }

  /// What is wrong, and what to do, in one line.
  public var description: String {
    func quoted(_ names: [String]) -> String {
      names.map { "\"\($0)\"" }.joined(separator: ", ")
    }
    func hint(_ names: [String]) -> String {
      names.isEmpty ? "" : "; did you mean \(quoted(names))?"
    }
    switch self {
    case .noFace(let path):
      return "\(path): \(Self.noFaceInWords(doubtful: 0))"
    case .onlyDoubtful(let path, let count):
      return "\(path): \(Self.noFaceInWords(doubtful: count))"
    case .doubtfulFace(let face):
      return "\(face.reference) is doubtful and linked to nobody"
    case .unknownName(let name, let near):
      return "nobody called \"\(name)\" is in the gallery\(hint(near))"
    case .ambiguousName(let name, let candidates):
      return "\"\(name)\" may be \(quoted(candidates)): write the name exactly"
    case .unknownProbe(let text, let near):
      return "\"\(text)\" is not a name in the gallery, photo or embedding file\(hint(near))"
    case .unknownPhoto(let path, let candidates):
      return candidates.isEmpty
        ? "the photo \(path) is not in the gallery"
        : "\(path) may be \(quoted(candidates)): write the whole path"
    case .photoUnavailable(let title, let reason):
      return "\(title) cannot be looked at again: \(reason)"
    case .badBox(let reason):
      return "no face can be in this box: \(reason)"
    case .severalFaces(let path, let count):
      if count == 1 { return "\(path) has one face only: write \(path)#1" }
      return "\(path) has \(count) faces: write \(path)#1 for the most prominent, to #\(count)"
    case .severalPeople(let text, let people):
      let some = people.prefix(5).map(\.reference).joined(separator: ", ")
      return "\"\(text)\" may be \(some)\(people.count > 5 ? " and others" : "")"
    case .emptyReference:
      return "an empty text means nothing: name a person, a photo or a face"
    case .bareNumber(let text, let references):
      return "\"\(text)\" does not say of what it is the number: write "
        + references.joined(separator: " or ")
    case .notAPerson(let text):
      return "\(text) is not a person: write a name or a number such as person:7"
    case .unknownPerson(let person):
      return "\(person.reference) is not in the gallery"
    case .unknownFace(let face):
      return "\(face.reference) is not in the gallery"
    case .notEmbedded(let face, let reason):
      return "\(face.reference) has no embedding of the gallery's model (\(reason))"
    case .badEmbedding(let path, let reason):
      return "\(path): not an embedding (\(reason))"
    case .dimensionMismatch(let a, let b):
      return
        "embeddings of \(a) and of \(b) numbers cannot be compared: they are of different models"
    case .emptyGallery(let path):
      return "the gallery \(path) has no faces yet"
    case .tooLarge(let path, let faces, let most):
      return
        "the gallery \(path) has \(faces) faces: this takes all of them in memory, and goes up to \(most)"
    case .tooManyLinks(let rule, let most):
      return "more than \(most) pairs of faces have \(rule.inWords): name a smaller distance"
    case .copyOntoItself(let path):
      return "the gallery \(path) cannot be copied into itself"
    case .copyDiffers(let path, let differences):
      let first = differences.first ?? ""
      return differences.count == 1
        ? "the copy \(path) differs in one thing: \(first)"
        : "the copy \(path) differs in \(differences.count) things, such as: \(first)"
    case .notWritable(let path, let reason):
      return "\(path) cannot be written: \(reason)"
    case .filesKnownByContent(let path):
      return
        "\(path) knows photos by their content alone, which names in their files would change: names of its photos go into sidecars"
    case .notLFW(let path, let missing):
      return "\(path) is not LFW: \(missing) not found"
    case .notLabelled(let path, let reason):
      return "\(path) cannot be evaluated: \(reason)"
    case .noLabels(let path):
      return "no photo of the gallery \(path) is named by the table or fits the pattern"
    case .badPattern(let text, let reason):
      return "the pattern \"\(text)\" cannot be used: \(reason)"
    case .badTable(let path, let reason):
      return "\(path) is not a table of labels: \(reason)"
    case .badPairs(let path, let reason):
      return "\(path) is not a list of pairs: \(reason)"
    case .tooFewPairs(let path, let reason):
      return "\(path): \(reason)"
    case .notToldApart(let model, let path):
      return
        "the model \(model) does not tell the people of \(path) apart: do its colour order, mean, scale "
        + "and alignment fit, and the folders?"
    }
  }

  /// Why no face of a photo can be used, in words.
  /// - Parameter doubtful: how many detections it has that are likely not faces.
  public static func noFaceInWords(doubtful: Int) -> String {
    switch doubtful {
    case 0: "no face found"
    case 1: "no face found; 1 doubtful detection"
    default: "no face found; \(doubtful) doubtful detections"
    }
  }
}
