import Foundation
import Gallery

/// Whom `same` is asked about.
private enum SameQuery {
  /// Rows of faces that are one person.
  case faces([Int], String)
  case photo(URL, PhotoFaces)
}

extension Likeness {
  /// All photos of somebody, each with the chain of links that it was found by.
  ///
  /// A name stands for all of its faces, those added by it and those of the person whom the user gave it.
  /// A photo stands for each of its faces, one after the other; it is one of the gallery, by its path or
  /// file name, or any other, whose faces enter by their own links.
  /// - Parameter progress: as `graph` has it, which is brought up to date first.
  /// - Returns: one person for a name, one for each face of a photo.
  /// - Throws: `LikenessError.unknownProbe`, `.ambiguousName`, `.noFace`, `.unknownPhoto`, `PhotoError`,
  ///   `GalleryError`, `IndexError`
  public func same(
    _ text: String, limits: PhotoLimits = .default, progress: (Int, Int) -> Void = { _, _ in }
  ) throws -> [SamePerson] {
    let store = try GalleryStore(at: gallery, access: .read)
    // Who is meant comes first: a wrong name is answered at once.
    let outlines = try store.outlines()
    let queries = try sameQueries(text, outlines, store, limits)
    let graph = try graph(progress: progress)
    let rowOf = Dictionary(uniqueKeysWithValues: graph.faces.enumerated().map { ($1.id, $0) })
    let metric = verification.metric
    let walk = SameWalk(graph) { a, b in
      let found = try store.faces(ids: [graph.faces[a].id, graph.faces[b].id])
      return found.count == 2 ? metric.distance(found[0].1, found[1].1) : 0
    }
    var people: [SamePerson] = []
    for query in queries {
      switch query {
      case .faces(let rows, let title):
        people.append(
          try walk.person(from: rows.compactMap { rowOf[outlines[$0].id] }, query: title))
      case .photo(let url, let found):
        for (number, face) in found.faces.enumerated() {
          people.append(
            try walk.person(
              from: [], entries: try entries(of: face.embedding, into: graph, rowOf, store),
              outside: url.path, query: Self.title(url.path, number, of: found.faces.count)))
        }
      }
    }
    return people
  }

  /// The links that a face outside of the gallery would have.
  private func entries(
    of embedding: Embedding, into graph: FaceGraph, _ rowOf: [Int64: Int], _ store: GalleryStore
  ) throws -> [SameWalk.Edge] {
    guard !graph.faces.isEmpty else { return [] }
    return try withIndex(of: store) { index in
      guard embedding.count == index.dimensions else {
        throw LikenessError.dimensionMismatch(embedding.count, index.dimensions)
      }
      let near = try index.search(embedding, count: LinkSearch.neighbors)
      return try store.faces(ids: near.map(\.id)).compactMap { face, other in
        let distance = verification.metric.distance(embedding, other)
        guard let row = rowOf[face.id], distance <= graph.thresholds.link.distance else {
          return nil
        }
        return SameWalk.Edge(
          to: row, distance: distance, probability: graph.probability(distance))
      }
    }
  }

  /// A name that is written exactly counts more than a photo of that name; a photo of the gallery, or a
  /// file, counts more than a name that is only spelt alike.
  private func sameQueries(
    _ text: String, _ faces: [FaceOutline], _ store: GalleryStore, _ limits: PhotoLimits
  ) throws -> [SameQuery] {
    let given = try store.people().filter(\.isGiven)
    let names = Set(faces.compactMap(\.name) + given.compactMap(\.name)).sorted()
    let lookup = NameLookup(text, among: names)
    func named(_ name: String) throws -> [SameQuery] {
      [.faces(try rows(named: name, faces, given, store), name)]
    }
    if case .found(let name) = lookup, name == text.precomposedStringWithCanonicalMapping {
      return try named(name)
    }
    do {
      let photo = try storedPhoto(text, store)
      let rows = faces.indices.filter { faces[$0].photo == photo.id }
        .sorted { faces[$0].ordinal < faces[$1].ordinal }
      guard !rows.isEmpty else { throw LikenessError.noFace(path: photo.path) }
      return rows.enumerated().map {
        .faces([$1], Self.title(photo.path, $0, of: rows.count))
      }
    } catch LikenessError.unknownPhoto(_, candidates: []) {
      // It may be outside of the gallery.
    }
    let url = URL(fileURLWithPath: text)
    if FileManager.default.fileExists(atPath: url.path) {
      return [.photo(url, try analyze(url, limits: limits))]
    }
    switch lookup {
    case .found(let name): return try named(name)
    case .ambiguous(let names): throw LikenessError.ambiguousName(text, candidates: names)
    case .unknown(let near):
      if text.contains("/") || PhotoFormat.extensions.contains(url.pathExtension.lowercased()) {
        throw PhotoError.noSuchFile(path: text)
      }
      throw LikenessError.unknownName(text, nearSpellings: near)
    }
  }

  /// The rows of the faces that a name stands for. What the user said of people counts more than the name
  /// that a photo was added by.
  private func rows(
    named name: String, _ faces: [FaceOutline], _ given: [StoredPerson], _ store: GalleryStore
  ) throws -> [Int] {
    guard let person = given.first(where: { $0.name == name }) else {
      return faces.indices.filter { faces[$0].name == name }
    }
    let people = try store.peopleAssignment()
    return faces.indices.filter { row in
      let id = faces[row].id
      let isPinned = people.pinned.contains(id)
      if people.persons[id] == person.id { return isPinned || faces[row].name == name }
      return !isPinned && faces[row].name == name
    }.sorted { a, b in
      // Pinned ones settle who it is.
      let pins = (people.pinned.contains(faces[a].id), people.pinned.contains(faces[b].id))
      return pins.0 != pins.1 ? pins.0 : a < b
    }
  }

  private static func title(_ path: String, _ number: Int, of count: Int) -> String {
    count == 1 ? path : "\(path)#\(number + 1)"
  }
}
