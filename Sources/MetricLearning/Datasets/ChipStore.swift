import Faces
import Foundation
import LikenessCore

/// Chips of a data set's photos, in memory as far as they fit; any thread may ask.
public final class ChipStore: Sendable {
  public struct Skipped: Sendable, Equatable, Codable {
    public var photo: String
    public var reason: String
  }

  /// The photos that have a chip.
  public let dataset: LabelledDataset
  /// Those that have none, and why.
  public let skipped: [Skipped]
  public let options: ChipOptions
  /// The teacher's embeddings of the photos, `(photos, d)`; nil without a teacher.
  public let targets: EmbeddingMatrix?
  private let entries: [Entry]

  /// One photo's chip, or how to cut it out again.
  private enum Entry: Sendable {
    case held(FaceChip)
    case face(FacePlacement)
    case crop
  }

  private init(
    dataset: LabelledDataset, skipped: [Skipped], options: ChipOptions,
    targets: EmbeddingMatrix?, entries: [Entry]
  ) {
    self.targets = targets
    self.dataset = dataset
    self.skipped = skipped
    self.options = options
    self.entries = entries
  }

  /// Looks at every photo once.
  /// - Parameters:
  ///   - engine: finds the faces, and is the teacher; asked for only where it is one or where faces are to be cut out.
  ///   - isTaught: whether the engine's embedding of each photo's largest face is kept, and photos without one left out.
  ///   - isCancelled: once true, no further photo is begun.
  ///   - progress: called with how many photos are done and how many there are.
  /// - Throws: `DatasetError.noFaces` where fewer than two photos have a chip, `InferenceError`,
  ///   `ModelError`, `CancellationError`
  public static func prepare(
    _ dataset: LabelledDataset, _ options: ChipOptions, jobs: Int,
    isTaught: Bool = false, engine: () throws -> FaceEngine,
    isCancelled: @escaping @Sendable () -> Bool = { false },
    progress: (Int, Int) -> Void = { _, _ in }
  ) throws -> ChipStore {
    let finder = options.cropping == .face || isTaught ? try engine() : nil
    var targets: [Embedding] = []
    var (kept, entries, skipped): ([Int], [Entry], [Skipped]) = ([], [], [])
    var room = options.memoryBudget
    try OrderedWork.run(
      dataset.items.map(\.url), jobs: jobs, isCancelled: isCancelled,
      makeWorker: {
        let analyzer = try finder?.makeAnalyzer()
        return { url in Result { try look(at: url, options, analyzer, isTaught: isTaught) } }
      },
      consume: { position, result in
        switch result {
        case .success(let found?):
          let bytes = found.chip.pixels.count
          entries.append(bytes <= room ? .held(found.chip) : found.again)
          if bytes <= room { room -= bytes }
          kept.append(position)
          if let target = found.target { targets.append(target) }
        case .success(nil):
          skipped.append(.init(photo: dataset.items[position].url.path, reason: "no face found"))
        case .failure(let error as PhotoError):
          skipped.append(.init(photo: dataset.items[position].url.path, reason: "\(error)"))
        case .failure(let error):
          throw error
        }
        progress(position + 1, dataset.count)
      })
    guard kept.count + skipped.count == dataset.count else { throw CancellationError() }
    guard kept.count > 1 else {
      throw DatasetError.noFaces(
        photos: dataset.count, firstReason: skipped.first?.reason ?? "one photo alone")
    }
    return ChipStore(
      dataset: dataset.subset(kept), skipped: skipped, options: options,
      targets: isTaught ? EmbeddingMatrix(targets) : nil, entries: entries)
  }

  /// Pixels around what the network sees, on each side of a chip.
  public var margin: Int { Self.margin(options) }

  private static func margin(_ options: ChipOptions) -> Int {
    options.cropping == .face ? options.margin : 0
  }

  /// How many chips are kept in memory.
  public var heldCount: Int {
    entries.count { if case .held = $0 { true } else { false } }
  }

  /// The chip of a photo, `side + 2 margin` pixels wide and high.
  /// - Throws: `PhotoError` where the photo has to be read again and cannot be.
  public func chip(_ position: Int) throws -> FaceChip {
    let url = dataset.items[position].url
    switch entries[position] {
    case .held(let chip): return chip
    case .face(let placement): return try Self.cut(Photo.load(contentsOf: url), placement, options)
    case .crop: return try Self.crop(Photo.load(contentsOf: url), options)
    }
  }

  private static func look(
    at url: URL, _ options: ChipOptions, _ analyzer: FaceAnalyzer?, isTaught: Bool
  ) throws -> (chip: FaceChip, again: Entry, target: Embedding?)? {
    let photo = try Photo.load(contentsOf: url)
    guard let analyzer else { return (try crop(photo, options), .crop, nil) }
    let placement: FacePlacement
    var target: Embedding?
    if isTaught {
      guard let found = try analyzer.embedLargestFace(in: photo) else { return nil }
      (placement, target) = found
    } else {
      guard let found = try analyzer.placeLargestFace(in: photo) else { return nil }
      placement = found
    }
    guard options.cropping == .face else { return (try crop(photo, options), .crop, target) }
    return (cut(photo, placement, options), .face(placement), target)
  }

  /// The middle of this is what an analyzer would cut out with `side` and `padding`.
  private static func cut(
    _ photo: Photo, _ placement: FacePlacement, _ options: ChipOptions
  ) -> FaceChip {
    let side = options.side + 2 * options.margin
    let extent = (1 + 2 * options.padding) * Double(side) / Double(options.side)
    return placement.chip(from: photo, side: side, padding: (extent - 1) / 2)
  }

  private static func crop(_ photo: Photo, _ options: ChipOptions) throws(PhotoError) -> FaceChip {
    var part = photo
    if options.cropping == .centre {
      let side = min(photo.width, photo.height)
      let middle = PhotoRectangle(
        x: (photo.width - side) / 2, y: (photo.height - side) / 2, width: side, height: side)
      part = photo.cropped(to: middle) ?? photo
    }
    return try FaceChip(whole: part, side: options.side)
  }
}
