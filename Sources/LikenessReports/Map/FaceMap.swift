import Foundation
import LikenessKit
import Projection
import VectorSearch

/// A map of faces, ready to be looked at or written: where each face lies and what is known of it.
///
/// `page()`, `svg()`, `png()`, `csv()`, `npy()` and `writeProjector(to:)` give it to others; the first three where it has
/// two dimensions or three.
public struct FaceMap: Sendable {
  /// What it is called: the gallery's name.
  public var title: String
  /// How it was made, as a title and a value each, the most important first.
  public var facts: [Fact]
  /// Where the faces lie, `(n, 2)` or `(n, 3)`, or along as many principal components as were asked for; the second axis
  /// points upwards.
  public var layout: Layout
  /// n faces, row by row as in `layout`.
  public var faces: [MapFace]
  /// Whether the gallery has it, for new faces to join.
  public var isKept = false
  /// How many faces are not on it since the user hid them.
  public var hidden = 0
  /// Reads the thumbnails of some faces, in their order; nil where the faces have them.
  var readThumbnails: (@Sendable ([FaceID]) throws -> [Data?])?

  /// One line of how a map was made.
  public struct Fact: Sendable, Hashable, Codable {
    /// What the fact is about.
    public var title: String
    /// The value, for display.
    public var value: String

    /// A fact with its title.
    public init(_ title: String, _ value: String) {
      self.title = title
      self.value = value
    }

    /// As it is said among others: "t-SNE", "perplexity 30", "KL divergence 1.2".
    public var phrase: String {
      if title == "Method" { return value }
      let isAcronym = title.prefix(2).allSatisfy(\.isUppercase)
      return (isAcronym ? title : title.prefix(1).lowercased() + title.dropFirst()) + " " + value
    }
  }

  /// - Precondition: a point for each face.
  public init(
    title: String, facts: [Fact] = [], layout: Layout, faces: [MapFace]
  ) {
    precondition(layout.count == faces.count, "a point for each face")
    self.title = title
    self.facts = facts
    self.layout = layout
    self.faces = faces
  }

  /// Small square JPEGs of the faces of some rows, in their order; nil for a face that has none. Of a gallery's map they are
  /// read when they are asked for: all at once may be more than the memory holds.
  /// - Throws: `GalleryError`
  public func thumbnails(_ rows: some Sequence<Int>) throws -> [Data?] {
    guard let readThumbnails else { return rows.map { faces[$0].thumbnail } }
    return try readThumbnails(rows.map { faces[$0].id })
  }

  /// - Throws: `MapError.noPicture` where it cannot be looked at.
  func checkPicture() throws(MapError) {
    guard (2...3).contains(layout.dimensions) else {
      throw .noPicture(dimensions: layout.dimensions)
    }
  }

  /// What faces can be coloured by, the most telling first: people, names, then labels of any kind.
  var groupings: [Grouping] {
    let labels = Set(faces.flatMap(\.labels.keys)).sorted()
    let all =
      [
        Grouping(key: "person", title: "Person", of: faces.map(\.person)),
        Grouping(key: "name", title: "Name", of: faces.map(\.name)),
      ]
      + labels.map { label in
        Grouping(key: "label " + label, title: label, of: faces.map { $0.labels[label] })
      }
    return all.filter { !$0.values.isEmpty }
  }

  /// A way to sort faces into groups.
  struct Grouping: Sendable {
    let key: String
    let title: String
    /// What the groups are called, in the order of their first faces.
    let values: [String]
    /// The group of each face, a place in `values` or -1, `(n,)`.
    let of: [Int32]

    init(key: String, title: String, of texts: [String?]) {
      self.key = key
      self.title = title
      var places: [String: Int32] = [:]
      var values: [String] = []
      of = texts.map { text in
        guard let text, !text.isEmpty else { return -1 }
        if let place = places[text] { return place }
        places[text] = Int32(values.count)
        values.append(text)
        return Int32(values.count - 1)
      }
      self.values = values
    }

    /// The groups by size, the largest first, with their sizes.
    var bySize: [(value: Int, size: Int)] {
      var sizes = [Int](repeating: 0, count: values.count)
      for value in of where value >= 0 { sizes[Int(value)] += 1 }
      return sizes.enumerated().map { ($0, $1) }.sorted { ($1.1, $0.0) < ($0.1, $1.0) }
    }
  }
}

/// A face on a map.
public struct MapFace: Sendable {
  /// Its id in the gallery.
  public var id: FaceID
  /// Its name, if any.
  public var name: String?
  /// Whom a clustering takes it for.
  public var person: String?
  /// The path of its photo; nil if there is none to look at.
  public var photo: String?
  /// The photo's id in the gallery, and what people know it by.
  public var photoID: PhotoID?
  /// What its photo is called; nil where its path says so.
  public var title: String?
  /// Where it is in its photo: left, top, width and height as parts of the photo's sides.
  public var box: [Float]
  /// Anything else that it can be coloured by: what it is, and the face's value.
  public var labels: [String: String]
  /// A small square JPEG, of a face that no gallery keeps; see `FaceMap.thumbnails(_:)`.
  public var thumbnail: Data?
  /// The nearest first.
  public var neighbors: [Neighbor]
  /// Whether it was put on a map that was made without it.
  public var isPlaced: Bool

  /// Another face of the same map.
  public struct Neighbor: Sendable, Hashable {
    /// Its row on the map.
    public var row: Int
    /// The L2 distance between the embeddings of the two faces.
    public var distance: Float

    /// A neighbour by its place in the map's faces.
    public init(row: Int, distance: Float) {
      self.row = row
      self.distance = distance
    }
  }

  /// A face at a place of the map.
  public init(
    id: FaceID, name: String? = nil, person: String? = nil, photo: String? = nil,
    box: [Float] = [0, 0, 1, 1], labels: [String: String] = [:], thumbnail: Data? = nil,
    neighbors: [Neighbor] = [], isPlaced: Bool = false
  ) {
    precondition(box.count == 4, "left, top, width and height")
    self.id = id
    self.name = name
    self.person = person
    self.photo = photo
    self.box = box
    self.labels = labels
    self.thumbnail = thumbnail
    self.neighbors = neighbors
    self.isPlaced = isPlaced
  }

  /// What it is labelled with: its name, else its person's, else its photo's file name, else its id.
  var label: String {
    name ?? person ?? photo.map { URL(fileURLWithPath: $0).lastPathComponent } ?? "face \(id)"
  }
}
