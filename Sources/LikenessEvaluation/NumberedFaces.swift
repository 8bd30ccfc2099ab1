import Foundation
import LikenessCore
import LikenessKit

/// A gallery's faces by person and number of the photo, as the photos' file names say them; where those are other names
/// than a face was added by, its own counts, and its photos are numbered in the order of their paths. Of each photo
/// the face nearest to its middle counts.
public struct NumberedFaces: Sendable {
  /// Whose embeddings they are.
  public let model: String
  /// The length of an embedding.
  public let dimensions: Int
  /// In the order of people and numbers.
  public let photos: [NumberedPhoto]
  private let embeddings: [NumberedPhoto: Embedding]
  /// Names that several photos of the gallery have.
  private let ambiguous: [NumberedPhoto: [String]]
  private let path: String

  /// The embedding of a photo's face; nil where the photo is not in the gallery, or several have its name.
  public subscript(photo: NumberedPhoto) -> Embedding? { embeddings[photo] }

  init(_ faces: GalleryFaces, model: String, path: String) {
    var nearest: [PhotoID: (row: Int, offCentre: Double)] = [:]
    for (row, face) in faces.faces.enumerated() {
      guard let photo = faces.photos[face.photo] else { continue }
      let center = face.geometry.box.center
      let offCentre = hypot(
        center.x - Double(photo.width) / 2, center.y - Double(photo.height) / 2)
      if let known = nearest[face.photo], known.offCentre <= offCentre { continue }
      nearest[face.photo] = (row, offCentre)
    }
    var byName: [NumberedPhoto: [(path: String, row: Int)]] = [:]
    var named: [String: [(path: String, row: Int)]] = [:]
    for (id, found) in nearest {
      guard let path = faces.photos[id]?.path else { continue }
      let name = faces.faces[found.row].name
      let photo = NumberedPhoto(fileName: URL(fileURLWithPath: path).lastPathComponent)
      // IMG_0001.jpg of anna does not show a person called IMG.
      if let photo, name.map({ Self.plain($0) == Self.plain(photo.person) }) ?? true {
        byName[photo, default: []].append((path, found.row))
      } else if let name {
        named[name, default: []].append((path, found.row))
      }
    }
    for (name, photos) in named {
      for (place, photo) in photos.sorted(by: { $0.path < $1.path }).enumerated() {
        byName[NumberedPhoto(person: name, number: place + 1), default: []].append(photo)
      }
    }
    (self.model, self.path, dimensions) = (model, path, faces.embeddings.dimensions)
    embeddings = byName.compactMapValues { $0.count == 1 ? faces.embeddings[$0[0].row] : nil }
    ambiguous = byName.filter { $0.value.count > 1 }.mapValues { $0.map(\.path).sorted() }
    photos = embeddings.keys.sorted()
  }

  private static func plain(_ name: String) -> String {
    name.replacing("_", with: " ").lowercased()
  }

  /// Those pairs of which both photos are here, with their embeddings.
  /// - Throws: `LikenessError.tooFewPairs` where not both kinds are among them, `.badPairs` where a photo's
  ///   name is that of several.
  public func pairs(
    of list: PairList
  ) throws -> [(pair: PairList.Pair, first: Embedding, second: Embedding)] {
    let found = try list.pairs.compactMap { pair -> (PairList.Pair, Embedding, Embedding)? in
      for photo in [pair.first, pair.second] {
        if let paths = ambiguous[photo] {
          throw LikenessError.badPairs(
            path: path, reason: "\(paths[0]) and \(paths[1]) have the same name")
        }
      }
      return self[pair.first].flatMap { first in
        self[pair.second].map { (pair, first, $0) }
      }
    }
    guard Set(found.map(\.0.isSame)).count == 2 else {
      throw LikenessError.tooFewPairs(
        path: path,
        reason: "it has the photos of \(found.count) of \(list.pairs.count) pairs, "
          + "and needs pairs of one person and of two")
    }
    return found.map { (pair: $0.0, first: $0.1, second: $0.2) }
  }
}

extension Likeness {
  /// The gallery's faces by the names of their photos' files, such as `Zoe_Ball_0002.jpg`, or their own.
  /// - Throws: `GalleryError`, `LikenessError.emptyGallery`
  public func numberedFaces() throws -> NumberedFaces {
    let store = try gallery.reader()
    guard let model = try store.model() else {
      throw LikenessError.emptyGallery(path: gallery.place.path)
    }
    return NumberedFaces(try gallery.faces().certain, model: model, path: gallery.place.path)
  }
}
