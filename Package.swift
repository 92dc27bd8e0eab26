// swift-tools-version: 6.0
import PackageDescription

// C is compiled without optimisation in debug builds unless told otherwise: 17 to 45 times slower.
let optimisedC: [CSetting] = [
  .unsafeFlags(["-O3", "-fno-math-errno", "-ffp-contract=off"])
]
// What came from a file or a socket is validated at the border; inside, release builds run unchecked.
let unchecked: [SwiftSetting] = [.unsafeFlags(["-Ounchecked"], .when(configuration: .release))]

let package = Package(
  name: "dragoman",
  products: [
    .executable(name: "dragoman", targets: ["dragoman"]),
    .executable(name: "dragoman-bench", targets: ["dragoman-bench"]),
  ],
  targets: [
    .systemLibrary(name: "COpenBLAS"),
    .target(name: "CKernels", cSettings: optimisedC),
    .target(name: "CLinux"),
    .target(name: "CResources", exclude: ["files", "README.md"], cSettings: [.headerSearchPath("files")]),
    .target(name: "Resources", dependencies: ["CResources"]),
    .target(name: "Tensor", dependencies: ["CKernels", "CLinux", "COpenBLAS"], swiftSettings: unchecked),
    .target(name: "JSON"),
    .target(name: "Compression"),
    .target(name: "Files", dependencies: ["Compression", "JSON"]),
    .target(name: "Archive", dependencies: ["Compression", "Files"]),
    .target(name: "Checkpoint", dependencies: ["Archive", "CKernels", "Files", "JSON"]),
    .target(
      name: "Models", dependencies: ["CKernels", "Checkpoint", "Files", "JSON", "Tensor", "Tokenization"],
      swiftSettings: unchecked),
    .target(name: "Decoding", dependencies: ["Models", "Tensor"], swiftSettings: unchecked),
    .target(name: "Languages", dependencies: ["Resources"]),
    .target(name: "Tokenization", dependencies: ["Files", "JSON", "Languages"]),
    .target(name: "Batching"),
    .target(name: "LanguageDetection", dependencies: ["Files", "Resources"], swiftSettings: unchecked),
    .target(name: "Metrics"),
    .target(name: "Documents", dependencies: ["Archive", "Compression", "Files", "Markup"]),
    .target(name: "Markup"),
    .target(name: "Evaluation", swiftSettings: unchecked),
    .target(name: "Plot"),
    .target(name: "HTTP", dependencies: ["CLinux"]),
    .target(
      name: "Translation",
      dependencies: [
        "Archive", "Batching", "Checkpoint", "Decoding", "Files", "LanguageDetection", "Languages", "Markup", "Models",
        "Resources", "Tensor", "Tokenization",
      ]),
    .target(
      name: "API",
      dependencies: [
        "Archive", "Compression", "Documents", "Files", "HTTP", "JSON", "LanguageDetection", "Languages", "Metrics",
        "Resources", "Translation",
      ],
      exclude: ["README.md"]),
    .target(name: "Terminal"),
    .target(name: "Benchmark", dependencies: ["Decoding", "Models", "Terminal", "Translation"]),
    .executableTarget(
      name: "dragoman", dependencies: ["API", "Archive", "Benchmark", "CLinux", "Documents", "Terminal"]),
    .executableTarget(
      name: "dragoman-bench",
      dependencies: [
        "Batching", "Benchmark", "CKernels", "Decoding", "Evaluation", "JSON", "Models", "Plot", "Tensor", "Terminal",
        "Translation",
      ]),

    .target(
      name: "Support", dependencies: ["Checkpoint", "Compression", "Files", "Models", "Tensor"], path: "Tests/Support"),
    .target(name: "CCost", path: "Tests/CCost"),
    .executableTarget(
      name: "dragoman-cost",
      dependencies: [
        "API", "Archive", "CCost", "Decoding", "Documents", "HTTP", "JSON", "Models", "Support", "Translation",
      ],
      path: "Tests/Cost"),
    .executableTarget(
      name: "dragoman-fuzz",
      dependencies: [
        "Archive", "Checkpoint", "Compression", "Documents", "Files", "HTTP", "JSON", "Markup", "Tokenization",
      ],
      path: "Tests/Fuzz", exclude: ["corpus"], swiftSettings: [.unsafeFlags(["-parse-as-library"])]),
    .testTarget(name: "FuzzTests", dependencies: ["Archive", "dragoman-fuzz"]),
    // It runs dragoman-cost and must not be linked with it, whose functions for the heap would be those of all tests.
    .testTarget(name: "CostTests", dependencies: ["Support"]),
    .testTarget(name: "CompressionTests", dependencies: ["Compression", "Support"], exclude: ["Fixtures"]),
    .testTarget(name: "JSONTests", dependencies: ["JSON", "Support"]),
    .testTarget(name: "FilesTests", dependencies: ["Compression", "Files", "Support"]),
    .testTarget(name: "ArchiveTests", dependencies: ["Archive", "Compression", "Files", "Support"]),
    .testTarget(name: "TensorTests", dependencies: ["CKernels", "Tensor", "Support"]),
    .testTarget(name: "CheckpointTests", dependencies: ["Checkpoint", "Files", "Support"]),
    .testTarget(
      name: "ModelsTests", dependencies: ["Archive", "Decoding", "Files", "Models", "Support", "Tokenization"]),
    .testTarget(name: "DecodingTests", dependencies: ["CKernels", "Decoding", "Support"]),
    .testTarget(name: "TokenizationTests", dependencies: ["Files", "Tokenization", "Support"], exclude: ["Fixtures"]),
    .testTarget(name: "BatchingTests", dependencies: ["Batching", "Support"]),
    .testTarget(name: "LanguageDetectionTests", dependencies: ["Files", "LanguageDetection", "Resources", "Support"]),
    .testTarget(name: "LanguagesTests", dependencies: ["Languages"]),
    .testTarget(name: "MetricsTests", dependencies: ["Metrics"]),
    .testTarget(name: "DocumentsTests", dependencies: ["Documents", "Markup"]),
    .testTarget(name: "MarkupTests", dependencies: ["Markup", "Support"]),
    .testTarget(name: "EvaluationTests", dependencies: ["Evaluation", "JSON"]),
    .testTarget(name: "PlotTests", dependencies: ["Plot"]),
    .testTarget(name: "HTTPTests", dependencies: ["HTTP", "Support"]),
    .testTarget(name: "TranslationTests", dependencies: ["Archive", "Files", "Support", "Tensor", "Translation"]),
    .testTarget(
      name: "APITests",
      dependencies: ["API", "Archive", "Compression", "Documents", "Files", "JSON", "LanguageDetection", "Support"]),
    .testTarget(name: "TerminalTests", dependencies: ["Support", "Terminal"]),
    .testTarget(
      name: "dragomanTests",
      dependencies: ["API", "Archive", "Benchmark", "Documents", "HTTP", "Models", "Support", "Terminal", "dragoman"]),
    .testTarget(
      name: "dragoman-benchTests", dependencies: ["Evaluation", "JSON", "Models", "Support", "dragoman-bench"]),
  ],
  swiftLanguageModes: [.v6]
)

// Code of tests is not optimised in release builds either: that would take most of the time of such a build.
for target in package.targets where target.type == .test {
  target.swiftSettings = [.unsafeFlags(["-Onone"], .when(configuration: .release))]
}
