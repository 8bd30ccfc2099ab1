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
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
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
    .target(name: "CVips", dependencies: ["Vips"]),
    .systemLibrary(
      name: "XXHash", pkgConfig: "libxxhash", providers: [.apt(["libxxhash-dev"])]),

    .systemLibrary(
      name: "LAPACK", pkgConfig: "lapacke", providers: [.apt(["liblapacke-dev"])]),

    // What a library of libtorch offers, and the search for that library at run time.
    .target(
      name: "CTorchInterface", linkerSettings: [.linkedLibrary("dl", .when(platforms: [.linux]))]),

    // A thread that waits for something asynchronous.
    .target(name: "Blocking", swiftSettings: strict),

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
      name: "Search", dependencies: ["CKernels", "Vectors", "XXHash"], swiftSettings: strict),
    .target(
      name: "Gallery",
      dependencies: ["Vectors", .product(name: "GRDB", package: "GRDB.swift")],
      swiftSettings: strict),
    .target(
      name: "Milvus",
      dependencies: [
        "Blocking", "Gallery", "Vectors",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "GRPCCore", package: "grpc-swift-2"),
        .product(name: "GRPCNIOTransportHTTP2Posix", package: "grpc-swift-nio-transport"),
        .product(name: "GRPCProtobuf", package: "grpc-swift-protobuf"),
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ],
      exclude: ["Protocol/common.proto", "Protocol/milvus.proto", "Protocol/schema.proto"],
      swiftSettings: strict),
    .target(
      name: "Atlas",
      dependencies: [
        "CKernels", "LAPACK", "Search", "Vectors",
        .product(name: "HeapModule", package: "swift-collections"),
      ],
      swiftSettings: strict),
    .target(name: "Algebra", dependencies: ["Vectors"], swiftSettings: strict),
    .target(
      name: "LikenessKit",
      dependencies: [
        "Algebra", "Atlas", "Faces", "Gallery", "Milvus", "Search", "Vectors",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "HeapModule", package: "swift-collections"),
      ],
      resources: [.embedInCode("Map/Page")], swiftSettings: strict),
    .target(
      name: "MetricLearning",
      dependencies: ["Algebra", "CKernels", "CTorchInterface", "Faces", "Vectors"],
      swiftSettings: strict),
    .target(
      name: "LikenessServer",
      dependencies: [
        "Blocking", "Faces", "Gallery", "LikenessKit", "Vectors",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "HummingbirdTLS", package: "hummingbird"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      resources: [.embedInCode("OpenAPI/openapi.json"), .embedInCode("Web/Page")],
      swiftSettings: strict),
    .executableTarget(
      name: "likeness",
      dependencies: [
        "Blocking", "Faces", "Gallery", "LikenessKit", "LikenessServer", "MetricLearning",
        "Vectors", .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict),

    .executableTarget(
      name: "face-evidence",
      dependencies: ["Faces", .product(name: "ArgumentParser", package: "swift-argument-parser")],
      path: "Benchmarks/Evidence", swiftSettings: strict),
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
    .executableTarget(
      name: "bench-training",
      dependencies: [
        "MetricLearning",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Benchmarks/Training", swiftSettings: strict),
    .executableTarget(
      name: "bench-server",
      dependencies: [
        "Gallery", "LikenessKit", "Vectors",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Benchmarks/Server", swiftSettings: strict),
    .executableTarget(
      name: "bench-scale",
      dependencies: [
        "Gallery", "LikenessKit", "Milvus", "Vectors",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Benchmarks/Scale", swiftSettings: strict),
    .target(name: "BenchSupport", path: "Benchmarks/Support", swiftSettings: strict),

    .target(
      name: "TestSupport", dependencies: ["Algebra", "CVips", "Faces", "Vectors"],
      path: "Tests/TestSupport",
      swiftSettings: strict),
    .testTarget(
      name: "BlockingTests", dependencies: ["Blocking", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "VectorsTests", dependencies: ["Vectors", "CKernels", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "FacesTests", dependencies: ["Faces", "Vectors", "CKernels", "TestSupport"],
      resources: [.copy("Goldens")], swiftSettings: strict),
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
      name: "MilvusTests", dependencies: ["Gallery", "Milvus", "TestSupport", "Vectors"],
      swiftSettings: strict),
    .testTarget(
      name: "MetricLearningTests",
      dependencies: ["Faces", "MetricLearning", "TestSupport", "Vectors"],
      swiftSettings: strict),
    .testTarget(
      name: "AlgebraTests", dependencies: ["Algebra", "TestSupport", "Vectors"],
      swiftSettings: strict),
    .testTarget(
      name: "LikenessKitTests", dependencies: ["Gallery", "LikenessKit", "Search", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "LikenessServerTests",
      dependencies: [
        "LikenessKit", "LikenessServer", "TestSupport",
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdTesting", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
      ],
      exclude: ["Python"], swiftSettings: strict),
    .testTarget(
      name: "likenessTests",
      dependencies: [
        "Gallery", "likeness", "LikenessKit", "Milvus", "TestSupport", "Vectors",
        .product(name: "GRDB", package: "GRDB.swift"),
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
