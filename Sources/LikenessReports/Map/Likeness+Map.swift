import Foundation
import GalleryCore
import LikenessCore
import LikenessKit
import Projection
import VectorSearch

extension Likeness {
  /// The map of all faces that are not doubtful, nor hidden unless these are asked for: who looks alike lies close together.
  ///
  /// The gallery keeps it, so that the next map of the same settings has every face where it was, and
  /// faces added since beside those they look like. It is made anew where more faces came since than it was made of.
  /// - Parameters:
  ///   - options: which projection, and its settings.
  ///   - isCancelled: called regularly; once true, nothing is kept.
  ///   - progress: called while the map is made, and while faces are placed; not if all faces have their places already.
  /// - Throws: `ProjectionError`, of it `.unsupportedDimensions` and `.tooManyComponents` where faces cannot be laid out in
  ///   as many dimensions; `MapError.interrupted`, `LikenessError.emptyGallery`, `GalleryError`, `IndexError`
  /// - Precondition: there are steps, if their number is chosen.
  public func map(
    _ options: MapOptions = MapOptions(), isCancelled: () -> Bool = { false },
    progress: (MapProgress) -> Void = { _ in }
  ) throws -> FaceMap {
    try map(
      options, GalleryNeighborSearch(gallery: gallery), isCancelled: isCancelled,
      progress: progress)
  }

  func map(
    _ options: MapOptions, _ search: any NeighborSearch, isCancelled: () -> Bool = { false },
    progress: (MapProgress) -> Void = { _ in }
  ) throws -> FaceMap {
    precondition((options.iterations ?? 1) > 0, "a map of \(options.iterations ?? 0) steps")
    return try gallery.whileOpen {
      let (store, roster) = try mapRoster(options)
      let kept =
        try options.isMadeAgain
        ? nil : keptMap(store, roster, options, search, isCancelled, progress)
      return try kept ?? madeMap(store, roster, options, search, isCancelled, progress)
    }
  }

  /// The map that the gallery keeps, with a place for every face that it has now; nil where there is none, or more faces came
  /// since than it was made of. Of too few faces for a map that lasts, one for the moment.
  /// - Throws: as `map(_:isCancelled:progress:)`
  public func keptMap(_ options: MapOptions) throws -> FaceMap? {
    try gallery.whileOpen {
      let (store, roster) = try mapRoster(options)
      let search = GalleryNeighborSearch(gallery: gallery)
      return try keptMap(store, roster, options, search, { false }, { _ in })
        ?? (roster.faces.count < 4
          ? madeMap(store, roster, options, search, { false }, { _ in }) : nil)
    }
  }

  /// A text that stays the same for as long as `keptMap` answers the same; nil where no map of these settings is kept.
  /// - Throws: `GalleryError`
  public func keptMapState(_ options: MapOptions) throws -> String? {
    let store = try gallery.reader()
    guard let version = try store.mapVersion(settings: options.settings) else { return nil }
    let revision = try store.revision()
    return "\(version.settings) \(version.id) \(revision) \(options.includesHidden)"
  }

  /// Whether the gallery keeps a map of some settings; always true where there are too few faces for one that lasts.
  /// - Throws: `GalleryError`
  public func hasMap(_ options: MapOptions) throws -> Bool {
    let store = try gallery.reader()
    return try store.hasMap(settings: options.settings) || store.certainFaceCount() < 4
  }

  /// All embeddings in the order of a map's faces, `(n, d)`.
  /// - Throws: `GalleryError`; `LikenessError.unknownFace` if one was removed since.
  public func embeddings(of map: FaceMap) throws -> EmbeddingMatrix {
    let table = try gallery.faces()
    let rows = Dictionary(uniqueKeysWithValues: table.faces.enumerated().map { ($1.id, $0) })
    var matrix = EmbeddingMatrix(dimensions: table.embeddings.dimensions)
    for face in map.faces {
      guard let row = rows[face.id] else { throw LikenessError.unknownFace(face.id) }
      matrix.append(table.embeddings[row])
    }
    return matrix
  }

  private func mapRoster(_ options: MapOptions) throws -> (any FaceStore, MapRoster) {
    let hidden = try options.includesHidden ? [] : people.hiddenFaces()
    let store = try gallery.reader()
    try gallery.requireRoom(for: store)
    return (store, try MapRoster(store, without: hidden))
  }

  // MARK: A map that is kept

  private func keptMap(
    _ store: any FaceStore, _ roster: MapRoster, _ options: MapOptions,
    _ search: any NeighborSearch, _ isCancelled: () -> Bool, _ progress: (MapProgress) -> Void
  ) throws -> FaceMap? {
    var roster = roster
    guard
      let stored = try store.map(
        settings: options.settings, withNeighbors: options.neighbors > 0),
      var kept = KeptMap(stored, roster.ids, dimensions: options.dimensions), !kept.isOutgrown
    else { return nil }
    if !kept.fresh.isEmpty {
      let vectors = try embeddings(of: kept.fresh.map { roster.faces[$0].id }, store)
      let fresh = Set(kept.fresh.map { roster.faces[$0].id })
      roster.keep { !fresh.contains($0) || vectors[$0] != nil }
      guard let rest = KeptMap(stored, roster.ids, dimensions: options.dimensions) else {
        return nil
      }
      kept = rest
      let rows = kept.fresh.compactMap { vectors[roster.faces[$0].id] }
      if !rows.isEmpty {
        try kept.place(
          EmbeddingMatrix(rows), options, search, isCancelled: isCancelled, progress: progress)
      }
    }
    var nearest: NearestFaces?
    if options.neighbors > 0 {
      var faces = NearestFaces(of: stored, roster.ids)
      try faces.complete(
        options.neighbors, search, embeddings: { try embeddings(of: $0, store) },
        isCancelled: isCancelled, progress: progress)
      nearest = faces
    }
    let people = try peopleOfFaces(options, isCancelled, progress)
    if isCancelled() { throw MapError.interrupted }
    let isKept = try options.isKept && keep(kept, nearest, roster.ids)
    return try faceMap(
      store, roster, options, people, nearest, kept.layout, kept.facts, isPlaced: kept.isPlaced,
      isKept: isKept)
  }

  /// Of those of some faces that are there.
  private func embeddings(
    of faces: [FaceID], _ store: any FaceStore
  ) throws -> [FaceID: Embedding] {
    var found: [FaceID: Embedding] = [:]
    for (face, embedding) in try store.faces(ids: faces) { found[face.id] = embedding }
    return found
  }

  /// Keeps what is new.
  /// - Returns: whether the gallery has the map as it is now; false where it cannot be changed.
  private func keep(_ kept: KeptMap, _ nearest: NearestFaces?, _ ids: [FaceID]) throws -> Bool {
    var points: [FaceID: MapPoint] = [:]
    for row in kept.fresh {
      points[ids[row]] = MapPoint(
        position: kept.layout.point(row), isPlaced: true, neighbors: nearest?.lists[row])
    }
    var lists: [FaceID: [MapNeighbor]] = [:]
    for row in nearest?.changed ?? [] where points[ids[row]] == nil {
      lists[ids[row]] = nearest?.lists[row]
    }
    guard !points.isEmpty || !lists.isEmpty else { return true }
    return try gallery.keepIfPossible { store in
      if !points.isEmpty { try store.addPoints(points, toMap: kept.stored.version) }
      if !lists.isEmpty { try store.keepNeighbors(lists, onMap: kept.stored.version) }
    }
  }

  // MARK: A new map

  private func madeMap(
    _ store: any FaceStore, _ roster: MapRoster, _ options: MapOptions,
    _ search: any NeighborSearch, _ isCancelled: () -> Bool, _ progress: (MapProgress) -> Void
  ) throws -> FaceMap {
    guard !roster.faces.isEmpty else {
      throw LikenessError.emptyGallery(path: gallery.place.path)
    }
    // What no map can be made of is said before anything is looked for.
    guard roster.faces.count > 1 else { throw ProjectionError.tooFewFaces(roster.faces.count) }
    var roster = roster
    let embeddings = try embeddings(of: &roster, store)
    let count = embeddings.count
    guard count > 1 else { throw ProjectionError.tooFewFaces(count) }
    try options.checkDimensions(of: embeddings)
    if options.method == .tsne, let perplexity = options.perplexity,
      perplexity > ProjectionError.largestPerplexity(count: count)
    {
      throw ProjectionError.perplexityTooLarge(perplexity, count: count)
    }
    guard embeddings.hasDifferentRows else { throw ProjectionError.allEqual(count: count) }
    if isCancelled() { throw MapError.interrupted }
    // Before the rest, as both take much memory.
    let people = try peopleOfFaces(options, isCancelled, progress)
    let table = try neighbors(embeddings, roster.ids, options, search, isCancelled, progress)
    // Where they are known anyway, they are kept for whoever shows them.
    let shown = max(options.neighbors, MapOptions.standardNeighbors)
    let nearest = table.map { NearestFaces($0, roster.ids, showing: shown) }
    let projection = try MapProjection(
      embeddings, consume table, options, isCancelled: isCancelled, progress: progress)
    if isCancelled() { throw MapError.interrupted }
    let isKept = try options.isKept && keep(projection, nearest, roster.ids, options)
    return try faceMap(
      store, roster, options, people, nearest, projection.layout, projection.facts,
      isPlaced: Array(repeating: false, count: count), isKept: isKept)
  }

  /// Those of the faces of a map, `(n, d)`; faces that were removed meanwhile leave it.
  private func embeddings(
    of roster: inout MapRoster, _ store: any FaceStore
  ) throws -> EmbeddingMatrix {
    let all = try store.embeddings()
    let wanted = Set(roster.ids)
    let rows = all.faces.indices.filter { wanted.contains(all.faces[$0]) }
    if rows.count < wanted.count {
      let there = Set(rows.map { all.faces[$0] })
      roster.keep { there.contains($0) }
    }
    return rows.count == all.faces.count ? all.embeddings : all.embeddings[rows]
  }

  /// As many of each as the method looks at and the map shows; nil where that is none.
  private func neighbors(
    _ embeddings: EmbeddingMatrix, _ ids: [FaceID], _ options: MapOptions,
    _ search: any NeighborSearch, _ isCancelled: () -> Bool, _ progress: (MapProgress) -> Void
  ) throws -> NeighborTable? {
    let width = max(
      NearestFaces.width(showing: options.neighbors),
      MapProjection.neighborsNeeded(options, faces: ids.count))
    guard width > 0 else { return nil }
    return try search.table(of: embeddings, faces: ids, width: width) { done, total in
      if isCancelled() { throw MapError.interrupted }
      progress(MapProgress(stage: .neighbors, done: done, total: total))
    }
  }

  /// Keeps a new map.
  /// - Returns: whether the gallery has it now; false where it cannot be changed.
  private func keep(
    _ projection: MapProjection, _ nearest: NearestFaces?, _ ids: [FaceID],
    _ options: MapOptions
  ) throws -> Bool {
    guard projection.isLasting else { return true }
    var points: [FaceID: MapPoint] = [:]
    points.reserveCapacity(ids.count)
    for (row, id) in ids.enumerated() {
      points[id] = MapPoint(
        position: projection.layout.point(row), isPlaced: false, neighbors: nearest?.lists[row])
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let details = String(decoding: try encoder.encode(projection.facts), as: UTF8.self)
    return try gallery.keepIfPossible {
      try $0.keepMap(
        settings: options.settings, details: details, axes: projection.axes, points: points)
    }
  }

  // MARK: What is known of the faces

  private func faceMap(
    _ store: any FaceStore, _ roster: MapRoster, _ options: MapOptions,
    _ people: [FaceID: String], _ nearest: NearestFaces?, _ layout: Layout,
    _ facts: [FaceMap.Fact], isPlaced: [Bool], isKept: Bool
  ) throws -> FaceMap {
    let neighbors = nearest?.shown(options.neighbors)
    var faces = roster.faces.enumerated().map { row, face in
      var mapped = MapFace(
        id: face.id, name: face.name, person: people[face.id], photo: face.path,
        neighbors: neighbors?[row] ?? [], isPlaced: isPlaced[row])
      mapped.photoID = face.photo
      return mapped
    }
    if options.detail == .all { try addDetails(to: &faces, store) }
    var map = FaceMap(title: gallery.place.title, facts: facts, layout: layout, faces: faces)
    map.isKept = isKept
    map.hidden = roster.hidden
    map.readThumbnails = { [gallery] in try gallery.reader().thumbnails(faces: $0) }
    return map
  }

  /// Faces that are read at a time.
  private static let detailedAtOnce = 4_096

  /// Adds where faces are in their photos, what these are called, and labels.
  private func addDetails(to faces: inout [MapFace], _ store: any FaceStore) throws {
    let photos = Dictionary(uniqueKeysWithValues: try store.photos().map { ($0.id, $0) })
    for start in stride(from: 0, to: faces.count, by: Self.detailedAtOnce) {
      let some = start..<min(start + Self.detailedAtOnce, faces.count)
      var entries: [FaceID: FaceEntry] = [:]
      for entry in try store.entries(of: faces[some].map(\.id)) { entries[entry.face.id] = entry }
      for row in some {
        guard let entry = entries[faces[row].id] else { continue }
        let photo = photos[entry.face.photo]
        let place = entry.face.geometry.box
        let (width, height) = (
          Double(max(1, photo?.width ?? 1)), Double(max(1, photo?.height ?? 1))
        )
        faces[row].box = [
          place.x / width, place.y / height, place.width / width, place.height / height,
        ].map { Float($0) }
        (faces[row].labels, faces[row].title) = (entry.labels, photo?.name)
      }
    }
  }

  /// The titles of the people whom faces belong to, by the faces' ids, without unnamed people of a single face.
  private func peopleOfFaces(
    _ options: MapOptions, _ isCancelled: () -> Bool, _ progress: (MapProgress) -> Void
  ) throws -> [FaceID: String] {
    let list = try people.list(includingHidden: options.includesHidden) { done, total in
      if isCancelled() { throw MapError.interrupted }
      progress(MapProgress(stage: .people, done: done, total: total))
    }
    var labels: [FaceID: String] = [:]
    for person in list.people where person.name != nil || person.faces.count > 1 {
      for face in person.faces { labels[face.face] = person.label }
    }
    return labels
  }
}

extension Layout {
  /// Where a point lies, `(dimensions,)`.
  func point(_ row: Int) -> [Float] {
    Array(coordinates[row * dimensions..<(row + 1) * dimensions])
  }
}
