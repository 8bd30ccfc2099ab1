import Foundation

/// Rows of a collection, column by column, all of one length.
struct Rows: Sendable {
  enum Column: Sendable {
    case integers([Int64])
    case numbers([Double])
    case texts([String])
    /// Objects of JSON.
    case objects([Data])
    /// `(n, d)`.
    case vectors([Float], dimensions: Int)

    var count: Int {
      switch self {
      case .integers(let values): values.count
      case .numbers(let values): values.count
      case .texts(let values): values.count
      case .objects(let values): values.count
      case .vectors(let values, let dimensions): dimensions > 0 ? values.count / dimensions : 0
      }
    }
  }

  private(set) var columns: [(name: String, column: Column)]

  init(_ columns: [(String, Column)]) {
    self.columns = columns.map { (name: $0.0, column: $0.1) }
  }

  var count: Int { columns.first?.column.count ?? 0 }

  // A column that is missing, or another than expected, has no values.

  func integers(_ name: String) -> [Int64] {
    if case .integers(let values)? = column(name) { values } else { [] }
  }

  func numbers(_ name: String) -> [Double] {
    if case .numbers(let values)? = column(name) { values } else { [] }
  }

  func texts(_ name: String) -> [String] {
    if case .texts(let values)? = column(name) { values } else { [] }
  }

  func objects(_ name: String) -> [Data] {
    if case .objects(let values)? = column(name) { values } else { [] }
  }

  /// `(n, d)`.
  func vectors(_ name: String) -> (values: [Float], dimensions: Int) {
    if case .vectors(let values, let dimensions)? = column(name) {
      (values, dimensions)
    } else {
      ([], 0)
    }
  }

  private func column(_ name: String) -> Column? { columns.first { $0.name == name }?.column }

  // MARK: As Milvus has them

  /// - Throws: `MilvusError.unexpected` where a column has fewer values than another, or is of a kind that nobody
  ///   asked for.
  init(_ fields: [ProtoFieldData], from address: String) throws(MilvusError) {
    var columns: [(String, Column)] = []
    for field in fields {
      switch field.field {
      case .scalars(let scalars):
        switch scalars.data {
        case .longData(let array): columns.append((field.fieldName, .integers(array.data)))
        case .doubleData(let array): columns.append((field.fieldName, .numbers(array.data)))
        case .stringData(let array): columns.append((field.fieldName, .texts(array.data)))
        case .jsonData(let array): columns.append((field.fieldName, .objects(array.data)))
        case nil: continue
        }
      case .vectors(let vectors):
        let values = vectors.floatVector.data
        // What has no whole number of rows would be read past its end.
        guard let dimensions = Int(exactly: vectors.dim), dimensions >= 0,
          dimensions > 0 ? values.count.isMultiple(of: dimensions) : values.isEmpty
        else {
          throw .unexpected(address, detail: "\(values.count) numbers in vectors of \(vectors.dim)")
        }
        columns.append((field.fieldName, .vectors(values, dimensions: dimensions)))
      case nil: continue
      }
    }
    self.init(columns)
    let count = count
    guard self.columns.allSatisfy({ $0.column.count == count }) else {
      throw .unexpected(address, detail: "columns of different lengths")
    }
  }

  var fields: [ProtoFieldData] {
    columns.map { name, column in
      var field = ProtoFieldData()
      field.fieldName = name
      switch column {
      case .integers(let values):
        field.type = .int64
        field.scalars.longData.data = values
      case .numbers(let values):
        field.type = .double
        field.scalars.doubleData.data = values
      case .texts(let values):
        field.type = .varChar
        field.scalars.stringData.data = values
      case .objects(let values):
        field.type = .json
        field.scalars.jsonData.data = values
      case .vectors(let values, let dimensions):
        field.type = .floatVector
        field.vectors.dim = Int64(dimensions)
        field.vectors.floatVector.data = values
      }
      return field
    }
  }
}
