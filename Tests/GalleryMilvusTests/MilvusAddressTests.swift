import GalleryCore
import Testing

@testable import GalleryMilvus

@Suite struct MilvusAddressTests {
  @Test func anAddressNamesServerAndGallery() throws {
    let plain = try MilvusAddress("milvus://example.org/people", environment: [:])
    #expect(plain.host == "example.org" && plain.port == 19_530 && plain.name == "people")
    #expect(!plain.usesTLS && plain.token.isEmpty && plain.database.isEmpty)
    #expect(plain.text == "milvus://example.org:19530/people")
    let full = try MilvusAddress(
      "milvus+tls://root:Mil%40vus@[::1]:443/faces_2?database=home", environment: [:])
    #expect(full.usesTLS && full.port == 443 && full.token == "root:Mil@vus")
    #expect(full.database == "home" && full.name == "faces_2")
    #expect(!full.text.contains("Mil@vus"), "messages show no password")
    let token = try MilvusAddress(
      "milvus://h/n",
      environment: ["LIKENESS_MILVUS_TOKEN": "key", "LIKENESS_MILVUS_CERTIFICATES": "/ca.pem"])
    #expect(token.token == "key" && token.trustedCertificates == "/ca.pem")
  }

  @Test(arguments: [
    "http://host/name", "milvus://", "milvus:///name", "milvus://host", "milvus://host/",
    "milvus://host/a/b", "milvus://host/1a", "milvus://host/a-b", "milvus://host/ä",
    "milvus://host/a?x=1", "milvus://host:x/a", "milvus://host:0/a", "milvus://host:99999/a",
    "milvus://host:99999999999999999999/a", "milvus://u:p@[::1]:65536/a",
  ])
  func whatIsNoneIsRefused(_ text: String) {
    #expect(throws: MilvusAddressError.self) { try MilvusAddress(text, environment: [:]) }
  }

  @Test func foldersAreNoAddresses() {
    #expect(MilvusAddress.isMeant(by: "milvus://host/name"))
    #expect(MilvusAddress.isMeant(by: "Milvus+TLS://host/name"))
    #expect(!MilvusAddress.isMeant(by: "milvus/people") && !MilvusAddress.isMeant(by: "/milvus"))
  }
}
