import Foundation
import LikenessKit
import TestSupport
import Testing

/// A gallery that several processes change.
@Suite struct TurnCommandTests {
  @Test func `others change the gallery while photos are added, and all is there at the end`()
    throws
  {
    try TestFiles.withTemporaryFolder { folder in
      let photos = folder.appendingPathComponent("photos")
      try FileManager.default.createDirectory(at: photos, withIntermediateDirectories: true)
      // Other content each time, so that there is something to do for a while.
      for number in 0..<8 {
        try Samples.together("obama.jpg", "biden.jpg", side: 500 + number)
          .write(to: photos.appendingPathComponent("pair\(number).jpg"))
      }
      let home = folder.appendingPathComponent("gallery")
      let adding = ProgramRun.process(["add", photos.path, "--quiet", "--gallery", home.path])
      adding.standardOutput = FileHandle.nullDevice
      adding.standardError = FileHandle.nullDevice
      try adding.run()
      let likeness = Likeness(gallery: home)
      // As a server does when it starts; it makes the gallery where it is first.
      try likeness.recover()
      var names: Set<String> = []
      while adding.isRunning || names.isEmpty {
        let name = "Name \(names.count)"
        try likeness.names.add(name)
        names.insert(name)
        usleep(50_000)
      }
      adding.waitUntilExit()
      #expect(adding.terminationStatus == 0)
      #expect(try names.isSubset(of: likeness.names.all()))
      let listed = try likeness.photos.list()
      #expect(listed.count == 8 && Set(listed.map(\.photo)).count == 8)
      #expect(listed.allSatisfy { $0.faces == 2 })
      #expect(try TestFiles.openToOthers(in: home) == [])
    }
  }
}
