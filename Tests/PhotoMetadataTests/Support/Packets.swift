import Foundation

/// XMP as programs write it.
enum Packets {
  static func rdf(_ body: String) -> String {
    let names = [
      "mwg-rs": "http://www.metadataworkinggroup.com/schemas/regions/",
      "stArea": "http://ns.adobe.com/xmp/sType/Area#",
      "stDim": "http://ns.adobe.com/xap/1.0/sType/Dimensions#",
      "MP": "http://ns.microsoft.com/photo/1.2/",
      "MPRI": "http://ns.microsoft.com/photo/1.2/t/RegionInfo#",
      "MPReg": "http://ns.microsoft.com/photo/1.2/t/Region#",
      "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
      "dc": "http://purl.org/dc/elements/1.1/", "digiKam": "http://www.digikam.org/ns/1.0/",
      "lr": "http://ns.adobe.com/lightroom/1.0/", "xmp": "http://ns.adobe.com/xap/1.0/",
    ].map { " xmlns:\($0.key)=\"\($0.value)\"" }.joined()
    return
      "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"><rdf:Description rdf:about=\"\"\(names)>\(body)</rdf:Description></rdf:RDF>"
  }

  static func xmp(_ body: String) -> Data {
    Data("<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\(rdf(body))</x:xmpmeta>".utf8)
  }

  /// As Lightroom Classic writes it: structures as elements of their own, fields as attributes.
  static let lightroom = xmp(
    """
    <xmp:Rating>4</xmp:Rating>
    <mwg-rs:Regions rdf:parseType="Resource">
     <mwg-rs:AppliedToDimensions stDim:w="4000" stDim:h="3000" stDim:unit="pixel"/>
     <mwg-rs:RegionList><rdf:Bag>
      <rdf:li><rdf:Description mwg-rs:Rotation="0.00000" mwg-rs:Name="Ann Example" mwg-rs:Type="Face">
       <mwg-rs:Area stArea:h="0.30000" stArea:w="0.20000" stArea:x="0.30000" stArea:y="0.40000"/>
      </rdf:Description></rdf:li>
      <rdf:li><rdf:Description mwg-rs:Type="Focus">
       <mwg-rs:Area stArea:h="0.1" stArea:w="0.1" stArea:x="0.5" stArea:y="0.5"/>
      </rdf:Description></rdf:li>
     </rdf:Bag></mwg-rs:RegionList>
    </mwg-rs:Regions>
    <dc:subject><rdf:Bag><rdf:li>Ann Example</rdf:li><rdf:li>beach</rdf:li></rdf:Bag></dc:subject>
    <lr:hierarchicalSubject><rdf:Bag><rdf:li>People|Ann Example</rdf:li><rdf:li>places|beach</rdf:li></rdf:Bag></lr:hierarchicalSubject>
    <Iptc4xmpExt:PersonInImage><rdf:Bag><rdf:li>Ann Example</rdf:li><rdf:li>Bob</rdf:li></rdf:Bag></Iptc4xmpExt:PersonInImage>
    """)

  /// As digiKam writes it, into a sidecar.
  static let digiKam = xmp(
    """
    <digiKam:TagsList><rdf:Seq><rdf:li>People/Family/Ann Example</rdf:li><rdf:li>People/Unknown</rdf:li></rdf:Seq></digiKam:TagsList>
    <mwg-rs:Regions rdf:parseType="Resource">
     <mwg-rs:AppliedToDimensions rdf:parseType="Resource"><stDim:w>4000</stDim:w><stDim:h>3000</stDim:h><stDim:unit>pixel</stDim:unit></mwg-rs:AppliedToDimensions>
     <mwg-rs:RegionList><rdf:Bag><rdf:li rdf:parseType="Resource">
      <mwg-rs:Name>Ann Example</mwg-rs:Name><mwg-rs:Type>Face</mwg-rs:Type>
      <mwg-rs:Area rdf:parseType="Resource"><stArea:x>0.3</stArea:x><stArea:y>0.4</stArea:y><stArea:w>0.2</stArea:w><stArea:h>0.3</stArea:h><stArea:unit>normalized</stArea:unit></mwg-rs:Area>
     </rdf:li></rdf:Bag></mwg-rs:RegionList>
    </mwg-rs:Regions>
    <MP:RegionInfo rdf:parseType="Resource"><MPRI:Regions><rdf:Bag>
     <rdf:li MPReg:PersonDisplayName="Ann Example" MPReg:Rectangle="0.2, 0.25, 0.2, 0.3"/>
     <rdf:li MPReg:PersonDisplayName="Cleo" MPReg:Rectangle="0.7, 0.1, 0.1, 0.2"/>
    </rdf:Bag></MPRI:Regions></MP:RegionInfo>
    """)
}
