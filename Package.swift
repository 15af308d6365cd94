// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0
import PackageDescription

// The floors, lowest first; an arrow only points downwards. A target names every module it imports.
let package = Package(
  name: "orrery",
  products: [
    .executable(name: "orrery", targets: ["orrery"]),
    .library(name: "DiscreteEvents", targets: ["DiscreteEvents"]),
  ],
  traits: [
    .trait(
      name: "SQLite",
      description: "orrery export --format sqlite; needs SQLite's headers (libsqlite3-dev)")
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", exact: "0.2.0"),
    .package(url: "https://github.com/apple/swift-collections", exact: "1.6.0"),
    .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
  ],
  targets: [
    .systemLibrary(name: "CGSL", pkgConfig: "gsl", providers: [.apt(["libgsl-dev"])]),

    .target(name: "DiscreteEvents"),

    .target(name: "Stochastics", dependencies: ["CGSL"]),
    .target(
      name: "Measurement",
      dependencies: [
        "DiscreteEvents",
        .product(name: "Histogram", package: "hdrhistogram-swift"),
      ]),

    .target(
      name: "Scenario",
      dependencies: ["DiscreteEvents", "Stochastics", .product(name: "Yams", package: "Yams")]),

    .target(
      name: "ClusterModel",
      dependencies: [
        "DiscreteEvents", "Stochastics", "Measurement", "Scenario",
        .product(name: "DequeModule", package: "swift-collections"),
      ]),

    .target(
      name: "Experiments",
      dependencies: [
        "DiscreteEvents", "Stochastics", "Measurement", "Scenario", "ClusterModel",
      ],
      resources: [.embedInCode("Profiles")]),
    .target(name: "Reporting", dependencies: ["Scenario", "Measurement", "Experiments"]),
    .target(
      name: "ResultDatabase",
      dependencies: [
        "Experiments", "Reporting",
        // Not built without the trait.
        .product(name: "GRDB", package: "GRDB.swift", condition: .when(traits: ["SQLite"])),
      ]),

    .executableTarget(
      name: "orrery",
      dependencies: [
        "DiscreteEvents", "Measurement", "Scenario", "ClusterModel", "Experiments", "Reporting",
        "ResultDatabase",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),

    .target(
      name: "TestSupport",
      dependencies: [
        "DiscreteEvents", "Stochastics", "Measurement", "Scenario", "ClusterModel", "Experiments",
      ]),

    .testTarget(name: "DiscreteEventsTests", dependencies: ["DiscreteEvents", "TestSupport"]),
    .testTarget(name: "StochasticsTests", dependencies: ["Stochastics", "CGSL", "TestSupport"]),
    .testTarget(
      name: "QueueTheoryTests", dependencies: ["DiscreteEvents", "Stochastics", "TestSupport"]),
    .testTarget(
      name: "MeasurementTests", dependencies: ["Measurement", "DiscreteEvents", "TestSupport"]),
    .testTarget(
      name: "ScenarioTests",
      dependencies: ["Scenario", "DiscreteEvents", "Stochastics", "TestSupport"]),
    .testTarget(
      name: "ClusterModelTests",
      dependencies: [
        "ClusterModel", "DiscreteEvents", "Stochastics", "Measurement", "Scenario", "TestSupport",
      ]),
    .testTarget(
      name: "ExperimentsTests",
      dependencies: ["Experiments", "ClusterModel", "Scenario", "Measurement", "TestSupport"]),
    .testTarget(
      name: "ReportingTests",
      dependencies: ["Reporting", "Experiments", "Measurement", "Scenario", "TestSupport"]),
    .testTarget(
      name: "ResultDatabaseTests",
      dependencies: ["ResultDatabase", "Reporting", "Experiments", "TestSupport"]),
    .testTarget(name: "orreryTests", dependencies: ["orrery", "TestSupport"]),
  ],
  swiftLanguageModes: [.v6]
)

for target in package.targets where target.type != .system {
  target.swiftSettings = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
  ]
}
