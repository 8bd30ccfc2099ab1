import Crypto
import Faces
import Foundation
import LikenessCore
import LikenessKit

/// The sample photos of the face_recognition project, which are not ours to hand on: each machine downloads them once.
struct SamplePhotos {
  /// Their folder at the commit that the hashes are of.
  static let address =
    "https://raw.githubusercontent.com/ageitgey/face_recognition/2e2dccea9dd0ce730c8d464d0f67c6eebb40c9d1/tests/test_images"

  /// The SHA-256 of each, in hexadecimal; 3.2 MB in all.
  static let hashes = [
    "32bit.png": "44dca895a7d635a4aedddd91a4f37af9a8a5b44e66154282a24645a757b5f627",
    "biden.jpg": "3c17508bb91554c637a2eabddfae790e5bb1caba93130814fc2ac50be9760c4c",
    "obama.jpg": "0930e3aa8cae5920329c0c8cbc6a2ab70f47b0e67b432875beaa95cbf7e741f6",
    "obama2.jpg": "a7efcc907375274796f39646510704aa86672d59f6d5469d69af3c85590976a6",
    "obama3.jpg": "76ac6bf97c36dc2da0ad16a537d6a5ac1b10f48d49aac29a0cca9a17cdbc3ca3",
    "obama_partial_face.jpg": "c2d1f09e7ef3042352b41e41286e6eb0522f64f88308be13886991b95db52117",
    "obama_partial_face2.jpg": "9a812347f97633542b8cd9992de22def11b74f79d82056bc3ee830f13878e028",
  ]

  let folder: URL

  /// The names of those that are missing or are not as they should be.
  var missing: [String] {
    Self.hashes.filter { name, hash in
      (try? Data(contentsOf: folder.appendingPathComponent(name))).map(Self.sha256) != hash
    }.keys.sorted()
  }

  /// Puts one in its place, if it is what it should be.
  /// - Throws: `HTTPFetchError`, `SamplePhotoError`, `LikenessError.notWritable`
  func download(_ name: String, from address: String) throws {
    let data = try HTTPFetch.get(name, at: address, patience: 60)
    guard Self.sha256(data) == Self.hashes[name] else {
      throw SamplePhotoError.altered(name, address: address)
    }
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw LikenessError.notWritable(path: folder.path, reason: OutputFile.reason(error))
    }
    try OutputFile.write(data, to: folder.appendingPathComponent(name))
  }

  private static func sha256(_ data: Data) -> String {
    SHA256.hash(data: data).hexadecimal
  }
}

enum SamplePhotoError: ClassifiedError, Equatable {
  /// What came is another file.
  case altered(String, address: String)

  var kind: ErrorKind { .damaged }

  var description: String {
    switch self {
    case .altered(let name, let address):
      "\(name) of \(address) is not the photo that is expected (its checksum differs): nothing was kept of it"
    }
  }
}
