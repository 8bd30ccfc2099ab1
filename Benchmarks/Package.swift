// swift-tools-version: 6.1

import PackageDescription

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
]

func likeness(_ product: String) -> Target.Dependency {
  .product(name: product, package: "Likeness")
}

let arguments = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
  name: "LikenessBenchmarks",
  dependencies: [
    .package(name: "Likeness", path: ".."),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
  ],
  targets: [
    .executableTarget(
      name: "bench-search",
      dependencies: [
        "BenchSupport", likeness("LikenessCore"), likeness("VectorSearch"), arguments,
      ],
      path: "Search", swiftSettings: strict),
    .executableTarget(
      name: "bench-atlas",
      dependencies: [
        "BenchSupport", likeness("Clustering"), likeness("LikenessCore"), likeness("Projection"),
        likeness("VectorSearch"), arguments,
      ],
      path: "Atlas", swiftSettings: strict),
    .executableTarget(
      name: "bench-training", dependencies: [likeness("MetricLearning"), arguments],
      path: "Training", swiftSettings: strict),
    .executableTarget(
      name: "bench-server",
      dependencies: [likeness("LikenessCore"), likeness("LikenessKit"), arguments],
      path: "Server", swiftSettings: strict),
    .executableTarget(
      name: "bench-scale",
      dependencies: [
        likeness("GalleryStores"), likeness("LikenessCore"), likeness("LikenessKit"), arguments,
      ],
      path: "Scale", swiftSettings: strict),
    .executableTarget(
      name: "bench-instructions",
      dependencies: [
        "BenchGalleries", likeness("Clustering"), likeness("Faces"), likeness("GalleryStores"),
        likeness("LikenessCore"), likeness("LikenessKit"), likeness("Projection"),
        likeness("VectorSearch"), arguments,
      ],
      path: "Instructions", swiftSettings: strict),
    .target(
      name: "BenchGalleries",
      dependencies: [likeness("GalleryStores"), likeness("LikenessCore")], path: "Galleries",
      swiftSettings: strict),
    .target(name: "BenchSupport", path: "Support", swiftSettings: strict),
  ]
)
