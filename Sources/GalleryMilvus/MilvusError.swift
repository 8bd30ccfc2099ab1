import LikenessCore

/// Why a Milvus server does not do what it was asked to; one line each.
public enum MilvusError: ClassifiedError, Equatable {
  /// It does not answer, though it was asked again for some time.
  case unreachable(String, reason: String)
  case notAllowed(String, reason: String)
  case badCertificate(path: String, reason: String)
  /// The server has no room left. Nothing of the last step counts as kept.
  case full(String, reason: String)
  /// It answers with an error of its own.
  case refused(String, code: Int, reason: String)
  /// What answers there is not what was expected.
  case unexpected(String, detail: String)

  /// Whether it is asked of a collection that is not there.
  var saysCollectionIsGone: Bool {
    // milvus/pkg/util/merr: collection not found.
    if case .refused(_, code: 100, _) = self { true } else { false }
  }

  public var kind: ErrorKind {
    switch self {
    case .unreachable: .unreachable
    case .notAllowed, .badCertificate: .unavailable
    case .full: .full
    case .refused, .unexpected: .failed
    }
  }

  public var description: String {
    switch self {
    case .unreachable(let address, let reason):
      "\(address) cannot be reached: \(reason)"
    case .notAllowed(let address, let reason):
      "\(address) lets nobody in with this token: \(reason)"
    case .badCertificate(let path, let reason):
      "\(path) cannot be used for TLS: \(reason)"
    case .full(let address, let reason):
      "\(address) has no room left: nothing of the last step was kept (\(reason))"
    case .refused(let address, let code, let reason):
      "\(address) refuses: \(reason.isEmpty ? "error \(code)" : reason)"
    case .unexpected(let address, let detail):
      "\(address) answers with something else than expected: \(detail)"
    }
  }
}
