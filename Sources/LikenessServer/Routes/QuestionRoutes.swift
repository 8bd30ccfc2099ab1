import Foundation
import Hummingbird
import LikenessKit
import References

/// Questions about faces, of which nothing is kept.
struct QuestionRoutes {
  let services: ServerServices

  func addRoutes(to api: RouterGroup<LikenessRequestContext>) {
    api.allowing(.read, services)
      .post("detect", use: detect)
      .post("search", use: search)
      .post("verify", use: verify)
      .post("compose", use: compose)
  }

  // MARK: Faces of a photo

  private struct DetectAnswer: Encodable, Sendable {
    var width: Int
    var height: Int
    var turned: Int
    var faces: [FoundFaceAnswer]
  }

  private func detect(
    _ request: Request, _ context: LikenessRequestContext
  ) async throws -> Response {
    let withEmbeddings = try QueryParameters(request).flag("embeddings")
    let query: DetectQuery = try await services.body(of: request, context).formOrJSON()
    let found = try await services.faces(on: query.image.data, for: context.client)
    return try JSONAnswer.response(
      DetectAnswer(
        width: found.width, height: found.height, turned: found.turned,
        faces: found.faces.map { FoundFaceAnswer($0, withEmbedding: withEmbeddings) }))
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
    /// How many faces could not answer since the user hid them.
    var hidden: Int
  }

  private static func hidden(_ includesHidden: Bool, _ likeness: Likeness) throws -> Int {
    try includesHidden ? 0 : likeness.people.hiddenFaces().count
  }

  private func search(
    _ request: Request, _ context: LikenessRequestContext
  ) async throws -> Response {
    let query: SearchQuery = try await services.body(of: request, context).formOrJSON()
    var question = query.question
    question.filter.includesDoubtful = try QueryParameters(request).includesDoubtful
    query.subject.note(in: context.subject)
    let nearest: @Sendable (Likeness, Question) throws -> [Match]
    switch query.subject.value {
    case .image(let image): return try await search(image.data, question, context)
    case .embedding(let values): nearest = { try $0.search(values.embedding, $1) }
    case .face(let face): nearest = { try $0.nearest(to: face, $1) }
    case .name(let name): nearest = { try $0.nearest(to: name, $1) }
    case .person(let person): nearest = { try $0.nearest(toPerson: person, $1) }
    }
    return try await services.ask(context) { [question] likeness in
      SearchAnswer(
        faces: [.init(matches: try nearest(likeness, question).map { MatchAnswer($0) })],
        hidden: try Self.hidden(question.filter.includesHidden, likeness))
    }
  }

  private func search(
    _ photo: Data, _ question: Question, _ context: LikenessRequestContext
  ) async throws -> Response {
    do {
      return try await search(services.faces(on: photo, for: context.client), question, context)
    } catch GalleryError.modelMismatch {
      // The gallery became one of another model between both looks.
      return try await search(services.faces(on: photo, for: context.client), question, context)
    }
  }

  private func search(
    _ found: PhotoFaces, _ question: Question, _ context: LikenessRequestContext
  ) async throws -> Response {
    _ = try found.faces(includingDoubtful: question.filter.includesDoubtful, path: "")
    return try await services.ask(context) { likeness in
      SearchAnswer(
        width: found.width, height: found.height, turned: found.turned,
        faces: try likeness.search(found, question).map { searched in
          .init(
            face: FoundFaceAnswer(searched.face),
            matches: searched.matches.map { MatchAnswer($0) },
            recognition: searched.recognition)
        }, hidden: try Self.hidden(question.filter.includesHidden, likeness))
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

  private func verify(
    _ request: Request, _ context: LikenessRequestContext
  ) async throws -> Response {
    let query: VerifyQuery = try await services.body(of: request, context).formOrJSON()
    let parameters = QueryParameters(request)
    let first = try await probe(query.a, "a", parameters, context)
    let second = try await probe(query.b, "b", parameters, context)
    return try await services.ask(context) { likeness in
      let verdict = try likeness.verify(first, second)
      return VerifyAnswer(
        same: verdict.same, distance: verdict.distance, probability: verdict.probability,
        threshold: verdict.threshold, metric: verdict.metric, reason: verdict.reason,
        a: .init(first), b: .init(second))
    }
  }

  private func probe(
    _ operand: Operand, _ title: String, _ parameters: QueryParameters,
    _ context: LikenessRequestContext
  ) async throws -> Probe {
    let likeness = services.likeness
    let url = URL(fileURLWithPath: "/photo \(title)")
    operand.note(in: context.subject)
    switch operand.value {
    case .image(let photo):
      let found = try await services.faces(
        on: photo.data, title: "photo \(title)", for: context.client)
      return .photo(
        url, try found.faces(includingDoubtful: try parameters.includesDoubtful, path: ""))
    case .embedding(let values): return .embedding(url, values.embedding)
    case .face(let face):
      return try await services.questions.run(for: context.client) {
        try likeness.probe(face: face)
      }
    case .name(let name):
      return try await services.questions.run(for: context.client) {
        try likeness.probe(name: name)
      }
    case .person(let person):
      return try await services.questions.run(for: context.client) {
        try likeness.probe(person: person)
      }
    }
  }

  // MARK: Compose

  private struct ComposeAnswer: Encodable, Sendable {
    var query: String
    var results: [MatchAnswer]
    /// How many faces could not answer since the user hid them.
    var hidden: Int
  }

  private func compose(
    _ request: Request, _ context: LikenessRequestContext
  ) async throws -> Response {
    let wanted = try await services.body(of: request, context).json(ComposeRequest.self)
    let text = try CompositionText(wanted.query)
    let parameters = QueryParameters(request)
    let includingDoubtful = try parameters.includesDoubtful
    let includingHidden = try parameters.flag("includeHidden")
    return try await services.ask(context) { likeness in
      let references = References(
        likeness, includingDoubtful: includingDoubtful, mayNameFiles: false)
      let found = try likeness.gallery.withSession {
        try references.matches(
          of: text, count: wanted.count, includingHidden: includingHidden)
      }
      return ComposeAnswer(
        query: wanted.query, results: found.map { MatchAnswer($0.match) },
        hidden: try Self.hidden(includingHidden, likeness))
    }
  }
}
