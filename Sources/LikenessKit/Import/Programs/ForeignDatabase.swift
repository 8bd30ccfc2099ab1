import Foundation
import GRDB
import LikenessCore

/// A SQLite file of another program, which is read and never changed.
enum ForeignDatabase {
  /// Reads a database that nothing is taken on trust of: its views and triggers run no functions that could do harm, and its pages are checked.
  /// - Parameter tables: that it has to have.
  /// - Throws: `ImportError`, what `body` throws of it, and for anything else `ImportError.unreadable`
  static func read<Value>(
    _ file: URL, tables: [String], program: String, _ body: (Database) throws -> Value
  ) throws(ImportError) -> Value {
    guard try !ImportFiles.isFolder(file) else {
      throw .unreadable(path: file.path, reason: "it is a folder, not a file of \(program)")
    }
    do {
      var configuration = Configuration()
      configuration.readonly = true
      configuration.prepareDatabase { database in
        try database.execute(sql: "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON")
      }
      let queue = try DatabaseQueue(path: file.path, configuration: configuration)
      return try queue.read { database in
        for table in tables where try !database.tableExists(table) {
          throw ImportError.notSupported(
            path: file.path, reason: "it is not of \(program), as it has no table \(table)")
        }
        return try body(database)
      }
    } catch let error as ImportError {
      throw error
    } catch let error as DatabaseError {
      throw .unreadable(
        path: file.path,
        reason: error.resultCode == .SQLITE_NOTADB
          ? "it is not an SQLite file"
          : error.message ?? "SQLite refuses it with \(error.resultCode.rawValue)")
    } catch {
      throw .unreadable(
        path: file.path, reason: "a value in it is of another kind than \(program) writes")
    }
  }
}

extension Row {
  /// The values of a column are of any kind, whatever it is declared to be; nil for another than is asked for.
  private func value<Value: DatabaseValueConvertible>(_ column: String) -> Value? {
    (self[column] as DatabaseValue?).flatMap { Value.fromDatabaseValue($0) }
  }

  func integer(_ column: String) -> Int64? { value(column) }
  func text(_ column: String) -> String? { value(column) }
  func number(_ column: String) -> Double? { value(column) }
}
