import Foundation

/// What an ONNX file says of itself: what goes in, what comes out, and whether its weights are all there.
///
/// Field numbers are those of onnx.proto.
struct ONNXInterface {
  /// An input or output.
  struct Port: Equatable {
    var name: String
    /// The number of `TensorProto.DataType`; 0 where it is no tensor.
    var type: Int
    /// A size each, nil where it is left open; nil where nothing is said of the shape.
    var shape: [Int?]?
  }

  /// Without those that only name weights.
  private(set) var inputs: [Port] = []
  private(set) var outputs: [Port] = []
  /// The files beside the model that hold weights.
  private(set) var externalFiles: Set<String> = []

  /// - Throws: `ModelFileError.notONNX`
  init(_ data: Data) throws(ModelFileError) {
    do {
      try read(data)
    } catch {
      throw .notONNX
    }
  }

  private mutating func read(_ data: Data) throws(ProtobufReader.Malformed) {
    var model = ProtobufReader(data)
    var (hasVersion, hasGraph) = (false, false)
    var weights: Set<String> = []
    while let (field, value) = try model.next() {
      if field == 1, case .integer = value { hasVersion = true }
      guard field == 7, case .bytes(let graph) = value else { continue }
      hasGraph = true
      var parts = ProtobufReader(graph)
      while let (field, value) = try parts.next() {
        guard case .bytes(let part) = value else { continue }
        switch field {
        case 1: try readConstants(of: part)
        case 5: weights.insert(try readTensor(part))
        case 11: inputs.append(try Self.port(part))
        case 12: outputs.append(try Self.port(part))
        default: break
        }
      }
    }
    guard hasVersion, hasGraph else { throw ProtobufReader.Malformed() }
    inputs.removeAll { weights.contains($0.name) }
  }

  /// Tensors stand in attributes of nodes as well.
  private mutating func readConstants(of node: Data) throws(ProtobufReader.Malformed) {
    var fields = ProtobufReader(node)
    while let (field, value) = try fields.next() {
      guard field == 5, case .bytes(let attribute) = value else { continue }
      var parts = ProtobufReader(attribute)
      while let (field, value) = try parts.next() {
        if field == 5, case .bytes(let tensor) = value { _ = try readTensor(tensor) }
      }
    }
  }

  /// - Returns: its name.
  private mutating func readTensor(_ data: Data) throws(ProtobufReader.Malformed) -> String {
    var name = ""
    var (isExternal, file) = (false, "")
    var fields = ProtobufReader(data)
    while let (field, value) = try fields.next() {
      switch (field, value) {
      case (8, .bytes(let text)): name = Self.text(text)
      case (13, .bytes(let entry)):
        let (key, value) = try Self.entry(entry)
        if key == "location" { file = value }
      case (14, .integer(1)): isExternal = true
      default: break
      }
    }
    if isExternal { externalFiles.insert(file) }
    return name
  }

  private static func entry(
    _ data: Data
  ) throws(ProtobufReader.Malformed) -> (key: String, value: String) {
    var (key, text) = ("", "")
    var fields = ProtobufReader(data)
    while let (field, value) = try fields.next() {
      guard case .bytes(let bytes) = value else { continue }
      if field == 1 { key = Self.text(bytes) }
      if field == 2 { text = Self.text(bytes) }
    }
    return (key, text)
  }

  private static func port(_ data: Data) throws(ProtobufReader.Malformed) -> Port {
    var port = Port(name: "", type: 0, shape: nil)
    var fields = ProtobufReader(data)
    while let (field, value) = try fields.next() {
      guard case .bytes(let bytes) = value else { continue }
      if field == 1 { port.name = text(bytes) }
      guard field == 2 else { continue }
      var types = ProtobufReader(bytes)
      while let (field, value) = try types.next() {
        guard field == 1, case .bytes(let tensor) = value else { continue }
        var parts = ProtobufReader(tensor)
        while let (field, value) = try parts.next() {
          switch (field, value) {
          case (1, .integer(let number)): port.type = Int(truncatingIfNeeded: number)
          case (2, .bytes(let shape)): port.shape = try sizes(shape)
          default: break
          }
        }
      }
    }
    return port
  }

  private static func sizes(_ data: Data) throws(ProtobufReader.Malformed) -> [Int?] {
    var sizes: [Int?] = []
    var fields = ProtobufReader(data)
    while let (field, value) = try fields.next() {
      guard field == 1, case .bytes(let dimension) = value else { continue }
      var size: Int?
      var parts = ProtobufReader(dimension)
      while let (field, value) = try parts.next() {
        if field == 1, case .integer(let number) = value { size = Int(truncatingIfNeeded: number) }
      }
      // Some programs write 0 or -1 for what is open.
      sizes.append(size.flatMap { $0 > 0 ? $0 : nil })
    }
    return sizes
  }

  private static func text(_ bytes: Data) -> String { String(decoding: bytes, as: UTF8.self) }
}

extension ONNXInterface.Port: CustomStringConvertible {
  /// Such as `input (1 × 3 × 112 × 112, FLOAT)`.
  var description: String {
    let sizes = shape.map { $0.map { $0.map(String.init) ?? "?" }.joined(separator: " × ") }
    return "\(name) (\(sizes ?? "?"), \(typeName))"
  }

  /// As onnx.proto calls it.
  private var typeName: String {
    let names = [
      1: "FLOAT", 2: "UINT8", 3: "INT8", 6: "INT32", 7: "INT64", 9: "BOOL", 10: "FLOAT16",
      11: "DOUBLE", 16: "BFLOAT16",
    ]
    return names[type] ?? "type \(type)"
  }

  static let float32 = ONNXGraph.ElementType.float32.rawValue
  static let uint8 = ONNXGraph.ElementType.uint8.rawValue
}
