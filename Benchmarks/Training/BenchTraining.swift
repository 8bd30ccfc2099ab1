import ArgumentParser
import Foundation
import MetricLearning

/// Times steps of training and prints a line of JSON: MobileNetV2 with an embedding of 128 numbers, triplets
/// of a batch's hardest, Adam. `Benchmarks/Peers/libtorch_training.cpp` does the same without Swift.
@main
struct BenchTraining: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "bench-training")

  @Option(help: "Images of a step, four of each class.")
  var batch = 48
  @Option(help: "Height and width of the images.")
  var side = 128
  @Option(help: "Steps that are timed, after two that are not.")
  var steps = 6
  @Option(help: "Threads that compute.")
  var threads = 1

  func run() throws {
    try Torch.load()
    Torch.threads = threads
    let random = RandomSource(seed: 1)
    let network = EmbeddingNetwork(
      MobileNetV2(random: random), head: EmbeddingHead(1280, dimensions: 128, random: random))
    let optimizer = Adam(network.parameters, learningRate: 1e-3)
    let (loss, miner) = (TripletLoss(margin: .hard(0.2)), BatchHardMiner())
    let labels = (0..<batch).map { $0 / 4 }
    var chance = SystemRandomNumberGenerator()
    let noise = Tensor.zeros([batch, side, side, 3])
    random.fillUniform(noise, 0, 256)
    let pixels = noise.to(.uint8)

    var times: [Double] = []
    var last = 0.0
    for step in 0..<steps + 2 {
      let start = ContinuousClock.now
      let embeddings = network(pixels)
      let triplets = miner.triplets(DistanceMatrix(embeddings), labels: labels, using: &chance)
      let value = loss(embeddings, triplets)
      optimizer.clearGradients()
      value.backward()
      optimizer.step()
      last = value.item
      let time = start.duration(to: .now) / .seconds(1)
      if step >= 2 { times.append(time) }
    }
    let line: [String: Any] = [
      "system": "Likeness", "batch": batch, "side": side, "threads": threads, "seconds": times,
      "loss": last,
    ]
    let data = try JSONSerialization.data(withJSONObject: line, options: .sortedKeys)
    print(String(decoding: data, as: UTF8.self))
  }
}
