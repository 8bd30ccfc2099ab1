import Testing

@testable import MetricLearning

@Suite struct TensorTests {
  init() throws { try Torch.load() }

  private func matrix() -> Tensor { Tensor([Float(1), -2, 3, 4, 5, -6], shape: [2, 3]) }

  @Test func `values go in and come out`() {
    #expect(matrix().shape == [2, 3] && matrix().type == .float32 && matrix().count == 6)
    #expect(matrix().values() == [Float(1), -2, 3, 4, 5, -6])
    #expect(Tensor([UInt8(0), 200]).to(.float64).values() == [0.0, 200])
    #expect(Tensor([Int64(-7)]).item == -7)
    #expect(Tensor([true, false]).values() == [true, false])
    #expect(Tensor([Float](), shape: [0, 4]).values() == [Float]())
    #expect(Tensor.arange(3).values() == [Int64(0), 1, 2])
    // What lies in another order is read row by row all the same.
    #expect(matrix().transposed().values() == [Float(1), 4, -2, 5, 3, -6])
    let filled = Tensor(shape: [2, 2]) { (places: UnsafeMutableBufferPointer<Double>) in
      for index in places.indices { places[index] = Double(index) }
    }
    #expect(filled.values() == [0.0, 1, 2, 3])
  }

  @Test func `arithmetic, element by element`() {
    let x = matrix()
    let row = Tensor([Float(1), 2, 4])
    #expect((x + row).values() == [Float(2), 0, 7, 5, 7, -2])
    #expect((x - row).values() == [Float(0), -4, -1, 3, 3, -10])
    #expect((x * row).values() == [Float(1), -4, 12, 4, 10, -24])
    #expect((x / row).values() == [Float(1), -1, 0.75, 4, 2.5, -1.5])
    #expect((1 - x).values() == [Float(0), 3, -2, -3, -4, 7])
    #expect((-x).values() == [Float(-1), 2, -3, -4, -5, 6])
    #expect(x.relu().values() == [Float(1), 0, 3, 4, 5, 0])
    #expect((x * 2).relu6().values() == [Float(2), 0, 6, 6, 6, 0])
    #expect(x.abs().squared().values() == [Float(1), 4, 9, 16, 25, 36])
    #expect(x.clamped(to: -1...3).values() == [Float(1), -1, 3, 3, 3, -1])
    #expect((x .> 2).values() == [false, false, true, true, true, false])
    #expect(Tensor.choose(x .< 0, x * 0, x).values() == [Float(1), 0, 3, 4, 5, 0])
    #expect(x.matmul(row.reshaped([3, 1])).values() == [Float(9), -10])
    #expect(x.maximum(-x).minimum(x * 0 + 4).values() == [Float(1), 2, 3, 4, 4, 4])
  }

  @Test func `reductions and shapes`() {
    let x = matrix()
    #expect(x.sum().item == 5 && x.sum(0).values() == [Float(5), 3, -3])
    #expect(x.mean(1, keeping: true).shape == [2, 1] && x.max(1).values() == [Float(3), 5])
    #expect(x.min().item == -6 && x.argmax(1).values() == [Int64(2), 1])
    #expect(x.permuted([1, 0]).shape == [3, 2] && x.reshaped([-1]).shape == [6])
    #expect(x.slice(1, 1..<3).values() == [Float(-2), 3, 5, -6])
    #expect(x.selecting(1, [2, 0]).values() == [Float(3), 1, -6, 4])
    #expect(x.gathering(1, Tensor([Int64(2), 0], shape: [2, 1])).values() == [Float(3), 4])
    #expect(Tensor.concatenated([x, x], 0).shape == [4, 3])
    #expect(x.padded([0, 1, 1, 0]).values() == [Float(0), 0, 0, 0, 1, -2, 3, 0, 4, 5, -6, 0])
    #expect(Tensor([Float(3)]).reshaped([1, 1]).expanded([2, 2]).values() == [Float(3), 3, 3, 3])
    let lengths = x.l2Normalized().squared().sum(1).values(as: Float.self)
    #expect(lengths.allSatisfy { abs($0 - 1) < 1e-6 })
    #expect(Tensor.zeros([1, 3]).l2Normalized().values() == [Float(0), 0, 0])
  }

  @Test func `gradients are the derivatives`() throws {
    let x = Tensor([0.5, -1.5, 2.0])
    x.requiresGradient = true
    #expect(x.gradient == nil)
    // d/dx of Σ x³ + sin x
    (x * x * x + x.sin()).sum().backward()
    let expected: [Double] = (3 * x.detached().squared() + x.detached().cos()).values()
    let found: [Double] = try #require(x.gradient).values()
    #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-12 })
    x.clearGradient()
    #expect(x.gradient == nil)
    withoutGradients { #expect(!(x * 2).requiresGradient) }
    #expect((x * 2).requiresGradient)
  }

  @Test func `in place`() {
    let x = Tensor([Float(1), 2])
    let same = x
    x.scale(by: 3)
    x.add(Tensor([Float(1), 1]), times: 2)
    x.add(1)
    x.addProduct(Tensor([Float(2), 3]), Tensor([Float(4), 5]), times: 0.5)
    x.addQuotient(Tensor([Float(2), 9]), Tensor([Float(4), 3]), times: 2)
    #expect(same.values() == [Float(11), 22.5])
    let copy = x.copied()
    x.fill(0)
    #expect(copy.values() == [Float(11), 22.5] && x.values() == [Float(0), 0])
  }
}
