import LikenessCore

extension XMPPacket {
  /// A region with the path of its structure.
  struct Placed {
    var region: FaceRegion
    var path: String
  }

  static let mwgInfo = XMPNamespace.regions("Regions")
  static let mwgList = "\(mwgInfo)/\(XMPNamespace.regions("RegionList"))"
  static let microsoftInfo = XMPNamespace.microsoft("RegionInfo")
  static let microsoftList = "\(microsoftInfo)/\(XMPNamespace.microsoftInfo("Regions"))"
  static let keywordTrees: [(XMPNamespace, String)] = [
    (.digiKam, "TagsList"), (.lightroom, "hierarchicalSubject"),
  ]

  /// The picture that the regions of the Metadata Working Group are of.
  var mwgSize: FaceRegion.Size? {
    let path = "\(Self.mwgInfo)/\(XMPNamespace.regions("AppliedToDimensions"))"
    guard let width = number(.regions, "\(path)/\(XMPNamespace.dimensions("w"))"),
      let height = number(.regions, "\(path)/\(XMPNamespace.dimensions("h"))"), width > 0,
      height > 0
    else { return nil }
    return .init(width: width, height: height)
  }

  /// Faces among the regions of the Metadata Working Group; those of pets, of focus and of bar codes are left out.
  var mwgRegions: [Placed] {
    let size = mwgSize
    return (0..<count(.regions, Self.mwgList)).compactMap { index in
      let path = "\(Self.mwgList)[\(index + 1)]"
      if let type = text(.regions, "\(path)/\(XMPNamespace.regions("Type"))"),
        type.lowercased() != "face"
      {
        return nil
      }
      guard let box = area("\(path)/\(XMPNamespace.regions("Area"))", size) else { return nil }
      let name = text(.regions, "\(path)/\(XMPNamespace.regions("Name"))")
      return Placed(
        region: FaceRegion(
          name: name.flatMap { PhotoPeople.cleaned($0) }, box: box, origin: .mwg, appliedTo: size),
        path: path)
    }
  }

  /// An area is known by its middle.
  private func area(_ path: String, _ size: FaceRegion.Size?) -> Box? {
    func field(_ name: String) -> Double? { number(.regions, "\(path)/\(XMPNamespace.area(name))") }
    guard var x = field("x"), var y = field("y") else { return nil }
    let diameter = field("d")
    guard var width = field("w") ?? diameter, var height = field("h") ?? diameter else {
      return nil
    }
    let unit = text(.regions, "\(path)/\(XMPNamespace.area("unit"))")
    if unit == "pixel" {
      guard let size else { return nil }
      (x, width) = (x / size.width, width / size.width)
      (y, height) = (y / size.height, height / size.height)
    } else if diameter != nil, field("w") == nil, let size {
      // Of a circle, in parts of the shorter side.
      let side = width * min(size.width, size.height)
      (width, height) = (side / size.width, side / size.height)
    }
    return Self.usable(
      Box(x: x - width / 2, y: y - height / 2, width: width, height: height))
  }

  /// Faces that Microsoft's programs marked: "left, top, width, height" each.
  var microsoftRegions: [Placed] {
    (0..<count(.microsoft, Self.microsoftList)).compactMap { index in
      let path = "\(Self.microsoftList)[\(index + 1)]"
      let rectangle = text(
        .microsoft, "\(path)/\(XMPNamespace.microsoftRegion("Rectangle"))")
      let numbers = (rectangle ?? "").split(separator: ",", omittingEmptySubsequences: false)
        .compactMap { Double($0.trimmingPrefix { $0 == " " }.prefix { $0 != " " }) }
      guard numbers.count == 4,
        let box = Self.usable(
          Box(x: numbers[0], y: numbers[1], width: numbers[2], height: numbers[3]))
      else { return nil }
      let name = text(
        .microsoft, "\(path)/\(XMPNamespace.microsoftRegion("PersonDisplayName"))")
      return Placed(
        region: FaceRegion(
          name: name.flatMap { PhotoPeople.cleaned($0) }, box: box, origin: .microsoft),
        path: path)
    }
  }

  /// A box that lies in the picture at least with its middle; programs round, and let boxes stand out.
  static func usable(_ box: Box) -> Box? {
    let isInside =
      box.x.isFinite && box.y.isFinite && (0...1).contains(box.center.x)
      && (0...1).contains(box.center.y)
    return isInside && box.width > 0 && box.height > 0 && box.width <= 2 && box.height <= 2
      ? box : nil
  }
}
