import Faces
import Foundation
import GalleryCore
import LikenessCore

/// Gives a gallery another model.
public struct ModelUpgrade: Sendable {
  let gallery: OpenGallery
  let networks: GalleryNetworks
  let thresholds: ThresholdMeasurement

  /// How many photos are asked for at a time.
  private static let photosAtOnce = 512

  /// The progress of an unfinished upgrade; nil if there is none.
  /// - Throws: `GalleryError`
  public func unfinished() throws -> UpgradeProgress? { try gallery.reader().unfinishedUpgrade() }

  /// Gives the gallery another model: embeds its faces again, from the photos that it keeps or from their files. Names,
  /// people, edits, labels and the ids of faces stay. The gallery answers by its old embeddings, and accepts photos, until
  /// all new ones are ready; then they replace the old ones in one step. An interrupted run keeps its results, and the
  /// next one resumes.
  ///
  /// A face that cannot be embedded again is kept without an embedding: it is listed, but never an answer. Another upgrade
  /// to the same model embeds it once its photo is back. No new faces are detected.
  /// - Parameters:
  ///   - model: its name; nil for the default one.
  ///   - options: whether faces may be left without an embedding.
  ///   - isCancelled: asked before each photo.
  ///   - progress: called with how many faces are done, and how many there are.
  ///   - waiting: called once where another program changes the gallery, which is waited for.
  /// - Throws: `LikenessError.emptyGallery`, `GalleryError`, `ModelError`, `InferenceError`
  public func run(
    to model: String?, _ options: UpgradeOptions = UpgradeOptions(),
    isCancelled: @escaping @Sendable () -> Bool = { false },
    progress: (Int, Int) -> Void = { _, _ in }, waiting: (GalleryError) -> Void = { _ in }
  ) throws -> UpgradeSummary {
    let started = Date()
    let store = try gallery.reader()
    guard let former = try store.embeddingModel() else {
      throw LikenessError.emptyGallery(path: gallery.place.path)
    }
    var wanted = networks.options
    wanted.model = model
    let engine = try FaceEngine(wanted)
    var target = EmbeddingModel(engine)
    // Embeddings kept by earlier versions do not record more.
    if target.name == former.name, former.file == nil { target.file = nil }
    var summary = UpgradeSummary(model: target.name, formerModel: former.name)
    func ended(_ outcome: UpgradeSummary.Outcome) -> UpgradeSummary {
      summary.outcome = outcome
      summary.seconds = Date().timeIntervalSince(started)
      return summary
    }
    let isWhole = target != former
    if !isWhole, try store.unembeddedFaces().isEmpty {
      return ended(.nothingToDo)
    }
    let settings = "\(engine.precision.rawValue)\(wanted.averagesMirrored ? " mirrored" : "")"
    guard
      let upgrade = try untilFree(
        isCancelled, waiting, { try store.upgrade(to: target, settings: settings) })
    else { return ended(.interrupted) }
    var run = UpgradeRun(upgrade, UpgradeWork(engine, limits: options.limits), jobs: wanted.jobs)
    summary.earlier = try upgrade.progress().done
    while true {
      // Photos that came while others were looked at have their turn in the next round.
      let isRound = try run.round(
        photosAtOnce: Self.photosAtOnce, isCancelled: isCancelled, progress: progress)
      let state = try upgrade.progress()
      summary.faces = state.faces
      (summary.embedded, summary.atFormerPlace) = (run.embedded, run.atFormerPlace)
      summary.missing = try run.missing(in: store)
      guard !isCancelled() else { return ended(.interrupted) }
      if isRound { continue }
      if state.done == 0 || isWhole && !options.allowsMissing && summary.missesTooMany {
        // Nothing new for a gallery that has the model is no refusal.
        if isWhole { return ended(.refused) }
        try upgrade.discard()
        return ended(.nothingToDo)
      }
      guard
        let isDone = try untilFree(
          isCancelled, waiting, { try upgrade.finish(missing: run.missing) })
      else { return ended(.interrupted) }
      guard isDone else { continue }
      networks.forget()
      thresholds.forget()
      gallery.forgetEmbeddings()
      // The new embeddings are in the gallery even if refreshing the index fails.
      try? gallery.refreshIndexFile(store)
      return ended(.done)
    }
  }

  /// Does something as soon as no other program changes the gallery.
  /// - Returns: nil where it was cancelled.
  private func untilFree<Value>(
    _ isCancelled: () -> Bool, _ waiting: (GalleryError) -> Void, _ body: () throws -> Value
  ) throws -> Value? {
    var isSaid = false
    while !isCancelled() {
      do {
        return try body()
      } catch let error as GalleryError {
        guard case .inUse = error else { throw error }
        if !isSaid { waiting(error) }
        isSaid = true
        usleep(100_000)
      }
    }
    return nil
  }
}

/// Embeds the faces of one gallery, photo after photo.
private struct UpgradeRun {
  private let upgrade: any GalleryUpgrade
  private let work: UpgradeWork
  private let jobs: Int
  /// Why faces have no embedding, by their ids.
  private(set) var missing: [FaceID: String] = [:]
  private(set) var embedded = 0
  private(set) var atFormerPlace = 0
  private var pending: [UpgradedFace] = []
  private var lastKept = Date()

  init(_ upgrade: any GalleryUpgrade, _ work: UpgradeWork, jobs: Int) {
    (self.upgrade, self.work, self.jobs) = (upgrade, work, jobs)
  }

  /// Goes once through all photos whose faces wait.
  /// - Returns: whether there were any not looked at yet.
  mutating func round(
    photosAtOnce: Int, isCancelled: @escaping @Sendable () -> Bool, progress: (Int, Int) -> Void
  ) throws -> Bool {
    let state = try upgrade.progress()
    let before = state.done - embedded
    var last = PhotoID.beforeFirst
    var isAny = false
    defer { if isAny { progress(before + embedded + missing.count, state.faces) } }
    while !isCancelled() {
      let page = try upgrade.photos(after: last, limit: photosAtOnce)
      guard let end = page.last else { break }
      last = end.photo.id
      let new = page.filter { $0.faces.contains { missing[$0.id] == nil } }
      guard !new.isEmpty else { continue }
      isAny = true
      do {
        try OrderedWork.run(
          new, jobs: jobs, isCancelled: isCancelled,
          makeWorker: { [work] in
            { photo in Result { try work.embeddings(of: photo) } }
          },
          consume: { _, result in
            try take(result.get())
            progress(before + embedded + missing.count, state.faces)
          })
      } catch {
        // What was made before the error is worth keeping, where that can still be done.
        try? keep()
        throw error
      }
      try keep()
    }
    return isAny
  }

  private mutating func take(_ photo: PhotoEmbeddings) throws {
    pending += photo.faces
    embedded += photo.faces.count
    atFormerPlace += photo.atFormerPlace
    missing.merge(photo.missing) { _, new in new }
    // Often enough that little is lost when the program is killed.
    if pending.count >= 64 || Date().timeIntervalSince(lastKept) > 1 { try keep() }
  }

  private mutating func keep() throws {
    lastKept = Date()
    guard !pending.isEmpty else { return }
    try upgrade.keep(pending)
    pending = []
  }

  func missing(in store: any FaceStore) throws -> [UpgradeSummary.Missing] {
    var photos: [PhotoID: String] = [:]
    return try store.entries(of: missing.keys.sorted()).map { entry in
      let photo = entry.face.photo
      if photos[photo] == nil { photos[photo] = try store.photo(id: photo)?.path }
      return UpgradeSummary.Missing(
        face: entry.face.id, name: entry.name, photo: photos[photo] ?? "",
        reason: missing[entry.face.id] ?? "")
    }
  }
}
