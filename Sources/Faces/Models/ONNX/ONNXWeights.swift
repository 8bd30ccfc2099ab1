import Foundation
import LikenessCore

/// What an ONNX model has learnt: its float initialisers, and which of its convolutions and batch norms use them.
///
/// Field numbers are those of onnx.proto.
package struct ONNXWeights {
  package struct Tensor: Sendable {
    package var shape: [Int]
    package var values: [Float]

    package init(shape: [Int], values: [Float]) {
      (self.shape, self.values) = (shape, values)
    }
  }

  /// A `Conv` or `BatchNormalization`, in the order in which they stand, which is that of the computation.
  package struct Layer: Sendable {
    package var isConvolution: Bool
    /// The initialisers it takes, in order.
    package var tensors: [Tensor]
  }

  /// By name.
  package private(set) var tensors: [String: Tensor] = [:]
  package private(set) var layers: [Layer] = []

  /// - Throws: `ModelFileError`
  package init(_ data: Data) throws(ModelFileError) {
    do {
      try read(data)
    } catch {
      throw .notONNX
    }
  }

  private mutating func read(_ data: Data) throws(ProtobufReader.Malformed) {
    var nodes: [Data] = []
    var model = ProtobufReader(data)
    var hasGraph = false
    while let (field, value) = try model.next() {
      guard field == 7, case .bytes(let graph) = value else { continue }
      hasGraph = true
      var parts = ProtobufReader(graph)
      while let (field, value) = try parts.next() {
        guard case .bytes(let part) = value else { continue }
        if field == 1 { nodes.append(part) }
        if field == 5, let (name, tensor) = try Self.tensor(part) { tensors[name] = tensor }
      }
    }
    guard hasGraph else { throw ProtobufReader.Malformed() }
    for node in nodes {
      var (fields, inputs, output, operation) = (ProtobufReader(node), [String](), "", "")
      while let (field, value) = try fields.next() {
        guard case .bytes(let text) = value else { continue }
        if field == 1 { inputs.append(String(decoding: text, as: UTF8.self)) }
        if field == 2 { output = String(decoding: text, as: UTF8.self) }
        if field == 4 { operation = String(decoding: text, as: UTF8.self) }
      }
      // Programs that write ONNX keep equal tensors once, and name the others after it.
      if operation == "Identity", let tensor = inputs.first.flatMap({ tensors[$0] }) {
        tensors[output] = tensor
      }
      guard ["Conv", "BatchNormalization"].contains(operation) else { continue }
      layers.append(
        Layer(
          isConvolution: operation == "Conv",
          tensors: inputs.dropFirst().compactMap { tensors[$0] }))
    }
  }

  /// An initialiser of 32-bit floats that are in the file itself; nil for others.
  private static func tensor(
    _ data: Data
  ) throws(ProtobufReader.Malformed) -> (name: String, tensor: Tensor)? {
    var (name, shape, type) = ("", [Int](), UInt64(0))
    var bytes = Data()
    var fields = ProtobufReader(data)
    while let (field, value) = try fields.next() {
      switch (field, value) {
      case (1, .integer(let size)): shape.append(Int(truncatingIfNeeded: size))
      case (1, .bytes(let packed)):
        var sizes = ProtobufReader(packed)
        shape += try sizes.varints().map { Int(truncatingIfNeeded: $0) }
      case (2, .integer(let number)): type = number
      case (4, .bytes(let floats)): bytes += floats
      case (8, .bytes(let text)): name = String(decoding: text, as: UTF8.self)
      case (9, .bytes(let raw)): bytes = raw
      default: break
      }
    }
    let count = try ProtobufReader.elementCount(ofShape: shape)
    guard type == 1, bytes.count % 4 == 0, bytes.count / 4 == count else { return nil }
    return (name, Tensor(shape: shape, values: FloatBlob.floats(bytes)))
  }
}
