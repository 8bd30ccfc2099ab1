import Foundation

@testable import LikenessServer

/// One key of each kind, and the file that a server knows them by.
struct Keys {
  let read: String
  let write: String
  let admin: String
  let file: Data

  init() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("keys-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let keys = APIKeyFile(gallery: folder)
    read = try keys.add("reader", rights: .read, rate: nil).text
    write = try keys.add("writer", rights: .write, rate: nil).text
    admin = try keys.add("owner", rights: .admin, rate: nil).text
    file = try Data(contentsOf: folder.appendingPathComponent("keys.json"))
  }
}
