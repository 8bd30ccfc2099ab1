import Foundation
import Synchronization

/// A collection of a Milvus server.
struct MilvusCollection: Sendable {
  /// A field as it is made.
  struct Field: Sendable {
    enum Kind: Sendable {
      case integer, number, object
      /// At most so many bytes.
      case text(Int)
      case vector(Int)
    }

    let name: String
    let kind: Kind
    var isKey = false
    /// Whether rows are asked for by it, so that a large server had better have an index of it.
    var isAskedFor = false
  }

  let connection: MilvusConnection
  let name: String

  private var database: String { connection.address.database }
  private var address: String { connection.address.text }

  // MARK: Making and finding

  func exists(_ patience: MilvusConnection.Patience? = nil) throws(MilvusError) -> Bool {
    let answer: ProtoBoolResponse = try connection.call(
      "HasCollection", request, status: \.status, patience: patience)
    return answer.value
  }

  /// Its fields' names with the dimensions of vectors, 0 for others.
  func fields() throws(MilvusError) -> [String: Int] {
    let answer: ProtoDescribeCollectionResponse = try connection.call(
      "DescribeCollection", request, status: \.status)
    var fields: [String: Int] = [:]
    for field in answer.schema.fields {
      fields[field.name] =
        field.typeParams.first { $0.key == "dim" }.flatMap { Int($0.value) } ?? 0
    }
    return fields
  }

  /// Makes it, or leaves it as it is where another was quicker; then it can be asked.
  /// - Parameters:
  ///   - vector: the field that is searched by.
  ///   - index: what finds the nearest in it.
  ///   - isThere: whether the collection is there already, whole or not.
  func create(
    _ fields: [Field], vector: String, index: [String: String], isThere: Bool = false
  ) throws(MilvusError) {
    if !isThere { try create(fields) }
    try makeIndex(of: vector, index)
    if try !connection.isForOneMachine() {
      // It makes questions quicker and changes no answer: a server that refuses one does without.
      for field in fields where field.isAskedFor {
        try? makeIndex(of: field.name, ["index_type": "INVERTED"])
      }
    }
    try load()
  }

  private func create(_ fields: [Field]) throws(MilvusError) {
    var create = ProtoCreateCollectionRequest()
    create.dbName = database
    create.collectionName = name
    create.consistencyLevel = .strong
    do {
      create.schema = try schema(fields).serializedData()
    } catch {
      throw .unexpected(address, detail: "\(error)")
    }
    do {
      try connection.call("CreateCollection", create)
    } catch {
      guard try exists() else { throw error }
    }
  }

  private func schema(_ fields: [Field]) -> ProtoCollectionSchema {
    var schema = ProtoCollectionSchema()
    schema.name = name
    schema.fields = fields.map { field in
      var made = ProtoFieldSchema()
      made.name = field.name
      made.isPrimaryKey = field.isKey
      func parameter(_ key: String, _ value: Int) {
        made.typeParams.append(ProtoKeyValuePair(key, "\(value)"))
      }
      switch field.kind {
      case .integer: made.dataType = .int64
      case .number: made.dataType = .double
      case .object: made.dataType = .json
      case .text(let bytes):
        made.dataType = .varChar
        parameter("max_length", bytes)
      case .vector(let dimensions):
        made.dataType = .floatVector
        parameter("dim", dimensions)
      }
      return made
    }
    return schema
  }

  private func makeIndex(of field: String, _ parameters: [String: String]) throws(MilvusError) {
    var create = ProtoCreateIndexRequest()
    create.dbName = database
    create.collectionName = name
    create.fieldName = field
    create.extraParams = parameters.sorted { $0.key < $1.key }.map {
      ProtoKeyValuePair($0.key, $0.value)
    }
    do {
      try connection.call("CreateIndex", create, patience: .long)
    } catch {
      // One that is there already is an error on some servers, also if it is the very same.
      let known: ProtoDescribeIndexResponse? = try? connection.call(
        "DescribeIndex", request, status: \.status)
      guard let known, known.indexDescriptions.contains(where: { $0.fieldName == field }) else {
        throw error
      }
    }
  }

  /// Makes it ready to be asked, which a server that was started again has forgotten.
  func load() throws(MilvusError) {
    try connection.call("LoadCollection", request, patience: .long)
    var schedule = RetrySchedule(limit: .seconds(1800))
    while true {
      var state = ProtoGetLoadStateRequest()
      state.dbName = database
      state.collectionName = name
      let answer: ProtoGetLoadStateResponse = try connection.call(
        "GetLoadState", state, status: \.status)
      if answer.state == .loaded { return }
      guard let wait = schedule.wait() else {
        throw .unexpected(address, detail: "\(name) is not loaded after half an hour")
      }
      Thread.sleep(forTimeInterval: wait / .seconds(1))
    }
  }

  func drop() throws(MilvusError) { try connection.call("DropCollection", request) }

  private var request: ProtoCollectionRequest {
    var request = ProtoCollectionRequest()
    request.dbName = database
    request.collectionName = name
    return request
  }

  // MARK: Writing

  /// Puts rows, each in the place of that with the same key.
  func upsert(_ rows: Rows) throws(MilvusError) {
    guard rows.count > 0 else { return }
    var request = ProtoUpsertRequest()
    request.dbName = database
    request.collectionName = name
    request.fieldsData = rows.fields
    request.numRows = UInt32(clamping: rows.count)
    let answer: ProtoMutationResult = try connection.writing { () throws(MilvusError) in
      try connection.call("Upsert", request, status: \.status)
    }
    guard answer.errIndex.isEmpty else {
      throw .unexpected(
        address, detail: "\(answer.errIndex.count) of \(rows.count) rows were left out")
    }
  }

  func delete(_ condition: Condition) throws(MilvusError) {
    var request = ProtoDeleteRequest()
    request.dbName = database
    request.collectionName = name
    request.expr = condition.text
    request.consistencyLevel = .strong
    let _: ProtoMutationResult = try connection.writing { () throws(MilvusError) in
      try connection.call("Delete", request, status: \.status, mend: load)
    }
  }

  /// Has the server write what it holds in memory, which makes searches quick where little of it was written.
  func flush() throws(MilvusError) {
    var request = ProtoFlushRequest()
    request.dbName = database
    request.collectionNames = [name]
    let _: ProtoFlushResponse = try connection.writing { () throws(MilvusError) in
      try connection.call("Flush", request, status: \.status, patience: .long)
    }
  }

  // MARK: Reading

  /// The rows for which a condition holds, in no order.
  /// - Parameter limit: at most so many.
  func rows(_ condition: Condition, _ fields: [String], limit: Int? = nil) throws(MilvusError)
    -> Rows
  {
    var parameters: [String: String] = [:]
    if let limit { parameters["limit"] = "\(limit)" }
    return try query(condition.text, fields, parameters)
  }

  /// The first rows after a key, in the order of keys.
  /// - Parameters:
  ///   - key: says which is the last that is not wanted, as `Condition.above` does.
  ///   - limit: at most 16384.
  func page(
    _ key: Condition, _ condition: Condition?, _ fields: [String], limit: Int
  ) throws(MilvusError) -> Rows {
    let all = Condition.all([key] + [condition].compactMap(\.self))?.text ?? key.text
    // What clients of Milvus call an iterator: without it a page is of any rows.
    return try query(
      all, fields,
      ["limit": "\(limit)", "iterator": "True", "reduce_stop_for_best": "True"])
  }

  /// How many rows there are for which a condition holds.
  func count(_ condition: Condition?) throws(MilvusError) -> Int {
    let rows = try query(condition?.text ?? "", ["count(*)"], [:])
    let stated = rows.integers("count(*)").first ?? 0
    guard let count = Int(exactly: stated), count >= 0 else {
      throw .unexpected(address, detail: "a collection of \(stated) rows")
    }
    return count
  }

  private func query(
    _ expression: String, _ fields: [String], _ parameters: [String: String]
  ) throws(MilvusError) -> Rows {
    var request = ProtoQueryRequest()
    request.dbName = database
    request.collectionName = name
    request.expr = expression
    request.outputFields = fields
    request.consistencyLevel = .strong
    request.queryParams = parameters.sorted { $0.key < $1.key }.map {
      ProtoKeyValuePair($0.key, $0.value)
    }
    let answer: ProtoQueryResults = try connection.call(
      "Query", request, status: \.status, mend: load)
    return try Rows(answer.fieldsData, from: address)
  }

  /// The rows nearest to each of some vectors.
  /// - Parameters:
  ///   - vectors: `(n, d)`.
  ///   - count: at most so many for each, up to 16384.
  /// - Returns: for each vector its rows, the nearest first: whose keys, what the index's metric says (of L2 the
  ///   square), and where their fields are in the rows of all.
  func nearest(
    _ vectors: [Float], dimensions: Int, in field: String, count: Int, effort: Int,
    _ condition: Condition?, _ fields: [String]
  ) throws(MilvusError) -> (answers: [[Hit]], rows: Rows) {
    var request = ProtoSearchRequest()
    request.dbName = database
    request.collectionName = name
    request.dsl = condition?.text ?? ""
    request.dslType = .boolExprV1
    request.nq = Int64(vectors.count / dimensions)
    request.outputFields = fields
    request.consistencyLevel = .strong
    request.searchParams = [
      ProtoKeyValuePair("anns_field", field), ProtoKeyValuePair("topk", "\(count)"),
      ProtoKeyValuePair("params", "{\"ef\":\(max(effort, count))}"),
    ]
    var group = ProtoPlaceholderGroup()
    var placeholder = ProtoPlaceholderValue()
    placeholder.tag = "$0"
    placeholder.type = .floatVector
    placeholder.values = stride(from: 0, to: vectors.count, by: dimensions).map { start in
      vectors[start..<start + dimensions].withUnsafeBytes { Data($0) }
    }
    group.placeholders = [placeholder]
    do {
      request.placeholderGroup = try group.serializedData()
    } catch {
      throw .unexpected(address, detail: "\(error)")
    }
    let answer: ProtoSearchResults = try connection.call(
      "Search", request, status: \.status, mend: load)
    let (results, scores) = (answer.results, answer.results.scores)
    let keys = results.ids.intID.data
    let rows = try Rows(results.fieldsData, from: address)
    guard results.topks.count <= request.nq,
      fields.isEmpty || keys.isEmpty || rows.count == keys.count
    else {
      throw .unexpected(
        address,
        detail: "\(results.topks.count) answers of \(keys.count) keys and \(rows.count) rows")
    }
    var answers = try Self.hits(topks: results.topks, keys, scores, from: address)
    while answers.count < request.nq { answers.append([]) }
    return (answers, rows)
  }

  /// The rows of each answer, from those of all in one list.
  /// - Parameter topks: how many each answer has.
  /// - Throws: `MilvusError.unexpected` where the counts do not add up
  static func hits(
    topks: [Int64], _ keys: [Int64], _ scores: [Float], from address: String
  ) throws(MilvusError) -> [[Hit]] {
    var answers: [[Hit]] = []
    var start = 0
    for stated in topks {
      guard let count = Int(exactly: stated), 0...keys.count - start ~= count,
        start + count <= scores.count
      else {
        throw .unexpected(
          address, detail: "a search with \(keys.count) keys for \(stated) answers")
      }
      answers.append(
        (start..<start + count).map { Hit(key: keys[$0], score: scores[$0], row: $0) })
      start += count
    }
    guard start == keys.count, start == scores.count else {
      throw .unexpected(address, detail: "a search with \(keys.count) keys for \(start) answers")
    }
    return answers
  }

  /// A row that was found.
  struct Hit: Sendable {
    let key: Int64
    let score: Float
    let row: Int
  }
}

extension ProtoKeyValuePair {
  init(_ key: String, _ value: String) {
    self.init()
    (self.key, self.value) = (key, value)
  }
}
