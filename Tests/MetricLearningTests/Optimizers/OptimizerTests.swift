import Foundation
import TestSupport
import Testing

@testable import MetricLearning

@Suite struct OptimizerTests {
  init() throws { try Torch.load() }

  /// Minimises Σ sin(xᵢ) + xᵢ² / 4 for some steps, once with tensors and once number by number.
  private func compare(
    _ make: ([(name: String, tensor: Tensor)]) -> any Optimizer,
    _ step: (_ x: Double, _ gradient: Double, _ memory: inout [Double], _ count: Int) -> Double
  ) {
    let start = [0.7, -1.2, 2.5]
    let x = Tensor(start)
    x.requiresGradient = true
    let optimizer = make([("x", x)])
    var plain = start
    var memories = [[Double]](repeating: [0, 0], count: 3)
    for count in 1...12 {
      optimizer.clearGradients()
      (x.sin() + x.squared() / 4).sum().backward()
      optimizer.step()
      for index in plain.indices {
        let gradient = cos(plain[index]) + plain[index] / 2
        plain[index] = step(plain[index], gradient, &memories[index], count)
      }
      let found: [Double] = x.values()
      #expect(zip(found, plain).allSatisfy { abs($0 - $1) < 1e-12 }, "step \(count)")
    }
  }

  @Test func `gradient descent`() {
    compare({ SGD($0, learningRate: 0.1) }, { x, gradient, _, _ in x - 0.1 * gradient })
  }

  @Test(arguments: [false, true]) func `SGD with momentum and decay`(isNesterov: Bool) {
    compare(
      {
        SGD($0, learningRate: 0.1, momentum: 0.9, weightDecay: 0.05, isNesterov: isNesterov)
      },
      { x, gradient, memory, _ in
        let gradient = gradient + 0.05 * x
        memory[0] = 0.9 * memory[0] + gradient
        return x - 0.1 * (isNesterov ? gradient + 0.9 * memory[0] : memory[0])
      })
  }

  @Test(arguments: [Adam.Decay.inGradient, .decoupled]) func `Adam and AdamW`(decay: Adam.Decay) {
    compare(
      { Adam($0, learningRate: 0.1, betas: (0.8, 0.95), weightDecay: 0.05, decay: decay) },
      { x, gradient, memory, count in
        let gradient = decay == .inGradient ? gradient + 0.05 * x : gradient
        let x = decay == .decoupled ? x * (1 - 0.1 * 0.05) : x
        memory[0] = 0.8 * memory[0] + 0.2 * gradient
        memory[1] = 0.95 * memory[1] + 0.05 * gradient * gradient
        let mean = memory[0] / (1 - pow(0.8, Double(count)))
        let square = memory[1] / (1 - pow(0.95, Double(count)))
        return x - 0.1 * mean / (square.squareRoot() + 1e-8)
      })
  }

  @Test func `frozen parameters stay`() {
    let layer = Linear(2, 2, random: RandomSource(seed: 1))
    let before: [Float] = layer.weight.values()
    layer.weight.requiresGradient = false
    let optimizer = Adam(layer.parameters, weightDecay: 0.1)
    layer(Tensor.ones([1, 2])).sum().backward()
    optimizer.step()
    #expect(layer.weight.values() == before)
  }

  /// A network with all that has a state: batch norm, dropout, an optimizer.
  private final class Run {
    let random = RandomSource(seed: 4)
    let network: Sequential
    let optimizer: any Optimizer
    let schedule = LearningRateSchedule.cosine(warmUp: 2, total: 12, floor: 0.1)

    init(_ make: ([(name: String, tensor: Tensor)]) -> any Optimizer) {
      network = Sequential([
        Conv2d(1, 4, size: [3, 3], bias: false, random: random), BatchNorm2d(4),
        ActivationLayer(.relu), GlobalAveragePool(), Dropout(0.3, random: random),
        Linear(4, 2, random: random),
      ])
      optimizer = make(network.parameters)
    }

    func train(_ steps: Range<Int>) {
      Torch.threads = 1
      for step in steps {
        let input = Tensor(
          Numbers.cloud(8 * 36, seed: UInt64(step)).map(Float.init), shape: [8, 1, 6, 6])
        optimizer.learningRate = schedule.rate(at: step, base: 0.05)
        optimizer.clearGradients()
        (network(input) - 1).squared().mean().backward()
        optimizer.step()
      }
    }

    var state: StateDictionary {
      var state = StateDictionary()
      state.add(network.state, under: "network.")
      state.add(optimizer.state, under: "optimizer.")
      state["random"] = Tensor(random.state)
      return state
    }
  }

  @Test(arguments: [0, 1]) func `a resumed run is the same to the bit`(kind: Int) throws {
    let make: ([(name: String, tensor: Tensor)]) -> any Optimizer = {
      kind == 0
        ? SGD($0, learningRate: 0.05, momentum: 0.9)
        : Adam($0, weightDecay: 0.01, decay: .decoupled)
    }
    try TestFiles.withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("state.safetensors")
      let whole = Run(make)
      whole.train(0..<5)
      try SafetensorsFile.write(whole.state, to: file)
      whole.train(5..<12)

      let resumed = Run(make)
      resumed.train(0..<1)  // has to be forgotten
      let state = try SafetensorsFile.read(file)
      try resumed.network.load(state.part("network."))
      try resumed.optimizer.load(state.part("optimizer."))
      try resumed.random.restore(try #require(state["random"]).values())
      resumed.train(5..<12)
      #expect(
        try SafetensorsFile.data(of: resumed.state) == SafetensorsFile.data(of: whole.state))
    }
  }
}
