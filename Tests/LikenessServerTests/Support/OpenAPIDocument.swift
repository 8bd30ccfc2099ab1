import Foundation

@testable import LikenessServer

/// What the server says of itself, to hold its answers against. Read once and never changed.
struct OpenAPIDocument: @unchecked Sendable {
  let root: [String: Any]

  init() throws {
    let data = Data(PackageResources.openapi_json)
    root = try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
  }

  /// All operations, as "GET /api/v1/photos/{photo}".
  var operations: Set<String> {
    var all: Set<String> = []
    for (path, item) in paths {
      for method in item.keys { all.insert("\(method.uppercased()) \(path)") }
    }
    return all
  }

  private var paths: [String: [String: Any]] { root["paths"] as? [String: [String: Any]] ?? [:] }

  /// The operation that a request is, by its path without what follows a question mark.
  func operation(_ method: String, _ path: String) -> String? {
    let wanted = path.split(separator: "/", omittingEmptySubsequences: false)
    let fits = paths.keys.filter { template in
      let parts = template.split(separator: "/", omittingEmptySubsequences: false)
      return parts.count == wanted.count
        && zip(parts, wanted).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
    }
    // Whole words count more than parameters.
    guard let best = fits.min(by: { $0.filter { $0 == "{" }.count < $1.filter { $0 == "{" }.count })
    else { return nil }
    return "\(method) \(best)"
  }

  /// What is wrong with an answer; empty if nothing is.
  func faults(_ operation: String, status: Int, type: String, body: Data) -> [String] {
    let parts = operation.split(separator: " ", maxSplits: 1).map { String($0) }
    guard let item = paths[parts[1]]?[parts[0].lowercased()] as? [String: Any],
      let responses = item["responses"] as? [String: Any]
    else { return ["\(operation) is not in the document"] }
    guard let response = resolved(responses["\(status)"]) else {
      return ["\(operation) may not answer \(status)"]
    }
    guard let content = response["content"] as? [String: Any] else { return [] }
    let main = type.split(separator: ";").first.map { String($0) } ?? ""
    guard let media = content[main] as? [String: Any] else {
      return ["\(operation) \(status) may not be \(type)"]
    }
    guard main == "application/json", let schema = media["schema"] else { return [] }
    guard let value = try? JSONSerialization.jsonObject(with: body, options: .fragmentsAllowed)
    else { return ["\(operation) \(status) is not valid JSON"] }
    return faults(of: value, by: schema, at: operation)
  }

  private func resolved(_ any: Any?) -> [String: Any]? {
    guard let object = any as? [String: Any] else { return nil }
    guard let reference = object["$ref"] as? String else { return object }
    var found: Any? = root
    for part in reference.dropFirst(2).split(separator: "/") {
      found = (found as? [String: Any])?[String(part)]
    }
    return found as? [String: Any]
  }

  /// The part of JSON Schema 2020-12 that the document uses.
  private func faults(of value: Any, by schema: Any, at place: String) -> [String] {
    guard let schema = resolved(schema) else { return ["\(place): a schema that is none"] }
    if let all = schema["allOf"] as? [Any] {
      return all.flatMap { self.faults(of: value, by: $0, at: place) }
    }
    if let some = schema["oneOf"] as? [Any] {
      let fits = some.count { self.faults(of: value, by: $0, at: place).isEmpty }
      return fits == 1 ? [] : ["\(place): \(fits) of \(some.count) kinds fit"]
    }
    var faults: [String] = []
    let types = (schema["type"] as? [String]) ?? (schema["type"] as? String).map { [$0] } ?? []
    if !types.isEmpty, !types.contains(where: { Self.is(value, $0) }) {
      return ["\(place): \(value) is not \(types.joined(separator: " or "))"]
    }
    if let allowed = schema["enum"] as? [AnyHashable], let value = value as? AnyHashable,
      !(value is NSNull), !allowed.contains(value)
    {
      faults.append("\(place): \(value) is none of \(allowed)")
    }
    if let number = value as? NSNumber, !Self.is(value, "boolean") {
      if let least = schema["minimum"] as? NSNumber, number.doubleValue < least.doubleValue {
        faults.append("\(place): \(number) is below \(least)")
      }
      if let most = schema["maximum"] as? NSNumber, number.doubleValue > most.doubleValue {
        faults.append("\(place): \(number) is above \(most)")
      }
    }
    if let text = value as? String, schema["format"] as? String == "date-time",
      (try? Date(text, strategy: .iso8601)) == nil
    {
      faults.append("\(place): \(text) is no time")
    }
    if let list = value as? [Any] {
      if let least = schema["minItems"] as? Int, list.count < least {
        faults.append("\(place): only \(list.count) items")
      }
      if let most = schema["maxItems"] as? Int, list.count > most {
        faults.append("\(place): \(list.count) items")
      }
      if let items = schema["items"] {
        for (number, item) in list.enumerated() {
          faults += self.faults(of: item, by: items, at: "\(place)[\(number)]")
        }
      }
    }
    if let object = value as? [String: Any] {
      let properties = schema["properties"] as? [String: Any] ?? [:]
      for name in schema["required"] as? [String] ?? [] where object[name] == nil {
        faults.append("\(place): \(name) is missing")
      }
      for (name, member) in object {
        if let property = properties[name] {
          faults += self.faults(of: member, by: property, at: "\(place).\(name)")
        } else if let others = schema["additionalProperties"] as? [String: Any] {
          faults += self.faults(of: member, by: others, at: "\(place).\(name)")
        } else if !properties.isEmpty, schema["additionalProperties"] as? Bool != true,
          !place.contains("allOf")
        {
          // Beyond what JSON Schema asks for: nothing is answered that is not described.
          undescribed(&faults, name, place)
        }
      }
    }
    return faults
  }

  private func undescribed(_ faults: inout [String], _ name: String, _ place: String) {
    // Parts of an allOf know each other's members only together.
    let shared = [
      "items", "faces", "photos", "person", "name", "given", "cover", "coverChosen", "hidden",
      "born", "died",
    ]
    if !shared.contains(name), !Self.photoMembers.contains(name) {
      faults.append("\(place): \(name) is not described")
    }
  }

  private static let photoMembers: Set<String> = [
    "photo", "title", "width", "height", "turned", "added", "taken", "image",
    "file", "candidates",
  ]

  private static func `is`(_ value: Any, _ type: String) -> Bool {
    switch type {
    case "null": return value is NSNull
    case "string": return value is String
    case "array": return value is [Any]
    case "object": return value is [String: Any]
    default:
      guard let number = value as? NSNumber else { return false }
      let isFlag = CFNumberKind.isFlag(number)
      switch type {
      case "boolean": return isFlag
      case "integer": return !isFlag && number.doubleValue == number.doubleValue.rounded()
      case "number": return !isFlag
      default: return false
      }
    }
  }
}

/// Foundation reads true and 1 into the same class.
private enum CFNumberKind {
  static func isFlag(_ number: NSNumber) -> Bool { String(cString: number.objCType) == "c" }
}
