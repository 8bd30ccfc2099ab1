import Foundation

/// A little-endian TIFF written entry by entry, as cameras write theirs and libtiff does not.
public struct TestTIFF {
  /// One of its images.
  public struct Directory {
    public var image: TestImage
    /// Entries that take the place of those for plain RGB: their values by the tags, of 32 bits each.
    public var tags: [Int: Int]
    /// A whole JPEG that the directory points to in the place of pixels.
    public var jpeg: Data?
    public var subdirectories: [Directory]

    public init(
      _ image: TestImage, tags: [Int: Int] = [:], jpeg: Data? = nil,
      subdirectories: [Directory] = []
    ) {
      (self.image, self.tags, self.jpeg) = (image, tags, jpeg)
      self.subdirectories = subdirectories
    }

    /// A photo as a sensor saw it, of which there is nothing but the claim.
    public static func raw(width: Int, height: Int) -> Directory {
      Directory(
        TestImage.fields(width: 4, height: 4),
        tags: [256: width, 257: height, 259: 34713, 262: 32803, 277: 1])
    }
  }

  private var data = Data("II".utf8) + TestFiles.little(42, 2) + TestFiles.little(0, 4)

  private init() {}

  /// The bytes of a file of some pages.
  public static func data(_ pages: [Directory]) -> Data {
    var file = TestTIFF()
    var link = 4
    for page in pages {
      let (at, next) = file.append(page)
      file.patch(at, at: link)
      link = next
    }
    return file.data
  }

  /// - Returns: where the directory begins, and where it says which one is next.
  private mutating func append(_ directory: Directory) -> (at: Int, next: Int) {
    let subdirectories = directory.subdirectories.map { append($0).at }
    let image = directory.image
    var entries: [Int: (type: Int, values: [Int])] = [
      256: (4, [image.width]), 257: (4, [image.height]), 258: (3, [8, 8, 8]), 259: (3, [1]),
      262: (3, [2]), 277: (3, [3]), 278: (4, [image.height]),
    ]
    if let jpeg = directory.jpeg {
      entries[259] = (3, [6])
      entries[262] = (3, [6])
      entries[513] = (4, [append(jpeg)])
      entries[514] = (4, [jpeg.count])
    } else {
      entries[273] = (4, [append(Data(image.pixels))])
      entries[279] = (4, [image.pixels.count])
    }
    if !subdirectories.isEmpty { entries[330] = (4, subdirectories) }
    for (tag, value) in directory.tags { entries[tag] = (4, [value]) }

    let fields = entries.sorted { $0.key < $1.key }.map { tag, entry in
      let size = entry.type == 3 ? 2 : 4
      var value = entry.values.flatMap { TestFiles.little($0, size) }
      if value.count > 4 { value = TestFiles.little(append(Data(value)), 4) }
      value += [UInt8](repeating: 0, count: 4 - value.count)
      return TestFiles.little(tag, 2) + TestFiles.little(entry.type, 2)
        + TestFiles.little(entry.values.count, 4) + value
    }
    let at = append(Data(TestFiles.little(fields.count, 2) + fields.joined()))
    return (at, append(Data(TestFiles.little(0, 4))))
  }

  /// - Returns: where the bytes are.
  private mutating func append(_ bytes: Data) -> Int {
    let at = data.count
    data += bytes
    return at
  }

  private mutating func patch(_ value: Int, at: Int) {
    data.replaceSubrange(at..<(at + 4), with: TestFiles.little(value, 4))
  }
}
