// SPDX-License-Identifier: Apache-2.0
import ArgumentParser

@main
struct Orrery: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Simulates Kubernetes GPU clusters.")
}
