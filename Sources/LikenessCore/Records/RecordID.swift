/// The id of a record in a gallery. Ids of different kinds of records are different types.
///
/// Numbers are from 1 on and never used again. In JSON and tables, whose fields say of what it is, an id is its number;
/// people read and write it as `reference`.
public protocol RecordID: RawRepresentable, Hashable, Comparable, Codable, Sendable,
  CustomStringConvertible
where RawValue == Int64 {
  /// An id by its number.
  init(rawValue: Int64)
  /// What kind of record it is, as references say it.
  static var kind: String { get }
}

extension RecordID {
  /// An id by its number.
  @inlinable public init(_ rawValue: Int64) { self.init(rawValue: rawValue) }

  /// Below every id that there is: where going through all of them begins.
  @inlinable public static var beforeFirst: Self { Self(0) }

  /// The id with the next number.
  @inlinable public var next: Self { Self(rawValue + 1) }

  // Ids are keys of large sets. What `RawRepresentable` brings along takes twice as long to hash as a number does.

  @inlinable public static func == (a: Self, b: Self) -> Bool { a.rawValue == b.rawValue }

  @inlinable public func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }

  @inlinable public func _rawHashValue(seed: Int) -> Int { rawValue._rawHashValue(seed: seed) }

  @inlinable public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }

  /// The number.
  @inlinable public var description: String { rawValue.description }

  /// The id as people read and write it, such as `face:12`.
  public var reference: String { "\(Self.kind):\(rawValue)" }

  /// An id that is written as `reference` has it, in upper or lower case; nil for any other text.
  public init?(reference text: String) {
    guard let colon = text.firstIndex(of: ":"), text[..<colon].lowercased() == Self.kind else {
      return nil
    }
    let digits = text[text.index(after: colon)...]
    guard digits.allSatisfy({ $0.isASCII && $0.isNumber }), let number = Int64(digits), number > 0
    else { return nil }
    self.init(number)
  }
}

/// A face of a gallery.
@frozen public struct FaceID: RecordID {
  public static let kind = "face"

  /// The number.
  public let rawValue: Int64

  @inlinable public init(rawValue: Int64) { self.rawValue = rawValue }
}

/// A photo of a gallery.
@frozen public struct PhotoID: RecordID {
  public static let kind = "photo"

  /// The number.
  public let rawValue: Int64

  @inlinable public init(rawValue: Int64) { self.rawValue = rawValue }
}

/// A person of a gallery.
@frozen public struct PersonID: RecordID {
  public static let kind = "person"

  /// The number.
  public let rawValue: Int64

  @inlinable public init(rawValue: Int64) { self.rawValue = rawValue }
}

/// An edit of a gallery's people; a later one has a larger number.
@frozen public struct EditID: RecordID {
  public static let kind = "edit"

  /// Stands for an edit that is not known any more.
  public static let unknown = EditID(rawValue: 0)

  /// The number.
  public let rawValue: Int64

  @inlinable public init(rawValue: Int64) { self.rawValue = rawValue }
}
