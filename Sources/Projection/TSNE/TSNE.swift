import LikenessCore
import VectorSearch

/// t-SNE: a map on which similar faces lie together (van der Maaten and Hinton, "Visualizing
/// Data using t-SNE", 2008).
public enum TSNE {
  /// Computes a map of vectors.
  /// - Parameters:
  ///   - vectors: `(n, d)`, compared by squared L2.
  ///   - neighbors: at least `3 · perplexity` of each, in any metric; found here if there are none. Of many vectors they
  ///     take as much memory as all else: whoever hands them over for good gets it back before the first step.
  ///   - progress: called regularly; returning false stops with the present map.
  /// - Throws: `ProjectionError`. At least four faces are needed.
  public static func fit(
    _ vectors: EmbeddingMatrix, neighbors: consuming NeighborTable? = nil,
    options: TSNEOptions = .init(), progress: (TSNEProgress) -> Bool = { _ in true }
  ) throws(ProjectionError) -> TSNEMap {
    try check(vectors, neighbors: neighbors, options)
    let rows = try conditional(vectors, neighbors: consume neighbors, options)
    let affinities = Affinities(rows, threads: options.threads)
    let start = try initialPositions(vectors, options)
    let descent = Descent(affinities, start: start, options)
    var schedule = Schedule(options)
    let every = max(1, options.reportEvery)
    while let phase = schedule.phase {
      if schedule.isFirstOfPhase { descent.resetMomentum() }
      descent.step(
        exaggeration: schedule.exaggeration, rateFactor: phase == .optimization ? 2 : 1)
      schedule.advance()
      let isSettlingChecked =
        options.endsEarlyWhenSettled && schedule.phase == .earlyExaggeration
        && schedule.done % 50 == 0
      let isReported = schedule.done % every == 0 && schedule.phase != nil
      guard isSettlingChecked || isReported else { continue }
      let divergence = descent.divergence()
      if isSettlingChecked { schedule.settle(divergence) }
      guard isReported else { continue }
      let report = TSNEProgress(
        iteration: schedule.done, iterations: schedule.total, phase: phase, divergence: divergence)
      guard progress(report) else { break }
    }
    let map = TSNEMap(
      layout: descent.layout(), divergence: descent.divergence(), iterations: schedule.done,
      gradient: descent.gradient)
    if schedule.phase == nil, let last = schedule.lastPhase {
      _ = progress(
        TSNEProgress(
          iteration: schedule.done, iterations: schedule.total, phase: last,
          divergence: map.divergence))
    }
    return map
  }

  /// p(j|i) of all rows; the table of neighbours is let go of.
  private static func conditional(
    _ vectors: EmbeddingMatrix, neighbors: consuming NeighborTable?, _ options: TSNEOptions
  ) throws(ProjectionError) -> SparseRows {
    let table: NeighborTable
    if let neighbors = consume neighbors {
      table = neighbors
    } else {
      table = try Self.neighbors(of: vectors, options: options)
    }
    return Affinities.conditional(
      vectors, neighbors: table, width: Affinities.width(table, perplexity: options.perplexity),
      perplexity: options.perplexity, threads: options.threads)
  }

  private static func check(
    _ vectors: EmbeddingMatrix, neighbors: NeighborTable?, _ options: TSNEOptions
  ) throws(ProjectionError) {
    let count = vectors.count
    guard (2...3).contains(options.dimensions) else {
      throw .unsupportedDimensions(options.dimensions)
    }
    if options.gradient == .interpolation, options.dimensions != 2 { throw .interpolationInSpace }
    guard count > 1 else { throw .tooFewFaces(count) }
    guard options.perplexity >= 1 else { throw .perplexityTooSmall(options.perplexity) }
    guard options.perplexity <= ProjectionError.largestPerplexity(count: count) else {
      throw .perplexityTooLarge(options.perplexity, count: count)
    }
    try vectors.checkFinite()
    guard vectors.hasDifferentRows else { throw .allEqual(count: count) }
    guard let neighbors else { return }
    guard neighbors.count == count else {
      throw .countMismatch(expected: count, found: neighbors.count)
    }
    let needed = Affinities.width(perplexity: options.perplexity)
    guard neighbors.width >= needed else {
      throw .tooFewNeighbors(found: neighbors.width, needed: needed)
    }
  }

  /// The neighbours that a picture needs, `(n, 3 · perplexity)`.
  ///
  /// Among many faces a few of the true nearest may be missing, which does not show in a picture.
  /// - Throws: `perplexityTooSmall`, `index`
  public static func neighbors(
    of vectors: EmbeddingMatrix, options: TSNEOptions = .init()
  ) throws(ProjectionError) -> NeighborTable {
    guard options.perplexity >= 1 else { throw .perplexityTooSmall(options.perplexity) }
    let width = Affinities.width(perplexity: min(options.perplexity, Double(vectors.count)))
    do {
      return try NeighborTable(
        of: vectors, width: width, effort: .beam(width + width / 4), threads: options.threads)
    } catch {
      throw .index(error)
    }
  }

  /// Places so small that all forces are alike (Kobak and Linderman 2021). A hundredth of noise, as in openTSNE, lets
  /// equal faces part.
  private static func initialPositions(
    _ vectors: EmbeddingMatrix, _ options: TSNEOptions
  ) throws(ProjectionError) -> [Float] {
    let dimensions = options.dimensions
    let start = try options.initialization.initializer.start(
      of: vectors, dimensions: dimensions, seed: options.seed, threads: options.threads)
    let (places, known) = (start.layout.coordinates, start.layout.dimensions)
    let scale = start.deviation > 0 ? 1e-4 / start.deviation : 0
    var noise = GaussianNoise(seed: options.seed)
    return (0..<vectors.count * dimensions).map { index in
      let (row, axis) = (index / dimensions, index % dimensions)
      let place = axis < known ? Double(places[row * known + axis]) * scale : 0
      return Float(place + 1e-6 * noise.next())
    }
  }
}
