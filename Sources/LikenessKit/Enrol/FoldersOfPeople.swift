import Foundation
import GalleryCore
import LikenessCore

/// Folders of photos that were added without a name, to find those that show mostly one person.
struct FoldersOfPeople {
  /// How many photos came.
  private(set) var photoCount = 0

  private struct Folder {
    var photos = 0
    /// Of the most prominent faces of some of its photos.
    var embeddings: [Embedding] = []
  }

  private let verification: Verification
  private var folders: [String: Folder] = [:]
  /// As many as tell.
  private static let perFolder = 30
  /// Fewer photos say little.
  private static let fewest = 3

  init(_ verification: Verification) { self.verification = verification }

  mutating func add(_ photo: NewPhoto) {
    photoCount += 1
    let path = URL(fileURLWithPath: photo.file.path).deletingLastPathComponent().path
    folders[path, default: Folder()].photos += 1
    guard folders[path]!.embeddings.count < Self.perFolder,
      let face = photo.faces.first(where: { !$0.quality.isDoubtful && $0.quality.isJudgeable }),
      face.missing == nil
    else { return }
    folders[path]!.embeddings.append(face.embedding)
  }

  /// Those whose photos show the same person in three of four, the folder with most photos first. Folders with names that say
  /// nothing are left out.
  func ofOnePerson() -> [EnrolmentSummary.Folder] {
    folders.compactMap { path, folder -> EnrolmentSummary.Folder? in
      let name = URL(fileURLWithPath: path).lastPathComponent
      guard folder.embeddings.count >= Self.fewest, !FileNames.isMeaningless(name) else {
        return nil
      }
      let share = share(of: folder.embeddings)
      guard share >= 0.75 else { return nil }
      return .init(folder: path, name: name, photos: folder.photos)
    }.sorted { ($1.photos, $0.folder) < ($0.photos, $1.folder) }
  }

  /// The share of faces that are likely the person whom most of them show.
  private func share(of embeddings: [Embedding]) -> Double {
    let metric = verification.metric
    let counts = embeddings.map { one in
      embeddings.count { verification.probability(at: metric.distance(one, $0)) > 0.5 }
    }
    return Double(counts.max() ?? 0) / Double(embeddings.count)
  }
}
