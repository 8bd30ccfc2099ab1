import Foundation
import LikenessKit

/// A photo as LFW calls it: a person and a number.
public struct NumberedPhoto: Hashable, Comparable, Sendable {
  /// The person's name, as the list writes it.
  public var person: String
  /// The number of the photo among that person's, 0 or more.
  public var number: Int

  /// A person's photo of a number.
  public init(person: String, number: Int) {
    (self.person, self.number) = (person, number)
  }

  /// From a file's name such as `Zoe_Ball_0002.jpg`; nil for other names.
  public init?(fileName: String) {
    let stem = fileName.prefix(upTo: fileName.lastIndex(of: ".") ?? fileName.endIndex)
    guard let line = stem.lastIndex(of: "_"), line > stem.startIndex,
      stem[stem.index(after: line)...].allSatisfy(\.isASCII),
      let number = Int(stem[stem.index(after: line)...]), number >= 0
    else { return nil }
    self.init(
      person: String(stem[..<line]).precomposedStringWithCanonicalMapping, number: number)
  }

  /// By person, then by number.
  public static func < (a: NumberedPhoto, b: NumberedPhoto) -> Bool {
    (a.person, a.number) < (b.person, b.number)
  }

  var fileName: String {
    let digits = String(number)
    return person + "_" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits + ".jpg"
  }
}

/// A list of pairs of photos as LFW's are: `name n1 n2` for one person's two photos, `name1 n1 name2 n2` for
/// two people's.
///
/// A head line gives the number of folds, where there are several, and of pairs of each kind in a fold.
public struct PairList: Sendable {
  /// Two photos of a list.
  public struct Pair: Sendable {
    /// The first photo.
    public var first: NumberedPhoto
    /// The second photo.
    public var second: NumberedPhoto
    /// The fold that the pair belongs to, from 0.
    public var fold: Int
    /// Whether both photos are of one person.
    public var isSame: Bool { first.person == second.person }
  }

  /// In the order of the list.
  public let pairs: [Pair]

  /// Everybody whom the pairs name.
  public var people: Set<String> { Set(pairs.flatMap { [$0.first.person, $0.second.person] }) }

  /// A list of given pairs.
  public init(pairs: [Pair]) { self.pairs = pairs }

  /// - Throws: `LikenessError.badPairs`
  public init(contentsOf url: URL) throws(LikenessError) {
    guard let data = try? Data(contentsOf: url) else {
      throw .badPairs(path: url.path, reason: "it cannot be read")
    }
    guard let text = String(data: data, encoding: .utf8) else {
      throw .badPairs(path: url.path, reason: "it is not UTF-8")
    }
    try self.init(text, path: url.path)
  }

  /// - Parameter path: what errors call it.
  /// - Throws: `LikenessError.badPairs`
  init(_ text: String, path: String) throws(LikenessError) {
    var perFold = Int.max
    var pairs: [Pair] = []
    for (index, line) in text.components(separatedBy: .newlines).enumerated() {
      let fields = line.split(whereSeparator: \.isWhitespace).map(String.init)
      func photo(_ person: Int, _ number: Int) -> NumberedPhoto? {
        Int(fields[number]).map {
          NumberedPhoto(
            person: fields[person].precomposedStringWithCanonicalMapping, number: $0)
        }
      }
      if fields.isEmpty { continue }
      let counts = fields.compactMap { Int($0) }
      if index == 0, fields.count <= 2, counts.count == fields.count, let count = counts.last,
        (1...1 << 40).contains(count)
      {
        perFold = 2 * count
        continue
      }
      let places = fields.count == 3 ? (0, 2) : (2, 3)
      guard [3, 4].contains(fields.count), let first = photo(0, 1),
        let second = photo(places.0, places.1)
      else {
        throw .badPairs(
          path: path, reason: "line \(index + 1) is neither name n1 n2 nor name1 n1 name2 n2")
      }
      pairs.append(Pair(first: first, second: second, fold: pairs.count / perFold))
    }
    guard !pairs.isEmpty else { throw .badPairs(path: path, reason: "there are no pairs in it") }
    self.pairs = pairs
  }
}
