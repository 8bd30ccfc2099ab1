import Faces
import Foundation
import GalleryCore
import LikenessCore
import LikenessKit
import VectorSearch

/// A face of the gallery with its nearest others, as reports show it.
struct ReportFace: Sendable {
  var id: FaceID
  var photo: PhotoID
  /// The name, or the photo and the face's place in it.
  var label: String
  var isNamed: Bool
  /// The last part of the photo's path.
  var file: String
  var box: Box
  var quality: FaceQuality
  /// The nearest first, without the face itself.
  var neighbors: [Match]
}

/// What a report shows, read from a gallery.
struct ReportContent: Sendable {
  var summary: GallerySummary
  var verification: Verification
  /// How many faces the gallery has that have an embedding and are not doubtful, without those that are left out as hidden.
  var allFaces: Int
  /// How many such faces are left out since the user hid them, one by one or with their people.
  var hidden: Int
  /// The first of these faces, in the order of their ids.
  var faces: [ReportFace]
  /// Photos with a face among them, or with none at all, in the order of their ids.
  var photos: [StoredPhoto]
  /// Everybody in the gallery, those with most faces first.
  var people: [Person]
  /// Pairs of them who may be one, the likeliest first.
  var suggestions: [MergeSuggestion]

  /// The ids of the faces that an answer can be given about.
  var judgeable: Set<FaceID> { Set(faces.filter(\.quality.isJudgeable).map(\.id)) }

  /// How many of these are not shown.
  var omittedFaces: Int { max(0, allFaces - faces.count) }
}

extension Likeness {
  /// The first faces of the gallery, each with its nearest among them.
  /// - Throws: `LikenessError.emptyGallery`, `GalleryError`
  func reportContent(
    neighbors: Int, maximumFaces: Int, includingHidden: Bool = false
  ) throws -> ReportContent {
    let certain = try gallery.faces().certain
    let table = certain.certain(without: try includingHidden ? [] : people.hiddenFaces())
    guard !table.faces.isEmpty else { throw LikenessError.emptyGallery(path: gallery.place.path) }
    let shown = table.faces.prefix(maximumFaces)
    // Only cards of this report can be shown and jumped to.
    let index = try VectorIndex(dimensions: table.embeddings.dimensions)
    try index.insert(table.embeddings[shown.indices], faces: shown.map(\.id))
    var search = FaceSearch(
      IndexFinder(index: index), of: table, rows: shown.indices, networks.verification.metric,
      try thresholds.current())
    let question = Question(count: neighbors, metric: .l2, grouping: .photo)
    let faces = try shown.indices.map { row in
      let face = shown[row]
      let path = table.photos[face.photo]?.path ?? ""
      let place = face.geometry
      search.finder = IndexFinder(index: index, filter: .others(than: face.id))
      return ReportFace(
        id: face.id, photo: face.photo,
        label: face.label(inPhoto: path), isNamed: face.name != nil,
        file: URL(fileURLWithPath: path).lastPathComponent,
        box: place.box,
        quality: face.quality,
        neighbors: try search.matches([table.embeddings[row]], question))
    }
    let withFace = Set(certain.faces.map(\.photo))
    let inReport = Set(shown.map(\.photo))
    let grouped = try people.groupFaces()
    let everybody = try grouped.list(includingHidden: includingHidden).people
    return ReportContent(
      summary: try gallery.summary(), verification: networks.verification,
      allFaces: table.faces.count, hidden: certain.faces.count - table.faces.count, faces: faces,
      photos: table.photos.values.filter { inReport.contains($0.id) || !withFace.contains($0.id) }
        .sorted { $0.id < $1.id },
      people: everybody,
      suggestions: try people.suggestions(among: grouped, everybody, count: 12))
  }
}

extension StoredFace {
  /// The name, or the photo and the face's place in it.
  func label(inPhoto path: String) -> String {
    name ?? "\(URL(fileURLWithPath: path).lastPathComponent) #\(ordinal + 1)"
  }
}
