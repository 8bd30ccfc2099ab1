// swift-tools-version: 6.1

import PackageDescription

let package = Package(
  name: "people-page",
  dependencies: [.package(name: "Likeness", path: "../..")],
  targets: [
    .executableTarget(
      name: "people-page", dependencies: [.product(name: "LikenessKit", package: "Likeness")],
      swiftSettings: [.swiftLanguageMode(.v6)])
  ])
