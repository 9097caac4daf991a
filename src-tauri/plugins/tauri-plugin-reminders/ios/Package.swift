// swift-tools-version:5.3

import PackageDescription

let package = Package(
  name: "tauri-plugin-reminders",
  platforms: [
    .macOS(.v10_13),
    .iOS(.v14),
  ],
  products: [
    .library(
      name: "tauri-plugin-reminders",
      type: .static,
      targets: ["tauri-plugin-reminders"])
  ],
  dependencies: [
    .package(name: "Tauri", path: "../.tauri/tauri-api")
  ],
  targets: [
    .target(
      name: "tauri-plugin-reminders",
      dependencies: [
        .byName(name: "Tauri")
      ],
      path: "Sources")
  ]
)
