import Foundation

/// Labeled Faces in the Wild as it is published: a folder a person, and lists of pairs.
/// Huang et al., "Labeled Faces in the Wild" (2007).
struct LFWDataset {
  struct Photo: Hashable {
    var person: String
    var number: Int

    var fileName: String {
      let digits = String(number)
      return person + "_" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        + ".jpg"
    }
  }

  struct Pair {
    var first: Photo
    var second: Photo
    var fold: Int
    var isSame: Bool { first.person == second.person }
  }

  /// The folder of the folders of people.
  let images: URL
  /// Every photo, by person and number.
  let photos: [Photo]
  /// The 6,000 pairs in ten folds.
  let pairs: [Pair]
  /// The development pairs; empty where the lists are not there.
  let developmentPairs: [Pair]

  /// - Throws: `LikenessError.notLFW`
  init(_ folder: URL) throws {
    let candidates = ["images_deepfunneled", "lfw-deepfunneled", "lfw_funneled", "lfw", "."]
    guard
      let images = candidates.map({ folder.appendingPathComponent($0) }).first(where: {
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
    func list(_ name: String) -> [Pair] {
      for place in [name, "lfw_dir_names/" + name, "view2/" + name] {
        let file = folder.appendingPathComponent(place)
        if let text = try? String(contentsOf: file, encoding: .utf8) { return Self.pairs(text) }
      }
      return []
    }
    pairs = list("pairs.txt")
    developmentPairs = list("pairsDevTrain.txt") + list("pairsDevTest.txt")
    guard !pairs.isEmpty else {
      throw LikenessError.notLFW(path: folder.path, missing: "pairs.txt")
    }
  }

  func url(_ photo: Photo) -> URL {
    images.appendingPathComponent(photo.person).appendingPathComponent(photo.fileName)
  }

  /// Lines of three columns are one person's two photos, lines of four two people's. A head line gives
  /// the number of folds, and of pairs of each kind in a fold.
  private static func pairs(_ text: String) -> [Pair] {
    var lines = text.split(whereSeparator: \.isNewline).map {
      $0.split(whereSeparator: \.isWhitespace)
    }
    guard let head = lines.first else { return [] }
    let perFold = (head.last.flatMap { Int($0) } ?? lines.count) * 2
    lines.removeFirst()
    var pairs: [Pair] = []
    for fields in lines {
      let fold = pairs.count / max(1, perFold)
      if fields.count == 3, let a = Int(fields[1]), let b = Int(fields[2]) {
        let person = String(fields[0])
        pairs.append(
          Pair(
            first: Photo(person: person, number: a), second: Photo(person: person, number: b),
            fold: fold))
      } else if fields.count == 4, let a = Int(fields[1]), let b = Int(fields[3]) {
        pairs.append(
          Pair(
            first: Photo(person: String(fields[0]), number: a),
            second: Photo(person: String(fields[2]), number: b), fold: fold))
      }
    }
    return pairs
  }
}
