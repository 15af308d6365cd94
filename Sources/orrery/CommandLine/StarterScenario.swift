// SPDX-License-Identifier: Apache-2.0
import Scenario

/// The file that `orrery new` writes: small, commented, runs as it is and needs no profile.
enum StarterScenario {
  static let defaultTitle = "Heartbeats of 500 nodes through etcd"

  static func text(title: String) -> String {
    """
    # A scenario for Orrery. Run it with `orrery run FILE`, check it with `orrery validate FILE`, see
    # every value it uses with `orrery plan FILE --resolved`. `orrery list knobs` lists what may be
    # stated here, `orrery list metrics` what `expect` may speak of.
    orrery: 1
    title: \(JSONValue.string(title).text())

    # What things are made of. Values carry units; a time may be a distribution.
    disks:
      network: { write-latency: 'lognormal(median: 8ms, sigma: 0.5)', iops: 500/s }
      local-ssd: { write-latency: 'lognormal(median: 0.3ms, sigma: 0.3)' }
    machines:
      master: { cpu: 8, memory: 32GiB }
      worker: { cpu: 24, memory: 224GiB, gpus: 4 }

    # The cluster. Knobs are called what the real flags are called.
    cluster:
      nodePools:
        - { name: gpu, machine: worker, count: 500 }
      etcd:
        main: { members: 3, machine: master, disk: network }
      kube-apiserver: { replicas: 2, machine: master, max-requests-inflight: 400 }
      kubelet: { node-status-update-frequency: 10s }

    # What keeps it busy besides the nodes' own heartbeats.
    workload:
      - name: configuration
        requests: { verb: update, resource: configmaps, rate: 20/s, objects: 100 }

    # How long, how often, with which luck. `--tier quick` uses what `quick` says.
    run:
      duration: 10m
      warmUp: 2m
      seed: 1
      replications: 3
      quick: { duration: 3m, warmUp: 1m, replications: 2 }

    # Alternatives, run side by side with the scenario as written, with the same luck.
    variants:
      local-ssd: { cluster.etcd.main.disk: local-ssd }

    # What the run has to show; a missed expectation makes `orrery run` exit with 3. T4: only the
    # direction is claimed.
    expect:
      - id: the-disk-decides
        that: p99(etcd_request_duration_seconds) / variant(local-ssd) > 2
        class: T4
        because: a write waits for the disks of a majority
    """
  }
}
