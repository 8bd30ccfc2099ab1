import Faces
import Foundation

extension MobileNetV2 {
  /// Takes weights from a file: safetensors with torchvision's names, or those of a run; or an ONNX model of a
  /// MobileNetV2 of this width, whose batch norms may be part of its convolutions.
  ///
  /// They have to be of a network that was given pixels as `normalization` makes them.
  /// - Throws: `SafetensorsError`
  public func load(weights file: URL) throws(SafetensorsError) {
    do {
      guard file.pathExtension.lowercased() == "onnx" else {
        let state = try SafetensorsFile.read(file)
        // A run's best network, or what it goes on from.
        let own = ["backbone.", "network.backbone."].lazy.map(state.part)
          .first { !$0.names.isEmpty }
        return try load(torchvision: own ?? state)
      }
      try load(ONNXWeights(Data(contentsOf: file, options: .mappedIfSafe)))
    } catch let error as SafetensorsError {
      throw error
    } catch {
      let reason = error is CocoaError ? error.localizedDescription : "\(error)"
      throw .unreadable(path: file.path, reason: reason)
    }
  }

  /// Layer by layer, since programs that write ONNX give names of their own.
  private func load(_ weights: ONNXWeights) throws(StateError) {
    var found = StateDictionary()
    var layers = weights.layers[...]
    for (convolution, norm) in convolutions {
      guard let layer = layers.popFirst(), layer.isConvolution, let weight = layer.tensors.first
      else { throw .missing(convolution) }
      found["\(convolution).weight"] = Tensor(weight.values, shape: weight.shape)
      var numbers: [ONNXWeights.Tensor] = []
      if let next = layers.first, !next.isConvolution {
        numbers = next.tensors
        layers.removeFirst()
      } else if layer.tensors.count == 2 {
        // A norm that was folded into its convolution is one that changes nothing but adds its bias.
        let bias = layer.tensors[1]
        func all(_ value: Float) -> ONNXWeights.Tensor {
          .init(shape: bias.shape, values: bias.values.map { _ in value })
        }
        numbers = [all(1), bias, all(0), all(1 - Float(BatchNorm2d.standardEpsilon))]
      }
      guard numbers.count == 4 else { throw .missing(norm) }
      for (name, tensor) in zip(["weight", "bias", "running_mean", "running_var"], numbers) {
        found["\(norm).\(name)"] = Tensor(tensor.values, shape: tensor.shape)
      }
    }
    guard layers.isEmpty else { throw .unexpected("\(layers.count) more layers") }
    try load(found)
  }

  /// The names of all convolutions and of the norm behind each, in the order in which data flows.
  private var convolutions: [(convolution: String, norm: String)] {
    var (convolutions, norms): ([String], [String]) = ([], [])
    walk("") { prefix, module in
      let name = String(prefix.dropLast())
      if module is Conv2d { convolutions.append(name) }
      if module is BatchNorm2d { norms.append(name) }
    }
    return zip(convolutions, norms).map { ($0, $1) }
  }
}
