import Faces
import Foundation
import LikenessCore
import LikenessKit

/// Measures how often different people are taken for one, group by group, on photos of which a table says the groups.
public struct GroupEvaluation {
  private let photos: [Photo]
  private let columns: [String]
  private let notInTable: Int
  private let rowsWithoutPhoto: Int
  private let hasIdentities: Bool
  private let engine: FaceEngine
  private let options: GroupOptions
  private let folder: URL

  private struct Photo {
    var url: URL
    var name: String
    /// A photo without a name counts as a person of its own, named after the photo.
    var person: String
    var labels: [String: String]
  }

  /// Finds the photos and reads the table.
  /// - Parameters:
  ///   - folder: searched with all folders in it.
  ///   - groups: as a `LabelTable`; photos may also be named by their paths below `folder` or by the folder they lie in,
  ///     which then is a person. A column `person` says whom a photo shows, all others are groups.
  ///   - engine: what finds and embeds the faces.
  ///   - options: which columns are compared, and at which threshold.
  /// - Throws: `PhotoError` for the folder, `DetectionLabelError.noPhotos`, `LikenessError.badTable`, `.tooFewPairs`
  public init(
    folder: URL, groups: URL, engine: FaceEngine, options: GroupOptions = GroupOptions()
  ) throws {
    let table = try LabelTable(contentsOf: groups)
    let known = table.keys.filter { $0 != LabelSource.person }
    func bad(_ reason: String) -> LikenessError { .badTable(path: groups.path, reason: reason) }
    guard !known.isEmpty else { throw bad("it has no column of groups") }
    for column in options.columns where !known.contains(column) {
      throw bad("it has no column \(column), but \(known.joined(separator: ", "))")
    }
    columns = options.columns.isEmpty ? known : options.columns
    let files = try FolderPhotos(folder)
    let names = try options.nameSource.map { try PhotosOfPeople(folder: folder, nameSource: $0) }
    let named = Dictionary(
      uniqueKeysWithValues: (names?.photos ?? []).map { ($0.name, $0.person) })
    var (photos, used) = ([Photo](), Set<String>())
    var hasIdentities = false
    for (url, name) in zip(files.urls, files.names) {
      guard let entry = table.entry(of: name, below: folder) else { continue }
      used.insert(entry.key)
      let person =
        entry.labels[LabelSource.person] ?? named[name] ?? (entry.isFolder ? entry.key : nil)
      if person != nil { hasIdentities = true }
      photos.append(Photo(url: url, name: name, person: person ?? name, labels: entry.labels))
    }
    self.photos = photos
    self.hasIdentities = hasIdentities
    notInTable = files.urls.count - photos.count
    rowsWithoutPhoto = table.count - used.count
    (self.engine, self.options, self.folder) = (engine, options, folder)
    guard Set(photos.map(\.person)).count > 1 else {
      throw LikenessError.tooFewPairs(
        path: folder.path,
        reason: photos.isEmpty
          ? "\(groups.path) names none of the \(files.urls.count) photos"
          : "photos of two people are the least")
    }
  }

  /// Looks at the photos, `engine.options.jobs` at a time.
  /// - Parameter progress: called with how many photos are done and how many there are.
  /// - Throws: `InferenceError`, `LikenessError.tooFewPairs`. A photo that cannot be read is not an error; the report says so.
  public func run(progress: (Int, Int) -> Void = { _, _ in }) throws -> GroupReport {
    let reader = FaceReader(face: options.face, limits: options.limits, keep: \.embedding)
    let results = try reader.read(photos.map(\.url), engine, progress: progress)
    var (read, faces, rows, several) = ([Photo](), [Int](), [Embedding](), 0)
    var unreadable: [LeftOutPhoto] = []
    for (photo, result) in zip(photos, results) {
      switch result {
      case .success(let found):
        if let embedding = found.kept {
          faces.append(read.count)
          rows.append(embedding)
        }
        read.append(photo)
        if found.faces > 1 { several += 1 }
      case .failure(let error):
        unreadable.append(LeftOutPhoto(photo: photo.name, reason: "\(error)"))
      }
    }
    let persons = PeopleNumbers(read.map(\.person))
    let verification = engine.options.models.verification(of: engine.options.model)
    let people = faces.map { persons.numbers[$0] }
    guard Set(people).count > 1 else {
      throw LikenessError.tooFewPairs(
        path: folder.path, reason: "faces of fewer than two people were found")
    }
    let pairs = FacePairs(
      EmbeddingMatrix(rows), people: people, metric: verification.metric,
      threads: engine.options.jobs)
    let (threshold, source) = try threshold(of: pairs, verification)
    let partitions = columns.map { column in Partition(read.map { $0.labels[column] }) }
    let rates = GroupRates(
      persons: persons.numbers, faces: faces, pairs: pairs,
      groups: partitions.map(\.groups) + [read.map { _ in 0 }],
      counts: partitions.map(\.names.count) + [1], threshold: threshold)
    let (all, columns) = groups(
      rates, partitions, photos: read.count, faces: Set(faces), people: persons.count)
    return GroupReport(
      photos: read.count, notInTable: notInTable, rowsWithoutPhoto: rowsWithoutPhoto,
      hasIdentities: hasIdentities, severalFaces: several, face: options.face,
      metric: verification.metric, threshold: threshold, thresholdSource: source, all: all,
      columns: columns, unreadable: unreadable)
  }

  private func threshold(
    of pairs: FacePairs, _ verification: Verification
  ) throws -> (distance: Float, source: String) {
    switch options.threshold {
    case .model: return (verification.threshold, "the model's own")
    case .distance(let distance): return (distance, "as given")
    case .falseAcceptRate(let rate):
      let count = pairs.impostorCount
      guard rate * Double(count) >= 1 else {
        let wanted = Int(min(1e18, (1 / rate).rounded(.up)))
        throw LikenessError.tooFewPairs(
          path: folder.path,
          reason:
            "a false accept rate of \(rate) takes \(wanted) pairs of different people, and there "
            + "are \(count)")
      }
      let rank = min(count - 1, Int(rate * Double(count)))
      return (
        max(0, pairs.impostorDistance(rank: rank).nextDown),
        "where \(rate) of all \(count) pairs of different people are"
      )
    }
  }

  /// The groups of a column.
  private struct Partition {
    /// Numbers in their order before words.
    let names: [String]
    /// Of each photo; negative without a value, `(photos,)`.
    let groups: [Int32]

    init(_ values: [String?]) {
      names = Set(values.compactMap { $0 }).sorted { a, b in
        switch (Double(a), Double(b)) {
        case (let x?, let y?) where x != y: x < y
        case (.some, nil): true
        case (nil, .some): false
        default: a < b
        }
      }
      let numbers = Dictionary(
        uniqueKeysWithValues: names.enumerated().map { ($1, Int32($0)) })
      groups = values.map { value in value.flatMap { numbers[$0] } ?? -1 }
    }
  }

  private func groups(
    _ rates: GroupRates, _ partitions: [Partition], photos: Int, faces: Set<Int>, people: Int
  ) -> (all: GroupReport.Group, columns: [GroupReport.Column]) {
    let cells = rates.cells
    let compared = cells.dropLast().map { cells in
      cells.indices.filter {
        cells[$0].people >= GroupReport.minimumPeople && cells[$0].falseMatches > 0
      }
    }
    let flat = cells.flatMap { $0 }
    let spreads = PeopleBootstrap(people: people, threads: engine.options.jobs).resampled {
      weights in
      flat.map { $0.falseMatchRate(weights) } + flat.map { $0.falseNonMatchRate(weights) }
        + compared.enumerated().map { column, groups in
          GroupRates.largestToMean(groups.map { cells[column][$0] }, weights)?.ratio
        }
    }
    func group(_ name: String, _ place: Int, photos: Int, withoutFace: Int) -> GroupReport.Group {
      let cell = flat[place]
      return GroupReport.Group(
        group: name, photos: photos, withoutFace: withoutFace, people: cell.people,
        falsePairs: cell.falsePairs, falseMatches: cell.falseMatches,
        falseMatchRate: cell.falseMatchRate().map {
          // The minimum number of pairs without a face in common.
          Estimate($0, spreads[place], independentTrials: cell.people / 2)
        }, truePairs: cell.truePairs, falseNonMatches: cell.falseNonMatches,
        falseNonMatchRate: cell.falseNonMatchRate().map {
          Estimate(
            $0, spreads[flat.count + place], independentTrials: cell.peopleWithPairs)
        })
    }
    var place = 0
    let columns = partitions.enumerated().map { row, partition in
      var counts = [(photos: Int, faces: Int)](repeating: (0, 0), count: partition.names.count)
      for (photo, group) in partition.groups.enumerated() where group >= 0 {
        counts[Int(group)].photos += 1
        if faces.contains(photo) { counts[Int(group)].faces += 1 }
      }
      let groups = zip(partition.names, counts).map { name, count in
        defer { place += 1 }
        return group(
          name, place, photos: count.photos, withoutFace: count.photos - count.faces)
      }
      let ratio = GroupRates.largestToMean(compared[row].map { cells[row][$0] }).map { found in
        let interval = spreads[2 * flat.count + row]?.percentiles
        return GroupReport.Ratio(
          value: found.ratio, low: interval?.low, high: interval?.high,
          group: partition.names[compared[row][found.cell]], geometricMean: found.mean)
      }
      return GroupReport.Column(
        column: self.columns[row], groups: groups,
        withoutValue: partition.groups.count { $0 < 0 }, largestToMean: ratio,
        notCompared: partition.names.indices.filter { !compared[row].contains($0) }
          .map { partition.names[$0] })
    }
    let all = group("all", flat.count - 1, photos: photos, withoutFace: photos - faces.count)
    return (all, columns)
  }
}
