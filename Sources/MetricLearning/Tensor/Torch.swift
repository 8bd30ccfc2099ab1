import CTorchInterface
import Faces
import Foundation

/// libtorch, opened at first use.
public enum Torch {
  #if os(macOS)
    static let libraryName = "libCTorch.dylib"
  #else
    static let libraryName = "libCTorch.so"
  #endif

  /// A table of functions, constant once it is filled.
  private struct Library: @unchecked Sendable {
    let api: UnsafePointer<ct_api>
  }

  private static let library = Result<Library, TorchError> { () throws(TorchError) in
    try open(in: folders())
  }

  /// Opens libtorch; call this before the first tensor is made.
  /// - Throws: `TorchError`, which says what to install.
  public static func load() throws(TorchError) { _ = try library.get() }

  /// The functions of libtorch. Ends the program where `load()` would throw.
  static var api: UnsafePointer<ct_api> { opened.api }

  private static let opened: Library = {
    do {
      return try library.get()
    } catch {
      fatalError("\(error)")
    }
  }()

  /// Looks in folders in turn.
  private static func open(in folders: [URL]) throws(TorchError) -> Library {
    for folder in folders {
      let file = folder.appendingPathComponent(libraryName).path
      guard FileManager.default.fileExists(atPath: file) else { continue }
      guard let api = ct_load(file) else {
        throw .unusable(path: file, reason: String(cString: ct_load_error()))
      }
      return Library(api: api)
    }
    throw .missing(folder: folders[0].path)
  }

  /// Opens the library of one folder, to see what becomes of it.
  static func probe(_ folder: URL) throws(TorchError) { _ = try open(in: [folder]) }

  /// The folder of the program that runs, then that of the image that this code is in: for tests they
  /// may differ.
  private static func folders() -> [URL] {
    var folders = [StandardFolders.program]
    var path = [CChar](repeating: 0, count: 4096)
    if ct_image_path(&path, path.count) == 0 {
      let image = path.withUnsafeBufferPointer {
        URL(fileURLWithPath: String(cString: $0.baseAddress!))
      }
      folders.append(image.resolvingSymlinksInPath().deletingLastPathComponent())
    }
    return folders
  }

  /// How many threads compute. Set it in the thread that trains: libtorch keeps the number per thread.
  ///
  /// One thread, the same seeds and the same machine give the same numbers to the bit.
  public static var threads: Int {
    get { Int(api.pointee.threads()) }
    set { check(api.pointee.set_threads(Int32(newValue))) }
  }

  /// How many tensors the process holds.
  public static var liveTensors: Int { Int(api.pointee.live_tensors()) }

  /// Ends the program with libtorch's text if a call failed. Shapes that do not fit are mistakes of
  /// the programmer, as an index beyond an array's end is.
  static func check(_ status: Int32) {
    if status != 0 { fatalError(lastError) }
  }

  static var lastError: String { String(cString: api.pointee.last_error()) }
}

/// Computes without keeping what gradients would need.
public func withoutGradients<Result, Failure: Error>(
  _ body: () throws(Failure) -> Result
) throws(Failure) -> Result {
  let before = Torch.api.pointee.set_gradients(0)
  defer { _ = Torch.api.pointee.set_gradients(before) }
  return try body()
}
