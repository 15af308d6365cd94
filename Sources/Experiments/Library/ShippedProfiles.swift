// SPDX-License-Identifier: Apache-2.0

/// The profiles of `Scenarios/profiles` as they were when the program was built, so that the binary
/// runs anywhere.
package enum ShippedProfiles {
  /// The text of each profile by the name that `extends` uses, sorted by name.
  package static let all: [(name: String, text: String)] = [
    ("azure-2018", text(PackageResources.azure_2018_yaml)),
    ("azure-2020", text(PackageResources.azure_2020_yaml)),
    ("failure-rates", text(PackageResources.failure_rates_yaml)),
    ("gpu-nodes", text(PackageResources.gpu_nodes_yaml)),
    ("job-mix-helios", text(PackageResources.job_mix_helios_yaml)),
    ("job-mix-kalos", text(PackageResources.job_mix_kalos_yaml)),
    ("job-mix-philly", text(PackageResources.job_mix_philly_yaml)),
    ("job-mix-seren", text(PackageResources.job_mix_seren_yaml)),
    ("kubernetes-1.18", text(PackageResources.kubernetes_1_18_yaml)),
    ("kubernetes-1.20", text(PackageResources.kubernetes_1_20_yaml)),
    ("kubernetes-1.28", text(PackageResources.kubernetes_1_28_yaml)),
    ("kubernetes-1.36", text(PackageResources.kubernetes_1_36_yaml)),
    ("kubernetes-1.8", text(PackageResources.kubernetes_1_8_yaml)),
    ("measured-2026", text(PackageResources.measured_2026_yaml)),
    ("silent-nodes", text(PackageResources.silent_nodes_yaml)),
  ]

  /// The same as a dictionary, for the loader.
  static let byName = Dictionary(
    all.map { ($0.name, $0.text) }, uniquingKeysWith: { first, _ in first })

  private static func text(_ bytes: [UInt8]) -> String {
    String(decoding: bytes, as: UTF8.self)
  }
}
