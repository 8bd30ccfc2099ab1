import Hummingbird
import LikenessKit
import LikenessReports
import NIOHTTP1
import Projection

/// What errors of the engine mean to somebody who asks from afar. The status is that of the error's kind (`ErrorKind`);
/// here are the code that programs know it by, and a sentence where its own names a path of this machine or says
/// what only the owner of the gallery can do.
extension ServerError {
  init(_ error: any Error) {
    switch error {
    case let error as ServerError: self = error
    case let error as LikenessError: self.init(likeness: error)
    case let error as PhotoError: self.init(photo: error)
    case let error as GalleryError: self.init(gallery: error)
    case let error as ComposeError: self.init(compose: error)
    case let error as ProjectionError:
      self.init(error, "no_map_possible", "No map can be made: \(error).")
    case let error as AlgebraError: self.init(error, "one_value")
    case let error as APIKeyError: self.init(key: error)
    case let error as MetadataError:
      self.init(
        kind: error.kind, "metadata",
        "\(error.reason.prefix(1).uppercased())\(error.reason.dropFirst()).")
    case MapError.interrupted:
      self.init(kind: .cancelled, "cancelled", "It was stopped; nothing of it is kept.")
    // Whatever is wrong with a model, who asks a server can only wait until its owner has seen to it.
    case is InferenceError, is ModelError:
      self.init(kind: .unavailable, "no_model", "The models are not ready on this server.")
    case is CancellationError: self = .stopping
    // The router's own, where no route has the address.
    case let error as HTTPError where error.status == .notFound: self = .noRoute
    // What no request is expected to bring about is the server's fault, whatever its kind.
    default: self.init(kind: .failed, "internal", "The server failed; its log says how.")
    }
  }

  /// What comes in place of a request's head.
  init(head error: HTTPParserError) {
    switch error {
    case .headerOverflow:
      self.init(
        .requestHeaderFieldsTooLarge, "head_too_large",
        "The head of a request has 100 fields of 16 KB at most, and 32 KB together.")
    default: self.init(.badRequest, "bad_request", "What came makes no request.")
    }
  }

  /// - Parameter message: nil for what the error says itself.
  private init(_ error: some ClassifiedError, _ code: String, _ message: String? = nil) {
    let text = "\(error)"
    self.init(kind: error.kind, code, message ?? (text.hasSuffix("?") ? text : text + "."))
  }

  private init(likeness error: LikenessError) {
    switch error {
    case .noFace: self.init(error, "no_face", "No face was found on the photo.")
    case .onlyDoubtful(_, let count):
      self.init(
        error, "no_face",
        "No face was found on the photo; \(count == 1 ? "1 find is" : "\(count) finds are") doubtful."
      )
    case .doubtfulFace:
      self.init(
        error, "doubtful_face",
        "This is likely not a face, and is linked to nobody until somebody says that it is one.")
    case .unknownName: self.init(error, "unknown_name")
    case .ambiguousName: self.init(error, "ambiguous_name")
    case .unknownPhoto: self.init(error, "unknown_photo", "There is no such photo.")
    case .photoUnavailable:
      self.init(error, "no_image", "The photo itself is not kept here, or not there any more.")
    case .badBox: self.init(error, "bad_box")
    case .unknownFace: self.init(error, "unknown_face", "There is no such face.")
    case .unknownPerson: self.init(error, "unknown_person", "There is no such person.")
    case .notEmbedded:
      self.init(
        error, "not_embedded",
        "The face has no embedding of the model that the gallery has now.")
    case .severalPeople(let text, _):
      self.init(error, "several_people", "Several people go by \"\(text)\".")
    case .bareNumber, .emptyReference, .notAPerson: self.init(error, "bad_reference")
    case .severalFaces: self.init(error, "several_faces", "The photo has several faces.")
    case .emptyGallery: self.init(error, "empty_gallery", "The gallery has no faces yet.")
    case .dimensionMismatch(let a, let b):
      self.init(
        error, "wrong_dimensions",
        "An embedding of \(a) numbers cannot be compared with those of \(b).")
    case .tooLarge(_, let faces, _):
      self.init(
        error, "gallery_too_large",
        "The gallery has \(faces) faces: too many for what takes all of them at once.")
    case .notWritable: self.init(error, "not_writable", "The gallery cannot be written.")
    case .filesKnownByContent:
      self.init(
        error, "sidecars_only",
        "This gallery knows photos by their content: names go beside them, not into them.")
    default: self.init(error, "unusable", "It cannot be used.")
    }
  }

  private init(photo error: PhotoError) {
    switch error {
    case .tooLarge, .tooManyPixels, .tooLargeToDecode: self.init(error, "too_large")
    case .tooSlowToDecode: self.init(error, "too_slow_to_decode")
    case .noSuchFile, .isDirectory, .notReadable:
      self.init(error, "no_image", "The photo itself is not kept here, or not there any more.")
    case .notEncodable: self.init(error, "unreadable_photo", "The photo cannot be shown.")
    default: self.init(error, "unreadable_photo")
    }
  }

  private init(gallery error: GalleryError) {
    switch error {
    case .inUse: self.init(error, "gallery_in_use", "Another program is changing the gallery.")
    case .diskFull: self.init(error, "disk_full", "The server's disk is full; nothing was kept.")
    case .unreachable:
      self.init(error, "gallery_unreachable", "The gallery's own server does not answer.")
    case .readOnly: self.init(error, "read_only", "The gallery cannot be changed.")
    case .missing: self.init(error, "empty_gallery", "The gallery has no faces yet.")
    case .unknownName: self.init(error, "unknown_name", "There is nobody of that name.")
    case .unknownPhoto: self.init(error, "unknown_photo", "There is no such photo.")
    case .faceExists: self.init(error, "face_exists")
    case .unknownFace: self.init(error, "unknown_face", "There is no such face.")
    case .unknownPerson: self.init(error, "unknown_person", "There is no such person.")
    case .nameTaken(_, let name), .personNameTaken(_, let name, _):
      self.init(
        error, "name_taken",
        "Somebody else is called \(name): merge the two, or choose another name.")
    case .toldApart(_, let first, let second, _):
      self.init(
        error, "told_apart",
        "\(first) and \(second) were told apart; say anyway to merge them all the same.")
    case .severalNames(_, let names):
      self.init(
        error, "several_names",
        "They have different names, \(names.joined(separator: ", ")): say which one they keep.")
    case .notLastEdit(_, _, let last):
      self.init(
        error, "not_last_edit",
        last.map { "Another edit is the last one by now: \($0.text)." }
          ?? "No edit is left to take back.")
    case .unusable(_, let detail): self.init(error, "unusable", "Not kept: \(detail).")
    case .modelMismatch:
      self.init(error, "other_model", "The gallery holds embeddings of another model.")
    default:
      self.init(error, "gallery_failed", "The gallery failed; the server's log says how.")
    }
  }

  private init(key error: APIKeyError) {
    switch error {
    case .nameTaken: self.init(error, "key_name_taken")
    case .unknown: self.init(error, "unknown_key", "There is no such key.")
    case .badName:
      self.init(error, "bad_key_name", "A key's name has 1 to 60 letters, digits, - and _.")
    case .unreadable, .missing:
      self.init(kind: .failed, "internal", "The server failed; its log says how.")
    }
  }

  private init(compose error: ComposeError) {
    switch error {
    case .syntax: self.init(error, "bad_query")
    case .unknownKey, .unknownValue: self.init(error, "unknown_label")
    case .ambiguousValue: self.init(error, "ambiguous_label")
    case .nothingLeft: self.init(error, "nothing_left")
    }
  }
}
