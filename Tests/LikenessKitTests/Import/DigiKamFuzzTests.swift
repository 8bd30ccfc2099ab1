import Foundation
import LikenessKit
import TestSupport
import Testing

@Suite struct DigiKamFuzzTests {
  @Test func `broken databases are read or refused in one line`() throws {
    var (whole, refused) = (0, 0)
    try TestFiles.withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("digikam4.db")
      try FuzzCorpus.broken("digikam", 400) { data in
        try data.write(to: file)
        do {
          let names = try DigiKamDatabase.read(file)
          whole += 1
          #expect(names.photos.allSatisfy { !$0.regions.isEmpty || !$0.names.isEmpty })
        } catch let error as ImportError {
          refused += 1
          #expect(error.description.split(whereSeparator: \.isNewline).count == 1)
        }
      }
    }
    #expect(whole > 20 && refused > 20)
  }
}
