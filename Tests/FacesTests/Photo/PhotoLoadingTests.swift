import Foundation
import TestSupport
import Testing

@testable import Faces

@Suite struct PhotoLoadingTests {
  @Test(arguments: 1...8)
  func `every orientation ends upright`(orientation: Int) throws {
    let fields = TestImage.fields()
    let stored = fields.stored(orientation: orientation)
    let expected = Photo(width: 48, height: 32, pixels: fields.pixels)
    for suffix in [".webp[lossless]", ".tif"] {
      let photo = try Photo.decode(stored.encoded(suffix, orientation: orientation))
      #expect(photo == expected, "\(suffix)")
    }
    let png = TestFiles.png(try stored.encoded(".png"), withOrientation: orientation)
    #expect(try Photo.decode(png) == expected)
    let jpeg = try stored.encoded(".jpg[Q=95,no_subsample,strip]")
    let photo = try Photo.decode(TestFiles.jpeg(jpeg, withOrientation: orientation))
    expectNear(photo, fields)
  }

  @Test func `HEIF turns by its own means, whatever its EXIF says`() throws {
    let fields = TestImage.fields()
    for suffix in [".heic[Q=95]", ".avif[Q=95]"] {
      let photo = try Photo.decode(fields.encoded(suffix, orientation: 6))
      expectNear(photo, fields)
    }
  }

  @Test func `an orientation out of range is none`() throws {
    let fields = TestImage.fields()
    let jpeg = try fields.encoded(".jpg[Q=95,strip]")
    for orientation in [0, 9, 200] {
      let turned = TestFiles.jpeg(jpeg, withOrientation: orientation)
      #expect(try Photo.decode(turned) == Photo.decode(jpeg))
    }
  }

  @Test(arguments: [".jpg[Q=95]", ".png", ".webp", ".tif", ".ppm"])
  func `a large photo is shrunk on load`(suffix: String) throws {
    let data = try TestImage.scene(width: 1000, height: 603).encoded(suffix)
    for side in [999, 640, 500, 333, 250, 100, 17] {
      let photo = try Photo.decode(data, limits: PhotoLimits(longestSide: side))
      #expect(photo.width == side && photo.fullWidth == 1000 && photo.fullHeight == 603)
      // A JPEG's decoder leaves out a last row that is not a whole one.
      #expect(abs(Double(photo.height) - 603 * Double(side) / 1000) < 1)
      #expect(photo.scale == 1000 / Double(side))
      // The scene grows steadily from left to right and from top to bottom.
      let middle = photo[photo.width / 2, photo.height / 2]
      #expect(abs(Int(middle.red) - 127) < 16 && abs(Int(middle.green) - 127) < 16, "\(middle)")
    }
    let whole = try Photo.decode(data, limits: PhotoLimits(longestSide: 1000))
    #expect(whole.width == 1000 && whole.scale == 1)
  }

  @Test func `the half of a JPEG is taken where it is nearly as large as asked`() throws {
    let data = try TestImage.scene(width: 1000, height: 603).encoded(".jpg[Q=95]")
    let half = try Photo.decode(data, limits: PhotoLimits(longestSide: 540))
    #expect(half.width == 500 && half.height == 301 && half.scale == 2)
    let shrunk = try Photo.decode(data, limits: PhotoLimits(longestSide: 570))
    #expect(shrunk.width == 570)
  }

  @Test func `a large photo that lies on its side is shrunk and turned`() throws {
    let scene = TestImage.scene(width: 900, height: 600)
    let jpeg = try scene.stored(orientation: 6).encoded(".jpg[Q=95,strip]")
    let photo = try Photo.decode(
      TestFiles.jpeg(jpeg, withOrientation: 6), limits: PhotoLimits(longestSide: 300))
    #expect(photo.width == 300 && photo.height == 200)
    #expect(photo.fullWidth == 900 && photo.fullHeight == 600)
    #expect(photo[290, 5].red > 220 && photo[290, 5].green < 30)
  }

  @Test func `a long thin photo keeps a pixel`() throws {
    let data = try TestImage.scene(width: 4000, height: 1).encoded(".png")
    let photo = try Photo.decode(data, limits: PhotoLimits(longestSide: 100))
    #expect(photo.width == 100 && photo.height == 1)
  }

  @Test func `a decompression bomb is refused from its header`() throws {
    let start = ContinuousClock.now
    let limit = PhotoLimits.default.maximumPixels
    let expected = PhotoError.tooManyPixels(path: nil, width: 60000, height: 60000, limit: limit)
    #expect(throws: expected) {
      try Photo.decode(TestFiles.png(claimingWidth: 60000, height: 60000))
    }
    #expect(throws: expected) {
      try Photo.decode(
        TestFiles.bmp(width: 60000, height: 60000, depth: 24, rows: [1, 2, 3]))
    }
    #expect(throws: expected) { try Photo.decode(Data("P6 60000 60000 255 abc".utf8)) }
    #expect(throws: PhotoError.self) {
      try Photo.decode(Data("P6 99999999999999999999 99999999999999999999 255 abc".utf8))
    }
    #expect(ContinuousClock.now - start < .seconds(2))
  }

  @Test func `a PNG's texts and the like never reach its decoder`() throws {
    let fields = TestImage.fields()
    let png = try fields.encoded(".png")
    let zeros = TestFiles.deflatedZeros(runs: 2_000)
    let text = Array("Comment\0\0".utf8) + zeros
    let bomb = TestFiles.png(
      png,
      with: Array(repeating: ("zTXt", text), count: 20) + [
        ("tEXt", text), ("iTXt", text), ("quIt", text), ("sPLT", [1]), ("tIME", [1]),
      ])
    func plain(_ data: Data) -> Data? {
      data.withUnsafeBytes { PNGChunks($0).withoutExtras() }.map { Data($0) }
    }
    #expect(plain(bomb).map { plain($0) ?? $0 } == (plain(png) ?? png))
    #expect(try Photo.decode(bomb) == Photo.decode(png))
    // What is not whole stays so, and what follows the end goes.
    #expect(throws: PhotoError.truncated(path: nil)) { try Photo.decode(bomb.dropLast(40)) }
    #expect(plain(bomb + Data(count: 50)) == plain(bomb))
    // A decoder would take memory for all that a chunk claims: it sees none that the file does not have.
    let claim = Data([0x7F, 0, 0, 0]) + Data("zTXt".utf8) + Data(text)
    let base = plain(png) ?? png
    #expect(plain(base.prefix(33) + claim) == base.prefix(33))
    #expect(plain(bomb.prefix(33) + claim + bomb.dropFirst(33)) == base.prefix(33))
    #expect(plain(base.prefix(33) + claim.prefix(10)) == base.prefix(33))
    #expect(throws: PhotoError.self) { try Photo.decode(base.prefix(33) + claim) }

    let size = { (runs: Int) in Array("p\0\0".utf8) + TestFiles.deflatedZeros(runs: runs) }
    let small = TestFiles.png(plain(png) ?? png, with: [("iCCP", size(1_000))])
    #expect(plain(small) == nil)
    #expect(plain(TestFiles.png(small, with: [("iCCP", size(1_000))])) == small)
    // 4 MB are the most: the first inflates to 4,194,049 bytes, the second to 4,194,307.
    #expect(plain(TestFiles.png(plain(png) ?? png, with: [("iCCP", size(16_256))])) == nil)
    for profile in [size(16_257), Array("p\0\0".utf8), Array(size(1_000).dropLast(40))] {
      let large = TestFiles.png(plain(png) ?? png, with: [("iCCP", profile)])
      #expect(plain(large) == plain(png) ?? png)
      #expect(try Photo.decode(large) == Photo.decode(png))
    }
  }

  @Test func `what decoding would take in memory is known before`() throws {
    let scene = TestImage.scene(width: 300, height: 200)
    func refusal(_ data: Data, _ bytes: Int) -> PhotoError? {
      do {
        _ = try Photo.decode(data, limits: PhotoLimits(maximumMemory: bytes))
        return nil
      } catch {
        return error
      }
    }
    for suffix in [".png", ".jpg"] {
      #expect(refusal(try scene.encoded(suffix), 1) == nil, "\(suffix)")
    }
    let whole: [(String, is16Bit: Bool, bytes: Int)] = [
      (".png[interlace]", false, 3), (".png[interlace]", true, 6), (".webp", false, 7),
      (".gif", false, 8), (".heic", false, 9), (".avif", false, 9),
      (".tif[tile,tile_width=512,tile_height=512]", false, 5), (".ppm", false, 4),
      (".jpg[interlace,no_subsample]", false, 6), (".jpg[interlace]", false, 3),
    ]
    for (suffix, is16Bit, bytes) in whole {
      let data = try scene.encoded(suffix, is16Bit: is16Bit)
      let refused = refusal(data, 60_000 * bytes - 1)
      #expect(refused?.kind == .tooLarge, "\(suffix) \(is16Bit)")
      // A decoder works in blocks and in tiles, which may go beyond the edge.
      let limit = suffix.hasPrefix(".tif") ? 512 * 1024 * 3 : 60_000 * bytes * 5 / 4
      #expect(refusal(data, limit) == nil, "\(suffix) \(is16Bit)")
    }
    // Strips of 128 rows.
    let strips = try scene.encoded(".tif")
    #expect(refusal(strips, 300 * 199 * 3) == nil)
    let parts = try scene.encoded(".jpg[interlace]")
    guard case .tooLargeToDecode(_, let detail)? = refusal(parts, 1_000) else {
      Issue.record("decoded within 1000 bytes")
      return
    }
    #expect(detail.contains("memory"))
  }

  @Test func `decoding is given up when it takes too long`() throws {
    var limits = PhotoLimits.default
    limits.maximumSeconds = 1e-9
    for suffix in [".jpg", ".png", ".webp"] {
      let data = try TestImage.scene(width: 64, height: 48).encoded(suffix)
      #expect(throws: PhotoError.tooSlowToDecode(path: "a", seconds: 1e-9), "\(suffix)") {
        try Photo.decode(data, limits: limits, path: "a")
      }
    }
    // So is a closer look at what was shrunk.
    let data = try TestImage.scene(width: 64, height: 48).encoded(".jpg")
    let original = PhotoOriginal(data: data, format: .jpeg, limits: limits, path: nil)
    #expect(throws: PhotoError.tooSlowToDecode(path: nil, seconds: 1e-9)) {
      try original.photos(of: [PhotoRectangle(x: 1, y: 1, width: 9, height: 9)])
    }
    limits.maximumSeconds = 60
    #expect(throws: Never.self) { try Photo.decode(data, limits: limits) }
  }

  @Test func `a JPEG of too many scans is refused before they are decoded`() throws {
    let jpeg = try TestImage.scene(width: 64, height: 48).encoded(".jpg[interlace]")
    let scans = jpeg.withUnsafeBytes { JPEGScans($0) }
    #expect(scans.width == 64 && scans.height == 48)
    #expect((2...20).contains(scans.count) && scans.coefficientBytes > 64 * 48 * 2)
    let baseline = try TestImage.scene(width: 64, height: 48).encoded(".jpg")
    let single = baseline.withUnsafeBytes { JPEGScans($0) }
    #expect(single.count == 1 && single.coefficientBytes == 0)

    let most = try #require(TestFiles.jpeg(jpeg, repeatingLastScan: 500 - scans.count))
    // The bound that is stated lets it pass; what its decoder makes of such a file is its own affair.
    do throws(PhotoError) {
      _ = try Photo.decode(most)
    } catch {
      #expect(!error.description.contains("scans of"))
    }
    let many = try #require(TestFiles.jpeg(jpeg, repeatingLastScan: 501 - scans.count))
    guard
      case .tooLargeToDecode(_, let detail)? = #expect(
        throws: PhotoError.self, performing: { try Photo.decode(many) })
    else {
      Issue.record("501 scans were decoded")
      return
    }
    #expect(detail.hasPrefix("501 scans of 64 x 48 pixels"))
    // What follows the image is not of it.
    let appended = jpeg + many
    #expect(appended.withUnsafeBytes { JPEGScans($0).count } == scans.count)
    #expect(throws: Never.self) { try Photo.decode(appended) }
    // The more pixels, the fewer scans; those that encoders write are taken at every size.
    #expect(JPEGScans.maximum(pixels: 1) == 500 && JPEGScans.maximum(pixels: 9990 * 9990) == 30)
    #expect(JPEGScans.maximum(pixels: 200_000_000) == 20)
    #expect(JPEGScans.maximum(pixels: 9990 * 9990, isArithmetic: true) == 10)
    for (mark, isArithmetic) in [(UInt8(0xC2), false), (0xC9, true), (0xCA, true)] {
      let frame: [UInt8] = [
        0xFF, 0xD8, 0xFF, mark, 0, 11, 8, 0, 8, 0, 8, 1, 1, 0x11, 0, 0xFF, 0xD9,
      ]
      #expect(frame.withUnsafeBytes { JPEGScans($0).isArithmetic } == isArithmetic, "\(mark)")
    }
  }

  @Test func `a file over the limit of bytes is refused`() throws {
    let data = try TestImage.fields().encoded(".png")
    let limits = PhotoLimits(maximumBytes: 100)
    #expect(throws: PhotoError.tooLarge(path: nil, bytes: data.count, limit: 100)) {
      try Photo.decode(data, limits: limits)
    }
    try TestFiles.withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("a.png")
      try data.write(to: file)
      #expect(throws: PhotoError.tooLarge(path: file.path, bytes: data.count, limit: 100)) {
        try Photo.load(contentsOf: file, limits: limits)
      }
      #expect(try Photo.load(contentsOf: file) == Photo.decode(data))
    }
  }

  @Test(arguments: [".jpg", ".png", ".gif", ".webp", ".tif", ".heic", ".avif", ".ppm", ".bmp"])
  func `a file cut short is an error`(suffix: String) throws {
    let scene = TestImage.scene(width: 61, height: 43)
    let data = try suffix == ".bmp" ? bitmap(of: scene) : scene.encoded(suffix)
    #expect(throws: Never.self) { try Photo.decode(data) }
    for eighth in 1..<64 {
      let cut = data.prefix(data.count * eighth / 64)
      #expect(throws: PhotoError.self, "\(cut.count) of \(data.count)") { try Photo.decode(cut) }
    }
    let half = Data(data.prefix(data.count / 2))
    #expect(throws: PhotoError.truncated(path: nil)) { try Photo.decode(half) }
  }

  @Test func `files that are not photos have an error of their own`() throws {
    try TestFiles.withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("a.jpg")
      #expect(throws: PhotoError.noSuchFile(path: file.path)) { try Photo.load(contentsOf: file) }
      #expect(throws: PhotoError.isDirectory(path: folder.path)) {
        try Photo.load(contentsOf: folder)
      }
      try Data().write(to: file)
      #expect(throws: PhotoError.empty(path: file.path)) { try Photo.load(contentsOf: file) }
      try Data("Dear all, please find no photo attached.".utf8).write(to: file)
      #expect(throws: PhotoError.notAnImage(path: file.path)) { try Photo.load(contentsOf: file) }
      try Data("x".utf8).write(to: file)
      #expect(throws: PhotoError.notAnImage(path: file.path)) { try Photo.load(contentsOf: file) }

      let pipe = folder.appendingPathComponent("pipe.jpg")
      #expect(mkfifo(pipe.path, 0o600) == 0)
      #expect(throws: PhotoError.notReadable(path: pipe.path, reason: "not a file")) {
        try Photo.load(contentsOf: pipe)
      }
    }
    #expect(throws: PhotoError.empty(path: nil)) { try Photo.decode(Data()) }
  }

  @Test(.enabled(if: geteuid() != 0, "root may read everything"))
  func `a file without permission has an error of its own`() throws {
    try TestFiles.withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("a.png")
      try TestImage.fields().encoded(".png").write(to: file)
      chmod(file.path, 0)
      #expect(throws: PhotoError.notReadable(path: file.path, reason: "Permission denied")) {
        try Photo.load(contentsOf: file)
      }
    }
  }

  @Test func `an error is one line that names the file`() {
    let path = "/photos/odd\nname.jpg"
    let errors: [PhotoError] = [
      .noSuchFile(path: path), .isDirectory(path: path), .notReadable(path: path, reason: "no\n"),
      .empty(path: path), .notAnImage(path: path), .unsupportedFormat(path: path, name: "PDF"),
      .truncated(path: path), .tooManyPixels(path: path, width: 1, height: 2, limit: 1),
      .tooLarge(path: path, bytes: 2, limit: 1), .damaged(path: path, detail: "one\ntwo\n"),
    ]
    for error in errors {
      #expect(error.description.hasPrefix("/photos/odd; name.jpg: "))
      #expect(error.description.split(whereSeparator: \.isNewline).count == 1)
    }
    #expect(PhotoError.truncated(path: nil).description.hasPrefix("photo: "))
  }

  @Test func `each thread gets the reason of its own failure`() async throws {
    let scene = TestImage.scene(width: 40, height: 30)
    let png = try scene.encoded(".png")
    let middle = png.count / 2
    let broken = png.prefix(middle) + [~png[middle]] + png.dropFirst(middle + 1)
    let jpeg = try scene.encoded(".jpg").prefix(400)
    let webp = try scene.encoded(".webp")
    await withTaskGroup(of: Void.self) { group in
      for index in 0..<60 {
        group.addTask {
          switch index % 3 {
          case 0:
            #expect(throws: Never.self) { try Photo.decode(webp) }
          case 1:
            #expect(throws: PhotoError.truncated(path: nil)) { try Photo.decode(jpeg) }
          default:
            do {
              _ = try Photo.decode(broken)
              Issue.record("a broken PNG was decoded")
            } catch {
              #expect("\(error)".contains("spng") || "\(error)".contains("png"), "\(error)")
              #expect(!"\(error)".lowercased().contains("jpeg: "), "\(error)")
            }
          }
        }
      }
    }
  }

  /// A bitmap of 24 bits.
  private func bitmap(of image: TestImage) -> Data {
    let rows = (0..<image.height).reversed().map { y in
      (0..<image.width).flatMap { x in image[x, y].reversed() }
    }
    return TestFiles.bmp(
      width: image.width, height: image.height, depth: 24, rows: TestFiles.bmpRows(rows))
  }
}
