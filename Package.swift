// swift-tools-version: 6.1

import PackageDescription

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
]

let package = Package(
  name: "Likeness",
  products: [
    .library(name: "LikenessKit", targets: ["LikenessKit"]),
    .executable(name: "likeness", targets: ["likeness"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
  ],
  targets: [
    // Fences around C: one Swift type owns each handle, no pointer leaves its target.
    .target(name: "CKernels"),
    .target(name: "COpenVINO", linkerSettings: [.linkedLibrary("dl", .when(platforms: [.linux]))]),
    .systemLibrary(name: "Vips", pkgConfig: "vips", providers: [.apt(["libvips-dev"])]),
    .target(name: "CVips", dependencies: ["Vips"]),
    .systemLibrary(
      name: "XXHash", pkgConfig: "libxxhash", providers: [.apt(["libxxhash-dev"])]),

    .systemLibrary(
      name: "LAPACK", pkgConfig: "lapacke", providers: [.apt(["liblapacke-dev"])]),

    // photo -> faces -> embedding -> gallery + index -> answer
    .target(name: "Vectors", dependencies: ["CKernels"], swiftSettings: strict),
    .target(
      name: "Faces",
      dependencies: [
        "CKernels", "COpenVINO", "CVips", "Vectors",
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      swiftSettings: strict),
    .target(
      name: "MetricLearning", dependencies: ["CKernels", "Faces", "Vectors"],
      swiftSettings: strict),
    .target(
      name: "Search", dependencies: ["CKernels", "Vectors", "XXHash"], swiftSettings: strict),
    .target(
      name: "Gallery",
      dependencies: ["Vectors", .product(name: "GRDB", package: "GRDB.swift")],
      swiftSettings: strict),
    .target(
      name: "Atlas",
      dependencies: [
        "CKernels", "LAPACK", "Search", "Vectors",
        .product(name: "HeapModule", package: "swift-collections"),
      ],
      swiftSettings: strict),
    .target(
      name: "LikenessKit",
      dependencies: [
        "Atlas", "Faces", "Gallery", "Search", "Vectors",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "HeapModule", package: "swift-collections"),
      ],
      resources: [.embedInCode("Map/Page")], swiftSettings: strict),
    .executableTarget(
      name: "likeness",
      dependencies: [
        "Faces", "Gallery", "LikenessKit", "MetricLearning", "Vectors",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),

    .executableTarget(
      name: "bench-search",
      dependencies: [
        "BenchSupport", "Search", "Vectors",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Benchmarks/Search", swiftSettings: strict),
    .executableTarget(
      name: "bench-atlas",
      dependencies: [
        "Atlas", "BenchSupport", "Search", "Vectors",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Benchmarks/Atlas", swiftSettings: strict),
    .target(name: "BenchSupport", path: "Benchmarks/Support", swiftSettings: strict),

    .target(
      name: "TestSupport", dependencies: ["CVips"], path: "Tests/TestSupport",
      swiftSettings: strict),
    .testTarget(
      name: "VectorsTests", dependencies: ["Vectors", "CKernels", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "FacesTests", dependencies: ["Faces", "Vectors", "CKernels", "TestSupport"],
      resources: [.copy("Goldens")], swiftSettings: strict),
    .testTarget(
      name: "MetricLearningTests",
      dependencies: ["CKernels", "Faces", "MetricLearning", "TestSupport", "Vectors"],
      swiftSettings: strict),
    .executableTarget(
      name: "search-stress", dependencies: ["Search", "Vectors", "TestSupport"],
      path: "Tests/SearchStress", swiftSettings: strict),
    .testTarget(
      name: "SearchTests", dependencies: ["Search", "Vectors", "TestSupport", "search-stress"],
      swiftSettings: strict),
    .testTarget(
      name: "AtlasTests", dependencies: ["Atlas", "CKernels", "Search", "TestSupport", "Vectors"],
      swiftSettings: strict),
    .testTarget(
      name: "GalleryTests",
      dependencies: [
        "Gallery", "Vectors", "TestSupport", .product(name: "GRDB", package: "GRDB.swift"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "LikenessKitTests", dependencies: ["Gallery", "LikenessKit", "Search", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "likenessTests",
      dependencies: [
        "likeness", "LikenessKit", "TestSupport", .product(name: "GRDB", package: "GRDB.swift"),
      ],
      swiftSettings: strict),
  ]
)
