import Foundation
import LikenessCore
import Testing

@testable import Faces

@Suite struct ONNXDequantizerTests {
  /// A model with one `Conv` whose weights are stored in blocks, as OpenCV Zoo's files are.
  private func quantized(damage: (inout [Int8]) -> Void = { _ in }) -> Data {
    func tensor(_ name: String, _ type: Int, _ shape: [Int], _ bytes: Data) -> Data {
      var tensor = ProtobufWriter()
      for size in shape { tensor.integer(1, size) }
      tensor.integer(2, type)
      tensor.string(8, name)
      tensor.bytes(9, bytes)
      return tensor.data
    }
    func node(
      _ operation: String, _ inputs: [String], _ output: String, _ integers: [String: Int] = [:]
    ) -> Data {
      var node = ProtobufWriter()
      for input in inputs { node.string(1, input) }
      node.string(2, output)
      node.string(4, operation)
      for (name, value) in integers.sorted(by: { $0.key < $1.key }) {
        node.message(5) {
          $0.string(1, name)
          $0.integer(3, value)
          $0.integer(20, 2)
        }
      }
      return node.data
    }
    func port(_ name: String) -> Data {
      var port = ProtobufWriter()
      port.string(1, name)
      return port.data
    }
    var weights: [Int8] = [1, 2, 3, 4, -5, -6, -7, -8]
    damage(&weights)
    let integers = [2, 1, 2, 2].flatMap { size in
      withUnsafeBytes(of: Int64(size).littleEndian) { Array($0) }
    }
    var graph = ProtobufWriter()
    graph.bytes(
      1,
      node(
        "DequantizeLinear", ["w_quantized", "w_scales", "w_zeros"], "w_plain",
        ["axis": 1, "block_size": 2]))
    graph.bytes(1, node("Reshape", ["w_plain", "w_shape"], "w_shaped"))
    graph.bytes(1, node("Conv", ["image", "w_shaped"], "map"))
    graph.bytes(1, node("Dropout", ["map"], "dropped"))
    graph.bytes(1, node("Relu", ["dropped"], "result"))
    graph.string(2, "tiny")
    graph.bytes(
      5, tensor("w_quantized", 3, [2, 4], Data(weights.map { UInt8(bitPattern: $0) })))
    graph.bytes(5, tensor("w_scales", 1, [2, 2], FloatBlob.data([0.5, 2, 1, 10])))
    graph.bytes(5, tensor("w_zeros", 3, [2, 2], Data([1, 0, 0, UInt8(bitPattern: -8)])))
    graph.bytes(5, tensor("w_shape", 7, [4], Data(integers)))
    graph.bytes(11, port("image"))
    // Old files list weights as inputs, too, also those that are gone.
    graph.bytes(11, port("w_quantized"))
    graph.bytes(11, port("w"))
    graph.bytes(12, port("result"))
    var model = ProtobufWriter()
    model.integer(1, 6)
    model.bytes(7, graph.data)
    return model.data
  }

  @Test func `blocks become plain weights of the kernel's shape`() throws {
    let plain = try ONNXDequantizer.plain(quantized())
    let layers = try ONNXWeights(plain).layers
    #expect(layers.count == 1)
    let weights = try #require(layers.first?.tensors.first)
    #expect(weights.shape == [2, 1, 2, 2])
    // (x - zero) * scale, two values a block.
    #expect(weights.values == [0, 0.5, 6, 8, -5, -6, 10, 0])
    #expect(try ONNXWeights(plain).tensors.count == 1)
  }

  @Test func `what does nothing is left out, and inputs are those that are read`() throws {
    let plain = try ONNXDequantizer.plain(quantized())
    let text = String(decoding: plain, as: UTF8.self)
    for gone in ["Dropout", "DequantizeLinear", "Reshape", "w_quantized", "w_scales", "dropped"] {
      #expect(!text.contains(gone), "\(gone)")
    }
    for kept in ["Conv", "Relu", "image", "result", "tiny"] { #expect(text.contains(kept)) }
    #expect(try ONNXDequantizer.plain(plain) == plain)
  }

  @Test func `damage is an error`() {
    #expect(throws: ModelFileError.notONNX) { try ONNXDequantizer.plain(Data([1, 2, 3])) }
    #expect(throws: ModelFileError.notONNX) { try ONNXDequantizer.plain(Data()) }
    #expect(throws: ModelFileError.notONNX) {
      try ONNXDequantizer.plain(self.quantized { $0.removeLast() })
    }
    let whole = quantized()
    for end in stride(from: 1, to: whole.count, by: 7) {
      _ = try? ONNXDequantizer.plain(whole.prefix(end))
    }
  }
}
