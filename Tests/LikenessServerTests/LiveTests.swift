import Foundation
import HTTPTypes
import HummingbirdTesting
import LikenessKit
import Testing

@testable import LikenessServer

/// What only shows on a connection.
@Suite struct LiveTests {
  /// Answers to HEAD have no body, wherever there is an answer: one that came all the same would be taken for the next
  /// answer of its connection.
  @Test func headLeavesTheConnectionUsable() async throws {
    try await ServerHarness.run { server in
      try await server.server.application().test(.live) { client in
        for path in ["/health", "/", "/api/v1/faces/1", "/nothing", "/api/v1/search"] {
          let answer = try await client.execute(uri: path, method: .head)
          #expect(answer.body.readableBytes == 0, "\(path)")
          #expect((Int(answer.headers[.contentLength] ?? "") ?? 0) > 0, "\(path)")
          let next = try await client.execute(uri: "/health", method: .get)
          #expect(String(buffer: next.body) == "{\"status\":\"ok\"}", "after \(path)")
        }
      }
    }
  }
}
