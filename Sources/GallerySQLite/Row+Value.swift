import GRDB

extension Row {
  /// A column's value. Of a damaged database a column may hold anything; GRDB's subscript ends the program
  /// then.
  /// - Throws: `DatabaseError` with `SQLITE_CORRUPT`
  func value<Value: DatabaseValueConvertible>(
    _ index: Int, as type: Value.Type = Value.self
  ) throws -> Value {
    let stored: DatabaseValue = self[index]
    guard let value = Value.fromDatabaseValue(stored) else {
      throw DatabaseError(
        resultCode: .SQLITE_CORRUPT, message: "column \(index) of a row holds something else")
    }
    return value
  }
}
