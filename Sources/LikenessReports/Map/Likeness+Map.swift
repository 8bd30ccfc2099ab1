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
  /// faces added since beside those they look like.
  /// - Parameters:
  ///   - options: which projection, and its settings.
  ///   - isCancelled: called regularly; once true, nothing is kept.
  ///   - progress: called while the map is made; not if all faces have their places already.
  /// - Throws: `ProjectionError`, of it `.unsupportedDimensions` and `.tooManyComponents` where faces cannot be laid out in
  ///   as many dimensions; `MapError.interrupted`, `LikenessError.emptyGallery`, `GalleryError`, `IndexError`
  /// - Precondition: there are steps, if their number is chosen.
  public func map(
    _ options: MapOptions = MapOptions(), isCancelled: () -> Bool = { false },
    progress: (MapProgress) -> Void = { _ in }
  ) throws -> FaceMap {
    precondition((options.iterations ?? 1) > 0, "a map of \(options.iterations ?? 0) steps")
    let hidden = try options.includesHidden ? [] : people.hiddenFaces()
    let certain = try gallery.faces().certain
    let table = certain.certain(without: hidden)
    let count = table.faces.count
    guard count > 0 else { throw LikenessError.emptyGallery(path: gallery.place.path) }
    // What no map can be made of is said before anything is looked for.
    guard count > 1 else { throw ProjectionError.tooFewFaces(count) }
    try options.checkDimensions(of: table.embeddings)
    if options.method == .tsne, let perplexity = options.perplexity,
      perplexity > ProjectionError.largestPerplexity(count: count)
    {
      throw ProjectionError.perplexityTooLarge(perplexity, count: count)
    }
    guard (1..<count).contains(where: { table.embeddings[$0] != table.embeddings[0] }) else {
      throw ProjectionError.allEqual(count: count)
    }
    let store = try gallery.reader()
    let near = try gallery.withIndex(of: store) { index in
      try NeighborTable(
        of: table.embeddings, in: index, faces: table.faces.map(\.id),
        width: max(options.neighbors, MapProjection.neighborsNeeded(options, faces: count)),
        threads: ProcessorQuota.count)
    }
    if isCancelled() { throw MapError.interrupted }
    let old = options.isMadeAgain ? nil : try store.map(settings: options.settings)
    let projection = try MapProjection(
      table.faces.map(\.id), table.embeddings, near, options, old: old, isCancelled: isCancelled,
      progress: progress)
    if isCancelled() { throw MapError.interrupted }
    let isKept = try options.isKept && projection.keep(by: self, options)
    var map = FaceMap(
      title: gallery.place.title, facts: projection.facts, layout: projection.layout,
      faces: try mapFaces(table, near, options, isPlaced: projection.isPlaced, store))
    map.isKept = isKept
    map.hidden = certain.faces.count - count
    return map
  }

  /// Whether the gallery keeps a map of some settings, which new faces could join; always true where there are too
  /// few faces for one that lasts.
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

  private func mapFaces(
    _ table: GalleryFaces, _ near: NeighborTable, _ options: MapOptions, isPlaced: [Bool],
    _ store: any FaceStore
  ) throws -> [MapFace] {
    let thumbnails = try store.thumbnails(faces: table.faces.map(\.id))
    let people = try peopleOfFaces(includingHidden: options.includesHidden)
    let labels = try store.labels()
    return table.faces.enumerated().map { row, face in
      let photo = table.photos[face.photo]
      let place = face.geometry.box
      let (width, height) = (Double(max(1, photo?.width ?? 1)), Double(max(1, photo?.height ?? 1)))
      let neighbors = (0..<min(options.neighbors, near.width)).compactMap { column in
        let at = row * near.width + column
        return near.rows[at] < 0
          ? nil : MapFace.Neighbor(row: Int(near.rows[at]), distance: near.distances[at])
      }
      var mapped = MapFace(
        id: face.id, name: face.name, person: people[face.id], photo: photo?.path,
        box: [place.x / width, place.y / height, place.width / width, place.height / height]
          .map { Float($0) },
        labels: labels[face.id] ?? [:], thumbnail: thumbnails[row], neighbors: neighbors,
        isPlaced: isPlaced[row])
      (mapped.photoID, mapped.title) = (face.photo, photo?.name)
      return mapped
    }
  }

  /// The titles of the people whom faces belong to, by the faces' ids, without unnamed people of a single face.
  private func peopleOfFaces(includingHidden: Bool) throws -> [FaceID: String] {
    var labels: [FaceID: String] = [:]
    for person in try people.list(includingHidden: includingHidden).people
    where person.name != nil || person.faces.count > 1 {
      for face in person.faces { labels[face.face] = person.label }
    }
    return labels
  }
}
