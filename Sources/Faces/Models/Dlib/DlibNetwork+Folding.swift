extension DlibNetwork {
  /// The layers, with each affine one folded into the convolution before it.
  package var foldedLayers: [DlibLayer] {
    var result: [DlibLayer] = []
    for layer in layers {
      if case .affine(let gamma, let beta) = layer,
        case .convolution(var weights, var bias, let stride, let padding) = result.last
      {
        let size = weights.values.count / bias.count
        for filter in bias.indices {
          for index in filter * size..<(filter + 1) * size {
            weights.values[index] *= gamma[filter]
          }
          bias[filter] = bias[filter] * gamma[filter] + beta[filter]
        }
        result.removeLast()
        result.append(.convolution(weights: weights, bias: bias, stride: stride, padding: padding))
      } else {
        result.append(layer)
      }
    }
    return result
  }
}
