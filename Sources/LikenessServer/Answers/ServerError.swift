import HTTPTypes
import Hummingbird
import LikenessKit
import LikenessReports
import Projection

/// Why a request is not answered: a status, a code that stays, and a sentence.
struct ServerError: Error, Sendable {
  var status: HTTPResponse.Status
  var code: String
  var message: String
  /// In seconds.
  var retryAfter: Int?
  /// The methods that there are instead.
  var allow: String?

  init(
    _ status: HTTPResponse.Status, _ code: String, _ message: String, retryAfter: Int? = nil,
    allow: String? = nil
  ) {
    (self.status, self.code, self.message) = (status, code, message)
    (self.retryAfter, self.allow) = (retryAfter, allow)
  }

  static func badParameter(_ name: String, _ expected: String) -> ServerError {
    ServerError(.badRequest, "bad_parameter", "\(name) must be \(expected).")
  }

  static let busy = ServerError(
    .serviceUnavailable, "busy", "The server has its hands full; try again in a moment.",
    retryAfter: 1)

  static let stopping = ServerError(
    .serviceUnavailable, "stopping", "The server is being stopped.", retryAfter: 5)

  static func tooLarge(_ bytes: Int) -> ServerError {
    ServerError(.contentTooLarge, "too_large", "A request may have \(bytes) bytes at most.")
  }

  static func missingPart(_ name: String) -> ServerError {
    ServerError(.badRequest, "missing_part", "The part \(name) with a photo is missing.")
  }

  static let noRoute = ServerError(.notFound, "no_such_route", "There is nothing at this address.")
}

/// What errors of the engine mean to somebody who asks from afar: no path of this machine, no hint for its command
/// line.
extension ServerError {
  init(_ error: any Error) {
    switch error {
    case let error as ServerError: self = error
    case let error as LikenessError: self.init(likeness: error)
    case let error as PhotoError: self.init(photo: error)
    case let error as GalleryError: self.init(gallery: error)
    case let error as ComposeError: self.init(compose: error)
    case let error as ProjectionError:
      self.init(.conflict, "no_map_possible", "No map can be made: \(error).")
    case MapError.interrupted:
      self.init(.conflict, "cancelled", "It was stopped; nothing of it is kept.")
    case AlgebraError.oneValue(let key, let value):
      self.init(
        .unprocessableContent, "one_value",
        "\(value) is the only \(key) that faces are labelled with, so nothing tells what makes it.")
    case is InferenceError, is ModelError:
      self.init(
        .serviceUnavailable, "no_model", "The models are not ready on this server.",
        retryAfter: 30)
    case is CancellationError: self = .stopping
    // The router's own, where no route has the address.
    case let error as HTTPError where error.status == .notFound: self = .noRoute
    default:
      self.init(.internalServerError, "internal", "The server failed; its log says how.")
    }
  }

  private init(likeness error: LikenessError) {
    switch error {
    case .noFace: self.init(.unprocessableContent, "no_face", "No face was found on the photo.")
    case .onlyDoubtful(_, let count):
      self.init(
        .unprocessableContent, "no_face",
        "No face was found on the photo; \(count == 1 ? "1 find is" : "\(count) finds are") doubtful."
      )
    case .doubtfulFace:
      self.init(
        .conflict, "doubtful_face",
        "This is likely not a face, and is linked to nobody until somebody says that it is one.")
    case .unknownName: self.init(.notFound, "unknown_name", "\(error).")
    case .ambiguousName: self.init(.conflict, "ambiguous_name", "\(error).")
    case .unknownPhoto: self.init(.notFound, "unknown_photo", "There is no such photo.")
    case .unknownFace: self.init(.notFound, "unknown_face", "There is no such face.")
    case .unknownPerson: self.init(.notFound, "unknown_person", "There is no such person.")
    case .notEmbedded:
      self.init(
        .conflict, "not_embedded",
        "The face has no embedding of the model that the gallery has now.")
    case .severalPeople(let text, _):
      self.init(.conflict, "several_people", "Several people go by \"\(text)\".")
    case .severalFaces:
      self.init(.unprocessableContent, "several_faces", "The photo has several faces.")
    case .emptyGallery: self.init(.conflict, "empty_gallery", "The gallery has no faces yet.")
    case .dimensionMismatch(let a, let b):
      self.init(
        .unprocessableContent, "wrong_dimensions",
        "An embedding of \(a) numbers cannot be compared with those of \(b).")
    case .tooLarge(_, let faces, _):
      self.init(
        .conflict, "gallery_too_large",
        "The gallery has \(faces) faces: too many for what takes all of them at once.")
    case .notWritable:
      self.init(
        .serviceUnavailable, "not_writable", "The gallery cannot be written.", retryAfter: 30)
    default: self.init(.unprocessableContent, "unusable", "It cannot be used.")
    }
  }

  private init(photo error: PhotoError) {
    switch error {
    case .tooLarge, .tooManyPixels:
      self.init(.contentTooLarge, "too_large", "\(error).")
    case .noSuchFile, .isDirectory, .notReadable:
      self.init(.notFound, "no_image", "The photo itself is not kept here, or not there any more.")
    case .notEncodable:
      self.init(.unprocessableContent, "unreadable_photo", "The photo cannot be shown.")
    default:
      self.init(.unprocessableContent, "unreadable_photo", "\(error).")
    }
  }

  private init(gallery error: GalleryError) {
    switch error {
    case .inUse:
      self.init(
        .serviceUnavailable, "gallery_in_use", "Another program is changing the gallery.",
        retryAfter: 2)
    case .diskFull:
      self.init(
        .serviceUnavailable, "disk_full", "The server's disk is full; nothing was kept.",
        retryAfter: 60)
    case .unreachable:
      self.init(
        .serviceUnavailable, "gallery_unreachable", "The gallery's own server does not answer.",
        retryAfter: 5)
    case .readOnly: self.init(.conflict, "read_only", "The gallery cannot be changed.")
    case .missing: self.init(.conflict, "empty_gallery", "The gallery has no faces yet.")
    case .unknownName: self.init(.notFound, "unknown_name", "There is nobody of that name.")
    case .unknownFace: self.init(.notFound, "unknown_face", "There is no such face.")
    case .unknownPerson: self.init(.notFound, "unknown_person", "There is no such person.")
    case .nameTaken(_, let name), .personNameTaken(_, let name, _):
      self.init(
        .conflict, "name_taken",
        "Somebody else is called \(name): merge the two, or choose another name.")
    case .toldApart(_, let first, let second, _):
      self.init(
        .conflict, "told_apart",
        "\(first) and \(second) were told apart; say anyway to merge them all the same.")
    case .severalNames(_, let names):
      self.init(
        .conflict, "several_names",
        "They have different names, \(names.joined(separator: ", ")): say which one they keep.")
    case .unusable(_, let detail):
      self.init(.unprocessableContent, "unusable", "Not kept: \(detail).")
    case .modelMismatch:
      self.init(.conflict, "other_model", "The gallery holds embeddings of another model.")
    default:
      self.init(
        .internalServerError, "gallery_failed", "The gallery failed; the server's log says how.")
    }
  }

  private init(compose error: ComposeError) {
    switch error {
    case .syntax: self.init(.unprocessableContent, "bad_query", "\(error).")
    case .unknownKey, .unknownValue: self.init(.notFound, "unknown_label", "\(error).")
    case .ambiguousValue: self.init(.conflict, "ambiguous_label", "\(error).")
    case .nothingLeft: self.init(.unprocessableContent, "nothing_left", "\(error).")
    }
  }
}
