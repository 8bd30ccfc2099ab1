import Foundation
import GalleryCore
import LikenessCore
import Synchronization

/// The photos of a gallery in short: what lists of them are searched, filtered and sorted by.
struct PhotoCatalogue: Sendable {
  private struct Item {
    let photo: StoredPhoto
    /// Its title and what the people on it are called, folded; a line each.
    let text: String
    /// All finds, doubtful ones among them.
    var faces = 0
    var doubtful = 0
    /// Without a name and not doubtful.
    var unnamed = 0

    func shows(_ kind: PhotoQuery.Kind) -> Bool {
      switch kind {
      case .all: true
      case .unnamed: unnamed > 0
      case .doubtful: doubtful > 0
      case .noFace: faces == doubtful
      }
    }
  }

  private let items: [Item]
  private let rowOf: [PhotoID: Int]
  /// The rows of the items, by each order.
  private let orders: [PhotoQuery.Order: [Int]]

  /// - Throws: `GalleryError`
  init(_ store: any FaceStore) throws {
    // Also faces without a name are found by what most faces of their person were added by.
    var names: [FaceID: String] = [:]
    for person in try store.people() {
      guard let name = person.name else { continue }
      for face in person.faces { names[face.face] = name }
    }
    let faces = Dictionary(grouping: try store.outlines(), by: \.photo)
    let items = try store.photos().map { photo in
      let own = faces[photo.id] ?? []
      let called = own.flatMap { [$0.name, names[$0.id]].compactMap(\.self) }
      var item = Item(
        photo: photo, text: Self.folded(([photo.name] + Set(called)).joined(separator: "\n")))
      item.faces = own.count
      item.doubtful = own.count(where: \.isDoubtful)
      item.unnamed = own.count { !$0.isDoubtful && $0.name == nil }
      return item
    }
    self.items = items
    rowOf = Dictionary(uniqueKeysWithValues: items.enumerated().map { ($1.photo.id, $0) })
    let oldest = items.indices.sorted {
      (items[$0].photo.added, items[$0].photo.id) < (items[$1].photo.added, items[$1].photo.id)
    }
    let newest = Array(oldest.reversed())
    var place = [Int](repeating: 0, count: items.count)
    for (position, row) in newest.enumerated() { place[row] = position }
    let name = items.indices.sorted { a, b in
      switch items[a].photo.name.localizedStandardCompare(items[b].photo.name) {
      case .orderedAscending: true
      case .orderedDescending: false
      case .orderedSame: place[a] < place[b]
      }
    }
    let count = items.indices.sorted {
      (items[$1].faces, place[$0]) < (items[$0].faces, place[$1])
    }
    orders = [.oldest: oldest, .newest: newest, .name: name, .faces: count]
  }

  /// How texts are compared: without case, accents and underscores.
  private static func folded(_ text: String) -> String {
    text.replacing("_", with: " ")
      .folding(options: [.caseInsensitive, .diacriticInsensitive, .widthInsensitive], locale: nil)
  }

  /// The photos that follow one in the order of a query.
  /// - Parameter last: the photo before the first one; nil to begin.
  /// - Throws: `LikenessError.unknownPhoto` if `last` is not there any more
  func page(
    _ query: PhotoQuery, after last: PhotoID?, limit: Int
  ) throws -> Page<PhotoEntry, PhotoID> {
    if let last, rowOf[last] == nil {
      throw LikenessError.unknownPhoto(last.reference, candidates: [])
    }
    let words = Self.folded(query.text).split(whereSeparator: \.isWhitespace)
    var found: [Int] = []
    var total = 0
    var isAfter = last == nil
    for row in orders[query.order] ?? [] {
      let item = items[row]
      if item.shows(query.kind), words.allSatisfy({ item.text.contains($0) }) {
        total += 1
        if isAfter, found.count <= limit { found.append(row) }
      }
      if item.photo.id == last { isAfter = true }
    }
    return Page(
      items: found.prefix(limit).map { PhotoEntry(photo: items[$0].photo, faces: items[$0].faces) },
      next: found.count > limit ? items[found[limit - 1]].photo.id : nil, total: total)
  }
}

/// The catalogue of a gallery's photos, made again when the gallery has changed.
final class PhotoCatalogues: Sendable {
  private let gallery: OpenGallery
  private let last: Remembered<PhotoCatalogue>
  /// Several who ask at once wait for one catalogue.
  private let making = Mutex(())

  init(of gallery: OpenGallery) {
    self.gallery = gallery
    last = Remembered(of: gallery)
  }

  /// - Throws: `GalleryError`, `LikenessError.tooLarge`
  func current() throws -> PhotoCatalogue {
    let asked = try gallery.revisionAsked()
    return try making.withLock { _ in
      if let known = try gallery.answering(since: asked, { try last.value() }) { return known }
      let store = try gallery.reader()
      let state = try last.begin()
      try gallery.requireRoom(for: store)
      let catalogue = try gallery.withSession { try PhotoCatalogue(try gallery.reader()) }
      try last.keep(catalogue, of: state)
      return catalogue
    }
  }
}
