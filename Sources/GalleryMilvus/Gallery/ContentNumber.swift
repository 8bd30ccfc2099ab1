import Crypto
import Foundation
import LikenessCore

/// Numbers that follow from content, so that whoever adds the same photo gives it and its faces the same ones.
///
/// They have 53 bits, which JavaScript counts exactly. Among a hundred million one pair is expected to meet by chance;
/// whose place is taken has a further candidate.
enum ContentNumber {
  /// The first is the beginning of the digest, so that photos in the order of their numbers are in that of their digests.
  static func candidates(photo digest: String) -> some Sequence<PhotoID> {
    let bits = digest.count == 64 ? UInt64(digest.prefix(16), radix: 16) : nil
    let own = bits.map { [PhotoID(number($0))] } ?? []
    return own + numbers(PhotoID.self, "photo \(digest)").prefix(MilvusGallery.attempts - own.count)
  }

  static func candidates(face ordinal: Int, ofPhoto digest: String) -> some Sequence<FaceID> {
    numbers(FaceID.self, "face \(ordinal) of \(digest)")
  }

  /// Of a face that the user drew. It does not follow from its place among the others, which another one had before it where
  /// that was removed.
  static func candidates(drawn box: Box, ofPhoto digest: String) -> some Sequence<FaceID> {
    numbers(FaceID.self, "face at \(box.x),\(box.y),\(box.width),\(box.height) of \(digest)")
  }

  /// Of somebody who is made of faces for the first time.
  static func candidates(personOf face: FaceID) -> some Sequence<PersonID> {
    numbers(PersonID.self, "person of \(face)")
  }

  private static func numbers<ID: RecordID>(
    _: ID.Type, _ content: String
  ) -> some Sequence<ID> {
    (0...).lazy.map { attempt -> ID in
      let hash = SHA256.hash(data: Data("\(attempt) \(content)".utf8))
      return ID(number(hash.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }))
    }
  }

  /// From 1 on.
  private static func number(_ bits: UInt64) -> Int64 { Int64(max(1, bits >> 11)) }
}
