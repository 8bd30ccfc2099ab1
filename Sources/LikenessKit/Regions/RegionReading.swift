import Faces
import Foundation
import GalleryCore
import LikenessCore
import PhotoMetadata

/// What a photo's file, and the files beside it, say of whom it shows.
struct RegionReading: Sendable {
  var people: PhotoPeople
  var orientation: Orientation

  /// - Parameter url: nil for a photo without a file of its own.
  /// - Returns: nil where nothing is said of anybody, and nothing is wrong.
  init?(_ data: Data, at url: URL?) {
    people = Self.withUsableNames(PhotoPeople.read(of: data, at: url), url?.path ?? "the photo")
    guard !people.isEmpty || !people.faults.isEmpty else { return nil }
    orientation = people.regions.isEmpty ? .upright : Photo.orientation(of: data)
  }

  /// Without names that galleries refuse, such as `face:12`, which are told instead.
  private static func withUsableNames(_ said: PhotoPeople, _ path: String) -> PhotoPeople {
    let unusable = Set(said.regions.compactMap(\.name) + said.names).filter {
      (try? GalleryCore.GalleryNames.usable($0, path)) == nil
    }
    guard !unusable.isEmpty else { return said }
    var people = said
    for place in people.regions.indices
    where people.regions[place].name.map(unusable.contains) ?? false {
      people.regions[place].name = nil
    }
    people.names.removeAll(where: unusable.contains)
    people.faults += unusable.sorted().map {
      "\(path.escapingControls): nobody can be called \"\($0)\""
    }
    return people
  }

  /// Whom the faces of the photo show.
  struct Naming: Sendable, Equatable {
    /// The names of faces, by their places.
    var names: [Int: String]
    /// Names of people who are on the photo somewhere, without those above.
    var candidates: [String]
    /// Whether the photo was cropped since its regions were written, so that they name nobody.
    var isCropped: Bool
  }

  /// - Parameters:
  ///   - faces: their boxes, in pixels of the upright photo at full size.
  ///   - known: those of some names that the gallery has: a keyword that is one of these may be a person's.
  func naming(
    of faces: [Box], width: Int, height: Int, known: ([String]) throws -> Set<String>
  ) rethrows -> Naming {
    let assigned = RegionAssignment(
      people.regions, faces: faces, width: width, height: height, orientation: orientation)
    let keywords = people.keywords.isEmpty ? [] : try known(people.keywords)
    let given = Set(assigned.names.values)
    var seen: Set<String> = []
    let candidates = (assigned.unplaced + people.names + people.keywords.filter(keywords.contains))
      .filter { !given.contains($0) && seen.insert($0).inserted }
    return Naming(
      names: assigned.names, candidates: candidates, isCropped: assigned.isCropped)
  }
}
