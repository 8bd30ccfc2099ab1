import Foundation
import LikenessCore

/// What another program says of who is on a photo.
public struct PhotoNames: Sendable, Equatable {
  /// The photo's path as the program has it: absolute, or from `ImportedNames.folder`.
  public var path: String
  /// Names with the boxes of their faces.
  public var regions: [NamedRegion]
  /// Names of people who are on the photo, without a place.
  public var names: [String]

  /// Who is on the photo at a path.
  public init(path: String, regions: [NamedRegion] = [], names: [String] = []) {
    (self.path, self.regions, self.names) = (path, regions, names)
  }
}

/// An embedding of another program with a name, and without a photo.
public struct NamedEncoding: Sendable, Equatable {
  /// Whose face it is.
  public var name: String
  /// `(d,)`
  public var embedding: Embedding

  /// Somebody's embedding.
  public init(name: String, embedding: Embedding) {
    (self.name, self.embedding) = (name, embedding)
  }
}

/// What was read of another program's files, before it is brought together with a gallery.
public struct ImportedNames: Sendable, Equatable {
  /// Where relative paths begin.
  public var folder: URL?
  /// Photos with a name at least.
  public var photos: [PhotoNames] = []
  /// Of face_recognition, whose model is dlib's.
  public var encodings: [NamedEncoding] = []
  /// What was left out, and why.
  public var leftOut = ImportTally()

  /// Nothing yet.
  public init(folder: URL? = nil) { self.folder = folder }

  /// Where a photo is in `photos`; it is added where it is not there yet.
  /// - Parameter places: those of the photos so far, by their paths.
  mutating func place(of path: String, _ places: inout [String: Int]) -> Int {
    if let known = places[path] { return known }
    places[path] = photos.count
    photos.append(PhotoNames(path: path))
    return photos.count - 1
  }
}

/// What an import left out: how often for each reason, with some examples.
public struct ImportTally: Sendable, Equatable, Codable {
  /// A reason.
  public struct Entry: Sendable, Equatable, Codable {
    /// Why, in words.
    public var reason: String
    /// How often.
    public var count: Int
    /// Some of what was left out for it.
    public var examples: [String]
  }

  /// In the order in which they came up.
  public private(set) var entries: [Entry] = []
  private static let mostExamples = 5

  /// Nothing was left out.
  public init() {}

  /// Counts something that is left out.
  /// - Parameter what: a path or a name; nil to give no example.
  public mutating func add(_ reason: String, _ what: String? = nil, count: Int = 1) {
    guard count > 0 else { return }
    let place: Int
    if let known = entries.firstIndex(where: { $0.reason == reason }) {
      place = known
    } else {
      place = entries.count
      entries.append(Entry(reason: reason, count: 0, examples: []))
    }
    entries[place].count += count
    if let what, entries[place].examples.count < Self.mostExamples {
      entries[place].examples.append(what)
    }
  }

  mutating func add(_ other: ImportTally) {
    for entry in other.entries {
      add(entry.reason, count: entry.count)
      guard let place = entries.firstIndex(where: { $0.reason == entry.reason }) else { continue }
      entries[place].examples = Array(
        (entries[place].examples + entry.examples).prefix(Self.mostExamples))
    }
  }

  /// As a list.
  public init(from decoder: any Decoder) throws {
    entries = try decoder.singleValueContainer().decode([Entry].self)
  }

  /// As a list.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(entries)
  }
}
