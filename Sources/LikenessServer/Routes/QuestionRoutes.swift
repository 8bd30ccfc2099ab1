import Foundation
import Hummingbird
import LikenessKit

/// Questions about faces, of which nothing is kept.
enum QuestionRoutes {
  static var endpoints: [Endpoint] {
    [
      Endpoint(.post, "/api/v1/detect", .read, detect),
      Endpoint(.post, "/api/v1/search", .read, search),
      Endpoint(.post, "/api/v1/verify", .read, verify),
      Endpoint(.post, "/api/v1/compose", .read, compose),
    ]
  }

  /// Whether finds that are likely no faces count as the others do.
  private static func includesDoubtful(_ call: Call) throws -> Bool {
    try call.flag("includeDoubtful")
  }

  // MARK: Faces of a photo

  private struct DetectQuery: Decodable, Sendable {
    enum CodingKeys: String, CodingKey, CaseIterable { case image }
    var image: Base64Photo

    init(from decoder: any Decoder) throws {
      try decoder.refuseOthers(than: CodingKeys.self)
      image = try decoder.container(keyedBy: CodingKeys.self).decode(
        Base64Photo.self, forKey: .image)
    }
  }

  private struct DetectAnswer: Encodable, Sendable {
    var width: Int
    var height: Int
    var turned: Int
    var faces: [FoundFaceAnswer]
  }

  private static func detect(_ call: Call) async throws -> Response {
    let withEmbeddings = try call.flag("embeddings")
    let found: PhotoFaces
    if call.isMultipart {
      found = try await call.withForm { form in
        try await call.faces(on: try photo("file", in: form))
      }
    } else {
      found = try await call.withJSON(DetectQuery.self) {
        try await call.faces(on: $0.image.data)
      }
    }
    return try JSONAnswer.response(
      DetectAnswer(
        width: found.width, height: found.height, turned: found.turned,
        faces: found.faces.map { FoundFaceAnswer($0, withEmbedding: withEmbeddings) }))
  }

  private static func photo(_ name: String, in form: MultipartForm) throws -> Data {
    guard let part = form[name], !part.data.isEmpty else { throw ServerError.missingPart(name) }
    return part.data
  }

  // MARK: Search

  private struct SearchAnswer: Encodable, Sendable {
    struct Item: Encodable, Sendable {
      @OrNull var face: FoundFaceAnswer?
      var matches: [MatchAnswer]
      @OrNull var recognition: Recognition?
    }

    @OrNull var width: Int?
    @OrNull var height: Int?
    @OrNull var turned: Int?
    var faces: [Item]
  }

  private static func search(_ call: Call) async throws -> Response {
    if call.isMultipart {
      return try await call.withForm { form in
        try await search(
          try photo("file", in: form), try question(try SearchQuery.question(of: form), call), call)
      }
    }
    return try await call.withJSON(SearchQuery.self) { try await search($0, call) }
  }

  private static func question(_ asked: Question, _ call: Call) throws -> Question {
    var question = asked
    question.filter.includesDoubtful = try includesDoubtful(call)
    return question
  }

  private static func search(_ query: SearchQuery, _ call: Call) async throws -> Response {
    let question = try question(query.question, call)
    Operand.note(query.subject, in: call.subject)
    let nearest: @Sendable (Likeness) throws -> [Match]
    switch query.subject {
    case .image(let image): return try await search(image.data, question, call)
    case .embedding(let values): nearest = { try $0.search(values.embedding, question) }
    case .face(let face): nearest = { try $0.nearest(to: face, question) }
    case .name(let name): nearest = { try $0.nearest(to: name, question) }
    case .person(let person): nearest = { try $0.nearest(toPerson: person, question) }
    }
    return try await call.ask { likeness in
      SearchAnswer(faces: [.init(matches: try nearest(likeness).map { MatchAnswer($0) })])
    }
  }

  private static func search(
    _ photo: Data, _ question: Question, _ call: Call
  ) async throws -> Response {
    do {
      return try await search(call.faces(on: photo), question, call)
    } catch GalleryError.modelMismatch {
      // The gallery became one of another model between both looks.
      return try await search(call.faces(on: photo), question, call)
    }
  }

  private static func search(
    _ found: PhotoFaces, _ question: Question, _ call: Call
  ) async throws -> Response {
    _ = try found.faces(includingDoubtful: question.filter.includesDoubtful, path: "")
    return try await call.ask { likeness in
      SearchAnswer(
        width: found.width, height: found.height, turned: found.turned,
        faces: try likeness.search(found, question).map { searched in
          .init(
            face: FoundFaceAnswer(searched.face),
            matches: searched.matches.map { MatchAnswer($0) },
            recognition: searched.recognition)
        })
    }
  }

  // MARK: Verify

  private struct VerifyAnswer: Encodable, Sendable {
    struct Side: Encodable, Sendable {
      var faces: Int
      @OrNull var width: Int?
      @OrNull var height: Int?
      @OrNull var box: Box?
      @OrNull var turned: Int?
      /// Of the face that was taken of a photo, as its box.
      @OrNull var quality: Double?
      @OrNull var confidence: Double?
      @OrNull var doubtful: Bool?
      /// What to know of the face before trusting the verdict.
      var remarks: [String] = []

      init(_ probe: Probe) {
        switch probe {
        case .photo(_, let found):
          (faces, width, height) = (found.faces.count, found.width, found.height)
          (box, turned) = (found.faces.first?.box, found.turned)
          let taken = found.faces.first?.quality
          (quality, confidence) = (taken?.overall, taken?.confidence)
          doubtful = taken?.isDoubtful
          remarks = taken?.remarks ?? []
        case .name(_, let own): faces = own.count
        case .embedding: faces = 1
        }
      }
    }

    @OrNull var same: Bool?
    var distance: Float
    var probability: Float
    var threshold: Float
    var metric: Metric
    var reason: String
    var a: Side
    var b: Side
  }

  private struct VerifyQuery: Decodable, Sendable {
    enum CodingKeys: String, CodingKey, CaseIterable { case a, b }
    var a: Operand
    var b: Operand

    init(from decoder: any Decoder) throws {
      try decoder.refuseOthers(than: CodingKeys.self)
      let fields = try decoder.container(keyedBy: CodingKeys.self)
      a = try fields.decode(Operand.self, forKey: .a)
      b = try fields.decode(Operand.self, forKey: .b)
    }
  }

  private static func verify(_ call: Call) async throws -> Response {
    if call.isMultipart {
      return try await call.withForm { form in
        try await verify(
          Operand(.image(Base64Photo(data: try photo("a", in: form)))),
          Operand(.image(Base64Photo(data: try photo("b", in: form)))), call)
      }
    }
    return try await call.withJSON(VerifyQuery.self) { try await verify($0.a, $0.b, call) }
  }

  private static func verify(_ a: Operand, _ b: Operand, _ call: Call) async throws -> Response {
    let first = try await probe(a, "a", call)
    let second = try await probe(b, "b", call)
    return try await call.ask { likeness in
      let verdict = try likeness.verify(first, second)
      return VerifyAnswer(
        same: verdict.same, distance: verdict.distance, probability: verdict.probability,
        threshold: verdict.threshold, metric: verdict.metric, reason: verdict.reason,
        a: .init(first), b: .init(second))
    }
  }

  private static func probe(_ operand: Operand, _ title: String, _ call: Call) async throws -> Probe
  {
    let likeness = call.likeness
    let url = URL(fileURLWithPath: "/photo \(title)")
    Operand.note(operand.value, in: call.subject)
    switch operand.value {
    case .image(let photo):
      let found = try await call.faces(on: photo.data, title: "photo \(title)")
      return .photo(
        url, try found.faces(includingDoubtful: try includesDoubtful(call), path: ""))
    case .embedding(let values): return .embedding(url, values.embedding)
    case .face(let face):
      return try await call.services.questions.run { try likeness.probe(face: face) }
    case .name(let name):
      return try await call.services.questions.run { try likeness.probe(name: name) }
    case .person(let person):
      return try await call.services.questions.run { try likeness.probe(person: person) }
    }
  }

  // MARK: Compose

  private struct ComposeRequest: Decodable, Sendable {
    enum CodingKeys: String, CodingKey, CaseIterable { case query, count }
    var query: String
    var count: Int

    init(from decoder: any Decoder) throws {
      try decoder.refuseOthers(than: CodingKeys.self)
      let fields = try decoder.container(keyedBy: CodingKeys.self)
      query = try fields.decode(String.self, forKey: .query)
      count = fields.contains(.count) ? try fields.decode(Int.self, forKey: .count) : 10
      guard (1...1000).contains(query.unicodeScalars.count) else {
        throw ServerError.badParameter("query", "a text of 1 to 1000 letters")
      }
      guard (1...1000).contains(count) else {
        throw ServerError.badParameter("count", "a number from 1 to 1000")
      }
    }
  }

  private struct ComposeAnswer: Encodable, Sendable {
    var query: String
    var results: [MatchAnswer]
  }

  private static func compose(_ call: Call) async throws -> Response {
    let wanted = try await call.json(ComposeRequest.self)
    let query = try ComposeQuery(wanted.query)
    let includingDoubtful = try includesDoubtful(call)
    return try await call.ask { likeness in
      let found = try likeness.compose(
        query, count: wanted.count, mayReadFiles: false, includingDoubtful: includingDoubtful)
      return ComposeAnswer(
        query: wanted.query, results: found.map { MatchAnswer($0.match) })
    }
  }
}
