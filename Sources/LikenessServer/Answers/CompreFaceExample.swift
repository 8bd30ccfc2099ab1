import Foundation
import LikenessKit

/// An example of a subject: a face, by an id that looks as CompreFace's do.
struct CompreFaceExample: Encodable, Sendable {
  var imageId: String
  var subject: String

  init(face: FaceID, subject: String) {
    imageId = Self.id(of: face)
    self.subject = subject
  }

  /// A UUID of version 4 with the number's 64 bits in its last 12 and its first 4 digits.
  static func id(of face: FaceID) -> String {
    let digits = String(UInt64(bitPattern: face.rawValue), radix: 16)
    let all = String(repeating: "0", count: 16 - digits.count) + digits
    return "\(all.prefix(4))0000-0000-4000-8000-\(all.dropFirst(4))"
  }

  /// - Throws: `ServerError` with the code `unknown_face`
  static func face(of id: String) throws -> FaceID {
    guard UUID(uuidString: id) != nil else { throw ServerError.badParameter("image_id", "a UUID") }
    let id = id.lowercased()
    guard id.dropFirst(4).hasPrefix("0000-0000-4000-8000-"),
      let bits = UInt64(id.prefix(4) + id.suffix(12), radix: 16)
    else { throw ServerError(.notFound, "unknown_face", "Image \(id) not found") }
    return FaceID(Int64(bitPattern: bits))
  }
}
