import Testing

@testable import MetricLearning

@Suite struct ModuleTests {
  init() throws { try Torch.load() }

  private func network(seed: UInt64 = 1) -> Sequential {
    let random = RandomSource(seed: seed)
    return Sequential([
      Conv2d(2, 4, size: [3, 3], padding: [1, 1], groups: 2, random: random), BatchNorm2d(4),
      ActivationLayer(.relu), Pool2d(.max, size: [2, 2], stride: [2, 2]), GlobalAveragePool(),
      Dropout(0.5, random: random), Sequential([Linear(4, 3, random: random)]),
    ])
  }

  @Test func `numbers have the names of their places`() {
    let network = network()
    #expect(
      network.parameters.map(\.name) == [
        "0.weight", "0.bias", "1.weight", "1.bias", "6.0.weight", "6.0.bias",
      ])
    #expect(
      network.state.names == [
        "0.weight", "0.bias", "1.weight", "1.bias", "1.running_mean", "1.running_var",
        "6.0.weight", "6.0.bias",
      ])
    #expect(network.parameterCount == 4 * 9 + 4 + 8 + 12 + 3)
  }

  @Test func `a loaded network answers as the one it was taken from`() throws {
    let (one, other) = (network(seed: 1), network(seed: 2))
    for network in [one, other] { network.setTraining(false) }
    let input = Tensor(Numbers.cloud(2 * 2 * 36, seed: 3).map(Float.init), shape: [2, 2, 6, 6])
    let answer: [Float] = one(input).values()
    #expect(other(input).values() != answer)
    try other.load(one.state)
    #expect(other(input).values() == answer)
  }

  @Test func `weights that do not fit change nothing`() {
    let network = network()
    let before: [Float] = network.parameters[0].tensor.values()
    var state = self.network(seed: 2).state
    state["more"] = Tensor([Float(1)])
    #expect(throws: StateError.unexpected("more")) { try network.load(state) }
    state["more"] = nil
    state["6.0.bias"] = nil
    #expect(throws: StateError.missing("6.0.bias")) { try network.load(state) }
    state["6.0.bias"] = Tensor([Float(1)])
    #expect(throws: StateError.self) { try network.load(state) }
    #expect(network.parameters[0].tensor.values() == before)
  }

  @Test func `a convolution is a sum over windows`() {
    let random = RandomSource(seed: 5)
    let layer = Conv2d(
      4, 6, size: [3, 2], stride: [2, 1], padding: [1, 0], groups: 2, random: random)
    random.fillUniform(layer.bias!, -1, 1)
    let (weight, bias): ([Float], [Float]) = (layer.weight.values(), layer.bias!.values())
    let input = Numbers.cloud(4 * 5 * 4, seed: 6).map(Float.init)
    let output = layer(Tensor(input, shape: [1, 4, 5, 4]))
    #expect(output.shape == [1, 6, 3, 3])
    var expected: [Float] = []
    for filter in 0..<6 {
      for row in 0..<3 {
        for column in 0..<3 {
          var sum = bias[filter]
          for channel in 0..<2 {
            for y in 0..<3 where (0..<5).contains(2 * row + y - 1) {
              for x in 0..<2 {
                let from = filter / 3 * 2 + channel
                sum +=
                  weight[((filter * 2 + channel) * 3 + y) * 2 + x]
                  * input[(from * 5 + 2 * row + y - 1) * 4 + column + x]
              }
            }
          }
          expected.append(sum)
        }
      }
    }
    let found: [Float] = output.values()
    #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-5 })
  }

  @Test func `a batch norm learns running numbers and uses them`() {
    let layer = BatchNorm2d(2)
    let input = Tensor(
      Numbers.cloud(3 * 2 * 4, seed: 4).map { Float($0 * 3 + 1) }, shape: [3, 2, 2, 2])
    let mean = input.mean(0, 2, 3)
    let variance = (input - mean.reshaped([1, 2, 1, 1])).squared().mean(0, 2, 3)
    let normal: [Float] =
      ((input - mean.reshaped([1, 2, 1, 1]))
      / (variance.reshaped([1, 2, 1, 1]) + 1e-5).squareRoot()).values()
    let found: [Float] = layer(input).values()
    #expect(zip(found, normal).allSatisfy { abs($0 - $1) < 1e-5 })
    let running: [Float] = layer.runningMean.values()
    let means: [Float] = mean.values()
    #expect(zip(running, means).allSatisfy { abs($0 - 0.1 * $1) < 1e-6 })
    // The running variance is that of a sample: 12 values, 11 degrees of freedom.
    let runningVariance: [Float] = layer.runningVariance.values()
    let variances: [Float] = variance.values()
    #expect(
      zip(runningVariance, variances).allSatisfy { abs($0 - (0.9 + 0.1 * $1 * 12 / 11)) < 1e-5 })

    for change in [
      { layer.setTraining(false) },
      {
        layer.setTraining(true)
        layer.freeze()
      },
    ] {
      change()
      let before: [Float] = layer.runningMean.values()
      let asked: [Float] = layer(input).values()
      let expected: [Float] =
        ((input - layer.runningMean.reshaped([1, 2, 1, 1]))
        / (layer.runningVariance.reshaped([1, 2, 1, 1]) + 1e-5).squareRoot()).values()
      #expect(zip(asked, expected).allSatisfy { abs($0 - $1) < 1e-5 })
      #expect(layer.runningMean.values() == before)
    }
  }

  @Test func `dropout drops its share and keeps the mean`() {
    let layer = Dropout(0.25, random: RandomSource(seed: 2))
    let values: [Float] = layer(Tensor.ones([10_000])).values()
    let dropped = values.filter { $0 == 0 }.count
    #expect((2300...2700).contains(dropped))
    #expect(values.allSatisfy { $0 == 0 || abs($0 - 4 / 3) < 1e-6 })
    layer.setTraining(false)
    #expect(layer(Tensor.ones([3])).values() == [Float(1), 1, 1])
  }
}
