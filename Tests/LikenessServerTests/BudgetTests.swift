import Foundation
import HTTPTypes
import Hummingbird
import LikenessCore
import LikenessKit
import TestSupport
import Testing

@testable import LikenessServer

/// The bounds of Documentation/Server.md, "What it takes", each exceeded by one. Those of decoding are in FacesTests,
/// those of queues and of bodies together in WorkTests, those of edits in RouteTests.
@Suite struct BudgetTests {
  private func refusal(_ body: () throws -> Void) -> String? {
    do {
      try body()
      return nil
    } catch {
      return (error as? ServerError)?.code ?? "\(error)"
    }
  }

  @Test func bodies() async throws {
    var configuration = ServerConfiguration()
    configuration.uploadBytes = 1_000
    let json = ["content-type": "application/json"]
    try await ServerHarness.run(withSamples: false, configuration) { server in
      for (bytes, code) in [(1_000, "bad_json"), (1_001, "too_large")] {
        let answer = try await server.call(
          .post, "/api/v1/detect", body: Data(repeating: 0x20, count: bytes), headers: json)
        #expect(answer.code == code)
      }
    }
    try await ServerHarness.run(withSamples: false) { server in
      // Who signs in is nobody yet, and what is not a photo is short.
      for (path, bytes) in [("/api/v1/session", 4_096), ("/api/v1/people/merge", 8_000_000)] {
        for (more, code) in [(0, "bad_json"), (1, "too_large")] {
          let answer = try await server.call(
            .post, path, body: Data(repeating: 0x20, count: bytes + more), headers: json)
          #expect(answer.code == code, "\(path)")
        }
      }
    }
  }

  @Test func partsAndFiles() throws {
    func form(_ count: Int) throws -> MultipartForm {
      let part = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nx\r\n"
      return try MultipartForm(
        Data((String(repeating: part, count: count) + "--b--\r\n").utf8), boundary: "b")
    }
    #expect(try form(1_000).parts.count == 1_000)
    #expect(refusal { _ = try form(1_001) } == "bad_multipart")
    let files = ServerConfiguration().filesPerRequest
    #expect(files == 64)
    #expect(try PhotoForm(form(64), maximumFiles: files).files.count == 64)
    #expect(
      refusal { _ = try PhotoForm(form(65), maximumFiles: files) } == "too_many_files")
  }

  @Test func pixels() {
    let limits = PhotoLimits(maximumPixels: ServerConfiguration().maximumPixels)
    #expect(limits.maximumPixels == 100_000_000)
    #expect(throws: PhotoError.truncated(path: nil)) {
      try Photo.decode(Data("P5 100000000 1 255 a".utf8), limits: limits)
    }
    #expect(
      throws: PhotoError.tooManyPixels(
        path: nil, width: 100_000_001, height: 1, limit: 100_000_000)
    ) { try Photo.decode(Data("P5 100000001 1 255 a".utf8), limits: limits) }
  }

  @Test func valuesOfAList() throws {
    func list(_ count: Int, bytes: Int = 1 << 20) -> Data {
      let values = Data(("[" + String(repeating: "1,", count: count - 1) + "1]").utf8)
      return values + Data(repeating: 0x20, count: max(0, bytes - values.count))
    }
    #expect(throws: Never.self) { try BodyReader.checkValues(list(300_000)) }
    #expect(refusal { try BodyReader.checkValues(list(300_001)) } == "too_many_values")
    // What is shorter than 1 MB cannot take long.
    #expect(throws: Never.self) { try BodyReader.checkValues(list(300_001, bytes: 0)) }
  }

  @Test func slowBodies() {
    #expect(!BodyReader.isTooSlow(0, 19.9))
    #expect(BodyReader.isTooSlow(20 * 4_096 - 1, 20))
    #expect(!BodyReader.isTooSlow(20 * 4_096, 20))
  }

  @Test func predictions() throws {
    func predictions(_ text: String) throws -> Int {
      let head = HTTPRequest(
        method: .post, scheme: "http", authority: "a", path: "/?prediction_count=\(text)")
      return try CompreFaceQuestions.predictions(
        QueryParameters(Request(head: head, body: RequestBody(buffer: ByteBuffer()))))
    }
    #expect(try predictions("1000") == 1_000)
    for text in ["1001", "0", "-1", "many"] {
      #expect(refusal { _ = try predictions(text) } == "bad_parameter", "\(text)")
    }
  }

  @Test func names() {
    let letters = { (count: Int) in String(repeating: "é", count: count) }
    #expect(throws: Never.self) { try PersonName(letters(200)) }
    #expect(refusal { _ = try PersonName(letters(201)) } == "bad_name")
    for name in ["", " ", "Ann\nBob", "tab\there", "a\u{2028}b", "Ann\u{202E}boB"] {
      #expect(refusal { _ = try PersonName(name) } == "bad_name", "\(name.debugDescription)")
    }
    #expect(throws: Never.self) { try CompreFaceSubjects.name(letters(50)) }
    #expect(refusal { _ = try CompreFaceSubjects.name(letters(51)) } == "bad_name")
  }

  @Test func embeddings() throws {
    func refusal(_ values: [Float]) throws -> String? {
      let data = try JSONEncoder().encode(values)
      return self.refusal { _ = try BodyReader.decode(EmbeddingValues.self, data) }
    }
    #expect(try refusal([Float](repeating: 0.5, count: 4_096)) == nil)
    #expect(try refusal([Float](repeating: 0.5, count: 4_097)) == "bad_embedding")
    #expect(try refusal([Float(1e34).nextDown]) == nil)
    #expect(try refusal([1e34]) == "bad_embedding")
    for (number, code) in [("1e300", "bad_embedding"), ("1e400", "bad_number"), ("1e", "bad_json")]
    {
      do {
        _ = try BodyReader.decode([EmbeddingValues].self, Data("[[0.5, \(number)]]".utf8))
        Issue.record("\(number) was taken")
      } catch let error as ServerError {
        #expect(error.code == code, "\(number)")
        #expect(error.message.contains("out of range") == (code != "bad_json"), "\(error.message)")
      }
    }
    #expect(
      self.refusal { _ = try BodyReader.decode([Int].self, Data("[1.5]".utf8)) } == "bad_number")

    let one = try BodyReader.decode(EmbeddingValues.self, Data("[1]".utf8))
    #expect(throws: Never.self) {
      try CompreFaceQuestions.checkSome(Array(repeating: one, count: 100))
    }
    #expect(
      self.refusal { try CompreFaceQuestions.checkSome(Array(repeating: one, count: 101)) }
        == "bad_parameter")
  }
}
