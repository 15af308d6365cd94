// SPDX-License-Identifier: Apache-2.0

/// The part of the cluster beside whose tracks a metric is shown.
struct TracePlace: Hashable {
  /// In the order from top to bottom.
  enum Part: Int, CaseIterable {
    case jobs, pods, scheduler, apiServers, etcd, controllers, nodes, fabric, platform
  }

  let part: Part
  /// Of a part with members the one that is spoken of; empty for the part as a whole.
  let member: String

  init(metric name: String, labels: [String: String]) {
    if let job = labels["job"], let instance = labels["instance"] {
      part = Self.parts(ofJob: job)
      member = part == .platform ? "\(job) \(instance)" : instance
    } else {
      part = Self.part(of: name)
      member = part == .etcd ? labels["store"] ?? "" : ""
    }
  }

  /// As the heading of its tracks. With one cluster `cluster` is empty.
  func title(cluster: String) -> String {
    let title =
      switch part {
      case .jobs: "jobs"
      case .pods: "pods"
      case .scheduler: "scheduler"
      case .apiServers: member.isEmpty ? "API servers" : "API server \(member)"
      case .etcd:
        // A member is called by its store and number.
        member.isEmpty ? "etcd" : (member.contains("-") ? "etcd member " : "etcd ") + member
      case .controllers: member.isEmpty ? "controllers" : member
      case .nodes: "nodes"
      case .fabric: "network"
      case .platform: member.isEmpty ? "around the cluster" : member
      }
    return cluster.isEmpty ? title : "\(cluster): \(title)"
  }

  private static func parts(ofJob job: String) -> Part {
    switch job {
    case "etcd": .etcd
    case "kube-apiserver": .apiServers
    case "kube-scheduler": .scheduler
    case "kube-controller-manager": .controllers
    default: .platform
    }
  }

  /// By how names begin; the first that fits.
  private static let prefixes: [(String, Part)] = [
    ("kube_job_", .jobs), ("kube_cronjob_", .jobs), ("job_", .jobs), ("training_", .jobs),
    ("pod_groups_", .jobs), ("team_", .jobs), ("kube_pod_", .pods), ("kubelet_pod_", .pods),
    ("kube_node_", .nodes), ("node_collector_", .controllers), ("node_", .nodes),
    ("scheduler_", .scheduler), ("apiserver_", .apiServers), ("etcd_", .etcd),
    ("control_plane_", .controllers), ("leader_election_", .controllers),
    ("cluster_autoscaler_", .controllers), ("endpoint_", .controllers),
    ("cluster_", .nodes), ("kubelet_", .nodes), ("hardware_", .nodes), ("gpu_", .nodes),
    ("cloud_machines_", .nodes), ("image_", .nodes), ("DCGM_", .nodes), ("fabric_", .fabric),
    ("internet_", .fabric), ("ipam_", .fabric), ("nat_", .fabric), ("cloud_routes", .fabric),
  ]

  private static func part(of metric: String) -> Part {
    prefixes.first { metric.hasPrefix($0.0) }?.1 ?? .platform
  }
}
