// swift-tools-version: 6.1

import Foundation
import PackageDescription

/// The folder of libtorch, with `include` and `lib`; nil stands for Debian's own place.
let libtorch = Context.environment["LIKENESS_LIBTORCH"].flatMap { $0.isEmpty ? nil : $0 }

/// Without libtorch everything but training is built.
let hasLibtorch = FileManager.default.fileExists(
  atPath: "\(libtorch ?? "/usr")/include/ATen/ATen.h")

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
]

let milvus = TargetDependencyCondition.when(traits: ["Milvus"])
let server = TargetDependencyCondition.when(traits: ["Server"])

let package = Package(
  name: "Likeness",
  products: [
    .library(
      name: "LikenessKit",
      targets: ["LikenessKit", "References", "LikenessReports", "LikenessEvaluation"]),
    .executable(name: "likeness", targets: ["likeness"]),
    // Parts that stand on their own.
    .library(name: "LikenessCore", targets: ["LikenessCore"]),
    .library(name: "Faces", targets: ["Faces"]),
    .library(name: "PhotoMetadata", targets: ["PhotoMetadata"]),
    .library(name: "VectorSearch", targets: ["VectorSearch"]),
    .library(name: "Clustering", targets: ["Clustering"]),
    .library(name: "Projection", targets: ["Projection"]),
    .library(name: "MetricLearning", targets: ["MetricLearning"]),
    .library(name: "GalleryStores", targets: ["GalleryCore", "GallerySQLite", "GalleryMilvus"]),
  ],
  traits: [
    .trait(name: "Milvus", description: "Galleries on a Milvus server; builds gRPC."),
    .trait(name: "Server", description: "The HTTP server and its page; builds Hummingbird."),
    .default(enabledTraits: ["Milvus", "Server"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0", traits: []),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/grpc/grpc-swift-2", from: "2.4.3"),
    .package(url: "https://github.com/grpc/grpc-swift-nio-transport", from: "2.9.2"),
    .package(url: "https://github.com/grpc/grpc-swift-protobuf", from: "2.4.1"),
    .package(
      url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1",
      // It is configured in code: without the other trait, a package less is built.
      traits: ["FullFoundation"]),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
  ],
  targets: [
    // Fences around C: one Swift type owns each handle, no pointer leaves its target.
    .target(name: "CKernels"),
    .target(name: "COpenVINO", linkerSettings: [.linkedLibrary("dl", .when(platforms: [.linux]))]),
    .systemLibrary(name: "Vips", pkgConfig: "vips", providers: [.apt(["libvips-dev"])]),
    // Pango is what libvips draws texts with; its headers come with those of libvips.
    .target(
      name: "CVips", dependencies: ["Vips"],
      linkerSettings: [.linkedLibrary("pango-1.0"), .linkedLibrary("pangoft2-1.0")]),
    .systemLibrary(
      name: "Exempi", pkgConfig: "exempi-2.0", providers: [.apt(["libexempi-dev"])]),
    .target(name: "CExempi", dependencies: ["Exempi"]),
    .systemLibrary(name: "ExtendedAttributes"),
    .systemLibrary(
      name: "XXHash", pkgConfig: "libxxhash", providers: [.apt(["libxxhash-dev"])]),

    .systemLibrary(
      name: "LAPACK", pkgConfig: "lapacke", providers: [.apt(["liblapacke-dev"])]),

    // What a library of libtorch offers, and the search for that library at run time.
    .target(
      name: "CTorchInterface", linkerSettings: [.linkedLibrary("dl", .when(platforms: [.linux]))]),

    // What every other target shares.
    .target(name: "LikenessCore", dependencies: ["CKernels"], swiftSettings: strict),
    .target(
      name: "LinearAlgebra", dependencies: ["CKernels", "LAPACK", "LikenessCore"],
      swiftSettings: strict),

    // photo -> faces -> embedding -> gallery + index -> answer
    .target(
      name: "Faces",
      dependencies: [
        "CKernels", "COpenVINO", "CVips", "LikenessCore", "XXHash",
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      swiftSettings: strict),
    // What files say of whom a photo shows.
    .target(
      name: "PhotoMetadata",
      dependencies: ["CExempi", "ExtendedAttributes", "Faces", "LikenessCore"],
      swiftSettings: strict),
    .target(
      name: "VectorSearch", dependencies: ["CKernels", "LikenessCore", "XXHash"],
      swiftSettings: strict),
    .target(name: "GalleryCore", dependencies: ["LikenessCore"], swiftSettings: strict),
    .target(
      name: "GallerySQLite",
      dependencies: [
        "GalleryCore", "LikenessCore", .product(name: "GRDB", package: "GRDB.swift"),
      ],
      swiftSettings: strict),
    .target(
      name: "GalleryMilvus",
      dependencies: [
        "GalleryCore", "LikenessCore",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "GRPCCore", package: "grpc-swift-2", condition: milvus),
        .product(
          name: "GRPCNIOTransportHTTP2Posix", package: "grpc-swift-nio-transport", condition: milvus
        ),
        .product(name: "GRPCProtobuf", package: "grpc-swift-protobuf", condition: milvus),
        .product(name: "SwiftProtobuf", package: "swift-protobuf", condition: milvus),
      ],
      exclude: ["Protocol/common.proto", "Protocol/milvus.proto", "Protocol/schema.proto"],
      swiftSettings: strict),
    .target(
      name: "Clustering",
      dependencies: [
        "CKernels", "LikenessCore", "LinearAlgebra", "VectorSearch",
        .product(name: "HeapModule", package: "swift-collections"),
      ],
      swiftSettings: strict),
    .target(
      name: "Projection",
      dependencies: ["CKernels", "LikenessCore", "LinearAlgebra", "VectorSearch"],
      swiftSettings: strict),
    .target(name: "Composition", dependencies: ["LikenessCore"], swiftSettings: strict),
    .target(
      name: "LikenessKit",
      dependencies: [
        "Clustering", "Composition", "Faces", "GalleryCore", "GallerySQLite", "LikenessCore",
        "LinearAlgebra", "PhotoMetadata", "Projection", "VectorSearch",
        .target(name: "GalleryMilvus", condition: milvus),
        .product(name: "Crypto", package: "swift-crypto"),
        // Databases of other programs, for imports.
        .product(name: "GRDB", package: "GRDB.swift"),
        // scrypt, for backups. What Milvus needs brings it along anyway.
        .product(name: "CryptoExtras", package: "swift-crypto"),
        .product(name: "HeapModule", package: "swift-collections"),
      ],
      swiftSettings: strict),
    .target(
      name: "References", dependencies: ["GalleryCore", "LikenessCore", "LikenessKit"],
      swiftSettings: strict),
    .target(
      name: "LikenessReports",
      dependencies: [
        "Faces", "GalleryCore", "LikenessCore", "LikenessKit", "Projection", "VectorSearch",
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      resources: [.embedInCode("Map/Page")], swiftSettings: strict),
    .target(
      name: "LikenessEvaluation",
      dependencies: [
        "Composition", "Faces", "GalleryCore", "LikenessCore", "LikenessKit", "LikenessReports",
        "VectorSearch",
      ],
      swiftSettings: strict),
    .target(
      name: "MetricLearning",
      dependencies: ["CKernels", "Composition", "CTorchInterface", "Faces", "LikenessCore"],
      swiftSettings: strict),
    .target(
      name: "LikenessServer",
      dependencies: [
        "Faces", "GalleryCore", "LikenessCore", "LikenessKit", "LikenessReports", "Projection",
        "References",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "Hummingbird", package: "hummingbird", condition: server),
        .product(name: "HummingbirdCore", package: "hummingbird", condition: server),
        .product(name: "HummingbirdTLS", package: "hummingbird", condition: server),
        .product(name: "HTTPTypes", package: "swift-http-types", condition: server),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio", condition: server),
        .product(name: "NIOHTTP1", package: "swift-nio", condition: server),
        .product(name: "NIOHTTPTypes", package: "swift-nio-extras", condition: server),
        .product(name: "NIOPosix", package: "swift-nio", condition: server),
        .product(name: "NIOSSL", package: "swift-nio-ssl", condition: server),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle", condition: server),
      ],
      resources: [.embedInCode("OpenAPI/openapi.json"), .embedInCode("Web/Page")],
      swiftSettings: strict),
    .executableTarget(
      name: "likeness",
      dependencies: [
        "Clustering", "Faces", "GalleryCore", "LikenessCore",
        "LikenessEvaluation", "LikenessKit", "LikenessReports", "MetricLearning",
        "Projection", "References", .target(name: "LikenessServer", condition: server),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict),

    // It examines finds in ways that no user needs.
    .executableTarget(
      name: "face-evidence",
      dependencies: ["Faces", .product(name: "ArgumentParser", package: "swift-argument-parser")],
      path: "Benchmarks/Evidence", swiftSettings: strict),
    .target(
      name: "TestSupport", dependencies: ["Composition", "CVips", "Faces", "LikenessCore"],
      path: "Tests/TestSupport", swiftSettings: strict),
    .testTarget(
      name: "LikenessCoreTests", dependencies: ["CKernels", "LikenessCore", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "FacesTests", dependencies: ["CKernels", "Faces", "LikenessCore", "TestSupport"],
      resources: [.copy("Goldens")], swiftSettings: strict),
    .testTarget(
      name: "PhotoMetadataTests",
      dependencies: ["Faces", "LikenessCore", "PhotoMetadata", "TestSupport"], swiftSettings: strict
    ),
    .executableTarget(
      name: "search-stress", dependencies: ["LikenessCore", "VectorSearch"],
      path: "Tests/SearchStress", swiftSettings: strict),
    .testTarget(
      name: "VectorSearchTests",
      dependencies: ["LikenessCore", "search-stress", "TestSupport", "VectorSearch"],
      swiftSettings: strict),
    .testTarget(
      name: "ClusteringTests",
      dependencies: ["Clustering", "LikenessCore", "TestSupport", "VectorSearch"],
      swiftSettings: strict),
    .testTarget(
      name: "ProjectionTests",
      dependencies: ["CKernels", "LikenessCore", "Projection", "TestSupport", "VectorSearch"],
      swiftSettings: strict),
    .testTarget(
      name: "GallerySQLiteTests",
      dependencies: [
        "GalleryCore", "GallerySQLite", "LikenessCore", "TestSupport",
        .product(name: "GRDB", package: "GRDB.swift"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "GalleryMilvusTests",
      dependencies: [
        "GalleryCore", "GalleryMilvus", "GallerySQLite", "LikenessCore", "TestSupport",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "MetricLearningTests",
      dependencies: ["Faces", "LikenessCore", "MetricLearning", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "CompositionTests", dependencies: ["Composition", "LikenessCore", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "LikenessKitTests",
      dependencies: [
        "Clustering", "GalleryCore", "GalleryMilvus", "GallerySQLite", "LikenessKit",
        "LikenessReports", "PhotoMetadata", "Projection", "References", "TestSupport",
        "VectorSearch",
        .product(name: "GRDB", package: "GRDB.swift"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "ReferencesTests",
      dependencies: ["GallerySQLite", "LikenessCore", "LikenessKit", "References", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "LikenessReportsTests",
      dependencies: [
        "GalleryCore", "GallerySQLite", "LikenessCore", "LikenessKit", "LikenessReports",
        "Projection", "TestSupport", "VectorSearch",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "LikenessEvaluationTests",
      dependencies: [
        "Faces", "GalleryCore", "GallerySQLite", "LikenessCore", "LikenessEvaluation",
        "LikenessKit", "TestSupport", "VectorSearch",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "LikenessServerTests",
      dependencies: [
        "GalleryCore", "GallerySQLite", "LikenessCore", "LikenessKit", "LikenessServer",
        "TestSupport",
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdTesting", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOEmbedded", package: "swift-nio"),
        .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      exclude: ["Python"], swiftSettings: strict),
    .testTarget(
      name: "likenessTests",
      dependencies: [
        "Composition", "Faces", "GalleryCore", "GalleryMilvus", "GallerySQLite", "likeness",
        "LikenessCore", "LikenessEvaluation", "LikenessKit", "LikenessReports", "LikenessServer",
        "MetricLearning", "PhotoMetadata", "Projection", "References", "TestSupport",
        "VectorSearch", .product(name: "GRDB", package: "GRDB.swift"),
      ],
      swiftSettings: strict),
  ],
  cxxLanguageStandard: .cxx17
)

// The one target over libtorch. It is opened at run time and linked by nothing: libtorch's own start
// would cost every command hundreds of milliseconds.
if hasLibtorch {
  package.products.append(.library(name: "CTorch", type: .dynamic, targets: ["CTorch"]))
  package.targets.append(
    .target(
      name: "CTorch", dependencies: ["CTorchInterface"],
      cxxSettings: libtorch.map { [.unsafeFlags(["-I\($0)/include"])] } ?? [],
      linkerSettings: ["torch", "torch_cpu", "c10"].map { .linkedLibrary($0) }
        + (libtorch.map { [.unsafeFlags(["-L\($0)/lib", "-Xlinker", "-rpath=\($0)/lib"])] } ?? [])))
}
