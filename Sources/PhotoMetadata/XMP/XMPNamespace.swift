/// A namespace of XMP properties, by its URI, with the prefix that paths call it by.
struct XMPNamespace: Sendable, Hashable {
  let uri: String
  let prefix: String

  /// Image regions: Metadata Working Group, Guidelines for Handling Image Metadata 2.0, chapter 5.9.
  static let regions = XMPNamespace(
    uri: "http://www.metadataworkinggroup.com/schemas/regions/", prefix: "mwg-rs")
  static let area = XMPNamespace(uri: "http://ns.adobe.com/xmp/sType/Area#", prefix: "stArea")
  static let dimensions = XMPNamespace(
    uri: "http://ns.adobe.com/xap/1.0/sType/Dimensions#", prefix: "stDim")
  /// Microsoft's People Tagging schema.
  static let microsoft = XMPNamespace(uri: "http://ns.microsoft.com/photo/1.2/", prefix: "MP")
  static let microsoftInfo = XMPNamespace(
    uri: "http://ns.microsoft.com/photo/1.2/t/RegionInfo#", prefix: "MPRI")
  static let microsoftRegion = XMPNamespace(
    uri: "http://ns.microsoft.com/photo/1.2/t/Region#", prefix: "MPReg")
  /// IPTC Photo Metadata Standard, Extension schema.
  static let iptc = XMPNamespace(
    uri: "http://iptc.org/std/Iptc4xmpExt/2008-02-29/", prefix: "Iptc4xmpExt")
  static let dublinCore = XMPNamespace(uri: "http://purl.org/dc/elements/1.1/", prefix: "dc")
  static let digiKam = XMPNamespace(uri: "http://www.digikam.org/ns/1.0/", prefix: "digiKam")
  static let lightroom = XMPNamespace(uri: "http://ns.adobe.com/lightroom/1.0/", prefix: "lr")
  /// XMP Specification part 3, 1.1.3.1: of packets of which a JPEG holds a part elsewhere.
  static let note = XMPNamespace(uri: "http://ns.adobe.com/xmp/note/", prefix: "xmpNote")

  static let all = [
    regions, area, dimensions, microsoft, microsoftInfo, microsoftRegion, iptc, dublinCore, digiKam,
    lightroom, note,
  ]

  /// A property's name with its prefix.
  func callAsFunction(_ name: String) -> String { "\(prefix):\(name)" }
}
