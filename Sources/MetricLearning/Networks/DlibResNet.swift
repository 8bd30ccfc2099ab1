import Faces

/// dlib's face recognition network as one that can learn: a chip of 150 × 150 to the 128 numbers it was
/// trained to give, or to the 256 features before them.
///
/// Each affine layer, which training's end left of a batch norm, is part of the convolution before it.
public final class DlibResNet: Backbone {
  private enum Step {
    case layer(any Layer)
    case remember(Int)
    case recall(Int)
    /// The smaller of both is padded with zeros, behind.
    case add(Int)
  }

  private let steps: [Step]
  private let meanColor: [Float]
  public let features: Int

  /// - Parameter hasDense: whether the last layer, from 256 features to 128 numbers, is part of it.
  /// - Throws: `ModelError`
  public convenience init(_ models: ModelStore = ModelStore(), hasDense: Bool = true) throws {
    self.init(try models.faceRecognitionNetwork(), hasDense: hasDense)
  }

  /// How many convolutions there are.
  public static let depth = 29

  /// The least height and width in pixels of images for the first convolutions, nil for all: each with a stride of 2
  /// needs 3 rows, and the 16th, 22nd and 28th have one.
  public static func smallestSide(depth: Int?) -> Int {
    switch depth ?? Self.depth {
    case ..<22: 32
    case ..<28: 56
    default: 104
    }
  }

  /// The first convolutions alone, and what they see where: later ones forget how a face looks just now, and the
  /// mean over the picture forgets where the brows are.
  /// - Parameters:
  ///   - depth: how many convolutions, from 1 to `depth`.
  ///   - side: of the images in pixels.
  /// - Throws: `ModelError`
  public init(_ models: ModelStore = ModelStore(), depth: Int, side: Int) throws {
    let whole = DlibResNet(try models.faceRecognitionNetwork(), hasDense: false)
    var (steps, convolutions, isDone) = ([Step](), 0, false)
    for step in whole.steps where !isDone {
      steps.append(step)
      guard case .layer(let layer) = step else { continue }
      if layer is Conv2d { convolutions += 1 }
      isDone = convolutions == depth && layer is ActivationLayer
    }
    meanColor = whole.meanColor
    let sample = withoutGradients { Self.run(steps, Tensor.zeros([1, 3, side, side])) }
    let grid = GridFeatures(channels: sample.shape[1], side: sample.shape[2])
    self.steps = steps + [.layer(grid)]
    features = grid.features
  }

  package init(_ network: DlibNetwork, hasDense: Bool = true) {
    meanColor = network.meanColor
    // Its numbers are replaced by those of the file.
    let random = RandomSource(seed: 0)
    var features = 0
    var steps: [Step] = []
    for layer in network.foldedLayers {
      switch layer {
      case .convolution(let weights, let bias, let stride, let padding):
        let convolution = Conv2d(
          weights.shape[1], bias.count, size: Array(weights.shape[2...]), stride: stride,
          padding: padding, random: random)
        withoutGradients {
          convolution.weight.copy(from: Tensor(weights.values, shape: weights.shape))
          convolution.bias?.copy(from: Tensor(bias))
        }
        steps.append(.layer(convolution))
        features = bias.count
      case .affine:
        preconditionFailure("an affine layer without a convolution before it")
      case .relu:
        steps.append(.layer(ActivationLayer(.relu)))
      case .maxPool(let size, let stride, let padding):
        steps.append(.layer(Pool2d(.max, size: size, stride: stride, padding: padding)))
      case .averagePool(let size, let stride, let padding):
        steps.append(
          .layer(
            size == [0, 0]
              ? GlobalAveragePool()
              : Pool2d(.average, size: size, stride: stride, padding: padding)))
      case .dense(let weights):
        guard hasDense else { continue }
        let dense = Linear(weights.shape[0], weights.shape[1], bias: false, random: random)
        withoutGradients {
          dense.weight.copy(from: Tensor(weights.values, shape: weights.shape).transposed())
        }
        steps.append(.layer(dense))
        features = weights.shape[1]
      case .tag(let number): steps.append(.remember(number))
      case .skip(let number): steps.append(.recall(number))
      case .add(let number): steps.append(.add(number))
      }
    }
    self.steps = steps
    self.features = features
  }

  public var parts: [(name: String, module: any Module)] {
    steps.enumerated().compactMap { index, step in
      if case .layer(let layer) = step { ("\(index)", layer) } else { nil }
    }
  }

  public var normalization: PixelNormalization {
    PixelNormalization(mean: meanColor, scale: 1 / 256)
  }

  public func callAsFunction(_ input: Tensor) -> Tensor { Self.run(steps, input) }

  private static func run(_ steps: [Step], _ input: Tensor) -> Tensor {
    var value = input
    var remembered: [Int: Tensor] = [:]
    func past(_ number: Int) -> Tensor {
      guard let tensor = remembered[number] else { preconditionFailure("no tag \(number)") }
      return tensor
    }
    for step in steps {
      switch step {
      case .layer(let layer): value = layer(value)
      case .remember(let number): remembered[number] = value
      case .recall(let number): value = past(number)
      case .add(let number):
        let other = past(number)
        let union = zip(value.shape, other.shape).map { Swift.max($0, $1) }
        value = value.padded(to: union) + other.padded(to: union)
      }
    }
    return value
  }

  /// Keeps the first convolutions, of 29, from learning.
  public func freeze(first count: Int) {
    let convolutions = steps.compactMap { step in
      if case .layer(let layer) = step { layer as? Conv2d } else { nil }
    }
    for convolution in convolutions.prefix(count) { convolution.freeze() }
  }

  func exported(_ input: String, to graph: inout NetworkGraph) throws(ExportError) -> String {
    // Padding depends on the image's size, which the converter of the published file follows; here the
    // network itself has the shapes.
    var value = (name: input, tensor: graph.sample)
    var remembered: [Int: (name: String, tensor: Tensor)] = [:]
    for step in steps {
      switch step {
      case .layer(let layer):
        value = (try graph.add(layer, value.name), withoutGradients { layer(value.tensor) })
      case .remember(let number): remembered[number] = value
      case .recall(let number): value = remembered[number] ?? value
      case .add(let number):
        guard let other = remembered[number] else { preconditionFailure("no tag \(number)") }
        let union = zip(value.tensor.shape, other.tensor.shape).map { Swift.max($0, $1) }
        let left = graph.pad(value.name, from: value.tensor.shape, to: union)
        let right = graph.pad(other.name, from: other.tensor.shape, to: union)
        value = (
          graph.node("Add", [left, right]),
          withoutGradients { value.tensor.padded(to: union) + other.tensor.padded(to: union) }
        )
      }
    }
    return value.name
  }
}

extension Tensor {
  /// With zeros behind, up to sizes not smaller than its own.
  fileprivate func padded(to target: [Int]) -> Tensor {
    guard shape != target else { return self }
    return padded(zip(shape, target).reversed().flatMap { [0, $1 - $0] })
  }
}
