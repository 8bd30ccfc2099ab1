import Crypto
import Foundation
import LikenessCore

/// The files of which a backup is made.
enum BackupContents {
  /// What a backup is of: the first file.
  struct Head: Codable {
    /// Of how backups are made.
    var format: Int
    /// The version of Likeness.
    var program: String
    /// ISO 8601.
    var created: String
    /// The gallery's id.
    var gallery: String
  }

  /// What all others are: the last file.
  struct Manifest: Codable {
    struct Member: Codable, Equatable {
      var name: String
      var bytes: Int
      /// Lower-case hexadecimal.
      var sha256: String
    }

    /// The gallery's revision.
    var revision: Int
    /// How many photos and faces there are in it.
    var photos: Int
    var faces: Int
    /// The files before it, in order.
    var members: [Member]
    /// Kept photos whose files the gallery itself had lost.
    var lost: [String]
  }

  /// Whether a backup may take the place of what is at a path: nothing, an empty file or another backup.
  static func mayReplace(_ file: URL) -> Bool {
    var status = stat()
    guard stat(file.path, &status) == 0 else { return true }
    guard status.st_mode & S_IFMT == S_IFREG else { return false }
    guard status.st_size > 0 else { return true }
    guard let handle = try? FileHandle(forReadingFrom: file) else { return false }
    defer { try? handle.close() }
    let start = (try? handle.read(upToCount: 64)) ?? Data()
    // The first file of the archive stands behind 30 bytes of its own head.
    return start.starts(with: BackupCipher.magic)
      || start.starts(with: Data("PK\u{3}\u{4}".utf8))
        && start.dropFirst(30).starts(with: Data(head.utf8))
  }

  static let format = 1
  static let head = "likeness-backup.json"
  static let manifest = "manifest.json"
  static let database = "gallery.sqlite"
  static let keys = "keys.json"

  /// Whether a file of a gallery is a photo that it keeps itself, by its path in the gallery's folder.
  static func isKeptPhoto(_ path: String) -> Bool {
    path.wholeMatch(of: /photos\/([0-9a-f]{2})\/([0-9a-f]{64})\.[a-z0-9]{1,8}/)
      .map { $0.2.hasPrefix($0.1) } ?? false
  }

  /// Whether a backup may hold a file of that name.
  static func isMember(_ name: String) -> Bool {
    [head, manifest, database, keys].contains(name) || isKeptPhoto(name)
  }

  static func encoded(_ value: some Encodable) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(value) + Data("\n".utf8)
  }
}

/// Writes the files of a backup one after the other.
struct BackupArchive {
  private static let pieceSize = 1 << 20

  private var zip = ZipArchive()
  private let output: BackupOutput
  /// What was written so far.
  private(set) var members: [BackupContents.Manifest.Member] = []

  init(_ output: BackupOutput) { self.output = output }

  /// - Throws: `LikenessError.notWritable`
  mutating func add(_ name: String, _ data: Data) throws {
    var checksum = ZipArchive.Checksum()
    var digest = SHA256()
    Self.eachPiece(of: data) {
      checksum.update($0)
      digest.update(data: $0)
    }
    try output.write(
      zip.head(of: name, size: UInt64(data.count), checksum: checksum.value))
    try Self.eachPiece(of: data) { try output.write($0) }
    members.append(
      .init(name: name, bytes: data.count, sha256: digest.finalize().hexadecimal))
  }

  private static func eachPiece(of data: Data, _ body: (Data) throws -> Void) rethrows {
    var start = data.startIndex
    while start < data.endIndex {
      let end = min(start + pieceSize, data.endIndex)
      try body(data[start..<end])
      start = end
    }
  }

  /// Ends the archive and puts it in its place.
  /// - Throws: `LikenessError.notWritable`
  mutating func finish(_ manifest: BackupContents.Manifest) throws {
    try add(BackupContents.manifest, try BackupContents.encoded(manifest))
    try output.write(zip.end())
    try output.finish()
  }
}

/// Reads the files of a backup one after the other. What is not byte for byte as `BackupArchive` writes it is damage.
struct BackupArchiveReader {
  private static let pieceSize = 1 << 20
  /// Of a file that is read at once: more than a million photos' manifest has.
  private static let maximumBytes = 1 << 29

  let input: BackupInput
  private var zip = ZipArchive()
  private var names: Set<String> = []

  init(_ input: BackupInput) { self.input = input }

  /// A file whose bytes are to be read next.
  struct Member {
    var name: String
    var bytes: Int
    fileprivate var checksum: UInt32
  }

  /// The next file; nil at the end, of which all bytes were compared then.
  /// - Throws: `BackupError`
  mutating func next() throws -> Member? {
    let fixed = try input.exactly(30)
    func number(_ bytes: Data, _ place: Int, _ count: Int) -> UInt64 {
      (0..<count).reduce(0) { $0 | UInt64(bytes[place + $1]) << (8 * UInt64($1)) }
    }
    guard number(fixed, 0, 4) == 0x0403_4b50 else {
      let end = zip.end()
      guard try fixed + input.next(end.count - fixed.count + 1) == end else {
        throw input.damaged("its directory is not as it was written")
      }
      return nil
    }
    let (nameSize, extraSize) = (Int(number(fixed, 26, 2)), Int(number(fixed, 28, 2)))
    let rest = try input.exactly(nameSize + extraSize)
    let name = String(decoding: rest.prefix(nameSize), as: UTF8.self)
    guard BackupContents.isMember(name), names.insert(name).inserted else {
      throw input.damaged("it has a file that no backup has, or one twice")
    }
    var size = number(fixed, 22, 4)
    if size == UInt32.max, extraSize == 20 { size = number(rest, nameSize + 4, 8) }
    let checksum = UInt32(number(fixed, 14, 4))
    guard size < Int.max, zip.head(of: name, size: size, checksum: checksum) == fixed + rest else {
      throw input.damaged("what is before \(name) is not as it was written")
    }
    return Member(name: name, bytes: Int(size), checksum: checksum)
  }

  /// The bytes of a file, piece by piece.
  /// - Returns: what the manifest has of it.
  /// - Throws: `BackupError`, and what `body` throws
  func read(
    _ member: Member, _ body: (Data) throws -> Void
  ) throws -> BackupContents.Manifest.Member {
    var checksum = ZipArchive.Checksum()
    var digest = SHA256()
    var left = member.bytes
    while left > 0 {
      let piece = try input.exactly(min(left, Self.pieceSize))
      checksum.update(piece)
      digest.update(data: piece)
      try body(piece)
      left -= piece.count
    }
    guard checksum.value == member.checksum else {
      throw input.damaged("\(member.name) is not as it was written")
    }
    return .init(
      name: member.name, bytes: member.bytes, sha256: digest.finalize().hexadecimal)
  }

  /// A file of JSON, whole.
  /// - Throws: `BackupError`
  func decoded<Value: Decodable>(
    _ member: Member, as: Value.Type
  ) throws -> (value: Value, entry: BackupContents.Manifest.Member) {
    guard member.bytes <= Self.maximumBytes else {
      throw input.damaged("\(member.name) is too large")
    }
    var data = Data()
    let entry = try read(member) { data += $0 }
    guard let value = try? JSONDecoder().decode(Value.self, from: data) else {
      throw input.damaged("\(member.name) is not as it was written")
    }
    return (value, entry)
  }
}
