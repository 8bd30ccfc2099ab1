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
  /// Those of the page, in the order of their ids.
  var faces: [ReportFace]
  /// Which of all faces is the first of them, from 1.
  var firstFace = 1
  /// Photos with a face among them and, on the first page, with none at all, in the order of their ids.
  var photos: [StoredPhoto]
  /// How many photos with no face at all are not among them, as there are too many.
  var omittedPhotos = 0
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
  /// Some faces of the gallery, each with its nearest among them.
  /// - Parameter page: which of them, 1 for the first `maximumFaces`.
  /// - Throws: `LikenessError.emptyGallery`, `ReportError.noSuchPage`, `GalleryError`
  func reportContent(
    neighbors: Int, maximumFaces: Int, page: Int = 1, includingHidden: Bool = false
  ) throws -> ReportContent {
    precondition(maximumFaces > 0 && page > 0, "a page of faces")
    let certain = try gallery.faces().certain
    let table = certain.certain(without: try includingHidden ? [] : people.hiddenFaces())
    guard !table.faces.isEmpty else { throw LikenessError.emptyGallery(path: gallery.place.path) }
    let pages = (table.faces.count - 1) / maximumFaces + 1
    guard page <= pages else { throw ReportError.noSuchPage(page, pages: pages) }
    let shown = table.faces.dropFirst((page - 1) * maximumFaces).prefix(maximumFaces)
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
    let photos = table.photos.values.sorted { $0.id < $1.id }
    let faceless = page == 1 ? photos.filter { !withFace.contains($0.id) } : []
    let told = inReport.union(faceless.prefix(maximumFaces).map(\.id))
    return ReportContent(
      summary: try gallery.summary(), verification: networks.verification,
      allFaces: table.faces.count, hidden: certain.faces.count - table.faces.count, faces: faces,
      firstFace: shown.startIndex + 1, photos: photos.filter { told.contains($0.id) },
      omittedPhotos: max(0, faceless.count - maximumFaces),
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
