import LikenessCore
import VectorSearch

/// Options of t-SNE.
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

  /// The dimensions of the map: 2 or 3.
  public var dimensions = 2
  /// Where points begin.
  public var initialization = TSNEInitialization.standard
  /// About how many neighbours a face has.
  public var perplexity = 30.0
  /// The maximum number of steps of the early phase, in which exaggerated attraction forms groups.
  public var earlyIterations = 250
  /// Whether the early phase ends once the divergence hardly changes.
  public var endsEarlyWhenSettled = true
  /// The exaggeration of the early phase.
  public var earlyExaggeration = 12.0
  /// The number of steps after the early phase.
  public var iterations = 500
  /// The exaggeration after the early phase: 1 as t-SNE is defined; more makes groups tighter.
  public var exaggeration = 1.0
  /// The steps of the second phase in which twice the exaggeration falls to the exaggeration; at most half of that
  /// phase.
  public var annealingIterations = 100
  /// The momentum: the share of the last step that is added to the next.
  public var momentum = 0.9
  /// The learning rate: unless set, n divided by the exaggeration (Belkina et al., "Automated optimized parameters for t-SNE",
  /// 2019), twice that in the second phase.
  public var learningRate: Double?
  /// The maximum movement of a point in one step, in units of the map.
  public var maximumStep = 5.0
  /// How the sum over all pairs of points is found.
  public var gradient = Gradient.automatic
  /// Barnes–Hut: the largest ratio of a node's side to its distance at which it replaces its points.
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

/// The progress of t-SNE.
public struct TSNEProgress: Sendable, Equatable {
  /// What the descent is doing.
  public enum Phase: String, Sendable {
    case earlyExaggeration, optimization
  }

  /// Steps that are done, in both phases together.
  public let iteration: Int
  /// The total number of steps; it may decrease, as the early phase ends once the divergence hardly changes.
  public let iterations: Int
  /// The phase that the step belongs to.
  public let phase: Phase
  /// The Kullback–Leibler divergence of the picture, without exaggeration, in nats.
  public let divergence: Double
}

/// A finished map.
public struct TSNEMap: Sendable, Equatable {
  /// One point for each vector.
  public let layout: Layout
  /// The Kullback–Leibler divergence of the picture, in nats.
  public let divergence: Double
  /// The number of steps that were done: fewer than requested if it was stopped.
  public let iterations: Int
  /// How the sum over all pairs was found: never `automatic`.
  public let gradient: TSNEOptions.Gradient
}
