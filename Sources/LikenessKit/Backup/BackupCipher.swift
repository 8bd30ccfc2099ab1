import Crypto
import CryptoExtras
import Foundation

/// How a backup is encrypted: the key from a passphrase by scrypt, the content in chunks by AES-256-GCM, whose nonces
/// count and say which chunk is the last (the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár, 2015). So no
/// chunk can be altered, left out, put elsewhere or added, and none cut off at the end.
///
/// `Documentation/Backup.md` describes the bytes.
struct BackupCipher {
  /// What files begin with.
  static let magic = Data("LIKENESS-BACKUP\n".utf8)
  /// Bytes before the first chunk.
  static let headSize = 104
  /// Bytes that a chunk has beside its content.
  static let tagSize = 16
  /// log2 of scrypt's cost N: 128 MB of memory and some tenths of a second for each passphrase that is tried.
  static let standardCost: UInt8 = 17
  /// Costs that are taken from a file: up to 1 GB of memory.
  private static let costs: ClosedRange<UInt8> = 10...20
  private static let blockSize: UInt8 = 8
  private static let parallelism: UInt8 = 1
  private static let version: UInt8 = 1
  private static let standardChunkSize = 1 << 16
  /// Bytes of the head that follow from nothing else in it.
  private static let fixedSize = 64

  /// Bytes of content in each chunk but the last, which may have fewer.
  let chunkSize: Int
  let head: Data
  private let key: SymmetricKey

  /// For a new backup.
  /// - Throws: `BackupError.emptyPassphrase`
  init(passphrase: String, cost: UInt8 = standardCost) throws {
    var fixed = Self.magic
    fixed += [Self.version, cost, Self.blockSize, Self.parallelism]
    fixed += (0..<4).map { UInt8(truncatingIfNeeded: Self.standardChunkSize >> (8 * $0)) }
    // The salt, and the beginning of all nonces.
    fixed += (0..<39).map { _ in UInt8.random(in: .min ... .max) }
    fixed.append(0)
    let keys = try Self.keys(passphrase, fixed)
    var head = fixed
    head += HMAC<SHA256>.authenticationCode(for: fixed, using: keys.head)
    head += SHA256.hash(data: head).prefix(8)
    (self.head, key, chunkSize) = (head, keys.content, Self.standardChunkSize)
  }

  /// For a backup that is there.
  /// - Parameter path: for messages.
  /// - Throws: `BackupError`
  init(head: Data, passphrase: String, path: String) throws {
    let head = Data(head)
    guard head.starts(with: Self.magic) else { throw BackupError.notABackup(path: path) }
    guard head.count == Self.headSize else {
      throw BackupError.damaged(path: path, detail: "its head is not whole")
    }
    // Without a passphrase, so that damage is not taken for a wrong one.
    guard head.suffix(8).elementsEqual(SHA256.hash(data: head.dropLast(8)).prefix(8)) else {
      throw BackupError.damaged(path: path, detail: "its head was altered")
    }
    let start = Self.magic.count
    guard head[start] == Self.version else { throw BackupError.newerVersion(path: path) }
    let chunkSize = (0..<4).reduce(0) { $0 | Int(head[start + 4 + $1]) << (8 * $1) }
    guard Self.costs.contains(head[start + 1]), head[start + 2] == Self.blockSize,
      head[start + 3] == Self.parallelism, (1...(1 << 24)).contains(chunkSize)
    else { throw BackupError.damaged(path: path, detail: "its head makes no sense") }
    let fixed = head.prefix(Self.fixedSize)
    let keys = try Self.keys(passphrase, fixed)
    guard
      HMAC<SHA256>.isValidAuthenticationCode(
        head[Self.fixedSize..<Self.fixedSize + 32], authenticating: fixed, using: keys.head)
    else { throw BackupError.wrongPassphrase(path: path) }
    (self.head, key, self.chunkSize) = (head, keys.content, chunkSize)
  }

  /// Two keys: one that tells a wrong passphrase, one for the content.
  private static func keys(
    _ passphrase: String, _ fixed: Data
  ) throws -> (head: SymmetricKey, content: SymmetricKey) {
    // The same text, whichever way its letters were typed.
    let text = Data(passphrase.precomposedStringWithCanonicalMapping.utf8)
    guard !text.isEmpty else { throw BackupError.emptyPassphrase }
    let fixed = Data(fixed)
    let both = try KDF.Scrypt.deriveKey(
      from: text, salt: fixed[24..<56], outputByteCount: 64,
      rounds: 1 << Int(fixed[magic.count + 1]), blockSize: Int(blockSize),
      parallelism: Int(parallelism))
    return both.withUnsafeBytes { bytes in
      (SymmetricKey(data: bytes.prefix(32)), SymmetricKey(data: bytes.suffix(32)))
    }
  }

  private func nonce(_ number: UInt32, isLast: Bool) throws -> AES.GCM.Nonce {
    let counter = (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) }
    return try AES.GCM.Nonce(data: head[56..<63] + counter + [isLast ? 1 : 0])
  }

  /// A chunk as it stands in the file: `tagSize` bytes more.
  func seal(_ chunk: Data, number: UInt32, isLast: Bool) throws -> Data {
    let box = try AES.GCM.seal(
      chunk, using: key, nonce: nonce(number, isLast: isLast), authenticating: head)
    return box.ciphertext + box.tag
  }

  /// - Throws: `CryptoKitError` for a chunk that was altered or is another one.
  func open(_ sealed: Data, number: UInt32, isLast: Bool) throws -> Data {
    let box = try AES.GCM.SealedBox(
      nonce: nonce(number, isLast: isLast), ciphertext: sealed.dropLast(Self.tagSize),
      tag: sealed.suffix(Self.tagSize))
    return try AES.GCM.open(box, using: key, authenticating: head)
  }
}
