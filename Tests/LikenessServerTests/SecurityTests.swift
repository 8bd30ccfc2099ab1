import Foundation
import Hummingbird
import LikenessKit
import Testing

@testable import LikenessServer

@Suite(.serialized) struct SecurityTests {
  @Test func keysOpenWhatTheyMay() async throws {
    let made = try Keys()
    try await ServerHarness.run(files: ["keys.json": made.file]) { server in
      #expect(try await server.call(.get, "/api/v1/info").code == "key_needed")
      #expect(try await server.call(.get, "/health").status == 200)
      #expect(try await server.call(.get, "/").status == 200)
      #expect(
        try await server.call(.get, "/api/v1/info", headers: ["x-api-key": UUID().uuidString]).code
          == "wrong_key")
      let read = ["x-api-key": made.read]
      #expect(
        try await server.call(.get, "/api/v1/info", headers: read).json["rights"] as? String
          == "read")
      #expect(
        try await server.call(
          .get, "/api/v1/info", headers: ["authorization": "Bearer \(made.read)"]
        ).status == 200)
      #expect(
        try await server.call(.delete, "/api/v1/faces/1", headers: read).code == "not_allowed")
      #expect(try await server.call(.get, "/api/v1/faces/1", headers: read).status == 200)
      let write = ["x-api-key": made.write]
      #expect(try await server.call(.get, "/api/v1/audit", headers: write).code == "not_allowed")
      #expect(try await server.call(.delete, "/api/v1/faces/1", headers: write).status == 200)
      let audit = try await server.call(.get, "/api/v1/audit", headers: ["x-api-key": made.admin])
      let entry = try #require(
        audit.list("entries").first {
          $0["method"] as? String == "DELETE" && $0["status"] as? Int == 200
        })
      #expect(entry["key"] as? String == "writer" && entry["subject"] as? String == "face:1")
      // CompreFace's words for the same.
      let missing = try await server.call(.get, "/api/v1/recognition/subjects")
      #expect(missing.status == 400 && missing.number("code") == 20)
      #expect(
        try await server.call(.delete, "/api/v1/recognition/subjects", headers: write).status == 403
      )
    }
  }

  @Test func aKeysFileHoldsNoKeys() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "keys-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = APIKeyFile(gallery: folder)
    let (made, key) = try file.add("phone", rights: .write, rate: 2)
    #expect(try file.keys().map(\.hash) == [made.hash] && made.opens(APIKey.hash(key)))
    let path = folder.appendingPathComponent("keys.json").path
    #expect(try !String(contentsOfFile: path, encoding: .utf8).contains(key))
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    #expect(attributes[.posixPermissions] as? Int == 0o600)
    #expect(throws: APIKeyError.nameTaken("phone")) {
      try file.add("phone", rights: .read, rate: nil)
    }
    #expect(throws: APIKeyError.badName("a b")) { try file.add("a b", rights: .read, rate: nil) }
    #expect(try file.remove("phone").hash == made.hash)
    #expect(throws: APIKeyError.unknown("phone")) { try file.remove("phone") }
    #expect(try file.keys().isEmpty)
  }

  /// Whoever may do everything makes and revokes keys, by the rules of the command line.
  @Test func keysAreMadeAndRevoked() async throws {
    let made = try Keys()
    try await ServerHarness.run(files: ["keys.json": made.file]) { server in
      let owner = ["x-api-key": made.admin]
      let path = "/api/v1/keys"
      for key in [made.read, made.write] {
        let headers = ["x-api-key": key]
        #expect(try await server.call(.get, path, headers: headers).code == "not_allowed")
        let refused = try await server.call(.post, path, json: ["name": "x"], headers: headers)
        #expect(refused.code == "not_allowed")
        #expect(
          try await server.call(.delete, path + "/owner", headers: headers).code == "not_allowed")
      }
      #expect(try await server.call(.get, path).code == "key_needed")

      let listed = try await server.call(.get, path, headers: owner)
      #expect(listed.list("keys").map { $0["name"] as? String } == ["reader", "writer", "owner"])
      let text = String(decoding: listed.body, as: UTF8.self)
      #expect(!text.contains(made.read) && !text.contains("hash"))

      let cases: [(body: [String: Any], status: Int, code: String)] = [
        (["name": "reader"], 409, "key_name_taken"), (["name": "a b"], 422, "bad_key_name"),
        (["name": ""], 422, "bad_key_name"), ([:], 400, "bad_json"),
        (["name": "x", "rights": "all"], 400, "bad_parameter"),
        (["name": "x", "rate": 0], 400, "bad_parameter"),
        (["name": "x", "right": "read"], 400, "unknown_field"),
      ]
      for (body, status, code) in cases {
        let answer = try await server.call(.post, path, json: body, headers: owner)
        #expect(answer.status == status && answer.code == code, "\(body) \(answer.json)")
      }
      let new = try await server.call(
        .post, path, json: ["name": "phone", "rate": 2], headers: owner)
      #expect(new.status == 201 && new.json["rights"] as? String == "read")
      let phone = ["x-api-key": try #require(new.json["key"] as? String)]
      #expect(try await server.call(.get, "/api/v1/info", headers: phone).status == 200)
      let kept = try String(
        contentsOf: server.server.services.likeness.gallery.folder
          .appendingPathComponent("keys.json"), encoding: .utf8)
      #expect(!kept.contains(phone["x-api-key"] ?? ""))

      // A browser that signed in with it goes with it, at once.
      let opened = try await server.call(
        .post, "/api/v1/session", json: ["key": phone["x-api-key"]!])
      let cookie = String(try #require(opened.headers[.setCookie]).prefix { $0 != ";" })
      #expect(try await server.call(.delete, path + "/phone", headers: owner).status == 200)
      #expect(try await server.call(.get, "/api/v1/info", headers: phone).code == "wrong_key")
      #expect(
        try await server.call(.get, "/api/v1/info", headers: ["cookie": cookie]).code
          == "key_needed")
      #expect(
        try await server.call(.delete, path + "/phone", headers: owner).code == "unknown_key")

      let audit = try await server.call(.get, "/api/v1/audit?limit=100", headers: owner)
      let lines = audit.list("entries").map {
        "\($0["key"] ?? "") \($0["method"] ?? "") \($0["route"] ?? "") \($0["status"] ?? 0) "
          + "\($0["subject"] ?? "")"
      }
      #expect(lines.contains("owner POST /api/v1/keys 201 key:phone"))
      #expect(lines.contains("owner DELETE /api/v1/keys/:key 200 key:phone"))
      #expect(lines.contains { $0.hasPrefix("reader DELETE /api/v1/keys/:key 403 ") })
    }
  }

  /// Another site's page cannot make a key with the cookie of a browser that signed in.
  @Test func keysNeedTheToken() async throws {
    let made = try Keys()
    try await ServerHarness.run(files: ["keys.json": made.file]) { server in
      let opened = try await server.call(.post, "/api/v1/session", json: ["key": made.admin])
      let cookie = String(try #require(opened.headers[.setCookie]).prefix { $0 != ";" })
      let refused = try await server.call(
        .post, "/api/v1/keys", json: ["name": "thief"], headers: ["cookie": cookie])
      #expect(refused.code == "csrf")
      let token = try #require(opened.json["csrf"] as? String)
      let proven = ["cookie": cookie, "x-csrf-token": token]
      let answer = try await server.call(
        .post, "/api/v1/keys", json: ["name": "friend"], headers: proven)
      #expect(answer.status == 201)
    }
  }

  /// Several who change the keys at once lose none.
  @Test func keysAreChangedOneAfterTheOther() async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "keys-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<24 {
        group.addTask {
          _ = try APIKeyFile(gallery: folder).add("key\(number)", rights: .read, rate: nil)
        }
      }
      try await group.waitForAll()
    }
    #expect(try APIKeyFile(gallery: folder).keys().count == 24)
  }

  /// A server that had keys does not become one without because their file is lost.
  @Test(arguments: [Data("{".utf8), Data(), nil])
  func keysThatCannotBeReadLetNobodyIn(rest: Data?) async throws {
    let made = try Keys()
    var files = ["keys.json.lock": Data()]
    files["keys.json"] = rest
    await #expect(throws: APIKeyError.self) {
      try await ServerHarness.run(files: files) { _ in }
    }
    try await ServerHarness.run(files: ["keys.json": made.file]) { server in
      let folder = server.server.services.likeness.gallery.folder
      let file = folder.appendingPathComponent("keys.json")
      let owner = ["x-api-key": made.admin]
      #expect(try await server.call(.get, "/api/v1/info", headers: owner).status == 200)
      try FileManager.default.removeItem(at: file)
      if let rest { try rest.write(to: file) }
      // It looks at the file at once where it changed it itself, else within a second.
      _ = try? server.server.services.keys.remove("nobody")
      for headers in [owner, [:], ["cookie": "likeness_session=x"]] {
        let answer = try await server.call(.get, "/api/v1/info", headers: headers)
        #expect(answer.status == 503 && answer.code == "keys_unreadable", "\(answer.json)")
      }
      let session = try await server.call(.post, "/api/v1/session", json: ["key": made.admin])
      #expect(session.status == 503)
      let keys = APIKeyFile(gallery: folder)
      #expect(throws: APIKeyError.self) { try keys.keys() }
      try? FileManager.default.removeItem(at: file)
      // Whoever holds the folder may begin anew, and take the last key back.
      _ = try keys.add("new", rights: .read, rate: nil)
      try keys.remove("new")
      #expect(try keys.keys().isEmpty)
      _ = try? server.server.services.keys.remove("nobody")
      #expect(try await server.call(.get, "/api/v1/info").status == 200)
    }
  }

  @Test func whoNeverHadKeysNeedsNone() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "keys-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = APIKeyFile(gallery: folder)
    #expect(throws: APIKeyError.unknown("phone")) { try file.remove("phone") }
    #expect(throws: APIKeyError.badName("/")) { try file.add("/", rights: .read, rate: nil) }
    #expect(!KeyRing(gallery: folder).areNeeded)
    // Keys of a version that had no lock beside them are remembered by the first server that sees them.
    let made = try Keys()
    let keys = folder.appendingPathComponent("keys.json")
    try made.file.write(to: keys)
    #expect(KeyRing(gallery: folder).areNeeded)
    try FileManager.default.removeItem(at: keys)
    #expect(KeyRing(gallery: folder).defect == .missing(path: keys.path))
  }

  @Test func aBrowserSignsIn() async throws {
    let made = try Keys()
    try await ServerHarness.run(files: ["keys.json": made.file]) { server in
      #expect(try await server.call(.get, "/api/v1/session").json["rights"] is NSNull)
      #expect(
        try await server.call(.post, "/api/v1/session", json: ["key": UUID().uuidString]).code
          == "wrong_key")
      let opened = try await server.call(.post, "/api/v1/session", json: ["key": made.write])
      let cookie = try #require(opened.headers[.setCookie])
      #expect(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"))
      let token = try #require(opened.json["csrf"] as? String)
      let session = ["cookie": String(cookie.prefix { $0 != ";" })]
      #expect(try await server.call(.get, "/api/v1/info", headers: session).status == 200)
      #expect(try await server.call(.delete, "/api/v1/faces/1", headers: session).code == "csrf")
      let proven = session.merging(["x-csrf-token": token]) { $1 }
      #expect(try await server.call(.delete, "/api/v1/faces/1", headers: proven).status == 200)
      #expect(try await server.call(.delete, "/api/v1/session", headers: session).status == 200)
      #expect(try await server.call(.get, "/api/v1/info", headers: session).code == "key_needed")
    }
  }

  @Test func otherSitesMayNotAsk() async throws {
    try await ServerHarness.run { server in
      for origin in ["https://evil.example", "null", "http://localhost:1"] {
        let answer = try await server.call(.delete, "/api/v1/faces/1", headers: ["origin": origin])
        #expect(answer.status == 403 && answer.code == "wrong_origin", "\(origin)")
      }
      let answer = try await server.call(
        .delete, "/api/v1/faces/1", headers: ["sec-fetch-site": "cross-site"])
      #expect(answer.code == "wrong_origin")
      #expect(try await server.call(.get, "/api/v1/faces/1").status == 200)
    }
  }

  @Test func everyAnswerHasSecurityHeaders() async throws {
    try await ServerHarness.run { server in
      for path in ["/", "/api/v1/info", "/nothing", "/page/app.js"] {
        let answer = try await server.call(.get, path)
        #expect(answer.headers[.contentTypeOptions] == "nosniff", "\(path)")
        let policy = answer.headers[.contentSecurityPolicy] ?? ""
        #expect(policy.hasPrefix("default-src 'none'") && !policy.contains("unsafe"), "\(path)")
        #expect(answer.headers[.referrerPolicy] == "no-referrer")
      }
      let tag = try #require(try await server.call(.get, "/page/app.js").headers[.eTag])
      #expect(
        try await server.call(.get, "/page/app.js", headers: ["if-none-match": tag]).status == 304)
      for path in ["/page/..%2f..%2fetc%2fpasswd", "/page/%2e%2e", "/page/nothing.js"] {
        #expect(try await server.call(.get, path).status == 404, "\(path)")
      }
    }
  }

  /// What is refused first, where several things are wrong at once.
  @Test func refusalsHaveAnOrder() async throws {
    let made = try Keys()
    var configuration = ServerConfiguration()
    configuration.uploadBytes = 10_000
    try await ServerHarness.run(configuration, files: ["keys.json": made.file]) { server in
      // An address, then its methods, then who is asking, then what they bring.
      #expect(try await server.call(.get, "/api/v1/nothing").code == "no_such_route")
      let method = try await server.call(.put, "/api/v1/faces/1")
      #expect(method.code == "wrong_method" && method.headers[.allow] == "DELETE, GET, HEAD, PATCH")
      let large = Data(count: 20_000)
      let json = ["content-type": "application/json"]
      let unknown = try await server.call(.post, "/api/v1/detect", body: large, headers: json)
      #expect(unknown.status == 401 && unknown.code == "key_needed")
      let reader = json.merging(["x-api-key": made.read]) { $1 }
      let refused = try await server.call(
        .patch, "/api/v1/faces/none", body: large, headers: reader)
      #expect(refused.status == 403 && refused.code == "not_allowed")
      let flag = try await server.call(
        .post, "/api/v1/detect?embeddings=perhaps", body: large, headers: reader)
      #expect(flag.code == "bad_parameter")
      let kind = try await server.call(
        .post, "/api/v1/detect", body: large,
        headers: reader.merging(["content-type": "text/plain"]) { $1 })
      #expect(kind.code == "wrong_type")
      #expect(
        try await server.call(.post, "/api/v1/detect", body: large, headers: reader).code
          == "too_large")
      // Strangers are not in the log; who is known and may not, is.
      let audit = try await server.call(.get, "/api/v1/audit", headers: ["x-api-key": made.admin])
      let lines = audit.list("entries").reversed().map {
        "\($0["key"] ?? "") \($0["method"] ?? "") \($0["route"] ?? "") \($0["status"] ?? 0)"
      }
      #expect(
        lines == [
          "reader PATCH /api/v1/faces/:face 403", "reader POST /api/v1/detect 400",
          "reader POST /api/v1/detect 415", "reader POST /api/v1/detect 413",
        ])
    }
  }

  /// Who may not ask leaves a count behind and no entry, whatever the address.
  @Test func strangersPushNothingOutOfTheLog() async throws {
    let made = try Keys()
    let files = ["keys.json": made.file]
    try await ServerHarness.run(files: files) { server in
      let owner = ["x-api-key": made.admin]
      let wrong = UUID().uuidString
      let image = "images/00000000-0000-4000-8000-000000000001"
      let refused: [(HTTPRequest.Method, String, Any?)] = [
        (.get, "/api/v1/faces/1", nil), (.delete, "/api/v1/faces/1", nil),
        (.get, "/api/v1/faces/1/thumbnail", nil), (.get, "/static/\(wrong)/\(image)", nil),
        (.get, "/static/none/\(image)", nil), (.post, "/api/v1/session", ["key": wrong]),
        (.post, "/api/v1/session", ["key": 1]), (.post, "/api/v1/keys", ["name": "thief"]),
      ]
      for (method, path, body) in refused {
        let answer = try await server.call(method, path, json: body)
        #expect((400..<500).contains(answer.status), "\(path)")
      }
      #expect(try await server.call(.delete, "/api/v1/session").status == 200)
      let audit = try await server.call(.get, "/api/v1/audit", headers: owner)
      #expect(audit.list("entries").isEmpty)
      let counted = try #require(audit.list("refusals").first)
      #expect(counted["requests"] as? Int == refused.count && counted["addresses"] as? Int == 1)

      // Whoever has a right key is in the log by its name.
      let face = try await server.call(.get, "/static/\(made.read)/\(image)")
      #expect(face.status == 200)
      let opened = try await server.call(.post, "/api/v1/session", json: ["key": made.write])
      let cookie = String(try #require(opened.headers[.setCookie]).prefix { $0 != ";" })
      _ = try await server.call(.delete, "/api/v1/session", headers: ["cookie": cookie])
      _ = try await server.call(.delete, "/api/v1/session", headers: ["cookie": cookie])
      let lines = try await server.call(.get, "/api/v1/audit?limit=3", headers: owner)
        .list("entries").reversed().map {
          "\($0["key"] ?? "") \($0["method"] ?? "") \($0["route"] ?? "")"
        }
      #expect(
        lines == [
          "reader GET /static/:key/images/:image", "writer POST /api/v1/session",
          "writer DELETE /api/v1/session",
        ])
    }
  }

  @Test func refusalsAreALineAMinute() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "audit-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let log = AuditLog(gallery: folder)
    let start = Date(timeIntervalSince1970: 1_000_000)
    for second in 0..<150 {
      log.refuse(from: "10.0.0.\(second % 7)", at: start + Double(second))
    }
    #expect(log.lastRefusals(10).map(\.requests) == [30, 60, 60])
    #expect(log.lastRefusals(10).map(\.addresses) == [7, 7, 7])
    for number in 0..<5_000 { log.refuse(from: "\(number)", at: start + 150) }
    #expect(log.lastRefusals(1).map(\.requests) == [5_030])
    #expect(log.lastRefusals(1).map(\.addresses) == [1_000])
    log.writeRefusals()
    let file = folder.appendingPathComponent("audit-refused.log")
    #expect(try String(contentsOf: file, encoding: .utf8).split(separator: "\n").count == 3)
    #expect(log.last(10).isEmpty)
    let other = folder.appendingPathComponent("audit.log").path
    #expect(!FileManager.default.fileExists(atPath: other))
  }

  @Test func theHistorySaysWhoseKeyItWas() async throws {
    let made = try Keys()
    try await ServerHarness.run(files: ["keys.json": made.file]) { server in
      let write = ["x-api-key": made.write]
      let people = try await server.call(.get, "/api/v1/people", headers: write).list("people")
      let person = try #require(people[0]["person"] as? Int)
      for path in ["/api/v1/people/hide", "/api/v1/review"] {
        #expect(
          try await server.call(
            .post, path, json: ["people": [person]], headers: ["x-api-key": made.read]
          ).code == "not_allowed")
      }
      _ = try await server.call(
        .post, "/api/v1/people/hide", json: ["people": [person]], headers: write)
      _ = try await server.call(
        .patch, "/api/v1/people/\(person)", json: ["name": "Ann"],
        headers: ["x-api-key": made.admin])
      let edits = try await server.call(.get, "/api/v1/people/history", headers: write)
        .list("edits")
      #expect(edits.compactMap { $0["who"] as? String } == ["owner", "writer"])
    }
  }

  @Test func pagesOfAnySiteMayAskAsCompreFaceLetsThem() async throws {
    let made = try Keys()
    try await ServerHarness.run(files: ["keys.json": made.file]) { server in
      let path = "/api/v1/recognition/subjects"
      let origin = ["origin": "https://page.example"]
      let before = try await server.call(.options, path, headers: origin)
      #expect(before.status == 204 && before.headers[.accessControlAllowOrigin] == "*")
      let asked = try await server.call(
        .get, path, headers: origin.merging(["x-api-key": made.read]) { $1 })
      #expect(asked.status == 200 && asked.headers[.accessControlAllowOrigin] == "*")
      // A browser that signed in sends its cookie unasked.
      let opened = try await server.call(.post, "/api/v1/session", json: ["key": made.write])
      let cookie = String(try #require(opened.headers[.setCookie]).prefix { $0 != ";" })
      let other = try await server.call(
        .delete, path + "/obama", headers: origin.merging(["cookie": cookie]) { $1 })
      #expect(other.status == 403)
      // In CompreFace's terms also where there is nothing.
      let nothing = try await server.call(.get, "/api/v1/recognition/nothing")
      #expect(nothing.status == 404 && nothing.number("code") == 0)
      let elsewhere = try await server.call(.options, "/api/v1/faces")
      #expect(elsewhere.status == 405 && elsewhere.headers[.accessControlAllowOrigin] == nil)
    }
  }

  @Test func requestsAreCountedByTheSecond() {
    let start = ContinuousClock.now
    var bucket = TokenBucket(rate: 2, burst: 3)
    let atOnce = (0..<4).map { _ in bucket.take(at: start) }
    #expect(atOnce == [true, true, true, false])
    let later = [600, 700].map { bucket.take(at: start + .milliseconds($0)) }
    #expect(later == [true, false])
  }

  @Test func othersNeedAKey() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "open-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    var configuration = ServerConfiguration()
    configuration.host = "0.0.0.0"
    #expect(throws: ServerStartError.self) {
      try LikenessServer(Likeness(gallery: folder, keepsOpen: true), configuration)
    }
  }

  @Test(arguments: [-1, 65_536, 99_999, Int.max])
  func aPortThatIsNoneIsRefused(port: Int) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "port-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    var configuration = ServerConfiguration()
    configuration.port = port
    #expect(throws: ServerStartError.self) {
      try LikenessServer(Likeness(gallery: folder, keepsOpen: true), configuration)
    }
  }

  @Test func tooLargeIsRefusedUnread() async throws {
    var configuration = ServerConfiguration()
    configuration.uploadBytes = 10_000
    try await ServerHarness.run(configuration) { server in
      let answer = try await server.call(
        .post, "/api/v1/detect", body: Data(count: 20_000),
        headers: ["content-type": "application/json"])
      #expect(answer.status == 413 && answer.code == "too_large")
    }
    configuration = ServerConfiguration()
    configuration.maximumPixels = 10_000
    try await ServerHarness.run(configuration) { server in
      let answer = try await server.upload(
        "/api/v1/detect", files: [("file", "x.jpg", try ServerHarness.sample("obama.jpg"))])
      #expect(answer.status == 413 && answer.code == "too_large")
    }
  }

  /// One prediction beyond what one request may ask for, and as many as it may.
  @Test func predictionsAreBoundedInAll() async throws {
    try await ServerHarness.run { server in
      let face = try await server.call(.get, "/api/v1/faces/1?embedding=true")
      let embedding = try #require(face.json["embedding"] as? [Double])
      let path = "/api/v1/recognition/embeddings/recognize?prediction_count="
      let ten = ["embeddings": Array(repeating: embedding, count: 10)]
      let most = try await server.call(.post, path + "1000", json: ten)
      #expect(most.status == 200 && most.list("result").count == 10)
      let eleven = ["embeddings": Array(repeating: embedding, count: 11)]
      let more = try await server.call(.post, path + "910", json: eleven)
      #expect(more.status == 413, "\(more.json)")
      #expect(try await server.call(.post, path + "909", json: eleven).status == 200)
    }
  }

  /// Of a face without a name nothing is said, and those with one are found however many are nearer.
  @Test func recognitionKnowsTheNamedOnly() async throws {
    try await ServerHarness.run { server in
      let faces = try await server.call(.get, "/api/v1/faces?limit=100").list("faces")
      let numbers = faces.compactMap { $0["face"] as? Int }
      for number in numbers {
        let name: Any = number == numbers.last ? "Somebody" : NSNull()
        let answer = try await server.call(
          .patch, "/api/v1/faces/\(number)", json: ["name": name])
        #expect(answer.status == 200)
      }
      let first = try await server.call(.get, "/api/v1/faces/\(numbers[0])?embedding=true")
      let embedding = try #require(first.json["embedding"] as? [Double])
      let answer = try await server.call(
        .post, "/api/v1/recognition/embeddings/recognize?prediction_count=5",
        json: ["embeddings": [embedding]])
      let found = answer.list("result").first?["similarities"] as? [[String: Any]]
      #expect(found?.compactMap { $0["subject"] as? String } == ["Somebody"], "\(answer.json)")
    }
  }

  /// What is uploaded, and the photos of the gallery that are shown.
  @Test func whatIsTooSlowToDecodeIsGivenUp() async throws {
    var configuration = ServerConfiguration()
    configuration.decodingSeconds = 1e-9
    try await ServerHarness.run(configuration) { server in
      let photo = try ServerHarness.smaller("obama.jpg", side: 400)
      for path in ["/api/v1/detect", "/api/v1/photos"] {
        let answer = try await server.upload(
          path, files: [("file", "x.jpg", photo)])
        #expect(answer.status == 413 && answer.code == "too_slow_to_decode", "\(answer.json)")
      }
      let shown = try await server.call(.get, "/api/v1/photos/1/image")
      #expect(shown.code == "too_slow_to_decode", "\(shown.json)")
    }
  }

  @Test func aSecondHostIsRefused() async throws {
    try await ServerHarness.run { server in
      let answer = try await server.call(
        .get, "/api/v1/faces/1", headers: ["host": "evil.example"])
      #expect(answer.status == 400 && answer.code == "bad_host")
    }
  }
}
