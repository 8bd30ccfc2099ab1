import Search

/// How t-SNE makes its picture.
///
/// Exaggeration and its first steps are as in Kobak and Berens, "The art of using t-SNE for single-cell
/// transcriptomics" (2019), and openTSNE; `Documentation/Decisions/tsne.md` tells where it goes faster.
public struct TSNEOptions: Sendable, Equatable {
  /// How the sum over all pairs is found.
  public enum Gradient: String, Sendable, CaseIterable {
    /// The fastest one that is as good: exact for few points, else interpolation in the plane and
    /// Barnes–Hut in space.
    case automatic
    /// Every pair: O(n²).
    case exact
    /// A tree, O(n log n): van der Maaten, "Accelerating t-SNE using tree-based algorithms" (2014).
    case barnesHut
    /// A grid, O(n) and a Fourier transform, in the plane: Linderman et al., "Fast interpolation-based
    /// t-SNE for improved visualization of single-cell RNA-seq data" (2019).
    case interpolation
  }

  /// Of the picture: 2 or 3.
  public var dimensions = 2
  /// About how many neighbours a face has.
  public var perplexity = 30.0
  /// Most steps in which like faces are pulled together strongly, so that groups form.
  public var earlyIterations = 250
  /// Whether that phase ends before its time where nothing changes any more.
  public var endsEarlyWhenSettled = true
  /// How strongly, then.
  public var earlyExaggeration = 12.0
  /// Steps after these.
  public var iterations = 500
  /// 1 for what t-SNE is defined as; more makes groups tighter.
  public var exaggeration = 1.0
  /// Of the second phase: steps in which twice the exaggeration becomes the exaggeration, bit by bit; at most half of
  /// that phase.
  public var annealingIterations = 100
  /// The share of the last step that is taken again.
  public var momentum = 0.9
  /// Unless set, n divided by the exaggeration (Belkina et al., "Automated optimized parameters for t-SNE",
  /// 2019), twice that in the second phase.
  public var learningRate: Double?
  /// The longest way of a point in one step, in units of the picture.
  public var longestStep = 5.0
  /// How the sum over all pairs of points is found.
  public var gradient = Gradient.automatic
  /// Barnes–Hut: the largest ratio of a node's side to its distance at which it stands for its points.
  public var theta = 0.5
  /// Interpolation: from node to node of the grid, in units of the picture.
  public var spacing = 0.5
  /// The same seed makes the same picture, to the last bit, on one kind of machine, with any number of
  /// threads.
  public var seed: UInt64 = 1
  /// How many threads compute.
  public var threads = defaultThreads
  /// How many steps there are between two reports of progress.
  public var reportEvery = 50

  /// Settings that suit thousands of points.
  public init() {}
}

/// How far a picture has come.
public struct TSNEProgress: Sendable, Equatable {
  /// What the descent is doing.
  public enum Phase: String, Sendable {
    case earlyExaggeration, optimization
  }

  /// Steps that are done, in both phases together.
  public let iteration: Int
  /// Steps there will be; it may become fewer, as the early phase ends where nothing changes any more.
  public let iterations: Int
  /// The phase that the step belongs to.
  public let phase: Phase
  /// The Kullback–Leibler divergence of the picture, without exaggeration, in nats.
  public let divergence: Double
}

/// A finished picture.
public struct TSNEMap: Sendable, Equatable {
  /// One point for each vector.
  public let layout: Layout
  /// The Kullback–Leibler divergence of the picture, in nats.
  public let divergence: Double
  /// Steps that were done: fewer than asked for if it was stopped.
  public let iterations: Int
  /// How the sum over all pairs was found: never `automatic`.
  public let gradient: TSNEOptions.Gradient
}
