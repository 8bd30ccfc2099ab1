import Foundation
import Hummingbird

/// What stands after the question mark, where a plus is a space; the first counts where one is given twice.
struct QueryParameters: Sendable {
  private let values: [String: String]

  init(_ request: Request) {
    func decoded(_ part: Substring) -> String {
      let text = String(part).replacing("+", with: " ")
      return text.removingPercentEncoding ?? text
    }
    let pairs = (request.uri.query ?? "").split(separator: "&").map { pair in
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return (decoded(parts[0]), parts.count == 2 ? decoded(parts[1]) : "")
    }
    values = Dictionary(pairs) { first, _ in first }
  }

  subscript(_ name: String) -> String? { values[name] }

  /// - Throws: `ServerError` with the code `bad_parameter`, as all that follow
  func integer(_ name: String, default standard: Int, in range: ClosedRange<Int>) throws -> Int {
    guard let text = self[name] else { return standard }
    guard let value = Int(text), range.contains(value) else {
      throw ServerError.badParameter(
        name, "a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  /// A thing's number, from 1 on; nil where none is given.
  func id<ID: ResourceID>(_: ID.Type = ID.self) throws -> ID? {
    guard self[ID.name] != nil else { return nil }
    return ID(Int64(try integer(ID.name, default: 0, in: 1...Int.max)))
  }

  func flag(_ name: String, default standard: Bool = false) throws -> Bool {
    guard let text = self[name]?.lowercased() else { return standard }
    switch text {
    case "true", "1": return true
    case "false", "0": return false
    default: throw ServerError.badParameter(name, "true or false")
    }
  }

  /// What a list is searched for; empty for all of it.
  func searchText() throws -> String {
    let text = self["search"] ?? ""
    guard text.unicodeScalars.count <= 200 else {
      throw ServerError.badParameter("search", "a text of at most 200 letters")
    }
    return text.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  func choice<Value: RawRepresentable & CaseIterable>(
    _ name: String, default standard: Value
  ) throws -> Value where Value.RawValue == String {
    guard let text = self[name] else { return standard }
    return try Value(text, as: name)
  }
}

extension RawRepresentable where Self: CaseIterable, RawValue == String {
  /// One of a few words.
  /// - Parameter name: of the parameter that says it.
  /// - Throws: `ServerError` with the code `bad_parameter`
  init(_ text: String, as name: String) throws {
    guard let value = Self(rawValue: text) else {
      throw ServerError.badParameter(
        name, Self.allCases.map { "\($0.rawValue)" }.joined(separator: " or "))
    }
    self = value
  }
}

/// Which part of a long list is wanted: so many of the ids above one.
struct PageQuery<ID: ResourceID>: Sendable {
  let after: ID
  let limit: Int

  init(_ query: QueryParameters) throws {
    after = ID(Int64(try query.integer("after", default: 0, in: 0...Int.max)))
    limit = try query.integer("limit", default: 50, in: 1...1000)
  }
}
