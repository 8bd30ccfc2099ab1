import Foundation
import TestSupport
import Testing

@testable import MetricLearning

@Suite struct TorchTests {
  @Test func `a missing library is an error that says what to install`() throws {
    try TestFiles.withTemporaryFolder { folder in
      let error = try #require(
        #expect(throws: TorchError.self) { try Torch.probe(folder) })
      #expect(error == .missing(folder: folder.path))
      #expect("\(error)".contains("libtorch-dev"))
    }
  }

  @Test func `a library that is none is an error too`() throws {
    try TestFiles.withTemporaryFolder { folder in
      let file = folder.appendingPathComponent(Torch.libraryName)
      try Data("no library".utf8).write(to: file)
      let error = #expect(throws: TorchError.self) { try Torch.probe(folder) }
      guard case .unusable(let path, _) = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(path == file.path)
    }
  }

  @Test func `tensors are freed`() throws {
    try Torch.load()
    let weight = Tensor.ones([8, 8])
    weight.requiresGradient = true
    func step() {
      let loss = (Tensor.ones([4, 8]).linear(weight, bias: nil).relu() - 1).squared().mean()
      loss.backward()
      withoutGradients { weight.gradient.map { weight.add($0, times: -0.01) } }
      weight.clearGradient()
    }
    step()
    let before = Torch.liveTensors
    for _ in 0..<3000 { step() }
    // Tests beside this one may hold some; a leak of one a step would be 3000.
    #expect(Torch.liveTensors - before < 2500)
  }

  @Test func `the same seed gives the same, and a state goes on where it was`() throws {
    try Torch.load()
    func draw(_ random: RandomSource) -> [Float] {
      let tensor = Tensor.zeros([5])
      random.fillNormal(tensor, deviation: 1)
      return tensor.values()
    }
    let (first, second, other) = (
      RandomSource(seed: 8), RandomSource(seed: 8), RandomSource(seed: 9)
    )
    #expect(draw(first) == draw(second))
    #expect(draw(first) != draw(other))
    try other.restore(first.state)
    #expect(draw(first) == draw(other))
    #expect(throws: StateError.self) { try other.restore([1, 2, 3]) }
    let before = other.state
    #expect(before == other.state)
  }
}
