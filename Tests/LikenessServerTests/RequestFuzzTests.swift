import Foundation
import LikenessKit
import LikenessReports
import TestSupport
import Testing

@testable import LikenessServer

/// Bodies that are broken in thousands of ways: each is taken, or refused with a code that clients know.
@Suite struct RequestFuzzTests {
  /// - Returns: how many were taken.
  private func taken(
    _ target: String, _ count: Int, _ reading: [@Sendable (Data) throws -> Void]
  ) throws -> Int {
    var taken = 0
    try FuzzCorpus.broken(target, count) { data in
      for read in reading {
        do {
          try read(data)
          taken += 1
        } catch let error as ServerError {
          #expect((400..<500).contains(error.status.code), "\(error.code)")
          #expect(!error.code.isEmpty)
        }
      }
    }
    return taken
  }

  private func json<Value: Decodable & Sendable>(_: Value.Type) -> @Sendable (Data) throws -> Void {
    { _ = try BodyReader.decode(Value.self, $0) }
  }

  @Test func brokenJSONIsTakenOrRefused() throws {
    let count = try taken(
      "json", 1_200,
      [
        json(SearchQuery.self), json(VerifyQuery.self), json(DetectQuery.self),
        json(ComposeRequest.self), json(JobRequest.self), json(Merging.self),
        json(Splitting.self), json(Telling.self), json(Covering.self), json(Hiding.self),
        json(ReviewAnswering.self), json(FaceChange.self), json(Naming.self), json(NewKey.self),
        json(TagRequest.self),
      ])
    #expect(count > 40)
  }

  @Test func brokenJSONForCompreFaceIsTakenOrRefused() throws {
    let count = try taken(
      "json", 1_200,
      [
        json(CompreFaceSubjects.Naming.self), json([String].self),
        { data in
          let asked = try BodyReader.decode(CompreFaceQuestions.Embeddings.self, data)
          try CompreFaceQuestions.checkSome(asked.embeddings)
        },
        { data in
          let asked = try BodyReader.decode(CompreFaceQuestions.Comparison.self, data)
          try CompreFaceQuestions.checkSome(asked.targets)
        },
        { data in
          let fields = try BodyReader.decode([String: Base64Field].self, data)
          _ = try CompreFacePhotos(fields).photos(["file"])
        },
      ])
    #expect(count > 10)
  }

  @Test func brokenFormsAreTakenOrRefused() throws {
    let count = try taken(
      "multipart", 1_000,
      [
        { _ = try PhotoForm(try MultipartForm($0, boundary: "b"), maximumFiles: 64) },
        { _ = try SearchQuery(form: try MultipartForm($0, boundary: "b")) },
        { _ = try VerifyQuery(form: try MultipartForm($0, boundary: "b")) },
        { _ = try DetectQuery(form: try MultipartForm($0, boundary: "b")) },
        { _ = try CompreFacePhotos(try MultipartForm($0, boundary: "b")).photos(["file"]) },
        { data in
          let form = try MultipartForm(data, boundary: "b")
          _ = try CompreFacePhotos(form).photos(["source_image", "target_image"])
        },
        { data in
          for part in try MultipartForm(data, boundary: "b").parts {
            #expect(part.title.count <= 150 && !part.title.contains("/"))
          }
        },
      ])
    #expect(count > 100)
  }
}
