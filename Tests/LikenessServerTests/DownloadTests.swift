import Foundation
import LikenessCore
import TestSupport
import Testing

@testable import LikenessServer

/// Several photos as one file.
@Suite(.serialized) struct DownloadTests {
  /// The files of a ZIP file, by its directory at the end.
  private func files(_ zip: Data) throws -> [String: Data] {
    let zip = Data(zip)
    func number(_ place: Int, _ bytes: Int) -> Int {
      (0..<bytes).reduce(0) { $0 | Int(zip[place + $1]) << (8 * $1) }
    }
    let end = zip.count - 22
    try #require(end >= 0 && number(end, 4) == 0x0605_4b50)
    var (place, found) = (number(end + 16, 4), [String: Data]())
    for _ in 0..<number(end + 10, 2) {
      try #require(number(place, 4) == 0x0201_4b50)
      let (size, length) = (number(place + 24, 4), number(place + 28, 2))
      let name = String(decoding: zip[place + 46..<place + 46 + length], as: UTF8.self)
      let start = number(place + 42, 4)
      try #require(number(start, 4) == 0x0403_4b50)
      let content = start + 30 + number(start + 26, 2) + number(start + 28, 2)
      let data = Data(zip[content..<content + size])
      #expect(number(place + 16, 4) == Int(ZipArchive.checksum(data)))
      found[name] = data
      place += 46 + length + number(place + 30, 2)
    }
    return found
  }

  @Test func checksumsAreThoseOfZip() {
    #expect(ZipArchive.checksum(Data("123456789".utf8)) == 0xCBF4_3926)
    #expect(ZipArchive.checksum(Data()) == 0)
  }

  @Test func namesAreSafeAndDifferent() throws {
    var archive = ZipArchive()
    var zip = Data()
    for name in ["a.jpg", "A.jpg", "../../b.jpg", "..", "", "김철수.jpg"] {
      zip += archive.add(name, Data(name.utf8))
    }
    zip += archive.end()
    #expect(
      Set(try files(zip).keys)
        == ["a.jpg", "A (2).jpg", ".._.._b.jpg", "_", "_ (2)", "김철수.jpg"])
  }

  @Test func keptPhotosComeAsTheyCame() async throws {
    let keys = FileManager.default.temporaryDirectory.appendingPathComponent(
      "keys-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: keys) }
    let file = APIKeyFile(gallery: keys)
    let write = ["x-api-key": try file.add("writer", rights: .write, rate: nil).text]
    let read = ["x-api-key": try file.add("reader", rights: .read, rate: nil).text]
    let data = try Data(contentsOf: keys.appendingPathComponent("keys.json"))
    try await ServerHarness.run(files: ["keys.json": data]) { server in
      let small = try ServerHarness.smaller("obama2.jpg")
      let added = try await server.upload(
        "/api/v1/photos", files: [("file", "small.jpg", small)], headers: write)
      let kept = try #require(added.list("photos")[0]["photo"] as? Int)
      // The samples lie elsewhere: the gallery has only their paths.
      let path = "/api/v1/photos/archive?photos=\(kept),1,\(kept)"
      let own = try await server.call(.get, path, headers: write)
      #expect(own.headers[.contentDisposition]?.contains("photos.zip") == true)
      let files = try files(own.body)
      #expect(files.count == 2 && files["small.jpg"] == small)
      let other = try #require(files.first { $0.key != "small.jpg" }?.value)
      #expect(other.starts(with: [0xFF, 0xD8, 0xFF]))
      // Who may only look gets what everybody sees: without metadata.
      let seen = try self.files(try await server.call(.get, path, headers: read).body)
      #expect(seen["small.jpg"] != small && seen["small.jpg"]?.isEmpty == false)
      #expect(try await server.call(.get, path).code == "key_needed")
    }
  }

  @Test func whatIsGoneIsNamed() async throws {
    try await ServerHarness.run(withSamples: false) { server in
      let small = try ServerHarness.smaller("obama2.jpg")
      let added = try await server.upload("/api/v1/photos", files: [("file", "small.jpg", small)])
      let photo = try #require(added.list("photos")[0]["photo"] as? Int)
      let folder = server.server.services.likeness.gallery.folder.appendingPathComponent("photos")
      try FileManager.default.removeItem(at: folder)
      let files = try files(
        try await server.call(.get, "/api/v1/photos/archive?photos=\(photo)").body)
      let text = String(decoding: files["missing.txt"] ?? Data(), as: UTF8.self)
      #expect(files.count == 1 && text.hasPrefix("photo:\(photo) small.jpg: "))
    }
  }
}
