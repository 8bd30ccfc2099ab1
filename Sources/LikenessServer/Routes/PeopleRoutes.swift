import Foundation
import Hummingbird
import LikenessKit

/// People: who is there, and what the user says of it.
struct PeopleRoutes {
  let services: ServerServices

  func addRoutes(to api: RouterGroup<LikenessRequestContext>) {
    let people = api.group("people")
    people.allowing(.read, services)
      .get(use: list)
      .get("history", use: history)
      .get("suggestions", use: suggestions)
      .get(":person", use: show)
      .get(":person/same", use: same)
      .get(":person/suggestions", use: suggestionsOfPerson)
      .get(":person/nearest", use: nearest)
    people.allowing(.write, services)
      .post("merge", use: merge)
      .post("undo", use: undo)
      .patch(":person", use: name)
      .delete(":person", use: remove)
      .post(":person/split", use: split)
      .post(":person/apart", use: apart)
      .post(":person/cover", use: cover)
      .post(":person/dates", use: dates)
      .post("hide", use: hide)
  }

  // MARK: Looking

  private struct HistoryPage: Encodable, Sendable {
    var edits: [PeopleEdit]
    @OrNull var next: EditID?
    var total: Int
  }
  private struct SuggestionsAnswer: Encodable, Sendable { var suggestions: [SuggestionAnswer] }

  private struct PeoplePage: Encodable, Sendable {
    var people: [PersonAnswer]
    var total: Int
    /// How many people are left out since the user hid them.
    var hidden: Int
    var kept: Bool
  }

  private func history(
    _ request: Request, _ context: LikenessRequestContext
  ) async throws -> Response {
    let asked = try HistoryQuery(QueryParameters(request))
    return try await services.ask(context) { likeness in
      let page = try likeness.people.history(before: asked.before, count: asked.limit)
      return HistoryPage(edits: page.items, next: page.next, total: page.total)
    }
  }

  private func list(
    _ request: Request, _ context: LikenessRequestContext
  ) async throws -> Response {
    let asked = try PeopleQuery(QueryParameters(request))
    return try await services.derive(context, atHand: \.people.isListAtHand) { likeness in
      let list = try likeness.people.list(includingHidden: asked.includesHidden)
      let people =
        asked.text.isEmpty
        ? list.people
        : list.people.filter { $0.name?.localizedCaseInsensitiveContains(asked.text) ?? false }
      return PeoplePage(
        people: people.dropFirst(asked.offset).prefix(asked.limit).map { PersonAnswer($0) },
        total: people.count, hidden: list.hidden, kept: list.kept)
    }
  }

  private func suggestions(
    _ request: Request, _ context: LikenessRequestContext
  ) async throws -> Response {
    let limit = try QueryParameters(request).integer("limit", default: 50, in: 1...1000)
    return try await services.derive(context, atHand: \.people.areSuggestionsAtHand) { likeness in
      SuggestionsAnswer(
        suggestions: try likeness.people.suggestions(count: limit).map { SuggestionAnswer($0) })
    }
  }

  private func suggestionsOfPerson(
    _ request: Request, _ context: LikenessRequestContext
  ) async throws -> Response {
    let id = try context.parameter(PersonID.self)
    let limit = try QueryParameters(request).integer("limit", default: 50, in: 1...1000)
    return try await services.derive(context, atHand: \.people.areSuggestionsAtHand) { likeness in
      guard
        try likeness.people.list(includingHidden: true).people.contains(where: { $0.id == id })
      else { throw LikenessError.unknownPerson(id) }
      return SuggestionsAnswer(
        suggestions: try likeness.people.suggestions(of: id, count: limit).map {
          SuggestionAnswer($0)
        })
    }
  }

  private func show(
    _ request: Request, _ context: LikenessRequestContext
  ) async throws -> Response {
    let id = try context.parameter(PersonID.self)
    let includesHidden = try QueryParameters(request).flag("includeHidden")
    return try await services.derive(context, atHand: \.people.isListAtHand) { likeness in
      func found(includingHidden: Bool) throws -> Person? {
        try likeness.people.list(includingHidden: includingHidden).people.first { $0.id == id }
      }
      // Whoever asks for somebody by number may see that somebody, hidden or not.
      guard
        let person = try (includesHidden ? nil : found(includingHidden: false))
          ?? found(includingHidden: true)
      else { throw LikenessError.unknownPerson(id) }
      return try PersonAnswer(person, likeness)
    }
  }

  private func same(
    _ request: Request, _ context: LikenessRequestContext
  ) async throws -> Response {
    let id = try context.parameter(PersonID.self)
    let includesHidden = try QueryParameters(request).flag("includeHidden")
    return try await services.derive(context, atHand: \.links.isGraphAtHand) { likeness in
      try SameAnswer(
        try likeness.links.same(person: id, includingHidden: includesHidden), person: id, likeness)
    }
  }

  private struct NearestAnswer: Encodable, Sendable {
    var people: [NearPersonAnswer]
    /// What the distances are measured by.
    var metric: Metric
  }

  private func nearest(
    _ request: Request, _ context: LikenessRequestContext
  ) async throws -> Response {
    let id = try context.parameter(PersonID.self)
    let asked = try NearestPeopleQuery(QueryParameters(request))
    return try await services.derive(context, atHand: \.people.isListAtHand) { likeness in
      NearestAnswer(
        people: try likeness.nearestPeople(to: id, named: asked.text, count: asked.limit)
          .map { NearPersonAnswer($0) }, metric: likeness.networks.verification.metric)
    }
  }

  // MARK: Edits

  private func undo(
    _ request: Request, _ context: LikenessRequestContext
  ) async throws -> Response {
    let wanted = try await services.body(of: request, context).optionalJSON(Undoing.self)?.edit
    return try await services.change(context) { EditAnswer(edit: try $0.people.undo(wanted)) }
  }

  private func name(
    _ request: Request, _ context: LikenessRequestContext
  ) async throws -> Response {
    let id = try context.parameter(PersonID.self)
    let name = try await services.body(of: request, context).json(Naming.self).name.text
    return try await services.change(context) { likeness in
      EditAnswer(edit: try likeness.people.name(id, as: name), person: id)
    }
  }

  private func merge(
    _ request: Request, _ context: LikenessRequestContext
  ) async throws -> Response {
    let wanted = try await services.body(of: request, context).json(Merging.self)
    return try await services.change(context) { likeness in
      let edit = try likeness.people.merge(
        wanted.people, name: wanted.name?.text, anyway: wanted.anyway)
      let left = try likeness.people.list(includingHidden: true).people.map(\.id)
      return EditAnswer(edit: edit, person: wanted.people.first { left.contains($0) })
    }
  }

  private func split(
    _ request: Request, _ context: LikenessRequestContext
  ) async throws -> Response {
    let id = try context.parameter(PersonID.self)
    let faces = try await services.body(of: request, context).json(Splitting.self).faces
    return try await services.change(context) { likeness in
      let (edit, new) = try likeness.people.split(id, faces: faces)
      return EditAnswer(edit: edit, person: new)
    }
  }

  private func apart(
    _ request: Request, _ context: LikenessRequestContext
  ) async throws -> Response {
    let id = try context.parameter(PersonID.self)
    let face = try await services.body(of: request, context).json(Telling.self).face
    return try await services.change(context) { likeness in
      let (edit, person) = try likeness.people.tell(face, apartFrom: id)
      return EditAnswer(edit: edit, person: person)
    }
  }

  private func cover(
    _ request: Request, _ context: LikenessRequestContext
  ) async throws -> Response {
    let id = try context.parameter(PersonID.self)
    let face = try await services.body(of: request, context).json(Covering.self).face
    return try await services.change(context) { likeness in
      EditAnswer(edit: try likeness.people.chooseCover(face, of: id), person: id)
    }
  }

  private func dates(
    _ request: Request, _ context: LikenessRequestContext
  ) async throws -> Response {
    let id = try context.parameter(PersonID.self)
    let wanted = try await services.body(of: request, context).json(Dating.self)
    return try await services.change(context) { likeness in
      let (edit, contradicting) = try likeness.people.setDates(
        of: id, born: wanted.born, died: wanted.died)
      return EditAnswer(edit: edit, person: id, contradicting: contradicting)
    }
  }

  private func hide(
    _ request: Request, _ context: LikenessRequestContext
  ) async throws -> Response {
    let wanted = try await services.body(of: request, context).json(Hiding.self)
    return try await services.change(context) { likeness in
      EditAnswer(
        edit: try likeness.people.hide(wanted.people, faces: wanted.faces, wanted.isHidden))
    }
  }

  private func remove(
    _ request: Request, _ context: LikenessRequestContext
  ) async throws -> Response {
    let id = try context.parameter(PersonID.self)
    let shared = try QueryParameters(request).sharedPhotos()
    return try await services.change(context) {
      ReceiptAnswer(try $0.people.remove(id, sharedPhotos: shared))
    }
  }
}
