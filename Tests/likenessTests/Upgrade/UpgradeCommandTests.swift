import Faces
import Foundation
import TestSupport
import Testing

@testable import GalleryCore
@testable import GalleryMilvus
@testable import LikenessKit

/// `likeness gallery upgrade` from outside.
@Suite(.serialized) struct UpgradeCommandTests {
  private static func run(
    _ models: ModelStore, _ arguments: String...
  ) throws -> ProgramRun {
    try ProgramRun(arguments, environment: ["LIKENESS_MODELS": models.folder.path])
  }

  /// The program is killed at any moment; the gallery is the old one or the new one, whole. `LIKENESS_KILLS=20` kills
  /// twenty times, among as many photos more.
  @Test(arguments: [false, true]) func `nothing is lost by killing`(_ isOnServer: Bool) async throws
  {
    try await MilvusServer.with { server in
      try TestFiles.withTemporaryFolder { folder in
        let kills = Int(ProcessInfo.processInfo.environment["LIKENESS_KILLS"] ?? "") ?? 3
        let models = try UpgradeSamples.models(in: folder)
        let photos = folder.appendingPathComponent("photos")
        _ = try UpgradeSamples.photos(20 + 10 * kills, in: photos)
        let home = folder.appendingPathComponent("gallery")
        let source = UpgradeSamples.likeness(.folder(home), models)
        try source.add([photos])
        let fresh = UpgradeSamples.likeness(
          .folder(folder.appendingPathComponent("fresh")), models, model: UpgradeSamples.model)
        try fresh.add([photos])
        let people = try source.people.list().people
        _ = try source.people.merge(people.prefix(2).map(\.id))
        let address = isOnServer ? server.address("people") : home.path
        let place =
          try isOnServer
          ? GalleryPlace.milvus(MilvusAddress(address, environment: [:])) : .folder(home)
        let likeness = UpgradeSamples.likeness(place, models)
        if isOnServer { _ = try source.gallery.copy(to: likeness.gallery) }
        let (old, new) = (
          try embeddings(likeness.gallery.reader()), try embeddings(fresh.gallery.reader())
        )
        let known = try KnownFaces(likeness.gallery.reader())
        var survived: Set<String> = []
        for _ in 0..<kills {
          let process = ProgramRun.process(
            [
              "gallery", "upgrade", "--model", UpgradeSamples.model, "--gallery", address,
              "--quiet",
            ],
            ["LIKENESS_MODELS": models.folder.path])
          process.standardOutput = FileHandle.nullDevice
          process.standardError = FileHandle.nullDevice
          try process.run()
          Thread.sleep(forTimeInterval: .random(in: 0.3...2.5))
          kill(process.processIdentifier, SIGKILL)
          process.waitUntilExit()
          let now = UpgradeSamples.likeness(place, models)
          let store = try now.gallery.reader()
          let isNew = try store.model() == UpgradeSamples.model
          survived.insert(isNew ? "new" : "old")
          #expect(try embeddings(store) == (isNew ? new : old))
          #expect(try KnownFaces(store) == known)
        }
        let last = try Self.run(
          models, "gallery", "upgrade", "--model", UpgradeSamples.model, "--gallery", address,
          "--json")
        #expect(last.status == 0, "\(last.errors)")
        let summary = try #require(try last.json() as? [String: Any])
        #expect((summary["missing"] as? [Any])?.isEmpty == true)
        if !survived.contains("new") {
          let embedded = try #require(summary["embedded"] as? Int)
          #expect(embedded + (summary["earlier"] as? Int ?? 0) == known.faces.count)
        }
        let store = try UpgradeSamples.likeness(place, models).gallery.reader()
        #expect(try embeddings(store) == new && store.model() == UpgradeSamples.model)
        #expect(try KnownFaces(store) == known && store.unfinishedUpgrade() == nil)
      }
    }
  }

  @Test func `the command says what it did and what is left`() throws {
    try TestFiles.withTemporaryFolder { folder in
      let models = try UpgradeSamples.models(in: folder)
      let photos = folder.appendingPathComponent("photos")
      let files = try UpgradeSamples.photos(40, in: photos)
      let home = folder.appendingPathComponent("gallery").path
      #expect(try Self.run(models, "add", photos.path, "--gallery", home, "--quiet").status == 0)
      func upgrade(_ more: String...) throws -> ProgramRun {
        try ProgramRun(
          ["gallery", "upgrade", "--gallery", home] + more,
          environment: ["LIKENESS_MODELS": models.folder.path])
      }
      // Ctrl-C.
      let process = ProgramRun.process(
        ["gallery", "upgrade", "--model", UpgradeSamples.model, "--gallery", home, "--jobs", "1"],
        ["LIKENESS_MODELS": models.folder.path])
      let errors = Pipe()
      process.standardError = errors
      process.standardOutput = FileHandle.nullDevice
      try process.run()
      let staged = folder.appendingPathComponent("gallery/upgrade.sqlite").path
      let deadline = Date() + 60
      while !FileManager.default.fileExists(atPath: staged), Date() < deadline { usleep(5_000) }
      usleep(200_000)
      kill(process.processIdentifier, SIGINT)
      process.waitUntilExit()
      let said = String(
        decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      #expect(process.terminationStatus == 1)
      #expect(said.contains("interrupted; run the same command again to go on"), "\(said)")
      let info = try Self.run(models, "info", "--gallery", home)
      #expect(info.output.contains("to blocks, unfinished: "), "\(info.output)")
      let json = try #require(
        try Self.run(models, "info", "--gallery", home, "--json").json() as? [String: Any])
      let state = try #require(json["upgrade"] as? [String: Any])
      #expect(state["faces"] as? Int == 40 && (state["done"] as? Int).map { $0 < 40 } == true)

      try FileManager.default.removeItem(at: files[5])
      let refused = try upgrade("--model", UpgradeSamples.model)
      #expect(refused.status == 1 && refused.output.isEmpty)
      #expect(refused.errors.contains("cannot be embedded: the photo is gone"))
      #expect(
        refused.errors.contains("1 of 40 faces cannot be embedded, so the gallery keeps"),
        "\(refused.errors)")
      let done = try upgrade("--model", UpgradeSamples.model, "--allow-missing")
      #expect(done.status == 0 && done.output.contains("the gallery has embeddings of blocks now"))
      #expect(done.output.contains("1 face is kept without one"))
      let after = try Self.run(models, "info", "--gallery", home).output
      #expect(after.contains("1 not embedded") && after.contains("blocks, 128 dimensions"))
      #expect(!after.contains("unfinished"))
      let again = try upgrade("--model", UpgradeSamples.model)
      #expect(again.status == 0 && again.output.contains("nothing to do"))
      let name = files[5].deletingPathExtension().lastPathComponent
      let nearest = try Self.run(models, "nearest", name, "--gallery", home)
      #expect(nearest.status == 2 && nearest.errors.contains("has no embedding of the gallery's"))

      for (arguments, status, text) in [
        (["--model", "nobody"], 1, "nobody"), (["--jobs", "0"], 64, "--jobs must be"),
        (["--gallery", folder.appendingPathComponent("none").path], 2, "there is no gallery"),
      ] as [([String], Int32, String)] {
        let run = try ProgramRun(
          ["gallery", "upgrade", "--gallery", home] + arguments,
          environment: ["LIKENESS_MODELS": models.folder.path])
        #expect(run.status == status && run.errors.contains(text), "\(run.errors)")
      }
    }
  }
}
