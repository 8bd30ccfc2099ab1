import Foundation
import LikenessCore

/// Turns an ONNX model whose weights alone are stored as blocks of 8-bit integers into one of plain 32-bit floats.
///
/// `DequantizeLinear` of constants is computed, `y = (x − zero point) · scale` with a scale and a zero point for each
/// block of `block_size` values along `axis` (ONNX operator set 21), and so is a `Reshape` of what that gives.
/// `Dropout`, which does nothing at inference, is left out, and weights are no longer listed among the inputs. All
/// other nodes stay as they are.
struct ONNXDequantizer {
  private struct Tensor {
    enum Values {
      case floats([Float])
      case bytes([Int8])
      case integers([Int])
    }
    var shape: [Int]
    var values: Values
  }

  private struct Node {
    var operation = ""
    var inputs: [String] = []
    var outputs: [String] = []
    var integers: [String: Int] = [:]
    var data = Data()
  }

  private var constants: [String: Tensor] = [:]
  private var originals: [String: Data] = [:]
  private var nodes: [Node] = []
  /// What a node that is left out stood for.
  private var aliases: [String: String] = [:]

  /// - Returns: the file of the plain model.
  /// - Throws: `ModelFileError`
  static func plain(_ data: Data) throws(ModelFileError) -> Data {
    do {
      var dequantizer = ONNXDequantizer()
      return try dequantizer.model(data)
    } catch {
      throw .notONNX
    }
  }

  private mutating func model(_ data: Data) throws(ProtobufReader.Malformed) -> Data {
    var result = ProtobufWriter()
    var reader = ProtobufReader(data)
    var hasGraph = false
    while let (field, value) = try reader.next() {
      switch (field, value) {
      case (7, .bytes(let graph)):
        hasGraph = true
        result.bytes(7, try self.graph(graph))
      case (_, .integer(let number)): result.integer(field, Int(truncatingIfNeeded: number))
      case (_, .bytes(let bytes)): result.bytes(field, bytes)
      }
    }
    guard hasGraph else { throw ProtobufReader.Malformed() }
    return result.data
  }

  private mutating func graph(_ data: Data) throws(ProtobufReader.Malformed) -> Data {
    var inputs: [(name: String, data: Data)] = []
    var rest = ProtobufWriter()
    var reader = ProtobufReader(data)
    while let (field, value) = try reader.next() {
      guard case .bytes(let bytes) = value else { throw ProtobufReader.Malformed() }
      switch field {
      case 1: nodes.append(try node(bytes))
      case 5:
        let (name, tensor) = try Self.tensor(bytes)
        originals[name] = bytes
        constants[name] = tensor
      case 11: inputs.append((try Self.name(bytes), bytes))
      // Shapes of intermediate results: they are inferred again.
      case 13: break
      default: rest.bytes(field, bytes)
      }
    }
    var graph = ProtobufWriter()
    var used: Set<String> = []
    for node in nodes where try !isComputed(node) {
      let names = node.inputs.map { aliases[$0] ?? $0 }
      used.formUnion(names)
      graph.bytes(1, names == node.inputs ? node.data : try Self.renamed(node.data, inputs: names))
    }
    for name in used.sorted() {
      if let original = originals[name] {
        graph.bytes(5, original)
      } else if let tensor = constants[name], case .floats(let values) = tensor.values {
        graph.message(5) { message in
          for size in tensor.shape { message.integer(1, size) }
          message.integer(2, ONNXGraph.ElementType.float32.rawValue)
          message.string(8, name)
          message.bytes(9, FloatBlob.data(values))
        }
      }
    }
    for input in inputs where used.contains(input.name) && constants[input.name] == nil {
      graph.bytes(11, input.data)
    }
    return graph.data + rest.data
  }

  /// Computes a node that depends on constants alone.
  /// - Returns: false where it has to stay.
  private mutating func isComputed(_ node: Node) throws(ProtobufReader.Malformed) -> Bool {
    guard let output = node.outputs.first else { return false }
    switch node.operation {
    case "DequantizeLinear":
      guard node.inputs.count >= 2, let scales = constants[node.inputs[1]],
        case .floats(let scaleValues) = scales.values,
        let quantized = constants[node.inputs[0]], case .bytes(let bytes) = quantized.values
      else { return false }
      var zeros = [Int8](repeating: 0, count: scaleValues.count)
      if node.inputs.count > 2 {
        guard let zero = constants[node.inputs[2]], case .bytes(let values) = zero.values,
          values.count == zeros.count
        else { throw ProtobufReader.Malformed() }
        zeros = values
      }
      let floats = try Self.dequantized(
        bytes, shape: quantized.shape, scales: scaleValues, zeros: zeros,
        axis: node.integers["axis"] ?? 1, blockSize: node.integers["block_size"] ?? 0)
      constants[output] = Tensor(shape: quantized.shape, values: .floats(floats))
      return true
    case "Reshape":
      guard node.inputs.count == 2, originals[node.inputs[0]] == nil,
        let tensor = constants[node.inputs[0]], let target = constants[node.inputs[1]],
        case .integers(let shape) = target.values
      else { return false }
      guard case .floats(let values) = tensor.values,
        try ProtobufReader.elementCount(ofShape: shape) == values.count
      else {
        throw ProtobufReader.Malformed()
      }
      constants[output] = Tensor(shape: shape, values: .floats(values))
      return true
    case "Dropout":
      guard let input = node.inputs.first else { return false }
      aliases[output] = aliases[input] ?? input
      return true
    default:
      return false
    }
  }

  private static func dequantized(
    _ bytes: [Int8], shape: [Int], scales: [Float], zeros: [Int8], axis: Int, blockSize: Int
  ) throws(ProtobufReader.Malformed) -> [Float] {
    let axis = axis < 0 ? axis + shape.count : axis
    let count = try ProtobufReader.elementCount(ofShape: shape)
    guard axis >= 0, axis < max(1, shape.count), bytes.count == count else {
      throw ProtobufReader.Malformed()
    }
    guard count > 0 else { return [] }
    // No size is 0, so that no part of the product is more than the whole.
    let length = shape.isEmpty ? 1 : shape[axis]
    let inner = shape.dropFirst(axis + 1).reduce(1, *)
    // Without blocks there is a scale for the whole tensor, or one for each index along the axis.
    let block = blockSize > 0 ? min(blockSize, length) : scales.count == 1 ? length : 1
    let blocks = (length + block - 1) / block
    let outer = count / (length * inner)
    guard scales.count == 1 || scales.count == outer * blocks * inner || scales.count == blocks
    else { throw ProtobufReader.Malformed() }
    return bytes.indices.map { index in
      let place = index / inner % length / block
      let at =
        scales.count == 1
        ? 0
        : scales.count == blocks
          ? place : (index / (inner * length) * blocks + place) * inner + index % inner
      return (Float(bytes[index]) - Float(zeros[at])) * scales[at]
    }
  }

  // MARK: Reading

  private func node(_ data: Data) throws(ProtobufReader.Malformed) -> Node {
    var node = Node()
    node.data = data
    var reader = ProtobufReader(data)
    while let (field, value) = try reader.next() {
      guard case .bytes(let bytes) = value else { continue }
      switch field {
      case 1: node.inputs.append(Self.text(bytes))
      case 2: node.outputs.append(Self.text(bytes))
      case 4: node.operation = Self.text(bytes)
      case 5:
        var attribute = ProtobufReader(bytes)
        var name = ""
        var number: Int?
        while let (field, value) = try attribute.next() {
          switch (field, value) {
          case (1, .bytes(let text)): name = Self.text(text)
          case (3, .integer(let integer)): number = Int(truncatingIfNeeded: integer)
          default: break
          }
        }
        if let number { node.integers[name] = number }
      default: break
      }
    }
    return node
  }

  /// A node with other names for its inputs.
  private static func renamed(
    _ data: Data, inputs: [String]
  ) throws(ProtobufReader.Malformed) -> Data {
    var result = ProtobufWriter()
    for input in inputs { result.string(1, input) }
    var reader = ProtobufReader(data)
    while let (field, value) = try reader.next() {
      switch value {
      case .integer(let number): result.integer(field, Int(truncatingIfNeeded: number))
      case .bytes(let bytes): if field != 1 { result.bytes(field, bytes) }
      }
    }
    return result.data
  }

  private static func name(_ data: Data) throws(ProtobufReader.Malformed) -> String {
    var reader = ProtobufReader(data)
    while let (field, value) = try reader.next() {
      if field == 1, case .bytes(let bytes) = value { return text(bytes) }
    }
    return ""
  }

  /// An initialiser; nil for its values where they are of a type that is of no interest here.
  private static func tensor(
    _ data: Data
  ) throws(ProtobufReader.Malformed) -> (name: String, tensor: Tensor?) {
    var (name, shape, type) = ("", [Int](), UInt64(0))
    var (raw, floats, integers, wide) = (Data(), Data(), [Int](), [Int]())
    var reader = ProtobufReader(data)
    while let (field, value) = try reader.next() {
      switch (field, value) {
      case (1, .integer(let size)): shape.append(Int(truncatingIfNeeded: size))
      case (1, .bytes(let packed)): shape += try numbers(packed)
      case (2, .integer(let number)): type = number
      case (4, .bytes(let packed)): floats += packed
      case (5, .integer(let number)): integers.append(Int(truncatingIfNeeded: number))
      case (5, .bytes(let packed)): integers += try numbers(packed)
      case (7, .integer(let number)): wide.append(Int(truncatingIfNeeded: number))
      case (7, .bytes(let packed)): wide += try numbers(packed)
      case (8, .bytes(let bytes)): name = text(bytes)
      case (9, .bytes(let bytes)): raw = bytes
      default: break
      }
    }
    let count = try ProtobufReader.elementCount(ofShape: shape)
    func check(_ found: Int) throws(ProtobufReader.Malformed) {
      guard found == count else { throw ProtobufReader.Malformed() }
    }
    switch type {
    case 1:
      let bytes = raw.isEmpty ? floats : raw
      try check(bytes.count / 4)
      return (name, Tensor(shape: shape, values: .floats(FloatBlob.floats(bytes))))
    case 3:
      let values =
        raw.isEmpty
        ? integers.map { Int8(truncatingIfNeeded: $0) } : raw.map { Int8(bitPattern: $0) }
      try check(values.count)
      return (name, Tensor(shape: shape, values: .bytes(values)))
    case 7:
      var values = wide
      if !raw.isEmpty {
        values = stride(from: 0, to: raw.count - 7, by: 8).map { at in
          let start = raw.startIndex + at
          return Int(
            Int64(bitPattern: raw[start..<start + 8].reversed().reduce(0) { $0 << 8 | UInt64($1) }))
        }
      }
      try check(values.count)
      return (name, Tensor(shape: shape, values: .integers(values)))
    default:
      return (name, nil)
    }
  }

  private static func numbers(_ packed: Data) throws(ProtobufReader.Malformed) -> [Int] {
    var reader = ProtobufReader(packed)
    return try reader.varints().map { Int(truncatingIfNeeded: $0) }
  }

  private static func text(_ bytes: Data) -> String { String(decoding: bytes, as: UTF8.self) }
}
