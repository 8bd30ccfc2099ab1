import Foundation
import GalleryCore
import GallerySQLite

#if Milvus
  import GalleryMilvus
#endif

extension Likeness {
  /// The folder that is the gallery, or what belongs to this machine of one that lives elsewhere.
  public var gallery: URL { place.localFolder }

  /// The gallery for reading: opened for each question, or once where it is kept open.
  /// - Throws: `GalleryError`
  package func reader() throws -> any FaceStore {
    if let session = Self.session, session.owner === self { return session.store }
    return switch place {
    case .folder(let gallery): try reader(of: gallery)
    case .milvus(let address): try server(address)
    }
  }

  private func reader(of gallery: URL) throws -> GalleryStore {
    guard isKeptOpen else { return try GalleryStore(at: gallery, access: .read) }
    return try openReader.withLock { open in
      // A gallery that was put back from a copy is another file.
      if let open, open.isUnmoved { return open }
      let store = try GalleryStore(at: gallery, access: .read)
      forget()
      open = store
      return store
    }
  }

  /// Lets go of what is kept in memory of the gallery's people and faces.
  func forget() {
    loadedFaces.withLock { $0 = nil }
    lastPeople.forget()
    lastSuggestions.forget()
    lastGraph.forget()
  }

  /// The gallery for changes, one at a time. Where it is kept open, several threads may want to change it: a
  /// change of this very process is waited for.
  /// - Throws: `GalleryError`; `.inUse` while another process changes it
  package func writer(create: Bool = false) throws -> any FaceStore {
    switch place {
    case .folder(let gallery): try writer(of: gallery, create: create)
    case .milvus(let address): try server(address, create: create)
    }
  }

  /// A gallery on a server, which is reached once and for all: any number may read and write it.
  private func server(_ address: MilvusAddress, create: Bool = false) throws -> any FaceStore {
    #if Milvus
      try openServer.withLock { open in
        if let open { return open }
        // A question must not wait as long as a worker that fills a gallery.
        let gallery = try MilvusGallery(
          at: address, create: create, retryingFor: .seconds(isKeptOpen ? 10 : 90))
        open = gallery
        return gallery
      }
    #else
      throw GalleryError.failed(
        path: address.text, detail: "this build of Likeness does not support galleries in Milvus")
    #endif
  }

  private func writer(of gallery: URL, create: Bool) throws -> GalleryStore {
    let deadline = Date(timeIntervalSinceNow: isKeptOpen ? 60 : 0)
    while true {
      do {
        return try GalleryStore(at: gallery, access: .write, create: create)
      } catch {
        // A process that has just taken the lock has not written its id yet.
        guard case .inUse(_, let holder) = error, holder ?? getpid() == getpid(), Date() < deadline
        else {
          throw error
        }
        usleep(1_000)
      }
    }
  }

  /// Keeps what was made of a gallery in it, where that can be done now. To look is not to change: it has
  /// to go on a read-only or full disk, and while photos are added.
  /// - Returns: false where the gallery cannot be changed now.
  /// - Throws: `GalleryError`, for anything else that goes wrong; and what `keep` throws.
  package func keepIfPossible(_ keep: (any FaceStore) throws -> Void) throws -> Bool {
    do {
      try keep(try writer())
      return true
    } catch GalleryError.readOnly, GalleryError.inUse, GalleryError.diskFull {
      return false
    }
  }
}
