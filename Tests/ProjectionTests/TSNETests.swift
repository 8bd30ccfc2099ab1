import LikenessCore
import Testing
import VectorSearch

@testable import Projection

@Suite struct TSNETests {
  private func quick(_ perplexity: Double = 8, _ gradient: TSNEOptions.Gradient = .automatic)
    -> TSNEOptions
  {
    var options = TSNEOptions()
    options.perplexity = perplexity
    options.gradient = gradient
    options.earlyIterations = 60
    options.iterations = 100
    return options
  }

  @Test(arguments: [TSNEOptions.Gradient.exact, .barnesHut, .interpolation])
  func theSameSeedMakesTheSamePicture(gradient: TSNEOptions.Gradient) throws {
    let vectors = blobs(4, of: 40)
    var options = quick(8, gradient)
    options.iterations = 20
    options.threads = 1
    let first = try TSNE.fit(vectors, options: options)
    options.threads = 2
    #expect(try TSNE.fit(vectors, options: options) == first)
    #expect(first.gradient == gradient)
    options.seed = 9
    #expect(try TSNE.fit(vectors, options: options) != first)
  }

  @Test(arguments: [2, 3]) func groupsStayApart(dimensions: Int) throws {
    let vectors = blobs(4, of: 30)
    var options = quick()
    options.dimensions = dimensions
    let layout = try TSNE.fit(vectors, options: options).layout
    #expect(layout.count == 120)
    #expect(layout.coordinates.allSatisfy { $0.isFinite })
    for face in 0..<120 {
      #expect(nearest(face, in: layout) / 30 == face / 30)
    }
  }

  @Test func equalFacesAreLaidOut() throws {
    let some = blobs(3, of: 10)
    let vectors = EmbeddingMatrix(
      dimensions: 8, values: some.values + some.values + [Float](repeating: 7, count: 8 * 40))
    for gradient in TSNEOptions.Gradient.allCases {
      let map = try TSNE.fit(vectors, options: quick(8, gradient))
      #expect(map.layout.coordinates.allSatisfy { $0.isFinite })
      #expect(map.divergence.isFinite)
    }
  }

  @Test func fewFacesSayWhatTheyNeed() throws {
    for count in 0...5 {
      let vectors = EmbeddingMatrix(dimensions: 3, values: scattered(3 * count, scale: 1))
      let wanted: ProjectionError =
        count < 2 ? .tooFewFaces(count) : .perplexityTooLarge(30, count: count)
      #expect(throws: wanted) { try TSNE.fit(vectors) }
      guard count >= 4 else { continue }
      let layout = try TSNE.fit(vectors, options: quick(1)).layout
      #expect(layout.count == count && layout.coordinates.allSatisfy { $0.isFinite })
    }
    #expect(
      "\(ProjectionError.perplexityTooLarge(30, count: 3))"
        == "perplexity 30 is too large for 3 faces: t-SNE needs at least 4")
    #expect(
      "\(ProjectionError.perplexityTooLarge(30, count: 61))"
        == "perplexity 30 is too large for 61 faces: the largest possible is 20")
  }

  @Test func invalidInputsAreErrors() throws {
    let vectors = blobs(2, of: 20)
    var options = quick()
    options.dimensions = 4
    #expect(throws: ProjectionError.unsupportedDimensions(4)) {
      try TSNE.fit(vectors, options: options)
    }
    options.dimensions = 3
    options.gradient = .interpolation
    #expect(throws: ProjectionError.interpolationInSpace) {
      try TSNE.fit(vectors, options: options)
    }
    #expect(throws: ProjectionError.perplexityTooSmall(0.5)) {
      try TSNE.fit(vectors, options: quick(0.5))
    }
    let equal = EmbeddingMatrix(dimensions: 2, values: [Float](repeating: 1, count: 80))
    #expect(throws: ProjectionError.allEqual(count: 40)) {
      try TSNE.fit(equal, options: quick())
    }
    var broken = vectors.values
    broken[8 * 5] = .infinity
    #expect(throws: ProjectionError.notFinite(row: 5)) {
      try TSNE.fit(EmbeddingMatrix(dimensions: 8, values: broken), options: quick())
    }
    let narrow = try NeighborTable(of: vectors, width: 5)
    #expect(throws: ProjectionError.tooFewNeighbors(found: 5, needed: 24)) {
      try TSNE.fit(vectors, neighbors: narrow, options: quick())
    }
  }

  @Test func aRateBeyondAllBoundsBreaksNothing() throws {
    let vectors = blobs(3, of: 20)
    for gradient in TSNEOptions.Gradient.allCases {
      for rate in [1e6, 1e38] {
        var options = quick(8, gradient)
        options.learningRate = rate
        (options.earlyIterations, options.iterations) = (10, 15)
        let layout = try TSNE.fit(vectors, options: options).layout
        #expect(layout.coordinates.allSatisfy { $0.isFinite })
      }
    }
  }

  @Test func reportsProgressAndStops() throws {
    let vectors = blobs(3, of: 20)
    var options = quick()
    options.reportEvery = 20
    var reports: [TSNEProgress] = []
    let map = try TSNE.fit(vectors, options: options) {
      reports.append($0)
      return true
    }
    let last = try #require(reports.last)
    #expect(last.iteration == last.iterations && last.iteration == map.iterations)
    #expect(last.divergence == map.divergence)
    #expect(reports.first?.phase == .earlyExaggeration && last.phase == .optimization)
    #expect(reports.map(\.iteration) == reports.map(\.iteration).sorted())
    let stopped = try TSNE.fit(vectors, options: options) { $0.iteration < 40 }
    #expect(stopped.iterations == 40)
  }

  /// The early phase ends where nothing changes any more, unless all steps are wanted.
  @Test func takesTheRequestedNumberOfSteps() throws {
    let vectors = blobs(3, of: 10)
    var options = quick()
    (options.earlyIterations, options.iterations) = (250, 50)
    #expect(try TSNE.fit(vectors, options: options).iterations < 300)
    options.endsEarlyWhenSettled = false
    let all = try TSNE.fit(vectors, options: options)
    #expect(all.iterations == 300)
    options.earlyExaggeration = 4
    #expect(try TSNE.fit(vectors, options: options).layout != all.layout)
    // However short the second phase is, it ends without exaggeration.
    options.iterations = 20
    var schedule = Schedule(options)
    var last = 0.0
    while schedule.phase != nil {
      last = schedule.exaggeration
      schedule.advance()
    }
    #expect(schedule.done == 270 && last == options.exaggeration)
  }
}
