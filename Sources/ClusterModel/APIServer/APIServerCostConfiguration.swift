// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents
package import Scenario

/// What requests cost an API server in CPU time: a group of knobs of `kube-apiserver`.
///
/// All are times on the machine that was measured; the model divides them by the machine's
/// `cpu-speed`. Measured on Kubernetes 1.36.2 (two busy cores); older versions differ by a factor that
/// nobody has published.
package struct APIServerCostConfiguration: Sendable, Codable {
  package var readCPU: SimDuration
  package var createCPU: SimDuration
  package var writeCPU: SimDuration
  package var podCreateCPU: SimDuration
  package var cpuPerKilobyte: SimDuration
  package var writeCPUPerKilobyte: SimDuration
  package var patchCPUPerKilobyte: SimDuration
  package var wakeUpCPU: SimDuration
  package var jsonCPUPerMessage: SimDuration
  package var jsonCPUPerKilobyte: SimDuration
  package var listCPUPerObject: SimDuration
  package var listCPUPerKilobyte: SimDuration
  package var listJSONCPUPerKilobyte: SimDuration
  package var listScanCPU: SimDuration
  package var listDecodeCPU: SimDuration
  package var listDecodeCPUPerKilobyte: SimDuration
  package var consistentReadCPU: SimDuration
  package var consistentReadCPUPerObject: SimDuration
  package var gzipCPUPerKilobyte: SimDuration

  package static let readCPU = Knob<SimDuration>(
    "cpu-per-read", default: .microseconds(450), in: .zero ... .seconds(1),
    help: "CPU of a GET or LIST, objects and wake-ups apart.",
    source:
      "fitted on GET lease, 32 workers, of data/real-control-plane/k8s_ops.csv: 449 us "
      + "(1.36.2)")
  package static let createCPU = Knob<SimDuration>(
    "cpu-per-create", default: .microseconds(1_450), in: .zero ... .seconds(1),
    help: "CPU of a POST, bytes and wake-ups apart.",
    source:
      "fitted on mkleases of data/real-control-plane/k8s_ops.csv, 1,000 nodes: 1,522 us "
      + "(1.36.2)")
  package static let writeCPU = Knob<SimDuration>(
    "cpu-per-write", default: .microseconds(1_800), in: .zero ... .seconds(1),
    help: "CPU of a PUT, PATCH or DELETE, bytes and wake-ups apart.",
    source:
      "facts/real-calibration.md §2: PUT lease 1,810 to 2,210 us with 32 to 64 workers "
      + "(1.36)")
  package static let podCreateCPU = Knob<SimDuration>(
    "pod-admission-cpu", default: .microseconds(2_000), in: .zero ... .seconds(1),
    help: "CPU that a POST of a pod takes more than another object of its size.",
    source:
      "fitted on mkpods of data/real-control-plane/k8s_ops.csv, 20,000 pods: 4,211 us "
      + "(1.36.2)")
  package static let cpuPerKilobyte = Knob<SimDuration>(
    "cpu-per-kilobyte", default: .microseconds(34), in: .zero ... .seconds(1),
    help: "CPU of a GET from etcd or a DELETE for each 10^3 bytes of the object.",
    source: "facts/real-calibration.md §2: 34 to 47 us per KB on the single-object path (1.36)")
  package static let writeCPUPerKilobyte = Knob<SimDuration>(
    "write-cpu-per-kilobyte", default: .microseconds(165), in: .zero ... .seconds(1),
    help: "CPU of a POST or PUT for each 10^3 bytes of the object.",
    source:
      "fitted on mknodes of data/real-control-plane/k8s_ops.csv, 1,000 nodes: 3,622 us at "
      + "13.5 KB")
  package static let patchCPUPerKilobyte = Knob<SimDuration>(
    "patch-cpu-per-kilobyte", default: .microseconds(172), in: .zero ... .seconds(1),
    help: "CPU of a PATCH for each 10^3 bytes of the object, which is read, merged and rewritten.",
    source: "facts/real-calibration.md §2: PATCH node status 4,160 us at 13.7 KB (1.36)")
  package static let wakeUpCPU = Knob<SimDuration>(
    "cpu-per-wake-up", default: .microseconds(290), in: .zero ... .seconds(1),
    help:
      "CPU of waking a core for a step of a request: on its arrival, on etcd's answer, and "
      + "for a write on the event that brings it to the watch cache.",
    source:
      "fitted on GET lease, 1 worker, of data/real-control-plane/k8s_ops.csv: 579 us more "
      + "than with 32 workers for two steps; no wake-up while every core has work")
  package static let jsonCPUPerMessage = Knob<SimDuration>(
    "json-cpu-per-message", default: .microseconds(390), in: .zero ... .seconds(1),
    help:
      "CPU of one JSON body more than of a protobuf one, bytes apart; a write has two, its "
      + "request and its answer.",
    source: "fitted on GET lease JSON, 32 workers, of data/real-control-plane/k8s_ops.csv: 849 us")
  package static let jsonCPUPerKilobyte = Knob<SimDuration>(
    "json-cpu-per-kilobyte", default: .microseconds(18), in: .zero ... .seconds(1),
    help: "CPU of JSON for each 10^3 bytes of the body on the single-object path.",
    source: "fitted on GET node JSON, 32 workers, of data/real-control-plane/k8s_ops.csv: 1,565 us")
  package static let listCPUPerObject = Knob<SimDuration>(
    "list-cpu-per-object", default: .microseconds(30), in: .zero ... .seconds(1),
    help: "CPU of a LIST for each object that it returns.",
    source: "facts/real-calibration.md §2: pods of 4.5 KB 58 to 83 us, nodes of 13.4 KB 120 us")
  package static let listCPUPerKilobyte = Knob<SimDuration>(
    "list-cpu-per-kilobyte", default: .microseconds(7), in: .zero ... .seconds(1),
    help: "CPU of a LIST, or a GET from the cache, for each 10^3 bytes encoded as protobuf.",
    source: "facts/real-calibration.md §2: pods of 4.5 KB 58 to 83 us, nodes of 13.4 KB 120 us")
  package static let listJSONCPUPerKilobyte = Knob<SimDuration>(
    "list-json-cpu-per-kilobyte", default: .nanoseconds(10_600), in: .zero ... .seconds(1),
    help: "CPU of a LIST for each 10^3 bytes that it encodes as JSON.",
    source:
      "fitted on nodes-consistent JSON, 1,000 nodes, of data/real-control-"
      + "plane/k8s_list.csv: 194 us a node of 15.7 KB")
  package static let listScanCPU = Knob<SimDuration>(
    "list-scan-cpu-per-object", default: .nanoseconds(1_650), in: .zero ... .seconds(1),
    help: "CPU of a LIST for each cached object that a label selector looks at.",
    source: "facts/real-calibration.md §2: a label selector scans at 1.65 us per pod (1.36)")
  package static let listDecodeCPU = Knob<SimDuration>(
    "list-decode-cpu-per-object", default: .microseconds(13), in: .zero ... .seconds(1),
    help: "CPU of a LIST from etcd for each object, which is decoded before it is filtered.",
    source: "KEP-2340: 6.9 cores at one LIST/s of 300,000 objects of 1 KB that selects nothing")
  package static let listDecodeCPUPerKilobyte = Knob<SimDuration>(
    "list-decode-cpu-per-kilobyte", default: .microseconds(10), in: .zero ... .seconds(1),
    help: "CPU of a LIST from etcd for each 10^3 bytes that are decoded.",
    source: "KEP-2340: 3.13 cores at one LIST/s of 300 objects of 1 MB that selects nothing")
  package static let consistentReadCPU = Knob<SimDuration>(
    "consistent-list-cpu", default: .microseconds(600), in: .zero ... .seconds(1),
    help:
      "CPU of making sure that the watch cache is fresh enough for a LIST without "
      + "resourceVersion.",
    source:
      "fitted on pods-consistent-onenode, 2,000 pods, of data/real-control-"
      + "plane/k8s_list.csv: 1,693 us against 858 us with resourceVersion=0")
  package static let consistentReadCPUPerObject = Knob<SimDuration>(
    "consistent-list-cpu-per-object", default: .nanoseconds(37), in: .zero ... .milliseconds(1),
    help:
      "CPU of the same for each object of the whole collection, selected or not. What takes it is not "
      + "known; measured up to 30,000 objects.",
    source:
      "fitted on pods-consistent-onenode less pods-rv0-onenode, 2,000 pods (835 us) and 30,000 "
      + "(1,867 us), of data/real-control-plane/k8s_list.csv")
  package static let gzipCPUPerKilobyte = Knob<SimDuration>(
    "gzip-cpu-per-kilobyte", default: .microseconds(4), in: .zero ... .seconds(1),
    help: "CPU of compressing an answer for each 10^3 bytes before compression.",
    source:
      "fitted on nodes-rv0-gzip protobuf, 2,500 nodes, of data/real-control-"
      + "plane/k8s_list.csv: 192 us a node (gzip adds about 60 %, facts/real-calibration.md "
      + "§2)")

  /// What a section's declaration lists.
  package static var members: [any SectionMember] {
    [
      readCPU,
      createCPU,
      writeCPU,
      podCreateCPU,
      cpuPerKilobyte,
      writeCPUPerKilobyte,
      patchCPUPerKilobyte,
      wakeUpCPU,
      jsonCPUPerMessage,
      jsonCPUPerKilobyte,
      listCPUPerObject,
      listCPUPerKilobyte,
      listJSONCPUPerKilobyte,
      listScanCPU,
      listDecodeCPU,
      listDecodeCPUPerKilobyte,
      consistentReadCPU,
      consistentReadCPUPerObject,
      gzipCPUPerKilobyte,
    ]
  }

  package init(_ reader: inout SectionReader) {
    readCPU = reader[Self.readCPU]
    createCPU = reader[Self.createCPU]
    writeCPU = reader[Self.writeCPU]
    podCreateCPU = reader[Self.podCreateCPU]
    cpuPerKilobyte = reader[Self.cpuPerKilobyte]
    writeCPUPerKilobyte = reader[Self.writeCPUPerKilobyte]
    patchCPUPerKilobyte = reader[Self.patchCPUPerKilobyte]
    wakeUpCPU = reader[Self.wakeUpCPU]
    jsonCPUPerMessage = reader[Self.jsonCPUPerMessage]
    jsonCPUPerKilobyte = reader[Self.jsonCPUPerKilobyte]
    listCPUPerObject = reader[Self.listCPUPerObject]
    listCPUPerKilobyte = reader[Self.listCPUPerKilobyte]
    listJSONCPUPerKilobyte = reader[Self.listJSONCPUPerKilobyte]
    listScanCPU = reader[Self.listScanCPU]
    listDecodeCPU = reader[Self.listDecodeCPU]
    listDecodeCPUPerKilobyte = reader[Self.listDecodeCPUPerKilobyte]
    consistentReadCPU = reader[Self.consistentReadCPU]
    consistentReadCPUPerObject = reader[Self.consistentReadCPUPerObject]
    gzipCPUPerKilobyte = reader[Self.gzipCPUPerKilobyte]
  }

  /// The same costs on a machine with cores of another speed.
  package func on(_ machine: MachineConfiguration) -> APIServerCostConfiguration {
    var costs = self
    costs.readCPU = machine.cpuTime(readCPU)
    costs.createCPU = machine.cpuTime(createCPU)
    costs.writeCPU = machine.cpuTime(writeCPU)
    costs.podCreateCPU = machine.cpuTime(podCreateCPU)
    costs.cpuPerKilobyte = machine.cpuTime(cpuPerKilobyte)
    costs.writeCPUPerKilobyte = machine.cpuTime(writeCPUPerKilobyte)
    costs.patchCPUPerKilobyte = machine.cpuTime(patchCPUPerKilobyte)
    costs.wakeUpCPU = machine.cpuTime(wakeUpCPU)
    costs.jsonCPUPerMessage = machine.cpuTime(jsonCPUPerMessage)
    costs.jsonCPUPerKilobyte = machine.cpuTime(jsonCPUPerKilobyte)
    costs.listCPUPerObject = machine.cpuTime(listCPUPerObject)
    costs.listCPUPerKilobyte = machine.cpuTime(listCPUPerKilobyte)
    costs.listJSONCPUPerKilobyte = machine.cpuTime(listJSONCPUPerKilobyte)
    costs.listScanCPU = machine.cpuTime(listScanCPU)
    costs.listDecodeCPU = machine.cpuTime(listDecodeCPU)
    costs.listDecodeCPUPerKilobyte = machine.cpuTime(listDecodeCPUPerKilobyte)
    costs.consistentReadCPU = machine.cpuTime(consistentReadCPU)
    costs.consistentReadCPUPerObject = machine.cpuTime(consistentReadCPUPerObject)
    costs.gzipCPUPerKilobyte = machine.cpuTime(gzipCPUPerKilobyte)
    return costs
  }
}
