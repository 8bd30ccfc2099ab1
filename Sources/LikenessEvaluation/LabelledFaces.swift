import Foundation
import LikenessKit

/// Photos of known people, on which a model is calibrated.
struct LabelledFaces {
  struct Photo {
    var url: URL
    var person: String
  }

  /// Places of two photos.
  struct Pair {
    var first: Int
    var second: Int
    var isSame: Bool
  }

  let photos: [Photo]
  /// Pairs that are named one by one; nil for all that there are.
  let pairs: [Pair]?
  /// Which of a photo's faces is the one that is known.
  let subject: CountedFace
  /// What it is called, with the number of pairs put before it.
  let name: String

  /// - Parameters:
  ///   - url: a folder with a folder for each person; LFW's, of which the development pairs count; or a list of pairs
  ///     as LFW's are.
  ///   - images: the folder of the folders of people that a list names; nil to look for it beside the list.
  /// - Throws: `LikenessError.badPairs`, `.notLabelled`
  init(_ url: URL, images: URL? = nil) throws {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) else {
      throw LikenessError.notLabelled(path: url.path, reason: "there is no such file or folder")
    }
    let title = url.standardizedFileURL.lastPathComponent
    guard isFolder.boolValue else {
      let list = try PairList(contentsOf: url)
      let folder = images ?? Self.images(near: url.deletingLastPathComponent(), of: list)
      self.init(list.pairs, subject: .central, name: "pairs of \(title)") { photo in
        folder.appendingPathComponent(photo.person).appendingPathComponent(photo.fileName)
      }
      return
    }
    if let lfw = try? LFWDataset(url), !lfw.developmentPairs.isEmpty {
      self.init(
        lfw.developmentPairs, subject: .central, name: "development pairs of LFW", place: lfw.url)
      return
    }
    try self.init(people: url, name: "pairs of \(title)")
  }

  private init(
    _ list: [PairList.Pair], subject: CountedFace, name: String, place: (NumberedPhoto) -> URL
  ) {
    let named = Set(list.flatMap { [$0.first, $0.second] }).sorted()
    let rows = Dictionary(uniqueKeysWithValues: named.enumerated().map { ($1, $0) })
    photos = named.map { Photo(url: place($0), person: $0.person) }
    pairs = list.compactMap { pair in
      guard let first = rows[pair.first], let second = rows[pair.second] else { return nil }
      return Pair(first: first, second: second, isSame: pair.isSame)
    }
    (self.subject, self.name) = (subject, name)
  }

  private init(people folder: URL, name: String) throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    var found: [Photo] = []
    for person in names where !person.hasPrefix(".") {
      let home = folder.appendingPathComponent(person)
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: home.path, isDirectory: &isFolder),
        isFolder.boolValue
      else { continue }
      found += try PhotoFinder.files(at: [home]).map {
        Photo(url: $0, person: person)
      }
    }
    guard !found.isEmpty else {
      throw LikenessError.notLabelled(
        path: folder.path, reason: "there are no photos in folders of people")
    }
    (photos, pairs, subject, self.name) = (found, nil, .largest, name)
  }

  /// The folder with the folders of the people whom a list names, near the list.
  private static func images(near folder: URL, of list: PairList) -> URL {
    let person = list.pairs[0].first.person
    let places = [folder, folder.deletingLastPathComponent()].flatMap { root in
      LFWDataset.imageFolders.map { root.appendingPathComponent($0) }
    }
    return places.first {
      FileManager.default.fileExists(atPath: $0.appendingPathComponent(person).path)
    } ?? folder
  }
}
