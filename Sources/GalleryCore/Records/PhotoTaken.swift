import LikenessCore

/// What is known of when a photo was taken.
public enum PhotoTaken: Sendable, Hashable {
  /// Nobody looked, as for photos that earlier versions added.
  case unread
  /// The file does not say it.
  case undated
  /// The file says it.
  case at(CaptureTime)

  /// What was read from a file, which says nothing where it is nil.
  public init(_ time: CaptureTime?) { self = time.map { .at($0) } ?? .undated }

  /// When it was taken; nil if that is not known.
  public var time: CaptureTime? { if case .at(let time) = self { time } else { nil } }

  /// As stores keep it: nil while nobody looked, and an empty text where the file does not say it.
  package init(stored: String?) { self = stored.map { PhotoTaken(CaptureTime($0)) } ?? .unread }

  package var stored: String? {
    switch self {
    case .unread: nil
    case .undated: ""
    case .at(let time): time.description
    }
  }
}
