/// The id of a record in a gallery. Ids of different kinds of records are different types.
///
/// Numbers are from 1 on and never used again. As text and in JSON, an id is its number.
public protocol RecordID: RawRepresentable, Hashable, Comparable, Codable, Sendable,
  CustomStringConvertible
where RawValue == Int64 {
  /// An id by its number.
  init(rawValue: Int64)
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
}

/// A face of a gallery.
@frozen public struct FaceID: RecordID {
  /// The number.
  public let rawValue: Int64

  @inlinable public init(rawValue: Int64) { self.rawValue = rawValue }
}

/// A photo of a gallery.
@frozen public struct PhotoID: RecordID {
  /// The number.
  public let rawValue: Int64

  @inlinable public init(rawValue: Int64) { self.rawValue = rawValue }
}

/// A person of a gallery.
@frozen public struct PersonID: RecordID {
  /// The number.
  public let rawValue: Int64

  @inlinable public init(rawValue: Int64) { self.rawValue = rawValue }
}

/// An edit of a gallery's people; a later one has a larger number.
@frozen public struct EditID: RecordID {
  /// Stands for an edit that is not known any more.
  public static let unknown = EditID(rawValue: 0)

  /// The number.
  public let rawValue: Int64

  @inlinable public init(rawValue: Int64) { self.rawValue = rawValue }
}
