// SPDX-License-Identifier: Apache-2.0

/// A resource made so many times as large or as fast, everything else as it was.
package struct Relief: Sendable, Hashable {
  /// What is relieved, such as `disk azure/P30`.
  package let resource: String
  /// It is not a resource that grows but a load that shrinks.
  package let isLoad: Bool
  /// Texts of `--set`.
  package let overrides: [String]

  /// All resources of a configuration that can be relieved, in the order of the rules; those that no
  /// part of the configuration refers to are left out.
  package static func all(in knobs: [SavedResult.Knob], factor: Double) -> [Relief] {
    let named = referred(in: knobs)
    var reliefs: [(resource: String, isLoad: Bool, overrides: [String])] = []
    for rule in ReliefRule.all {
      for knob in knobs {
        guard let name = rule.match(knob.path),
          rule.kind.map({ named[$0, default: []].contains(name) }) ?? true,
          let value = rule.change.apply(to: knob.value, factor: factor)
        else { continue }
        let resource = rule.resource.replacing("*", with: name)
        let override = "\(knob.path)=\(value)"
        if let index = reliefs.firstIndex(where: { $0.resource == resource }) {
          reliefs[index].overrides.append(override)
        } else {
          reliefs.append((resource, rule.isLoad, [override]))
        }
      }
    }
    return reliefs.map {
      Relief(resource: $0.resource, isLoad: $0.isLoad, overrides: $0.overrides)
    }
  }

  /// Machines, disks and registries that something names.
  private static func referred(in knobs: [SavedResult.Knob]) -> [String: Set<String>] {
    func values(_ suffixes: [String], below prefix: String = "") -> Set<String> {
      Set(
        knobs.filter { knob in
          knob.path.hasPrefix(prefix) && suffixes.contains { knob.path.hasSuffix($0) }
        }.map(\.value))
    }
    let machines = values([".machine"])
    let disks = Set(
      knobs.filter { knob in
        guard knob.path.hasSuffix("disk") else { return false }
        guard knob.path.hasPrefix("machines.") else { return true }
        return machines.contains { knob.path.hasPrefix("machines.\($0).") }
      }.map(\.value))
    return ["machines": machines, "disks": disks, "registries": values([".registry"])]
  }
}

/// Which knobs make up a resource.
struct ReliefRule {
  enum Change {
    /// The knob is a capacity or a rate.
    case more
    /// The knob is a time or a cost.
    case less
    /// The knob turns a restriction on.
    case off

    func apply(to value: String, factor: Double) -> String? {
      switch self {
      case .more: KnobScale.scaled(value, by: factor)
      case .less: KnobScale.scaled(value, by: 1 / factor)
      case .off: value == "true" ? "false" : nil
      }
    }
  }

  /// With `*` for the name in the path.
  let resource: String
  /// Parts of the path with `*` for a name; the last part may end with `*`.
  private let parts: [String]
  let change: Change

  init(_ resource: String, _ path: String, _ change: Change) {
    self.resource = resource
    parts = path.split(separator: ".").map(String.init)
    self.change = change
  }

  var isLoad: Bool { parts[0] == "workload" && change == .less || parts.last == "every" }

  /// The collection whose members are looked at only if something refers to them.
  var kind: String? {
    ["machines", "disks", "registries"].contains(parts[0]) ? parts[0] : nil
  }

  /// The name that stands for `*`; empty when the path has none; nil when it does not match.
  func match(_ path: String) -> String? {
    // Names may contain dots, so the fixed parts are taken off both ends.
    guard let star = parts.firstIndex(of: "*") else {
      return Self.matches(path, parts.joined(separator: ".")) ? "" : nil
    }
    let head = parts[..<star].joined(separator: ".") + "."
    let tail = "." + parts[(star + 1)...].joined(separator: ".")
    guard path.hasPrefix(head) else { return nil }
    let rest = path.dropFirst(head.count)
    if tail.hasSuffix("*") {
      guard let place = rest.firstRange(of: tail.dropLast()),
        !rest[place.upperBound...].contains(".")
      else { return nil }
      return String(rest[..<place.lowerBound])
    }
    return rest.hasSuffix(tail) ? String(rest.dropLast(tail.count)) : nil
  }

  private static func matches(_ path: String, _ pattern: String) -> Bool {
    pattern.hasSuffix("*") ? path.hasPrefix(pattern.dropLast()) : path == pattern
  }

  /// Networks before machines: the rate of uplinks is stated as a share of the cards', so that faster
  /// cards relieve them too, and of equal effects the first named comes first.
  static let all: [ReliefRule] =
    stores + servers + clients + networks + machines + images + clouds + loads

  private static let stores: [ReliefRule] = [
    ReliefRule("disk *", "disks.*.write-latency", .less),
    ReliefRule("disk *", "disks.*.iops", .more),
    ReliefRule("disk *", "disks.*.iops-burst", .more),
    ReliefRule("disk *", "disks.*.bandwidth", .more),
    ReliefRule("CPU of etcd *", "cluster.etcd.*.cpu-per-*", .less),
    ReliefRule("CPU of etcd *", "cluster.etcd.*.log-cpu-per-*", .less),
    ReliefRule("CPU of etcd *", "cluster.etcd.*.apply-cpu-per-*", .less),
    ReliefRule("CPU of etcd *", "cluster.etcd.*.range-cpu-per-*", .less),
    ReliefRule("entries per log sync of etcd *", "cluster.etcd.*.max-entries-per-sync", .more),
    ReliefRule("quota of etcd *", "cluster.etcd.*.quota-backend-bytes", .more),
  ]

  private static let servers: [ReliefRule] = [
    ReliefRule("CPU of kube-apiserver", "cluster.kube-apiserver.cpu-per-*", .less),
    ReliefRule("CPU of kube-apiserver", "cluster.kube-apiserver.list-cpu-per-*", .less),
    ReliefRule("CPU of kube-apiserver", "cluster.kube-apiserver.list-scan-cpu-per-*", .less),
    ReliefRule("CPU of kube-apiserver", "cluster.kube-apiserver.list-decode-cpu-per-*", .less),
    ReliefRule("CPU of kube-apiserver", "cluster.kube-apiserver.list-json-cpu-per-*", .less),
    ReliefRule("CPU of kube-apiserver", "cluster.kube-apiserver.json-cpu-per-*", .less),
    ReliefRule("CPU of kube-apiserver", "cluster.kube-apiserver.write-cpu-per-*", .less),
    ReliefRule("CPU of kube-apiserver", "cluster.kube-apiserver.patch-cpu-per-*", .less),
    ReliefRule("CPU of kube-apiserver", "cluster.kube-apiserver.watch-cpu-per-*", .less),
    ReliefRule("CPU of kube-apiserver", "cluster.kube-apiserver.pod-admission-cpu", .less),
    ReliefRule("in-flight limit", "cluster.kube-apiserver.max-requests-inflight", .more),
    ReliefRule("in-flight limit", "cluster.kube-apiserver.max-mutating-requests-inflight", .more),
    ReliefRule("webhook *", "cluster.kube-apiserver.admission-webhooks.*.latency", .less),
    ReliefRule("CPU of kube-scheduler", "cluster.kube-scheduler.cpu-per-*", .less),
  ]

  private static let clients: [ReliefRule] =
    ["kube-scheduler", "kube-controller-manager", "kubelet"].flatMap { client in
      ["kube-api-qps", "kube-api-burst"].map {
        ReliefRule("client limit of \(client)", "cluster.\(client).\($0)", .more)
      }
    } + [
      ReliefRule("client limit of events", "cluster.event-recording.event-qps", .more),
      ReliefRule("client limit of events", "cluster.event-recording.event-burst", .more),
    ]

  private static let machines: [ReliefRule] = [
    ReliefRule("cores of *", "machines.*.cpu", .more),
    ReliefRule("memory of *", "machines.*.memory", .more),
    ReliefRule("network card of *", "machines.*.network-bandwidth", .more),
    ReliefRule("overlay on *", "machines.*.overlay-bandwidth", .more),
    ReliefRule("DNS limit of *", "machines.*.external-lookups", .more),
  ]

  private static let images: [ReliefRule] = [
    ReliefRule("image download", "cluster.kubelet.image-download-rate", .more),
    ReliefRule("image extraction", "cluster.kubelet.image-decompression-rate", .more),
    ReliefRule("image pulls at a time", "cluster.kubelet.serialize-image-pulls", .off),
    ReliefRule("image pulls at a time", "cluster.kubelet.max-parallel-image-pulls", .more),
    ReliefRule("registry limit of the kubelet", "cluster.kubelet.registry-qps", .more),
    ReliefRule("registry limit of the kubelet", "cluster.kubelet.registry-burst", .more),
    ReliefRule("quota of registry *", "registries.*.pull-quota", .more),
  ]

  private static let networks: [ReliefRule] = [
    ReliefRule("fabric uplinks", "cluster.fabric.oversubscription", .less),
    ReliefRule("Internet link", "cluster.fabric.internet.bandwidth", .more),
    ReliefRule("NAT gateway", "cluster.fabric.internet.nat-bandwidth", .more),
    ReliefRule(
      "blob store of *", "workload.*.training-jobs.checkpoint.blob-store-bandwidth", .more),
  ]

  private static let loads: [ReliefRule] = [
    ReliefRule("*", "workload.*.requests.rate", .less),
    ReliefRule("*", "workload.*.requests.rate-per-node", .less),
    ReliefRule("*", "workload.*.jobs.rate", .less),
    ReliefRule("*", "workload.*.lookups.rate", .less),
    ReliefRule("*", "workload.*.agents.every", .more),
  ]

  private static let clouds: [ReliefRule] = [
    ReliefRule("quota of the cloud", "cloud.quota-cores", .more),
    ReliefRule("provisioning of the cloud", "cloud.provisioning-rate", .more),
  ]
}
