import Faces
import Foundation
import GalleryCore

extension Likeness {
  /// Adds photos, and folders with all the photos in them: links in them are followed, and what is not a photo is counted.
  /// Paths are as `PathText` writes them.
  ///
  /// A photo is recognised by its content and added once. Photos are added atomically, in batches, so an interrupted run
  /// resumes where it stopped. Between these others may change the gallery: writers take turns.
  /// - Parameters:
  ///   - paths: photos, and folders that are searched with all folders in them.
  ///   - options: where names and labels come from.
  ///   - isCancelled: checked every few photos; once true, the photos being processed are finished and kept.
  ///   - progress: called with how many photos are done and how many there are.
  /// - Throws: `PhotoError.noSuchFile`, `GalleryError`, `InferenceError`, `ModelError`; `EnrolmentError.modelChanged` where
  ///   another process gives the gallery another model meanwhile
  @discardableResult
  public func add(
    _ paths: [URL], _ options: EnrolmentOptions = EnrolmentOptions(),
    isCancelled: @escaping @Sendable () -> Bool = { false },
    progress: (Int, Int) -> Void = { _, _ in }
  ) throws -> EnrolmentSummary {
    let started = Date()
    if let name = options.name {
      try GalleryCore.GalleryNames.check(name, gallery.place.path)
    }
    let (files, passedOver) = try PhotoFinder.search(paths)
    let engine = try networks.engine()
    let model = EmbeddingModel(engine)
    // Others have their turns while photos are looked at: the gallery is held only to write some that are ready.
    do { _ = try gallery.writer(create: true) }
    let store = try gallery.reader()
    let former = try store.embeddingModel()
    let preparation = PhotoPreparation(
      options: options,
      known: KnownPhotos(
        files: try store.knownFiles(), unreadPaths: try store.pathsOfUnreadTimes()
      ) { try store.photo(digest: $0) != nil },
      keptPhotos: nil, keepsThumbnails: true, detector: engine.options.detector.rawValue,
      knownNames: { try store.names(writtenAs: $0) })
    var run = EnrolmentRun(networks.verification) { [self] in
      let store = try patientWriter(isCancelled)
      let current = try store.embeddingModel()
      guard current == nil || current == former || current == model else {
        throw EnrolmentError.modelChanged
      }
      return PhotoWriter(
        store: store, model: model, updatesPaths: true, expectsModelChange: false)
    }
    var (done, left) = (0, files)
    while !left.isEmpty {
      let some = left
      var count = 0
      do {
        try OrderedWork.run(
          some.map { PhotoSource.file($0) }, jobs: networks.options.jobs,
          batchSize: FaceAnalyzer.photoBatchSize, isCancelled: isCancelled,
          makeWorker: {
            let analyzer = try engine.makeAnalyzer()
            return { sources in
              preparation.prepare(sources) { sources, load in
                analyzer.analyze(sources, load: load).map { $0.map { ($0, model) } }
              }
            }
          },
          consume: { index, outcome in
            count = index + 1
            try run.take(outcome, path: some[index].path)
            progress(done + count, files.count)
          })
      } catch {
        // What was finished before the error is whole and worth keeping, where that can still be done.
        try? run.flush()
        throw error
      }
      try run.flush()
      // What others removed between a look and its turn is looked at as what it is now: new.
      let again = run.takeRemovedMeanwhile()
      done += count - again.count
      left = count < some.count ? [] : again
    }
    // Other workers may find elsewhere what was in a file of this one.
    if done == files.count, options.shard == nil {
      try run.replaceFormer(redraw: redraw)
    }
    try store.flush()
    // The photos are in the gallery even if refreshing the index fails.
    try? gallery.refreshIndexFile(store)
    if run.summary.replaced > 0 { try gallery.forgetRemoved(from: store) }
    var summary = run.finished()
    summary.passedOver = passedOver
    summary.notReached = files.count - done
    summary.interrupted = done < files.count
    summary.seconds = Date().timeIntervalSince(started)
    return summary
  }

  /// The gallery for changes, however long others keep it: what was found on photos is not to be lost.
  /// - Throws: `GalleryError`; `.inUse` where that is not waited for any more
  private func patientWriter(_ isCancelled: () -> Bool) throws -> any FaceStore {
    while true {
      do {
        return try gallery.writer(isOneOfMany: true)
      } catch let error as GalleryError {
        guard case .inUse = error, !isCancelled() else { throw error }
        usleep(100_000)
      }
    }
  }

  /// Adds photos that come without a file, all or none of them.
  ///
  /// Where others change the gallery meanwhile, so that a photo has to be looked at again, that is done.
  /// - Throws: `PhotoError`, `GalleryError`, `InferenceError`, `ModelError`, `LikenessError.notWritable`; nothing is kept
  ///   then.
  @discardableResult
  public func add(
    _ uploads: [PhotoUpload], _ options: EnrolmentOptions = EnrolmentOptions()
  ) throws -> [AddedPhoto] {
    while true {
      do {
        return try add(uploads.map { try prepare($0, options) })
      } catch is EnrolmentError {
        continue
      }
    }
  }

  /// The first half of adding an upload: finds and embeds the faces, unless the gallery has the photo already. May be
  /// called from any number of threads at once.
  /// - Throws: `PhotoError`, `InferenceError`, `ModelError`, `GalleryError`
  public func prepare(
    _ upload: PhotoUpload, _ options: EnrolmentOptions = EnrolmentOptions()
  ) throws -> PreparedPhoto {
    if let name = upload.name {
      try GalleryCore.GalleryNames.check(name, gallery.place.path)
    }
    let preparation = PhotoPreparation(
      options: options,
      known: KnownPhotos { [gallery] in try gallery.existingStore()?.photo(digest: $0) != nil },
      keptPhotos: options.keeping == .photo && keepsFiles
        ? KeptPhotos(gallery: gallery.folder) : nil,
      keepsThumbnails: options.keeping == .photo, detector: networks.options.detector.rawValue,
      knownNames: { [gallery] in try gallery.existingStore()?.names(writtenAs: $0) ?? [] })
    let outcome = preparation.prepare([.upload(upload)]) { sources, load in
      sources.map { source in
        Result {
          // Before the networks are loaded: bytes that are no photo are answered at once.
          let photo = try load(source)
          return try networks.analyze(photo)
        }
      }
    }[0]
    switch outcome {
    case .ready(let photo): return photo
    case .failed(let error): throw error
    case .unchanged, .elsewhere: preconditionFailure("an upload is not a file")
    }
  }

  /// The second half of adding uploads: puts them into the gallery, all or none of them.
  /// - Throws: `GalleryError`, `LikenessError.notWritable`, `EnrolmentError`; nothing is kept then.
  public func add(_ photos: [PreparedPhoto]) throws -> [AddedPhoto] {
    // No gallery is made where the networks cannot be loaded.
    _ = try networks.engine()
    let store = try gallery.writer(create: true)
    let writer = PhotoWriter(
      store: store, model: EmbeddingModel(try networks.engine()), updatesPaths: false,
      expectsModelChange: gallery.isKeptOpen)
    let isNew = try writer.write(photos)
    _ = try writer.noteTimes(of: photos)
    return try zip(photos, isNew).map { photo, isNew in
      let annotation = isNew ? nil : try writer.annotate(photo)
      if !isNew { _ = try writer.annotateRegions(photo) }
      // The lock is ours: no other process removes it.
      let id = try writer.stored(photo).id
      let faces = try store.faces(inPhoto: id)
      return AddedPhoto(
        photo: id, isNew: isNew, faces: faces.map(\.id),
        doubtful: faces.count { $0.quality.isDoubtful }, keptName: annotation?.keptName)
    }
  }

  /// Whether photos lie in the gallery's folder: of one that many machines share, their small pictures are kept only.
  private var keepsFiles: Bool { !gallery.place.isServer }

  /// Makes an empty gallery where there is none, and completes what a killed process left half
  /// done.
  /// - Throws: `GalleryError`
  public func recover() throws {
    let store = try gallery.writer(create: true)
    guard keepsFiles else { return }
    // No other process may add the photo whose file is about to be deleted.
    try withExtendedLifetime(store) {
      KeptPhotos(gallery: gallery.folder).sweep(keeping: try store.photos())
    }
  }
}
