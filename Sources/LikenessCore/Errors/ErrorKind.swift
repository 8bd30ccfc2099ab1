/// What an error means to whoever asked. Every public error of the project has one, and it decides the exit code of a
/// command and the status of an HTTP answer: see `codes`.
public enum ErrorKind: String, Sendable, CaseIterable {
  /// A value that was typed cannot be used: a name, a label, a box, a date, a pattern, an address.
  case invalidValue
  /// What was given cannot be used: what a file says, or several things together.
  case invalidInput
  /// A query that cannot be parsed.
  case malformedQuery
  /// The bytes of a photo or file cannot be understood.
  case unreadable
  /// There is no face in a photo, or none that counts.
  case noFace
  /// All is understood, but there is nothing to answer with.
  case nothingToAnswer
  /// A question names somebody or something that is not in the gallery.
  case notInGallery
  /// A file, or a record that is to be changed, is not there.
  case notFound
  /// What was named may be one of several.
  case ambiguous
  /// The gallery does not hold enough for an answer, such as no face at all.
  case insufficientData
  /// What was asked for does not go together with what is there.
  case conflict
  /// What is to be changed cannot be.
  case readOnly
  /// More bytes or pixels than are taken.
  case tooLarge
  /// Another program holds what is needed.
  case busy
  /// There is no room left.
  case full
  /// A server does not answer.
  case unreachable
  /// A library, a model or a folder that this machine needs is missing or unusable.
  case unavailable
  /// Made by another program or version, or beyond what this one can do.
  case notSupported
  /// A file of ours was altered or cut short.
  case damaged
  /// It was stopped before it was done.
  case cancelled
  /// Anything else.
  case failed
}

/// An error that says in one line what happened, and what that means to whoever asked.
public protocol ClassifiedError: Error, CustomStringConvertible {
  var kind: ErrorKind { get }
}

extension ErrorKind {
  /// The codes that programs get for an error.
  public struct Codes: Sendable, Equatable {
    /// Of the command line: 1 failed, 2 nothing to answer with, 64 wrong usage or a value that cannot be used.
    public var exit: Int32
    /// The HTTP status of the API.
    public var status: Int
    /// The HTTP status that CompreFace has for it, and the number in its answer.
    public var compreFace: CompreFace
    /// The seconds after which it may be worth asking a server again; nil where that changes nothing.
    public var retryAfter: Int?

    public struct CompreFace: Sendable, Equatable {
      public var status: Int
      public var code: Int
    }

    fileprivate init(
      exit: Int32, status: Int, compreFace: (status: Int, code: Int), retryAfter: Int? = nil
    ) {
      (self.exit, self.status, self.retryAfter) = (exit, status, retryAfter)
      self.compreFace = CompreFace(status: compreFace.status, code: compreFace.code)
    }
  }

  /// The one table of exit codes and statuses. What a server's answers add to it is in `ServerError+Errors.swift` and
  /// `CompreFaceError.swift` of `LikenessServer`.
  public var codes: Codes {
    switch self {
    case .invalidValue: Codes(exit: 64, status: 422, compreFace: (400, 0))
    case .invalidInput: Codes(exit: 1, status: 422, compreFace: (400, 0))
    case .malformedQuery: Codes(exit: 64, status: 422, compreFace: (400, 0))
    case .unreadable: Codes(exit: 1, status: 422, compreFace: (400, 28))
    case .noFace: Codes(exit: 2, status: 422, compreFace: (400, 28))
    case .nothingToAnswer: Codes(exit: 2, status: 422, compreFace: (400, 0))
    case .notInGallery: Codes(exit: 2, status: 404, compreFace: (404, 0))
    case .notFound: Codes(exit: 1, status: 404, compreFace: (404, 0))
    case .ambiguous: Codes(exit: 2, status: 409, compreFace: (409, 0))
    case .insufficientData: Codes(exit: 2, status: 409, compreFace: (409, 0))
    case .conflict: Codes(exit: 1, status: 409, compreFace: (409, 0))
    case .readOnly: Codes(exit: 1, status: 409, compreFace: (409, 0))
    case .tooLarge: Codes(exit: 1, status: 413, compreFace: (413, 0))
    case .busy: Codes(exit: 1, status: 503, compreFace: (503, 0), retryAfter: 2)
    case .full: Codes(exit: 1, status: 503, compreFace: (503, 0), retryAfter: 60)
    case .unreachable: Codes(exit: 1, status: 503, compreFace: (503, 0), retryAfter: 5)
    case .unavailable: Codes(exit: 1, status: 503, compreFace: (503, 0), retryAfter: 30)
    case .notSupported: Codes(exit: 1, status: 500, compreFace: (500, 41))
    case .damaged: Codes(exit: 1, status: 500, compreFace: (500, 41))
    case .cancelled: Codes(exit: 1, status: 409, compreFace: (409, 0))
    case .failed: Codes(exit: 1, status: 500, compreFace: (500, 41))
    }
  }
}
