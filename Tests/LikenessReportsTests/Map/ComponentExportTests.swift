import Foundation
import Projection
import TestSupport
import Testing

@testable import LikenessKit

/// Principal components in the place of embeddings.
@Suite struct ComponentExportTests {
  @Test(arguments: [false, true])
  func `each format has the components`(standardizes: Bool) throws {
    try TestFiles.withTemporaryFolder { folder in
      let likeness = try MapSamples.gallery(20, in: folder)
      let matrix = try likeness.gallery.faces().embeddings
      let expected = try PCA(matrix, standardizes: standardizes)
        .layout(of: matrix, dimensions: 5).coordinates
      let options = ComponentOptions(count: 5, isStandardized: standardizes)

      let npy = try likeness.faces.exported(as: .npy, components: options)
      #expect(String(decoding: npy.prefix(128), as: UTF8.self).contains("(20, 5)"))
      let values = npy.suffix(20 * 5 * 4).withUnsafeBytes { bytes in
        (0..<100).map { bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self) }
      }
      #expect(values == expected)

      let csv = String(
        decoding: try likeness.faces.exported(as: .csv, components: options), as: UTF8.self)
      let rows = csv.split(separator: "\n").map { $0.split(separator: ",").map(String.init) }
      #expect(rows[0].suffix(6) == ["quality", "pc1", "pc2", "pc3", "pc4", "pc5"])
      #expect(rows.dropFirst().flatMap { $0.suffix(5).compactMap(Float.init) } == expected)

      let list = try #require(
        try JSONSerialization.jsonObject(
          with: likeness.faces.exported(as: .json, components: options))
          as? [[String: Any]])
      #expect(list.allSatisfy { $0["embedding"] == nil })
      #expect(
        list.flatMap { ($0["components"] as? [Double] ?? []).map { Float($0) } } == expected)
      // Whoever asks for embeddings has these alone.
      let plain = try #require(
        try JSONSerialization.jsonObject(with: likeness.faces.exported(as: .json))
          as? [[String: Any]])
      #expect(plain.allSatisfy { $0["components"] == nil && $0["embedding"] != nil })
    }
  }

  @Test func `what has no such components says why`() throws {
    try TestFiles.withTemporaryFolder { folder in
      let likeness = try MapSamples.gallery(4, in: folder)
      for format in EmbeddingFormat.allCases {
        #expect(throws: ProjectionError.tooManyComponents(5, faces: 4, dimensions: 16)) {
          try likeness.faces.exported(as: format, components: ComponentOptions(count: 5))
        }
        #expect(throws: ProjectionError.unsupportedDimensions(0)) {
          try likeness.faces.exported(as: format, components: ComponentOptions(count: 0))
        }
      }
    }
    try TestFiles.withTemporaryFolder { folder in
      let likeness = try MapSamples.gallery(0, in: folder)
      #expect(throws: LikenessError.emptyGallery(path: likeness.gallery.folder.path)) {
        try likeness.faces.exported(as: .json, components: ComponentOptions(count: 1))
      }
    }
    try TestFiles.withTemporaryFolder { folder in
      let likeness = try MapSamples.gallery(1, in: folder)
      #expect(throws: ProjectionError.tooFewFaces(1)) {
        try likeness.faces.exported(as: .csv, components: ComponentOptions(count: 1))
      }
    }
  }
}
