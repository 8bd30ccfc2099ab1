import Crypto
import Faces
import Foundation
import GalleryCore

extension Likeness {
  /// Brings the names of another program to the faces of the gallery.
  ///
  /// Photos that the gallery has not got are added first, as by `add`, without names of their own. A name with a box goes to the face
  /// that lies there. Names of a list without places are assigned to the photo's faces for the whole collection at once, by the clusters
  /// of faces on photos with the name, by faces whose names are known, and by each being on a photo once; where that is not sure,
  /// the face stays without the name and is among `ImportSummary.unsure`. Embeddings of dlib's model are compared with those of a
  /// gallery of that model, and otherwise left out. Faces keep the names that they have.
  /// - Parameters:
  ///   - names: what was read of the other program.
  ///   - options: where photos lie, and how sure names have to be.
  ///   - isCancelled: as for `add`; no face is named then.
  ///   - progress: called with how many photos were looked at and how many there are.
  /// - Throws: as `add`; `ImportError.noNames` where none of the names can be used
  public func importNames(
    _ names: ImportedNames, _ options: ImportOptions = ImportOptions(),
    isCancelled: @escaping @Sendable () -> Bool = { false },
    progress: (Int, Int) -> Void = { _, _ in }
  ) throws -> ImportSummary {
    var run = NameImport(self, options)
    return try run.run(names, isCancelled: isCancelled, progress: progress)
  }
}

/// One import, step by step.
struct NameImport {
  private let likeness: Likeness
  private let options: ImportOptions
  private var summary = ImportSummary()
  /// What was decided of faces.
  private var decisions: [FaceID: String] = [:]
  private var assigned: Set<FaceID> = []
  /// Files that are no photos, or damaged.
  private var unreadable: Set<String> = []
  /// Spellings of the gallery's names, by what they have in common.
  private var spellings: [String: String] = [:]

  init(_ likeness: Likeness, _ options: ImportOptions) {
    (self.likeness, self.options) = (likeness, options)
  }

  /// A photo of the gallery with what the source says of it.
  private struct Found {
    var photo: StoredPhoto
    var regions: [NamedRegion] = []
    var names: [String] = []
  }

  mutating func run(
    _ source: ImportedNames, isCancelled: @escaping @Sendable () -> Bool,
    progress: (Int, Int) -> Void
  ) throws -> ImportSummary {
    summary.leftOut.add(source.leftOut)
    try readSpellings()
    let photos = usable(source.photos)
    let encodings = source.encodings.compactMap { encoding in
      usable(encoding.name, in: nil).map {
        NamedEncoding(name: $0, embedding: encoding.embedding)
      }
    }
    guard !photos.isEmpty || !encodings.isEmpty else {
      throw ImportError.noNames(
        path: source.folder?.path ?? likeness.gallery.place.path,
        detail: summary.leftOut.entries.first.map { "\($0.reason), \($0.count) times" } ?? "")
    }
    summary.photos = photos.count
    summary.names =
      Set(
        photos.flatMap { $0.names + $0.regions.map(\.name) } + encodings.map(\.name)
      ).count
    let files = try located(photos, base: source.folder)
    if !options.isTrial, files.contains(where: { $0 != nil }) {
      try enrol(files.compactMap(\.self), isCancelled, progress)
      if summary.interrupted { return summary }
    }
    guard try likeness.gallery.existingStore()?.hasFaces() ?? false else {
      for photo in photos { summary.leftOut.add(Self.notInGallery, photo.path) }
      return summary
    }
    let found = try inGallery(photos, files)
    for photo in found { try takeRegions(photo) }
    try assignLists(found)
    try compare(encodings)
    try write()
    summary.unsure.sort { ($1.probability, $0.face) < ($0.probability, $1.face) }
    return summary
  }

  private static let notInGallery = "the photo is not in the gallery"

  // MARK: Names

  private mutating func readSpellings() throws {
    guard try likeness.gallery.existingStore() != nil else { return }
    for name in try likeness.names.all() where spellings[Self.folded(name)] == nil {
      spellings[Self.folded(name)] = name
    }
  }

  private static func folded(_ name: String) -> String {
    name.precomposedStringWithCanonicalMapping.lowercased()
  }

  /// A name as it is kept, in the spelling that is known; nil for one that no face may have.
  private mutating func usable(_ name: String, in photo: String?) -> String? {
    let trimmed = name.trimmingCharacters(in: .whitespacesAndNewlines)
    guard let usable = try? GalleryCore.GalleryNames.usable(trimmed, "") else {
      summary.leftOut.add(
        trimmed.isEmpty ? "the face has no name" : "the name cannot be used", photo ?? trimmed)
      return nil
    }
    let key = Self.folded(usable)
    if let known = spellings[key] { return known }
    spellings[key] = usable
    return usable
  }

  /// The photos with those of their names that can be used.
  private mutating func usable(_ photos: [PhotoNames]) -> [PhotoNames] {
    photos.compactMap { photo in
      var usablePhoto = PhotoNames(path: photo.path)
      for region in photo.regions {
        guard region.isUsable else {
          summary.leftOut.add("the box has no area", photo.path)
          continue
        }
        if let name = usable(region.name, in: photo.path) {
          usablePhoto.regions.append(NamedRegion(name: name, box: region.box, unit: region.unit))
        }
      }
      for name in photo.names {
        if let name = usable(name, in: photo.path), !usablePhoto.names.contains(name) {
          usablePhoto.names.append(name)
        }
      }
      return usablePhoto.regions.isEmpty && usablePhoto.names.isEmpty ? nil : usablePhoto
    }
  }

  // MARK: Photos

  /// The files of photos, `(photos,)`; nil where there is none, or several may be meant.
  private mutating func located(_ photos: [PhotoNames], base: URL?) throws -> [URL?] {
    let locator = try PhotoLocator(base: base, folders: options.photoFolders)
    let store = try likeness.gallery.existingStore()
    return try photos.map { photo in
      switch locator.place(of: photo.path) {
      case .file(let file): return file
      case .ambiguous:
        summary.leftOut.add("several photos may be meant by the path", photo.path)
      case .missing:
        // The gallery may know the photo, though its file is gone.
        if try store?.photos(paths: [photo.path]).isEmpty ?? true {
          summary.leftOut.add("there is no such photo", photo.path)
        }
      }
      return nil
    }
  }

  private mutating func enrol(
    _ files: [URL], _ isCancelled: @escaping @Sendable () -> Bool, _ progress: (Int, Int) -> Void
  ) throws {
    var enrolment = EnrolmentOptions()
    enrolment.nameSource = .none
    enrolment.limits = options.limits
    let unique = Dictionary(files.map { ($0.path, $0) }) { first, _ in first }.values
      .sorted { $0.path < $1.path }
    let result = try likeness.add(unique, enrolment, isCancelled: isCancelled, progress: progress)
    summary.added = result.added
    summary.interrupted = result.interrupted
    // Photos without a face are told by their names, which find none.
    for skipped in result.skipped
    where !skipped.reason.hasPrefix(LikenessError.noFaceInWords(doubtful: 0)) {
      unreadable.insert(skipped.photo)
      summary.leftOut.add("the photo cannot be read", skipped.reason)
    }
  }

  /// The photos that the gallery has, each once, with all that is said of it.
  private mutating func inGallery(
    _ photos: [PhotoNames], _ files: [URL?]
  ) throws -> [Found] {
    let store = try likeness.gallery.reader()
    var found: [PhotoID: Found] = [:]
    for (photo, file) in zip(photos, files) {
      guard let stored = try stored(file, or: photo.path, in: store) else {
        if let file, !unreadable.contains(file.path) {
          summary.leftOut.add(Self.notInGallery, photo.path)
        }
        continue
      }
      var entry = found[stored.id] ?? Found(photo: stored)
      for region in photo.regions where !entry.regions.contains(region) {
        entry.regions.append(region)
      }
      for name in photo.names where !entry.names.contains(name) { entry.names.append(name) }
      found[stored.id] = entry
    }
    return found.values.sorted { $0.photo.id < $1.photo.id }
  }

  /// A photo by the path of its file, or by its content where another file with that was added; without a file by the path
  /// that is said.
  private func stored(
    _ file: URL?, or path: String, in store: any FaceStore
  ) throws -> StoredPhoto? {
    // The latest, where a file has held several.
    let known = try store.photos(paths: [file?.path ?? path])
    if let photo = known.max(by: { $0.id < $1.id }) { return photo }
    guard let file, let data = try? Photo.read(contentsOf: file, limits: options.limits) else {
      return nil
    }
    return try store.photo(digest: SHA256.hash(data: data).hexadecimal)
  }

  // MARK: Regions

  private mutating func takeRegions(_ found: Found) throws {
    guard !found.regions.isEmpty else { return }
    let (photo, store) = (found.photo, try likeness.gallery.reader())
    let faces = try store.faces(inPhoto: photo.id)
    let boxes = found.regions.map { $0.box(inPhotoOf: photo.width, photo.height) }
    let places = RegionMatching.faces(of: boxes, among: faces.map(\.geometry.box))
    for (row, region) in found.regions.enumerated() {
      if let place = places[row] {
        decide(region.name, for: faces[place], on: photo)
      } else if options.drawsMissingFaces, !options.isTrial {
        try draw(region.name, in: boxes[row], of: photo)
      } else {
        summary.leftOut.add("no face was found in the box", "\(photo.path): \(region.name)")
      }
    }
  }

  private mutating func draw(_ name: String, in box: Box, of photo: StoredPhoto) throws {
    do {
      _ = try likeness.addFace(in: box, of: photo.id, name: name, limits: options.limits)
      summary.drawn += 1
      summary.named += 1
    } catch let error as LikenessError {
      summary.leftOut.add("no face can be added in the box", "\(photo.path): \(error)")
    } catch GalleryError.faceExists {
      summary.leftOut.add("no face was found in the box", "\(photo.path): \(name)")
    }
  }

  /// Notes a face's name, unless it goes by another that is to stay.
  private mutating func decide(_ name: String, for face: StoredFace, on photo: StoredPhoto) {
    if face.name == name {
      summary.already += 1
    } else if face.name != nil, !options.replacesNames {
      summary.leftOut.add(
        "the face goes by another name in the gallery",
        "\(photo.path)#\(face.ordinal + 1): \(name)")
    } else if let other = decisions[face.id], other != name {
      summary.leftOut.add(
        "the source has two names for the face", "\(photo.path)#\(face.ordinal + 1): \(name)")
    } else {
      decisions[face.id] = name
    }
  }

  // MARK: Lists

  private mutating func assignLists(_ found: [Found]) throws {
    let listed = found.filter { !$0.names.isEmpty }
    guard !listed.isEmpty else { return }
    let people = try likeness.people.list(includingHidden: true).people
    let table = try likeness.gallery.faces().certain
    let hidden = try likeness.people.hiddenFaces()
    var rowsOfPhoto: [PhotoID: [Int]] = [:]
    for (row, face) in table.faces.enumerated() {
      rowsOfPhoto[face.photo, default: []].append(row)
    }
    var nameIndex: [String: Int] = [:]
    var names: [String] = []
    for name in listed.flatMap(\.names) where nameIndex[name] == nil {
      nameIndex[name] = names.count
      names.append(name)
    }
    let photos = listed.map { found in
      NameAssignment.Photo(
        faces: rowsOfPhoto[found.photo.id] ?? [], names: found.names.compactMap { nameIndex[$0] })
    }
    var clusterOfFace: [FaceID: Int] = [:]
    for (cluster, person) in people.enumerated() {
      for face in person.faces { clusterOfFace[face.face] = cluster }
    }
    var clusters = people.count
    let verification = likeness.networks.verification
    let solver = NameAssignment(
      photos: photos,
      clusters: table.faces.map { face in
        if let cluster = clusterOfFace[face.id] { return cluster }
        clusters += 1
        return clusters - 1
      },
      known: table.faces.map { face in
        if hidden.contains(face.id) { return .other }
        guard let name = decisions[face.id] ?? (options.replacesNames ? nil : face.name) else {
          return .nothing
        }
        return nameIndex[name].map { .name($0) } ?? .other
      },
      names: names.count
    ) { first, second in
      let distance = table.embeddings.withRow(first) { a in
        table.embeddings.withRow(second) { b in verification.metric.distance(a, b) }
      }
      let probability = Double(min(1 - 1e-6, max(1e-6, verification.probability(at: distance))))
      return log(probability / (1 - probability))
    }
    let answers = solver.answers()
    for (found, photo) in zip(listed, photos) { take(answers, names, table, found, photo) }
  }

  private mutating func take(
    _ answers: [NameAssignment.Answer?], _ names: [String], _ table: GalleryFaces, _ found: Found,
    _ photo: NameAssignment.Photo
  ) {
    var left = Set(found.names)
    if photo.faces.isEmpty {
      summary.leftOut.add(
        "no face of the photo can be the name's", found.photo.path, count: left.count)
      return
    }
    for row in photo.faces {
      let face = table.faces[row]
      if let answer = answers[row] {
        let name = names[answer.name]
        if answer.probability >= options.sureness {
          left.remove(name)
          assigned.insert(face.id)
          decide(name, for: face, on: found.photo)
        } else if answer.probability >= 0.5 {
          left.remove(name)
          summary.unsure.append(
            ImportSummary.UnsureFace(
              face: face.id, photo: found.photo.path, box: face.geometry.box, name: name,
              probability: answer.probability))
        }
      } else if let name = decisions[face.id] ?? face.name, left.remove(name) != nil,
        decisions[face.id] == nil
      {
        summary.already += 1
      }
    }
    for name in left.sorted() {
      summary.leftOut.add(
        "none of the photo's faces is likely the name's", "\(found.photo.path): \(name)")
    }
  }

  // MARK: Embeddings

  /// The name of the model that face_recognition has.
  private static let sharedModel = "dlib"

  /// Names faces of a gallery of dlib's model by embeddings of it.
  private mutating func compare(_ encodings: [NamedEncoding]) throws {
    guard !encodings.isEmpty else { return }
    let model = try likeness.gallery.reader().embeddingModel()
    let table = try likeness.gallery.faces().certain
    guard model?.name == Self.sharedModel else {
      summary.leftOut.add(
        "the embedding is of dlib's model and the gallery's of \(model?.name ?? "none"): they cannot be compared",
        count: encodings.count)
      return
    }
    let dimensions = table.embeddings.dimensions
    let known = encodings.filter { $0.embedding.count == dimensions }
    for other in encodings where other.embedding.count != dimensions {
      summary.leftOut.add("the embedding has not \(dimensions) dimensions as dlib's", other.name)
    }
    let hidden = try likeness.people.hiddenFaces()
    let thresholds = try likeness.thresholds.current()
    for (row, face) in table.faces.enumerated() where !hidden.contains(face.id) {
      let embedding = table.embeddings[row]
      var nearest: [String: Float] = [:]
      for encoding in known {
        let distance = Metric.cosine.distance(embedding, encoding.embedding)
        nearest[encoding.name] = min(nearest[encoding.name] ?? .infinity, distance)
      }
      let order = nearest.sorted { ($0.value, $0.key) < ($1.value, $1.key) }
      guard let best = order.first, let photo = table.photos[face.photo] else { continue }
      let probability = Double(thresholds.probability(at: best.value))
      // Somebody who is nearly as near may be meant as well.
      let rival = order.count > 1 ? Double(thresholds.probability(at: order[1].value)) : 0
      let sure = probability * (1 - rival / max(1e-9, probability + rival))
      if sure >= options.sureness {
        assigned.insert(face.id)
        decide(best.key, for: face, on: photo)
      } else if probability >= 0.5, face.name == nil, decisions[face.id] == nil {
        summary.unsure.append(
          ImportSummary.UnsureFace(
            face: face.id, photo: photo.path, box: face.geometry.box, name: best.key,
            probability: sure))
      }
    }
  }

  // MARK: Writing

  private mutating func write() throws {
    let changed =
      options.isTrial
      ? Set(decisions.keys) : try likeness.names.assign(decisions.mapValues { Optional($0) })
    summary.named += changed.count
    summary.assigned = changed.intersection(assigned).count
  }
}
