// swift-tools-version: 6.1
import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

/// A library target of this package. Imports only ever point down the table in docs/architecture.md.
func library(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .target(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource]? = nil) -> Target {
    .testTarget(name: name, dependencies: dependencies + ["Attacks"], resources: resources, swiftSettings: settings)
}

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let log = Target.Dependency.product(name: "Logging", package: "swift-log")
let metrics = Target.Dependency.product(name: "CoreMetrics", package: "swift-metrics")
let dequeModule = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
let orderedCollections = Target.Dependency.product(name: "OrderedCollections", package: "swift-collections")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")

let package = Package(
    name: "swift-pim",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "pim", targets: ["pim"]),
        .executable(name: "pim-daemon", targets: ["pim-daemon"]),
        .library(name: "PIMCore", targets: ["PIMCore"]),
        .library(name: "PIMPlugin", targets: ["PIMPlugin"]),
        .library(name: "PIMRPC", targets: ["PIMRPC"]),
        .library(name: "PIMClient", targets: ["PIMClient"]),
        .library(name: "PIMDaemon", targets: ["PIMDaemon"]),
        .library(name: "PIMMessaging", targets: ["PIMMessaging"]),
        .library(name: "PIMTesting", targets: ["PIMTesting"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
    ],
    targets: [
        // Bottom of the house first; see docs/architecture.md for what lives where.
        .systemLibrary(
            name: "CArgon2", path: "Sources/CArgon2", pkgConfig: "libargon2",
            providers: [.apt(["libargon2-dev"]), .brew(["argon2"])]),
        .systemLibrary(
            name: "COpenSSL", path: "Sources/COpenSSL", pkgConfig: "libcrypto",
            providers: [.apt(["libssl-dev"]), .brew(["openssl@3"])]),
        library("PIMCore", []),
        library("PIMWire", ["PIMCore"]),
        library(
            "PIMCrypto",
            ["PIMCore", "PIMWire", "CArgon2", .target(name: "COpenSSL", condition: .when(platforms: [.linux])), crypto]),
        library("PIMPlugin", ["PIMCore", log]),
        library("PIMNode", ["PIMCore", "PIMWire", "PIMCrypto", dequeModule, orderedCollections]),
        library("PIMTransport", ["PIMCore", "PIMWire", "PIMCrypto", nioCore, nioPosix, dequeModule, system]),
        library("PIMHost", ["PIMCore", subprocess, system]),
        library("PIMRPC", ["PIMCore"]),
        library("PIMClient", ["PIMCore", "PIMRPC", nioCore, nioPosix]),
        library("PIMPluginHost", ["PIMCore", "PIMPlugin", log, metrics]),
        library(
            "PIMTesting",
            [
                "PIMCore", "PIMWire", "PIMCrypto", "PIMNode", "PIMTransport", "PIMPlugin", "PIMPluginHost", nioCore,
                log, metrics,
            ]),
        library("PIMMessaging", ["PIMCore", "PIMPlugin", "PIMRPC", grdb]),
        library(
            "PIMDaemon",
            [
                "PIMCore", "PIMWire", "PIMCrypto", "PIMNode", "PIMTransport", "PIMHost", "PIMRPC", "PIMPlugin",
                "PIMPluginHost", "PIMClient", nioCore, nioHTTP1, nioPosix, grdb, lifecycle, unixSignals, log,
                metrics,
                arguments,
            ]),
        .executableTarget(
            name: "pim",
            dependencies: ["PIMCore", "PIMHost", "PIMRPC", "PIMClient", "PIMDaemon", arguments],
            swiftSettings: settings),
        .executableTarget(
            name: "pim-daemon", dependencies: ["PIMDaemon", "PIMMessaging"], swiftSettings: settings),
        .executableTarget(
            name: "rpc-documents", dependencies: ["PIMCore", "PIMRPC"], exclude: ["Template"],
            swiftSettings: settings),
        .executableTarget(
            name: "hello-daemon", dependencies: ["PIMDaemon", "PIMPlugin"], path: "Examples/HelloDaemon",
            swiftSettings: settings),
        .executableTarget(
            name: "pim-bench",
            dependencies: [
                "PIMCore", "PIMWire", "PIMCrypto", "PIMRPC", "PIMClient", "PIMPlugin", "PIMPluginHost", "PIMDaemon",
                "PIMHost", "PIMTesting", "PIMMessaging", "CAllocationCounter", arguments, grdb, unixSignals,
            ], path: "Benchmarks/Sources", swiftSettings: settings),
        .target(name: "CAllocationCounter", path: "Benchmarks/AllocationCounter"),
        .target(
            name: "TestVectors", dependencies: ["PIMCore"], path: "Tests/Support/TestVectors",
            resources: [.copy("vectors.json"), .copy("extension_vectors.json")], swiftSettings: settings),
        .target(
            name: "Attacks", dependencies: ["PIMCore"], path: "Tests/Support/Attacks", swiftSettings: settings),
        tests("PIMCoreTests", ["PIMCore", "TestVectors"]),
        tests("PIMWireTests", ["PIMWire", "PIMCore", "TestVectors"]),
        tests("PIMCryptoTests", ["PIMCrypto", "PIMWire", "PIMCore", "TestVectors"]),
        tests("PIMNodeTests", ["PIMNode", "PIMCrypto", "PIMWire", "PIMCore", "CAllocationCounter"]),
        tests("PIMTransportTests", ["PIMTransport", "PIMCrypto", "PIMWire", "PIMCore", nioCore, nioPosix]),
        tests("PIMHostTests", ["PIMHost", "PIMCore", system]),
        tests("PIMRPCTests", ["PIMRPC", "PIMCore"], resources: [.copy("Resources")]),
        tests(
            "PIMPluginHostTests",
            [
                "PIMPluginHost", "PIMPlugin", "PIMCore", "PIMTesting", log, metrics,
                .product(name: "InMemoryLogging", package: "swift-log"),
                .product(name: "MetricsTestKit", package: "swift-metrics"),
            ]),
        tests(
            "PIMMessagingTests",
            [
                "PIMMessaging", "PIMPlugin", "PIMPluginHost", "PIMRPC", "PIMCore", "PIMWire", "PIMCrypto", "PIMTesting",
                grdb, log,
            ]),
        tests(
            "PIMDaemonTests",
            [
                "PIMDaemon", "PIMClient", "PIMRPC", "PIMPlugin", "PIMNode", "PIMTransport", "PIMWire", "PIMCore",
                "PIMCrypto", "PIMHost", grdb, log, metrics, nioCore, nioPosix, lifecycle,
            ]),
        tests("RPCDocumentsTests", ["rpc-documents", "PIMRPC", "PIMCore"]),
        tests("PIMCommandTests", ["pim", "PIMClient", "PIMDaemon", "PIMRPC", "PIMCore", arguments]),
        tests("SimulationTests", ["PIMTesting", "PIMNode", "PIMPlugin", "PIMCrypto", "PIMWire", "PIMCore"]),
        tests(
            "IntegrationTests",
            [
                "PIMDaemon", "PIMMessaging", "PIMPlugin", "PIMClient", "PIMRPC", "PIMCore", "PIMCrypto", "PIMWire",
                "PIMHost", grdb,
            ]),
    ]
)
