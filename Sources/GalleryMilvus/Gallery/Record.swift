import Crypto
import Foundation
import GalleryCore
import LikenessCore

/// All else that a gallery keeps, in a second collection: a record each, by a key that says what it is.
///
/// Milvus wants a vector in every collection; that of records is always the same.
struct Record {
  /// What a record is about, and what its number and text are.
  enum Kind: String {
    /// The gallery itself: when it was made, and which it is.
    case gallery
    /// The model of its embeddings.
    case model
    /// Changes with every change; its number tells one state from another.
    case revision
    /// A photo; its number, how many faces it has, and its path.
    case photo
    /// A name that faces go by.
    case name
    /// A small JPEG of a face; the face's number.
    case thumbnail
    /// A photo whose faces have no people yet; its number, and how many faces it has.
    case unsorted
    /// Whose a face is: its number is the person's, its count 1 where the user said so. One for each face.
    case member
    /// Somebody: the number, the name that the user gave, and 1 as the count where the user hid the person.
    case person
    /// Two people who are not one: the lower number and, as the count, the higher; the text is the edit's that said so.
    case apart
    /// A face that is not of a person: the face's number and, as the count, the person's; the text is the edit's that said so.
    case rejected
    /// A face that the user hid; its number.
    case hidden
    /// What the user said about people.
    case edit
    /// What became of a face by an edit: the face's number and, as the count, the edit's.
    case move
    /// What the people are made of.
    case people
    /// How many links the faces have; the body is its reader's.
    case links
    /// A map of faces; the text is its settings.
    case map
    /// Some faces of a map; its number and count are the least and the greatest of the faces' numbers, the text is the
    /// map's key.
    case mapPart
    /// That the faces are being embedded anew, and where.
    case upgrade
    /// That a program is about to give somebody a name; the text is the name's SHA-256.
    case claim
  }

  var key: String
  var kind: Kind
  var number: Int64 = 0
  var count: Int64 = 0
  var text = ""
  var body = Data("{}".utf8)

  static let keyField = "key"
  static let kindField = "kind"
  static let numberField = "number"
  static let countField = "count"
  static let textField = "text"
  static let bodyField = "body"
  static let vectorField = "vector"
  static let fields = [keyField, kindField, numberField, countField, textField, bodyField]

  static let schema: [MilvusCollection.Field] = [
    .init(name: keyField, kind: .text(2_100), isKey: true),
    .init(name: kindField, kind: .text(40), isAskedFor: true),
    .init(name: numberField, kind: .integer, isAskedFor: true),
    .init(name: countField, kind: .integer),
    .init(name: textField, kind: .text(2_000), isAskedFor: true),
    .init(name: bodyField, kind: .object),
    .init(name: vectorField, kind: .vector(2)),
  ]

  static let galleryKey = "gallery"
  static let modelKey = "model"
  static let revisionKey = "revision"
  /// In the order of numbers.
  static func key(photo number: PhotoID) -> String {
    let digits = "\(number)"
    return "photo/\(String(repeating: "0", count: max(0, 16 - digits.count)))\(digits)"
  }
  static func key(name: String) -> String { "name/\(name)" }
  static func key(thumbnail face: FaceID) -> String { "thumbnail/\(face)" }
  static func key(unsorted photo: PhotoID) -> String { "unsorted/\(photo)" }
  private static let memberKeys = "member/"
  static func key(memberOf face: FaceID) -> String { "\(memberKeys)\(face)" }
  /// Whose membership a record of the kind `member` is.
  var member: FaceID? { Int64(key.dropFirst(Self.memberKeys.count)).map { FaceID($0) } }
  static func key(person: PersonID) -> String { "person/\(person)" }
  static func key(apart pair: PeopleBook.Pair) -> String { "apart/\(pair.low)/\(pair.high)" }
  static func key(rejected: PeopleBook.Rejection) -> String {
    "rejected/\(rejected.face)/\(rejected.person)"
  }
  static func key(hidden face: FaceID) -> String { "hidden/\(face)" }
  static func key(edit: EditID) -> String { "edit/\(edit)" }
  static func key(moveOf face: FaceID, by edit: EditID) -> String { "move/\(edit)/\(face)" }
  static func key(claimTo digest: String, by owner: String, turn: Int) -> String {
    "claim/\(digest)/\(owner)/\(turn)"
  }
  static let peopleKey = "people"
  static let linksKey = "links"
  static func key(map settings: String) -> String {
    "map/\(SHA256.hash(data: Data(settings.utf8)).prefix(16).hexadecimal)"
  }
  static func key(partOf map: String, _ id: String, from face: FaceID) -> String {
    "\(map)/\(id)/\(face)"
  }
  static let upgradeKey = "upgrade"
}

extension Record {
  /// A name that faces go by.
  init(name: String) { self.init(key: Self.key(name: name), kind: .name, text: name) }
}

extension [Record] {
  init(_ rows: Rows) throws {
    let (keys, kinds) = (rows.texts(Record.keyField), rows.texts(Record.kindField))
    let (numbers, counts) = (rows.integers(Record.numberField), rows.integers(Record.countField))
    let (texts, bodies) = (rows.texts(Record.textField), rows.objects(Record.bodyField))
    guard
      [kinds.count, numbers.count, counts.count, texts.count, bodies.count].allSatisfy({
        $0 == keys.count
      })
    else { throw MilvusGalleryError.foreign }
    self = try keys.indices.map { row in
      // A later version may keep more kinds, but not in the place of these.
      guard let kind = Record.Kind(rawValue: kinds[row]) else { throw MilvusGalleryError.foreign }
      if kind == .photo || kind == .unsorted {
        // So many faces in a photo are counted, not an id.
        guard Int64(0)...Int64(Int32.max) ~= counts[row] else { throw MilvusGalleryError.foreign }
      }
      return Record(
        key: keys[row], kind: kind, number: numbers[row], count: counts[row], text: texts[row],
        body: bodies[row])
    }
  }

  var asRows: Rows {
    Rows([
      (Record.keyField, .texts(map(\.key))), (Record.kindField, .texts(map(\.kind.rawValue))),
      (Record.numberField, .integers(map(\.number))),
      (Record.countField, .integers(map(\.count))), (Record.textField, .texts(map(\.text))),
      (Record.bodyField, .objects(map(\.body))),
      (
        Record.vectorField, .vectors([Float](repeating: 1, count: 2 * count), dimensions: 2)
      ),
    ])
  }
}
