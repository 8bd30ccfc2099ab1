import LikenessCore

// A collection's rows have numbers; in a gallery's collections these are ids.

extension Condition {
  static func equal(_ field: String, _ id: some RecordID) -> Condition {
    equal(field, id.rawValue)
  }

  static func among(_ field: String, _ ids: some Collection<some RecordID>) -> Condition {
    among(field, ids.lazy.map(\.rawValue))
  }

  static func notAmong(_ field: String, _ ids: some Collection<some RecordID>) -> Condition {
    notAmong(field, ids.lazy.map(\.rawValue))
  }

  static func above(_ field: String, _ id: some RecordID) -> Condition {
    above(field, id.rawValue)
  }
}
