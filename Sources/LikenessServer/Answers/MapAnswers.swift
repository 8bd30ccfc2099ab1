import Foundation
import LikenessKit
import LikenessReports
import Synchronization

/// The answers to who asks where faces lie: the last one is kept for as long as the gallery and its map stay the same.
final class MapAnswers: Sendable {
  private let last = Mutex<(state: String, answer: Data)?>(nil)

  /// The answer, if it was given already and nothing has changed since.
  func atHand(_ options: MapOptions, _ likeness: Likeness) throws -> Data? {
    let state = try likeness.keptMapState(options)
    return last.withLock { $0?.state == state ? $0?.answer : nil }
  }

  /// - Returns: nil where no map is kept that the faces could be placed on.
  func answer(_ options: MapOptions, _ likeness: Likeness) throws -> Data? {
    if let known = try atHand(options, likeness) { return known }
    // Sorting new faces into people is a change of its own: it comes before the state that is answered.
    if try likeness.hasMap(options) { _ = try likeness.people.list() }
    let state = try likeness.keptMapState(options)
    var options = options
    (options.neighbors, options.detail) = (0, .names)
    guard let map = try likeness.keptMap(options) else { return nil }
    let answer = Self.json(map, options)
    // Of another state where the gallery was changed meanwhile; then it is made again when it is asked for.
    if let state { last.withLock { $0 = (state, answer) } }
    return answer
  }

  /// The map as JSON, keys in order. Written by hand: an encoder takes a second for every hundred thousand faces.
  static func json(_ map: FaceMap, _ options: MapOptions) -> Data {
    var texts: [String: String] = [:]
    func literal(_ text: String?) -> String {
      guard let text else { return "null" }
      if let known = texts[text] { return known }
      let literal = text.jsonLiteral
      texts[text] = literal
      return literal
    }
    var json = Data(capacity: 128 * map.faces.count + 1024)
    func write(_ text: String) { json.append(contentsOf: text.utf8) }
    write("{\"dimensions\":\(options.dimensions),\"facts\":[")
    for (number, fact) in map.facts.enumerated() {
      let comma = number > 0 ? "," : ""
      write("\(comma){\"title\":\(literal(fact.title)),\"value\":\(literal(fact.value))}")
    }
    write("],\"hidden\":\(map.hidden),\"method\":\(literal(options.method.rawValue)),\"points\":[")
    for (row, face) in map.faces.enumerated() {
      if row > 0 { write(",") }
      write("{\"face\":\(face.id),\"name\":\(literal(face.name)),\"person\":")
      write(literal(face.person))
      write(",\"photo\":\(face.photoID ?? PhotoID(0)),\"placed\":\(face.isPlaced),\"position\":[")
      write(map.point(row).map { "\($0)" }.joined(separator: ","))
      write("]}")
    }
    write("]}")
    return json
  }
}
