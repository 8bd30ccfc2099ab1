import Testing

@testable import MetricLearning

@Suite struct FittingTests {
  /// A line through exact points: y = 2a − 3b + 1.
  @Test func `a linear layer learns a line`() throws {
    try Torch.load()
    let random = RandomSource(seed: 3)
    let inputs = Tensor.zeros([64, 2])
    random.fillUniform(inputs, -1, 1)
    let expected = inputs.matmul(Tensor([Float(2), -3], shape: [2, 1])) + 1
    let layer = Linear(2, 1, random: random)
    let optimizer = Adam(layer.parameters, learningRate: 0.05)
    var losses: [Double] = []
    for _ in 0..<400 {
      optimizer.clearGradients()
      let loss = (layer(inputs) - expected).squared().mean()
      loss.backward()
      optimizer.step()
      losses.append(loss.item)
    }
    #expect(losses[0] > 1 && losses[399] < 1e-6)
    let weights: [Float] = layer.weight.values()
    #expect(abs(weights[0] - 2) < 1e-3 && abs(weights[1] + 3) < 1e-3)
    let bias: [Float] = try #require(layer.bias).values()
    #expect(abs(bias[0] - 1) < 1e-3)
  }
}
