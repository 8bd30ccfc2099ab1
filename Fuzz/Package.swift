// swift-tools-version: 6.1

import PackageDescription

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
]

func likeness(_ product: String) -> Target.Dependency {
  .product(name: product, package: "Likeness")
}

// Built by Scripts/fuzz, which knows the sanitizers' options and where libFuzzer lies.
let package = Package(
  name: "LikenessFuzz",
  // Without traits neither gRPC nor Hummingbird is built.
  dependencies: [.package(name: "Likeness", path: "..", traits: [])],
  targets: [
    .systemLibrary(name: "LibFuzzer", path: "LibFuzzer"),
    .executableTarget(
      name: "likeness-fuzz",
      dependencies: [
        "LibFuzzer", likeness("Faces"), likeness("LikenessCore"), likeness("LikenessKit"),
        likeness("PhotoMetadata"), likeness("VectorSearch"),
      ],
      path: "Targets", swiftSettings: strict),
  ]
)
