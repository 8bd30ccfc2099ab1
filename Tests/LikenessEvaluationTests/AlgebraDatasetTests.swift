import Foundation
import TestSupport
import Testing

@testable import LikenessKit

@Suite struct AlgebraDatasetTests {
  @Test func foldersAreReadAndInvalidOnesAreRejected() throws {
    try TestFiles.withTemporaryFolder { folder in
      for name in ["KM.HA1.4.png", "KM.SA1.5.png", "KR.HA2.6.png", "other.png"] {
        try Data().write(to: folder.appendingPathComponent(name))
      }
      let pattern = LabelSource.pattern(try LabelPattern("jaffe"))
      let data = try AlgebraDataset(folder: folder, labels: pattern)
      #expect(data.people == ["KM", "KR"] && data.values == ["HA", "SA"])
      #expect(data.photos.map(\.number) == [1, 1, 2])
      #expect(throws: LikenessError.self) {
        try AlgebraDataset(folder: folder, labels: pattern, attribute: "pose")
      }
      try FileManager.default.removeItem(at: folder.appendingPathComponent("KR.HA2.6.png"))
      #expect(throws: LikenessError.self) { try AlgebraDataset(folder: folder, labels: pattern) }
    }
  }
}
