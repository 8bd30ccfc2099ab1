import CKernels
import Foundation
import LikenessCore

/// One layer of a head: `weights · x + biases`.
public struct DenseLayer: Sendable, Equatable {
  /// `(outputs, inputs)`, row by row.
  public var weights: [Float]
  /// `(outputs,)`
  public var biases: [Float]

  /// A layer of given numbers.
  public init(weights: [Float], biases: [Float]) {
    (self.weights, self.biases) = (weights, biases)
  }

  var outputs: Int { biases.count }
  /// Nil where weights and biases do not fit together.
  var inputs: Int? {
    biases.isEmpty || weights.isEmpty || weights.count % biases.count != 0
      ? nil : weights.count / biases.count
  }

  var isFinite: Bool { weights.allSatisfy(\.isFinite) && biases.allSatisfy(\.isFinite) }

  /// - Precondition: as many numbers as `inputs`.
  func callAsFunction(_ input: [Float]) -> [Float] {
    weights.withUnsafeBufferPointer { weights in
      biases.indices.map { row in
        ck_dot_f32(weights.baseAddress! + row * input.count, input, input.count) + biases[row]
      }
    }
  }

  /// The layers as a file: the last is called `dense`, those before `hidden.0` and so on.
  static func safetensors(_ layers: [DenseLayer]) throws -> Data {
    try SafetensorsLayout(
      tensors: layers.enumerated().flatMap { number, layer in
        let name = number + 1 == layers.count ? "dense" : "hidden.\(number)"
        return [
          SafetensorsLayout.Tensor(
            name: "\(name).weight", type: "F32", shape: [layer.outputs, layer.inputs ?? 0],
            bytes: FloatBlob.data(layer.weights)),
          SafetensorsLayout.Tensor(
            name: "\(name).bias", type: "F32", shape: [layer.outputs],
            bytes: FloatBlob.data(layer.biases)),
        ]
      }
    ).data()
  }

  /// The layers of a file; nil where one is missing.
  static func layers(in layout: SafetensorsLayout) -> [DenseLayer]? {
    func layer(_ name: String) -> DenseLayer? {
      func values(_ part: String) -> [Float]? {
        layout.tensors.first { $0.name == "\(name).\(part)" }.map { FloatBlob.floats($0.bytes) }
      }
      guard let weights = values("weight"), let biases = values("bias") else { return nil }
      return DenseLayer(weights: weights, biases: biases)
    }
    var layers: [DenseLayer] = []
    while let hidden = layer("hidden.\(layers.count)") { layers.append(hidden) }
    return layer("dense").map { layers + [$0] }
  }
}
