import Faces
import Foundation
import GalleryCore
import LikenessCore
import LikenessKit

/// A report on a gallery, ready to be written.
public struct GalleryReport: Sendable {
  /// One HTML document that needs no other file.
  public var html: Data
  /// How many faces it shows, without doubtful ones.
  public var faces: Int
  /// Which of them is the first of the page, from 1.
  public var firstFace: Int
  /// How many faces the gallery has, without doubtful ones and those that are left out as hidden.
  public var allFaces: Int
  /// How many faces are left out since the user hid them, one by one or with their people.
  public var hidden: Int
  /// How many photos it shows or names.
  public var photos: Int
  /// How many photos without a face are left out, as there are more than the page has room for.
  public var omittedPhotos: Int
  /// Photos whose file is gone or unreadable, with the reason.
  public var unreadable: [String]
}

/// Why there is no report; one line each.
public enum ReportError: ClassifiedError, Equatable {
  /// A gallery has fewer faces than would come to a page.
  case noSuchPage(Int, pages: Int)

  public var kind: ErrorKind { .invalidValue }

  public var description: String {
    switch self {
    case .noSuchPage(let page, let pages):
      pages == 1
        ? "there is no page \(page): one has all faces"
        : "there is no page \(page): the last is page \(pages)"
    }
  }
}

extension Likeness {
  /// The maximum number of faces in a report, unless another is asked for.
  public static let reportLimit = 2000

  /// The gallery as a page to look at: every face with its nearest others, and every photo.
  /// - Parameters:
  ///   - neighbors: how many faces are shown as the nearest of each.
  ///   - maximumFaces: of a larger gallery so many faces are shown, and compared with each other.
  ///   - page: which of them, 1 for the first `maximumFaces`.
  ///   - includingHidden: whether people and faces that the user hid are shown, too.
  /// - Throws: `LikenessError.emptyGallery`, `ReportError.noSuchPage`, `GalleryError`
  /// - Precondition: `maximumFaces` and `page` are at least 1.
  public func report(
    neighbors: Int = 6, maximumFaces: Int = Likeness.reportLimit, page: Int = 1,
    includingHidden: Bool = false
  ) throws -> GalleryReport {
    let content = try reportContent(
      neighbors: neighbors, maximumFaces: maximumFaces, page: page, includingHidden: includingHidden
    )
    let thumbnails = try thumbnails(of: content)
    var pictures: [PhotoID: ReportPage.Picture] = [:]
    var unreadable: [String] = []
    try OrderedWork.run(
      content.photos, jobs: networks.options.jobs, makeWorker: { { ReportPage.Picture($0) } },
      consume: { index, picture in
        pictures[content.photos[index].id] = picture
        if case .unavailable(let reason) = picture {
          unreadable.append("\(content.photos[index].path): \(reason)")
        }
      })
    let html = ReportPage(content: content, thumbnails: thumbnails, pictures: pictures).html()
    return GalleryReport(
      html: Data(html.utf8), faces: content.faces.count, firstFace: content.firstFace,
      allFaces: content.allFaces, hidden: content.hidden, photos: content.photos.count,
      omittedPhotos: content.omittedPhotos, unreadable: unreadable)
  }

  func thumbnails(of content: ReportContent) throws -> [FaceID: Data] {
    let store = try gallery.reader()
    var thumbnails: [FaceID: Data] = [:]
    for face in content.faces { thumbnails[face.id] = try store.thumbnail(face: face.id) }
    return thumbnails
  }
}

extension ReportPage.Picture {
  private static let longestSide = 640

  init(_ photo: StoredPhoto) {
    var limits = PhotoLimits.default
    limits.longestSide = Self.longestSide
    do {
      let pixels = try Photo.load(contentsOf: URL(fileURLWithPath: photo.path), limits: limits)
      // Boxes drawn over another photo would be wrong.
      guard pixels.fullWidth == photo.width, pixels.fullHeight == photo.height else {
        self = .unavailable("the file is another photo now")
        return
      }
      self = .jpeg(try pixels.fitted(longestSide: Self.longestSide).jpegData(quality: 80))
    } catch PhotoError.noSuchFile {
      self = .unavailable("the file is gone")
    } catch {
      // What comes after the path says why.
      let text = "\(error)"
      let prefix = "\(photo.path): "
      self = .unavailable(text.hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : text)
    }
  }
}
