import Foundation
import LikenessKit

/// Labeled Faces in the Wild as it is published: a folder a person, and lists of pairs.
/// Huang et al., "Labeled Faces in the Wild" (2007).
struct LFWDataset {
  typealias Photo = NumberedPhoto
  typealias Pair = PairList.Pair

  /// The folder of the folders of people.
  let images: URL
  /// Every photo, by person and number.
  let photos: [Photo]
  /// The 6,000 pairs in ten folds.
  let pairs: [Pair]
  /// The development pairs; empty where the lists are not there.
  let developmentPairs: [Pair]

  /// Where the folders of people may lie.
  static let imageFolders = [
    "images_deepfunneled", "lfw-deepfunneled", "lfw_funneled", "lfw", ".",
  ]

  /// - Throws: `LikenessError.notLFW`, `.badPairs`
  init(_ folder: URL) throws {
    guard
      let images = Self.imageFolders.map({ folder.appendingPathComponent($0) }).first(where: {
        FileManager.default.fileExists(atPath: $0.appendingPathComponent("Aaron_Eckhart").path)
      })
    else { throw LikenessError.notLFW(path: folder.path, missing: "the folders of people") }
    self.images = images
    let people = try FileManager.default.contentsOfDirectory(atPath: images.path).sorted()
    photos = people.flatMap { person in
      let files = try? FileManager.default.contentsOfDirectory(
        atPath: images.appendingPathComponent(person).path)
      return (files ?? []).compactMap { name -> Photo? in
        guard name.hasPrefix(person + "_"), name.hasSuffix(".jpg"),
          let number = Int(name.dropFirst(person.count + 1).dropLast(4))
        else { return nil }
        return Photo(person: person, number: number)
      }.sorted { $0.number < $1.number }
    }
    func list(_ name: String) throws -> [Pair] {
      for place in [name, "lfw_dir_names/" + name, "view2/" + name] {
        let file = folder.appendingPathComponent(place)
        if FileManager.default.fileExists(atPath: file.path) {
          return try PairList(contentsOf: file).pairs
        }
      }
      return []
    }
    pairs = try list("pairs.txt")
    developmentPairs = try list("pairsDevTrain.txt") + list("pairsDevTest.txt")
    guard !pairs.isEmpty else {
      throw LikenessError.notLFW(path: folder.path, missing: "pairs.txt")
    }
  }

  func url(_ photo: Photo) -> URL {
    images.appendingPathComponent(photo.person).appendingPathComponent(photo.fileName)
  }
}
