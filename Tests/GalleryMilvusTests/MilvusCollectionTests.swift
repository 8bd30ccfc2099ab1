import Foundation
import GalleryCore
import TestSupport
import Testing

@testable import GalleryMilvus

/// What is asked of a real server, answer by answer.
@Suite(.serialized) struct MilvusCollectionTests {
  private static let fields = [
    MilvusCollection.Field(name: "id", kind: .integer, isKey: true),
    MilvusCollection.Field(name: "text", kind: .text(65_000)),
    MilvusCollection.Field(name: "score", kind: .number),
    MilvusCollection.Field(name: "labels", kind: .object),
    MilvusCollection.Field(name: "vector", kind: .vector(8)),
  ]
  private static let index = ["index_type": "FLAT", "metric_type": "L2"]

  private func collection(_ server: MilvusServer, _ name: String = "things") throws
    -> MilvusCollection
  {
    let address = try MilvusAddress(server.address(name), environment: [:])
    let collection = MilvusCollection(connection: try MilvusConnection(address), name: name)
    try collection.create(Self.fields, vector: "vector", index: Self.index)
    return collection
  }

  private func vector(_ id: Int64) -> [Float] {
    var random = SplitMix64(seed: UInt64(id))
    return (0..<8).map { _ in Float.random(in: -1...1, using: &random) }
  }

  /// Squared, as Milvus says it.
  private func distance(_ a: Int64, _ b: Int64) -> Float {
    zip(vector(a), vector(b)).reduce(0) { sum, pair in
      sum + (pair.0 - pair.1) * (pair.0 - pair.1)
    }
  }

  private func rows(_ ids: some Collection<Int64>, text: (Int64) -> String = { "t\($0)" }) -> Rows {
    Rows([
      ("id", .integers(Array(ids))), ("text", .texts(ids.map(text))),
      ("score", .numbers(ids.map { Double($0) / 8 })),
      ("labels", .objects(ids.map { Data("{\"odd\":\"\($0 % 2)\"}".utf8) })),
      ("vector", .vectors(ids.flatMap(vector), dimensions: 8)),
    ])
  }

  @Test func rowsComeBackAsTheyWerePut() async throws {
    try await MilvusServer.with { server in
      let things = try collection(server)
      try things.upsert(rows(1...500))
      // Again, and once more with other words: nothing doubles.
      try things.upsert(rows(1...500))
      try things.upsert(rows(1...10) { _ in "other" })
      #expect(try things.count(nil) == 500)
      #expect(try things.count(.equal("text", "other")) == 10)
      #expect(try things.count(.equal("labels", key: "odd", "1")) == 250)
      #expect(try things.count(.atLeast("score", 50)) == 101)
      let some = try things.rows(
        .among("id", [7, 400, 9_999]), ["id", "text", "score", "labels", "vector"])
      #expect(Set(some.integers("id")) == [7, 400] && some.count == 2)
      let row = try #require(some.integers("id").firstIndex(of: 400))
      #expect(some.texts("text")[row] == "t400" && some.numbers("score")[row] == 50)
      // Servers write JSON anew, with other spaces.
      let labels = try JSONDecoder().decode(
        [String: String].self, from: some.objects("labels")[row])
      #expect(labels == ["odd": "0"])
      #expect(Array(some.vectors("vector").values[row * 8..<row * 8 + 8]) == vector(400))

      var seen: [Int64] = []
      while true {
        let page = try things.page(.above("id", seen.last ?? 0), nil, ["id"], limit: 77)
        if page.count == 0 { break }
        seen += page.integers("id")
      }
      #expect(seen == Array(1...500))

      try things.delete(.among("id", [1, 2, 3]))
      #expect(try things.count(nil) == 497)
      #expect(try things.fields()["vector"] == 8)
    }
  }

  @Test func theNearestAreThoseOfACount() async throws {
    try await MilvusServer.with { server in
      let things = try collection(server)
      try things.upsert(rows(1...400))
      try things.flush()
      let queries: [Int64] = [1_000, 1_001, 1_002]
      let condition = Condition.all([.equal("labels", key: "odd", "0"), .notAmong("id", [2, 4])])
      let (answers, found) = try things.nearest(
        queries.flatMap(vector), dimensions: 8, in: "vector", count: 9, effort: 64, condition,
        ["text"])
      for (query, answer) in zip(queries, answers) {
        let allowed = (1...400).map(Int64.init).filter { $0 % 2 == 0 && $0 != 2 && $0 != 4 }
        let wanted = allowed.map { (id: $0, distance: distance(query, $0)) }
          .sorted { $0.distance < $1.distance }.prefix(9)
        #expect(answer.map(\.key) == wanted.map(\.id))
        #expect(zip(answer, wanted).allSatisfy { abs($0.score - $1.distance) < 1e-4 })
        #expect(answer.allSatisfy { found.texts("text")[$0.row] == "t\($0.key)" })
      }
    }
  }

  /// Whatever a name is, it is a name.
  @Test func noTextIsReadAsMore() async throws {
    let odd = [
      "\"", "\\", "\\\"", "a\" or \"1\" == \"1", "' or 1 == 1 --", "%", "_", "a\nb", "a\rb\tc",
      "\\n", "\\u0041",
      "김철수", "山田", "👩‍👩‍👧", "é", "e\u{301}", "\u{202E}abc", "\u{FEFF}x", "{x}", "]", "\u{1}", " ",
      String(repeating: "長", count: 200),
    ]
    try await MilvusServer.with { server in
      let things = try collection(server)
      let ids = (1...odd.count).map(Int64.init)
      let objects = try odd.map { try JSONEncoder().encode([$0: $0, "k": $0]) }
      try things.upsert(
        Rows([
          ("id", .integers(ids)), ("text", .texts(odd)), ("score", .numbers(ids.map { _ in 0 })),
          ("labels", .objects(objects)), ("vector", .vectors(ids.flatMap(vector), dimensions: 8)),
        ]))
      for (id, text) in zip(ids, odd) {
        for condition in [
          Condition.equal("text", text), .among("text", [text, "nobody"]),
          .equal("labels", key: "k", text), .equal("labels", key: text, text),
        ] {
          #expect(
            try things.rows(condition, ["id"]).integers("id") == [id], "\(text.debugDescription)")
        }
      }
      #expect(Set(try things.rows(.above("id", 0), ["text"]).texts("text")) == Set(odd))
    }
  }

  /// Killed and started again in the middle: whoever asks waits, and nothing is lost or twice there.
  @Test func aServerThatWasStartedAgainGoesOn() async throws {
    try await MilvusServer.with { server in
      let things = try collection(server)
      try things.upsert(rows(1...100))
      server.kill()
      let starting = Thread {
        Thread.sleep(forTimeInterval: 1)
        try? server.start()
      }
      starting.start()
      try things.upsert(rows(51...150))
      #expect(try things.count(nil) == 150)
      let (answers, _) = try things.nearest(
        vector(120), dimensions: 8, in: "vector", count: 1, effort: 8, nil, [])
      #expect(answers[0].map(\.key) == [120])
    }
  }

  /// Through TLS with a certificate of one's own, and with a token.
  @Test func onlyTheTokenLetsIn() async throws {
    try await MilvusServer.with { server in
      try TestFiles.withTemporaryFolder { folder in
        func path(_ name: String) -> String { folder.appendingPathComponent(name).path }
        let (certificate, key) = (path("certificate.pem"), path("key.pem"))
        let made = try Process.run(
          URL(fileURLWithPath: "/usr/bin/openssl"),
          arguments: [
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
            "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate,
          ])
        made.waitUntilExit()
        try #require(made.terminationStatus == 0)
        let port = try MilvusServer.freePort()
        let guarded = try server.clientProcess(
          "GalleryMilvusTests/Python/guarded.py", "\(port)", certificate, key, "root:Milvus")
        let output = Pipe()
        guarded.standardOutput = output
        try guarded.run()
        defer {
          kill(guarded.processIdentifier, SIGKILL)
          guarded.waitUntilExit()
        }
        let said = output.fileHandleForReading.availableData
        #expect(String(decoding: said, as: UTF8.self).hasPrefix("ready"))
        func things(_ scheme: String, _ environment: [String: String]) throws -> MilvusCollection {
          let address = try MilvusAddress(
            "\(scheme)://localhost:\(port)/things", environment: environment)
          return MilvusCollection(
            connection: try MilvusConnection(address, retryingFor: .seconds(2)), name: "things")
        }
        var environment = [
          "LIKENESS_MILVUS_TOKEN": "root:Milvus", "LIKENESS_MILVUS_CERTIFICATES": certificate,
        ]
        let own = try things("milvus+tls", environment)
        try own.create(Self.fields, vector: "vector", index: Self.index)
        #expect(try own.exists() && own.count(nil) == 0)
        environment["LIKENESS_MILVUS_TOKEN"] = "root:wrong"
        let wrong = try things("milvus+tls", environment)
        #expect {
          try wrong.exists()
        } throws: { error in
          if case MilvusError.notAllowed? = error as? MilvusError { true } else { false }
        }
        // A certificate that nobody vouches for, and no TLS at all.
        for other in [try things("milvus+tls", [:]), try things("milvus", environment)] {
          #expect {
            try other.exists()
          } throws: { error in
            if case MilvusError.unreachable? = error as? MilvusError { true } else { false }
          }
        }
        environment["LIKENESS_MILVUS_CERTIFICATES"] = path("none.pem")
        #expect(throws: MilvusError.self) { try things("milvus+tls", environment) }
      }
    }
  }

  @Test func whatGoesWrongIsSaidInOneLine() async throws {
    try await MilvusServer.with { server in
      let nowhere = try MilvusAddress("milvus://127.0.0.1:1/none", environment: [:])
      let away = MilvusCollection(
        connection: try MilvusConnection(nowhere, retryingFor: .seconds(8)), name: "none")
      #expect {
        try away.exists()
      } throws: { error in
        guard case MilvusError.unreachable? = error as? MilvusError else { return false }
        return !"\(error)".contains("\n")
      }
      let things = try collection(server)
      let missing = MilvusCollection(connection: things.connection, name: "missing")
      #expect(throws: MilvusError.self) { try missing.count(nil) }
      #expect(try !missing.exists())
      // Vectors of another length, a text that is too long, a field that is not there.
      var wrong = [("id", Rows.Column.integers([1])), ("vector", .vectors([1, 2], dimensions: 2))]
      wrong += [
        ("text", .texts(["a"])), ("score", .numbers([0])), ("labels", .objects([Data("{}".utf8)])),
      ]
      #expect(throws: MilvusError.self) { try things.upsert(Rows(wrong)) }
      #expect(throws: MilvusError.self) { try things.rows(.equal("nothing", 1), ["id"]) }
      #expect(try things.count(nil) == 0)
      // Made again by another: the same collection.
      try things.create(Self.fields, vector: "vector", index: Self.index)
      // Something that is no Milvus.
      let text = "milvus://127.0.0.1:\(server.port)/things?database=nowhere"
      let other = MilvusCollection(
        connection: try MilvusConnection(try MilvusAddress(text, environment: [:])), name: "things")
      #expect(throws: MilvusError.self) { try other.count(nil) }
    }
  }
}
