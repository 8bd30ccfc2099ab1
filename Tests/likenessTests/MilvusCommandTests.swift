import Foundation
import TestSupport
import Testing

@testable import GalleryCore
@testable import GalleryMilvus
@testable import GallerySQLite
@testable import LikenessKit

/// The same commands where the gallery lives on a server.
@Suite(.serialized) struct MilvusCommandTests {
  private static let samples = [
    "32bit.png", "biden.jpg", "obama.jpg", "obama2.jpg", "obama3.jpg", "obama_partial_face.jpg",
    "obama_partial_face2.jpg",
  ]

  private static func run(_ gallery: String, _ arguments: String...) throws -> ProgramRun {
    try ProgramRun(arguments + ["--gallery", gallery])
  }

  private static func gallery(_ address: String) throws -> MilvusGallery {
    try MilvusGallery(at: MilvusAddress(address, environment: [:]))
  }

  @Test func aMadeGalleryIsExportedAndReduced() async throws {
    try await MilvusServer.with { server in
      try TestFiles.withTemporaryFolder { folder in
        let (address, home) = (server.address("made"), folder.appendingPathComponent("g").path)
        for place in [address, home] {
          let made = try ProgramRun([
            "bench", "gallery", "--faces", "150", "--people", "30", "--named", "1", place,
            "--quiet",
          ])
          #expect(made.status == 0, "\(made.errors)")
        }
        let again = try ProgramRun(["bench", "gallery", "--faces", "5", address])
        #expect(again.status != 0 && again.errorLines.count == 1)
        func faces(_ place: String) throws -> Set<String> {
          let run = try Self.run(place, "export", "--format", "json")
          let found = try #require(try run.json() as? [[String: Any]])
          return Set(
            found.map { face in
              "\(face["photo"] ?? "") \(face["ordinal"] ?? "") \(face["name"] ?? "") \(face["embedding"] ?? "")"
            })
        }
        let expected = try faces(home)
        #expect(try faces(address) == expected && expected.count == 150)
        let list = folder.appendingPathComponent("going.txt")
        try Data((1...12).map { "Person \($0)\n" }.joined().utf8).write(to: list)
        for place in [address, home] {
          let run = try Self.run(place, "remove", "--from", list.path, "--json")
          let receipt = try #require(try run.json() as? [String: Any])
          #expect((receipt["names"] as? [String])?.count == 12)
        }
        #expect(try faces(address) == faces(home))
      }
    }
  }

  /// Two workers, one of which is killed and started again, add each photo once; then every question is answered as
  /// from a folder.
  @Test func severalWorkersFillOneGallery() async throws {
    try await MilvusServer.with { server in
      try TestFiles.withTemporaryFolder { folder in
        let photos = folder.appendingPathComponent("photos")
        try FileManager.default.createDirectory(at: photos, withIntermediateDirectories: true)
        for name in Self.samples {
          let copy = photos.appendingPathComponent(name)
          try FileManager.default.copyItem(at: Samples.photo(name), to: copy)
        }
        let (address, home) = (server.address("people"), folder.appendingPathComponent("g").path)
        func worker(_ part: String) throws -> Process {
          let process = ProgramRun.process([
            "add", photos.path, "--shard", part, "--gallery", address, "--quiet",
          ])
          process.standardOutput = FileHandle.nullDevice
          try process.run()
          return process
        }
        let killed = try worker("1/2")
        Thread.sleep(forTimeInterval: 1)
        kill(killed.processIdentifier, SIGKILL)
        killed.waitUntilExit()
        let workers = try [worker("1/2"), worker("2/2")]
        for worker in workers {
          worker.waitUntilExit()
          #expect(worker.terminationStatus == 0)
        }
        let again = try Self.run(address, "add", photos.path, "--json")
        let summary = try #require(try again.json() as? [String: Any])
        #expect(summary["already"] as? Int == 7 && summary["added"] as? Int == 0)

        #expect(try Self.run(home, "add", photos.path, "--quiet").status == 0)
        for question in [
          ["nearest", "obama", "--metric", "l1", "--group", "photo"],
          ["verify", "obama", "biden"], ["list", "names"], ["same", "obama"],
          ["nearest", "nobody"], ["search", photos.appendingPathComponent("obama3.jpg").path],
        ] {
          let here = try ProgramRun(question + ["--gallery", home])
          let there = try ProgramRun(question + ["--gallery", address])
          // Of what is as likely, the order says nothing.
          func lines(_ run: ProgramRun) -> [String] {
            run.output.split(separator: "\n").map(String.init).sorted()
          }
          #expect(lines(there) == lines(here), "\(question)")
          #expect(there.status == here.status && there.errors == here.errors, "\(question)")
        }
        let info = try Self.run(address, "info")
        #expect(info.output.contains("faces              7, 7 of them named"))
        #expect(try Self.run(address, "label", "obama3.jpg", "expression=happy").status == 0)
        #expect(try Self.run(address, "label", "obama.jpg", "expression=stern").status == 0)
        let composed = try Self.run(address, "compose", "obama + expression:happy")
        #expect(composed.output.contains("obama3"))
        let people = try #require(
          try Self.run(address, "people", "--json").json() as? [String: Any])
        #expect((people["people"] as? [Any])?.count == 2)
        let removed = try Self.run(address, "remove", "biden")
        #expect(removed.output.hasPrefix("removed 1 face, 1 photo, 1 name (biden)"))
        #expect(
          removed.errorLines == [
            "the server overwrites their bytes when it next compacts its files"
          ])
        #expect(try Self.run(address, "nearest", "biden").status == 2)
        for format in ["json", "csv"] {
          #expect(try Self.run(address, "export", "--format", format).output.contains("obama3"))
        }
      }
    }
  }

  /// The server and a worker are killed at any moment while many faces come in. Whoever was killed is started again; at
  /// last each face is there once, with all that belongs to it. `LIKENESS_KILLS=20` kills twenty times among 5,000 faces.
  @Test func nothingIsLostOrDoubledByKilling() async throws {
    try await MilvusServer.with { server in
      try TestFiles.withTemporaryFolder { folder in
        let home = folder.appendingPathComponent("gallery")
        let kills = Int(ProcessInfo.processInfo.environment["LIKENESS_KILLS"] ?? "") ?? 3
        let count = 250 * kills
        let source = try Self.manyFaces(count, at: home)
        let address = server.address("people")
        var worker = try Self.copier(home, address)
        for round in 0..<kills {
          Thread.sleep(forTimeInterval: .random(in: 0.1...0.8))
          if round % 2 == 0 {
            kill(worker.processIdentifier, SIGKILL)
            worker.waitUntilExit()
          } else {
            server.kill()
            Thread.sleep(forTimeInterval: .random(in: 0...0.3))
            try server.start()
          }
          if !worker.isRunning { worker = try Self.copier(home, address) }
        }
        worker.waitUntilExit()
        #expect(worker.terminationStatus == 0)
        let last = try ProgramRun(["gallery", "copy", home.path, address, "--json"])
        let summary = try #require(try last.json() as? [String: Any])
        #expect(summary["copied"] as? Int == 0 && summary["faces"] as? Int == count)

        let copy = try Self.gallery(address)
        #expect(try copy.faceCount() == count && copy.photoCount() == source.photoCount())
        let faces = try copy.answers(of: copy.faces(after: 0, limit: .max))
        #expect(faces.count == count)
        let places = Set(faces.map { "\($0.photo.digest) \($0.entry.face.ordinal)" })
        #expect(places.count == count)
        let own = try source.answers(of: source.faces(after: 0, limit: .max))
        let values = Dictionary(
          uniqueKeysWithValues: own.map {
            ("\($0.photo.digest) \($0.entry.face.ordinal)", $0)
          })
        for (entry, embedding, photo) in faces {
          let twin = try #require(values["\(photo.digest) \(entry.face.ordinal)"])
          #expect(twin.embedding == embedding && twin.entry.name == entry.name)
          #expect(twin.entry.labels == entry.labels && twin.photo.path == photo.path)
        }
        #expect(try copy.names() == source.names())
      }
    }
  }

  private static func copier(_ home: URL, _ address: String) throws -> Process {
    let process = ProgramRun.process(["gallery", "copy", home.path, address, "--quiet"])
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    return process
  }

  private static func manyFaces(_ count: Int, at home: URL) throws -> GalleryStore {
    var random = SplitMix64(seed: 41)
    var left = count
    var photos: [NewPhoto] = []
    while left > 0 {
      let faces = min(left, [1, 1, 1, 2, 4][photos.count % 5])
      left -= faces
      let number = photos.count
      photos.append(
        NewPhoto(
          digest: String(format: "%064x", number),
          file: PhotoFile(path: "/photos/\(number).jpg", bytes: number, modified: 1), width: 10,
          height: 10, turned: 0,
          faces: (0..<faces).map { _ in
            NewFace(
              name: "Name \(number % 100)",
              geometry: FaceGeometry(x: 1 / 3, y: 2, width: 3, height: 4, landmarks: [1, 2]),
              score: 0.5,
              quality: FaceQuality(
                size: 50, sharpness: 5, yaw: 0, pitch: 0, roll: 0, inside: 1),
              embedding: Embedding((0..<128).map { _ in .random(in: -1...1, using: &random) }),
              thumbnail: Data("\(number)".utf8), labels: ["number": "\(number)"])
          }))
    }
    let store = try GalleryStore(at: home, access: .write, create: true)
    _ = try store.add(photos, model: "test")
    return store
  }

  /// What is wrong with the server or what it holds is said in one line, and changes nothing.
  @Test func everyMistakeIsOneLine() async throws {
    try await MilvusServer.with { server in
      let photo = Samples.photo("obama.jpg").path
      let here = server.address("people")
      func expect(
        _ text: String, _ status: Int32, _ gallery: String, _ arguments: String...
      ) throws {
        let run = try ProgramRun(arguments + ["--gallery", gallery])
        #expect(run.status == status && run.errorLines.count == 1, "\(arguments) \(run.errors)")
        #expect(run.errors.contains(text), "\(run.errors)")
        #expect(run.output.isEmpty)
      }
      try expect("there is no gallery at \(here)", 2, here, "nearest", "obama")
      for address in ["milvus://", "milvus://host/", "milvus://host/a-b", "milvus://host/a?b=c"] {
        let run = try Self.run(address, "info")
        #expect(run.status == 64 && run.errors.contains("is not an address of a gallery in Milvus"))
      }
      #expect(try Self.run(here, "add", photo, "--shard", "3/2").status == 64)
      // Somebody else's collection.
      let connection = try MilvusConnection(MilvusAddress(here, environment: [:]))
      let foreign = MilvusCollection(connection: connection, name: "foreign_records")
      try foreign.create(
        Record.schema, vector: Record.vectorField,
        index: ["index_type": "FLAT", "metric_type": "L2"])
      try foreign.upsert(
        [Record(key: "x", kind: .gallery, body: Data("{}".utf8))].asRows)
      try expect("is not a gallery of Likeness", 1, server.address("foreign"), "info")
      // Of a later version.
      let later = MilvusCollection(connection: connection, name: "later_records")
      try later.create(
        Record.schema, vector: Record.vectorField,
        index: ["index_type": "FLAT", "metric_type": "L2"])
      try later.upsert(
        [
          Record(
            key: Record.galleryKey, kind: .gallery,
            body: Data(#"{"id":"1","created":"x","version":99}"#.utf8))
        ].asRows)
      try expect("newer version", 1, server.address("later"), "info")
      // Of another model.
      let other = try MilvusGallery(
        at: MilvusAddress(server.address("other"), environment: [:]), create: true
      )
      let face = NewFace(
        name: "Ann", geometry: FaceGeometry(x: 0, y: 0, width: 1, height: 1, landmarks: []),
        score: 1,
        quality: FaceQuality(size: 1, sharpness: 1, yaw: 0, pitch: 0, roll: 0, inside: 1),
        embedding: Embedding([1, 2, 3]), thumbnail: Data())
      let file = PhotoFile(path: "/a.jpg", bytes: 1, modified: 1)
      let small = NewPhoto(
        digest: "a", file: file, width: 1, height: 1, turned: 0, faces: [face])
      try other.add([small], model: "another-model")
      try expect("another-model", 1, server.address("other"), "add", photo)
      #expect(try other.faceCount() == 1)
      // Somebody dropped its faces.
      try MilvusCollection(connection: connection, name: "other_faces").drop()
      try expect("other_faces", 1, server.address("other"), "nearest", "Ann")
      // Nobody is there any more; a program that is asked waits a little.
      server.kill()
      let beginning = ContinuousClock.now
      try expect("cannot be reached: no Milvus server answers there", 1, here, "info")
      #expect(ContinuousClock.now - beginning < .seconds(10))
    }
  }

  /// A full disk of the server keeps nothing of the last step, and all that came before.
  @Test(.enabled(if: geteuid() == 0, "mounting a small disk takes root"))
  func aFullDiskIsSaid() async throws {
    try await OwnThread.run {
      try TestFiles.withTemporaryFolder { folder in
        let disk = folder.appendingPathComponent("disk")
        try FileManager.default.createDirectory(at: disk, withIntermediateDirectories: true)
        func command(_ program: String, _ arguments: String...) throws -> Int32 {
          let process = Process()
          process.executableURL = URL(fileURLWithPath: program)
          process.arguments = arguments
          try process.run()
          process.waitUntilExit()
          return process.terminationStatus
        }
        let mounted = try command(
          "/bin/mount", "-t", "tmpfs", "-o", "size=8m", "none", disk.path)
        try #require(mounted == 0)
        defer { _ = try? command("/bin/umount", "-l", disk.path) }
        let server = try MilvusServer(data: disk.appendingPathComponent("data"))
        defer { server.kill() }
        // As much as its own beginning left, but for what a few faces take.
        let free = try #require(
          try FileManager.default.attributesOfFileSystem(forPath: disk.path)[.systemFreeSize]
            as? Int)
        try Data(count: free - 512 * 1024).write(to: disk.appendingPathComponent("ballast"))
        let home = folder.appendingPathComponent("gallery")
        _ = try Self.manyFaces(800, at: home)
        let address = server.address("people")
        let run = try ProgramRun(["gallery", "copy", home.path, address, "--quiet"])
        #expect(run.status == 1 && run.errorLines.count == 1, "\(run.errors)")
        #expect(run.errors.contains("full"), "\(run.errors)")
        // With more room it goes on.
        server.kill()
        #expect(try command("/bin/mount", "-o", "remount,size=200m", disk.path) == 0)
        try server.start()
        let rest = try ProgramRun(["gallery", "copy", home.path, address, "--quiet"])
        #expect(rest.status == 0, "\(rest.errors)")
        #expect(try Self.gallery(address).faceCount() == 800)
      }
    }
  }
}
