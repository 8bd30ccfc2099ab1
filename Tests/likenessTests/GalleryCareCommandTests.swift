import Foundation
import GRDB
import LikenessServer
import TestSupport
import Testing

@testable import GalleryCore
@testable import GallerySQLite
@testable import LikenessKit

/// Checking, backing up and restoring from the command line.
@Suite struct GalleryCareCommandTests {
  /// Gives the work a gallery of four faces without a photo that could be opened, in which nothing is wrong.
  private func withGallery(_ work: (_ home: URL, _ folder: URL) throws -> Void) throws {
    try TestFiles.withTemporaryFolder { folder in
      let home = folder.appendingPathComponent("gallery")
      do {
        let store = try GalleryStore(at: home, access: .write, create: true)
        try store.add(
          (0..<4).map { number in
            NewPhoto(
              digest: "\(number)",
              file: PhotoFile(path: "/photos/\(number).jpg", bytes: 1, modified: 0), width: 100,
              height: 100, turned: 0,
              faces: [
                NewFace(
                  name: "Person \(number)",
                  geometry: FaceGeometry(x: 0, y: 0, width: 50, height: 50, landmarks: []),
                  score: 0.9,
                  quality: FaceQuality(
                    size: 50, sharpness: 9, yaw: 0, pitch: 0, roll: 0, inside: 1),
                  embedding: Embedding([Float(number), 1]), thumbnail: Data([1]))
              ])
          }, model: "test")
      }
      #expect(try run("check", "--repair", "--quiet", at: home).status == 0)
      try work(home, folder)
    }
  }

  private func run(_ arguments: String..., at home: URL) throws -> ProgramRun {
    try ProgramRun(["gallery"] + arguments + ["--gallery", home.path])
  }

  @Test func `a copy says what was there, and what it cannot have`() throws {
    try withGallery { home, folder in
      let place = folder.appendingPathComponent("copy")
      func copy() throws -> ProgramRun {
        try ProgramRun(["gallery", "copy", home.path, place.path, "--quiet"])
      }
      let first = try copy()
      #expect(first.status == 0 && first.errors.isEmpty, "\(first.errors)")
      #expect(
        first.output.hasPrefix("copied 4 photos; 4 photos, 4 faces and 0 people are the same in "))
      #expect(try copy().output.hasPrefix("copied 0 photos, 4 of 4 were there already; "))
      do {
        let store = try GalleryStore(at: place, access: .write)
        let faces = try store.faces(after: 0, limit: 2)
        for face in faces { try store.setName("Else", face: face) }
      }
      let lost = try copy()
      #expect(lost.status == 1 && lost.output.isEmpty && lost.errorLines.count == 3)
      for photo in ["/photos/0.jpg", "/photos/1.jpg"] {
        #expect(
          lost.errors.contains("likeness: \(photo) has other faces, names or labels there\n"),
          "\(lost.errors)")
      }
      #expect(lost.errorLines.last?.contains("differs in 2 things") == true)
    }
  }

  @Test func `a check says what it found and what a repair would do`() throws {
    try withGallery { home, _ in
      let sound = try run("check", at: home)
      #expect(sound.status == 0 && sound.output == "4 photos and 4 faces: nothing is wrong\n")
      let database = try DatabaseQueue(path: home.appendingPathComponent("gallery.sqlite").path)
      try database.writeWithoutTransaction { db in
        try db.execute(sql: "PRAGMA foreign_keys = OFF; DELETE FROM face WHERE id = 2")
      }
      try database.close()
      chmod(home.path, 0o755)
      let found = try run("check", at: home)
      #expect(found.status == 1)
      #expect(
        found.output == """
          reference: 1 thumbnail refers to faces that are not in the gallery, such as face:2; --repair would delete what refers to them
          permission: others than the owner may use 1 file or folder of the gallery: the folder itself; --repair would let the owner alone use them

          """)
      let json = try #require(try run("check", "--json", at: home).json() as? [String: Any])
      let findings = try #require(json["findings"] as? [[String: Any]])
      #expect(findings.map { $0["kind"] as? String } == ["reference", "permission"])
      #expect(findings.allSatisfy { $0["repaired"] as? Bool == false })
      let repaired = try run("check", "--repair", at: home)
      #expect(repaired.status == 0 && repaired.output.contains("; repaired: deleted it\n"))
      // As many as were found, though a gallery that is opened for changes is closed to others anyway.
      #expect(
        repaired.output.contains("1 file or folder of the gallery: the folder itself; repaired"))
      #expect(try run("check", at: home).status == 0)
    }
  }

  @Test func `a check of a database that is cut short says what helps`() throws {
    try withGallery { home, _ in
      let file = home.appendingPathComponent("gallery.sqlite")
      try Data(contentsOf: file).prefix(9000).write(to: file)
      let found = try run("check", at: home)
      #expect(found.status == 1 && found.output.hasPrefix("database: the database is damaged"))
      #expect(
        found.output.contains("here: restore a backup, or add the photos to a new gallery\n"))
    }
  }

  @Test func `keys that cannot be read are a finding`() throws {
    try withGallery { home, _ in
      let file = home.appendingPathComponent("keys.json")
      _ = try APIKeyFile(gallery: home).add("reader", rights: .read, rate: nil)
      #expect(try run("check", at: home).status == 0)
      try Data("[{".utf8).write(to: file)
      chmod(file.path, 0o600)
      let broken = try run("check", "--repair", at: home)
      #expect(
        broken.status == 1 && broken.output.hasPrefix("keys: \(file.path) cannot be read as keys"))
      try FileManager.default.removeItem(at: file)
      #expect(try run("check", at: home).output.hasPrefix("keys: \(file.path) is gone"))
    }
  }

  @Test func `a gallery comes back from an encrypted backup`() throws {
    try withGallery { home, folder in
      let file = folder.appendingPathComponent("people.backup")
      let secret = folder.appendingPathComponent("secret")
      try Data("a long passphrase\nand what is not of it\n".utf8).write(to: secret)
      let made = try run("backup", file.path, "--passphrase-file", secret.path, at: home)
      #expect(made.status == 0 && made.output.hasSuffix("0 kept photos with them; encrypted\n"))
      #expect(made.errors.contains("keys are not in it"))
      let copy = folder.appendingPathComponent("copy")
      let needed = try run("restore", file.path, at: copy)
      #expect(needed.status == 1 && needed.errorLines.count == 1)
      #expect(needed.errors.contains("--passphrase-file"))
      let restored = try run("restore", file.path, "--passphrase-file", secret.path, at: copy)
      #expect(
        restored.status == 0 && restored.output.hasPrefix("restored 4 photos and 4 faces of "))
      let lists = try [home, copy].map {
        try ProgramRun(["list", "faces", "--json", "--gallery", $0.path]).output
      }
      #expect(lists[0] == lists[1] && lists[0].contains("Person 3"))
      let again = try run("restore", file.path, "--passphrase-file", secret.path, at: copy)
      #expect(again.status == 1 && again.errorLines.count == 1)
      #expect(again.errors.contains("there is something at"))
    }
  }

  @Test func `what cannot be backed up is told in one line`() throws {
    try TestFiles.withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("backup").path
      let server = try ProgramRun([
        "gallery", "backup", file, "--gallery", "milvus://127.0.0.1:1/x",
      ])
      #expect(server.status == 1 && server.errorLines.count == 1)
      #expect(server.errors.contains("likeness gallery copy"))
      let none = try run("backup", file, at: folder.appendingPathComponent("none"))
      #expect(none.status == 2 && none.errorLines.count == 1)
      let secret = try run("backup", file, "--passphrase-file", "/none", at: folder)
      #expect(secret.status == 64)
      try Data("text".utf8).write(to: URL(fileURLWithPath: file))
      let text = try run("restore", file, at: folder.appendingPathComponent("none"))
      #expect(text.status == 1 && text.errors.contains("is not a backup"))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["backup"])
    }
  }
}
