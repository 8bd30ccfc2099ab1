import Faces
import Foundation

/// A gallery and the networks: adds photos to it, and answers who looks like whom.
///
/// ```swift
/// let likeness = Likeness(gallery: URL(fileURLWithPath: "people"))
/// try likeness.add([URL(fileURLWithPath: "photos")])
/// for match in try likeness.nearest(to: "obama") { print(match.rank, match.label, match.distance) }
/// for person in try likeness.people.list().people { print(person.label, person.faces.count) }
/// ```
///
/// What is asked first of all is asked here; everything else of a subject: people, links, labels and so on.
///
/// Calls block until they are done; make long ones on a thread of your own. Networks are loaded when
/// the first photo is looked at, so questions about names need none.
public final class Likeness: Sendable {
  /// The gallery itself: where it lives, what it holds, and sessions of one state of it.
  public let gallery: OpenGallery
  /// What looks at photos, and how sure its distances are.
  public let networks: GalleryNetworks
  /// From which distance on two faces of this gallery are one person.
  public let thresholds: ThresholdMeasurement
  /// Who is who.
  public let people: GalleryPeople
  /// Which faces are linked, and where links lead.
  public let links: GalleryLinks
  private let photoCatalogues: PhotoCatalogues

  /// `$XDG_DATA_HOME/likeness/default`.
  public static var defaultGallery: URL { StandardFolders.data.appendingPathComponent("default") }

  /// A gallery in a folder. Nothing is read or made before it is needed.
  public convenience init(
    gallery: URL = Likeness.defaultGallery, options: FaceEngineOptions? = nil,
    keepsOpen: Bool = false
  ) {
    self.init(place: .folder(gallery), options: options, keepsOpen: keepsOpen)
  }

  /// A gallery in a folder or on a server. Nothing is read or made before it is needed.
  public convenience init(
    place: GalleryPlace, options: FaceEngineOptions? = nil, keepsOpen: Bool = false
  ) {
    self.init(
      place: place, options: options, keepsOpen: keepsOpen, facesHeldAtOnce: 300_000)
  }

  init(
    place: GalleryPlace, options: FaceEngineOptions? = nil, keepsOpen: Bool = false,
    facesHeldAtOnce: Int
  ) {
    gallery = OpenGallery(place, keepsOpen: keepsOpen, facesHeldAtOnce: facesHeldAtOnce)
    networks = GalleryNetworks(of: gallery, options)
    thresholds = ThresholdMeasurement(of: gallery, networks)
    people = GalleryPeople(of: gallery, networks, thresholds)
    links = GalleryLinks(of: gallery, networks, thresholds)
    photoCatalogues = PhotoCatalogues(of: gallery)
  }

  /// Faces one by one and in lists.
  public var faces: FaceRecords { FaceRecords(gallery: gallery) }

  /// Photos one by one and in lists.
  public var photos: PhotoRecords { PhotoRecords(gallery: gallery, catalogues: photoCatalogues) }

  /// What faces and people go by.
  public var names: GalleryNames { GalleryNames(gallery: gallery, people: people) }

  /// Names in photos' files, which other programs read and write.
  public var regions: GalleryRegions { GalleryRegions(gallery: gallery) }

  /// What else was said of faces.
  public var labels: GalleryLabels { GalleryLabels(gallery: gallery, names: names) }

  /// People with attributes, as queries.
  public var composition: GalleryComposition {
    GalleryComposition(gallery: gallery, networks: networks, thresholds: thresholds)
  }

  /// The gallery's way to another model.
  public var upgrade: ModelUpgrade {
    ModelUpgrade(gallery: gallery, networks: networks, thresholds: thresholds)
  }
}
