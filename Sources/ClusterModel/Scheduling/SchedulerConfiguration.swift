// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents
package import Scenario

/// The scheduler of a cluster: `cluster.kube-scheduler`.
package struct SchedulerConfiguration: Configurable {
  package var path: KnobPath
  package var machine: Reference?
  package var apiQPS: Rate
  package var apiBurst: Int
  package var percentageOfNodesToScore: Int
  package var parallelism: Int
  package var queue: SchedulingQueueKind
  package var initialBackoff: SimDuration
  package var maxBackoff: SimDuration
  package var unschedulableDuration: SimDuration
  package var usesQueueingHints: Bool
  package var priorities: KeyedValues<Int>
  package var scorePlugins: KeyedValues<Int>
  package var scoringStrategy: ScoringStrategy
  package var hardPodAffinityWeight: Int
  package var hostSelection: HostSelection
  package var preempts: Bool
  package var costs: SchedulerCosts
  package var startsCold: Bool
  package var leaderElection: LeaderElectionConfiguration
  package var delaysCache: Bool
  package var coscheduling: CoschedulingConfiguration?

  package static let machine = Knob<Reference?>(
    optional: "machine", to: ReferenceTarget("machines"),
    help: "Machine type of the scheduler: cores and their speed.",
    source: "none: without it one core of speed 1")
  package static let apiQPS = Knob<Rate>(
    "kube-api-qps", default: Rate(perSecond: 50),
    in: Rate(perSecond: 0.01)...Rate(perSecond: 1_000_000),
    help: "Bindings per second.", source: "kube-scheduler --kube-api-qps: 50 in all versions")
  package static let apiBurst = Knob<Int>(
    "kube-api-burst", default: 100, in: 1...1_000_000, help: "Bindings that may go at once.",
    source: "kube-scheduler --kube-api-burst: 100 in all versions")
  package static let percentageOfNodesToScore = Knob<Int>(
    "percentageOfNodesToScore", default: 0, in: 0...100,
    help: "Share of the nodes after whose feasible ones the search stops; 0: by cluster size.",
    source: "KubeSchedulerConfiguration: 0 since 1.14; before 1.12 all nodes, which is 100")
  package static let parallelism = Knob<Int>(
    "parallelism", default: 16, in: 1...1_000,
    help: "Nodes that are filtered or scored at the same time, if there are cores.",
    source: "KubeSchedulerConfiguration: 16; Parallelize(16, ...) in 1.8")
  package static let queue = Knob<SchedulingQueueKind>(
    "scheduling-queue", default: .priority,
    help: "One FIFO with back-off (up to 1.10), or active, back-off and unschedulable pods.",
    source: "NewSchedulingQueue: FIFO unless PodPriority is on, which it is since 1.11")
  package static let initialBackoff = Knob<SimDuration>(
    "podInitialBackoffSeconds", default: .seconds(1), in: .milliseconds(1) ... .hours(1),
    help: "Back-off of a pod after its first failure; doubles with each.",
    source: "KubeSchedulerConfiguration: 1 s; factory.go (1.7, 1.8): 1 s")
  package static let maxBackoff = Knob<SimDuration>(
    "podMaxBackoffSeconds", default: .seconds(10), in: .milliseconds(1) ... .hours(24),
    help: "Longest back-off of a pod.",
    source: "KubeSchedulerConfiguration: 10 s (1.18 to 1.36); factory.go (1.7, 1.8): 60 s")
  package static let unschedulableDuration = Knob<SimDuration>(
    "pod-max-in-unschedulable-pods-duration", default: .minutes(5),
    in: .seconds(1) ... .hours(24),
    help: "Time after which a pod that no event has moved is tried again.",
    source: "scheduling_queue.go: 5 min; unschedulableQTimeInterval 60 s up to 1.20")
  package static let usesQueueingHints = Knob<Bool>(
    "SchedulerQueueingHints", default: false,
    help: "An event moves only the pods that it could help.",
    source: "feature gate SchedulerQueueingHints: on by default from 1.32")
  package static let priorities = Knob<KeyedValues<Int>>(
    "priorities", default: KeyedValues(), help: "Priority functions and weights of a policy file.",
    source: "--policy-config-file (up to 1.22); empty: `score-plugins` count")
  package static let scorePlugins = Knob<KeyedValues<Int>>(
    "score-plugins", default: KeyedValues(SchedulerScore.defaultPlugins),
    help: "Score plugins and their weights.",
    source: "apis/config/v1/default_plugins.go; weights of 1.23 and later")
  package static let scoringStrategy = Knob<ScoringStrategy>(
    "scoringStrategy", default: .leastAllocated,
    help: "Whether the plugin NodeResourcesFit spreads or packs.",
    source: "NodeResourcesFitArgs.scoringStrategy.type: LeastAllocated")
  package static let hardPodAffinityWeight = Knob<Int>(
    "hardPodAffinityWeight", default: 1, in: 0...100,
    help: "Preference for nodes whose pods require the pod's company.",
    source: "InterPodAffinityArgs.hardPodAffinityWeight: 1; 1.8 hardPodAffinitySymmetricWeight: 1")
  package static let hostSelection = Knob<HostSelection>(
    "select-host", default: .random, help: "Which of the nodes with the best score is taken.",
    source: "selectHost: at random since 1.14, before in turn (lastNodeIndex)")
  package static let preempts = Knob<Bool>(
    "preemption", default: true,
    help: "Pods of higher priority displace others when they fit nowhere.",
    source: "feature gate PodPriority: on since 1.11")
  package static let startsCold = Knob<Bool>(
    "starts-with-the-run", default: false,
    help: "The scheduler's process starts with the run and has to fill its caches first.",
    source: "none: it has been running")

  package static let delaysCache = Knob<Bool>(
    "delayCacheUntilActive", default: false,
    help: "Candidates fill their caches only when they lead.",
    source: "KubeSchedulerConfiguration delayCacheUntilActive: false, since 1.29 (K pull 115754)")

  package static let coscheduling = OptionalSubsection<CoschedulingConfiguration>("coscheduling")

  package static let declaration = SectionDeclaration("kube-scheduler", help: "The scheduler.") {
    machine
    apiQPS
    apiBurst
    percentageOfNodesToScore
    parallelism
    queue
    initialBackoff
    maxBackoff
    unschedulableDuration
    usesQueueingHints
    priorities
    scorePlugins
    scoringStrategy
    hardPodAffinityWeight
    hostSelection
    preempts
    startsCold
    LeaderElectionConfiguration.members
    delaysCache
    coscheduling
    SchedulerCosts.members
  }

  package init(_ reader: inout SectionReader) {
    path = reader.path
    machine = reader[Self.machine]
    apiQPS = reader[Self.apiQPS]
    apiBurst = reader[Self.apiBurst]
    percentageOfNodesToScore = reader[Self.percentageOfNodesToScore]
    parallelism = reader[Self.parallelism]
    queue = reader[Self.queue]
    initialBackoff = reader[Self.initialBackoff]
    maxBackoff = reader[Self.maxBackoff]
    unschedulableDuration = reader[Self.unschedulableDuration]
    usesQueueingHints = reader[Self.usesQueueingHints]
    priorities = reader[Self.priorities]
    scorePlugins = reader[Self.scorePlugins]
    scoringStrategy = reader[Self.scoringStrategy]
    hardPodAffinityWeight = reader[Self.hardPodAffinityWeight]
    hostSelection = reader[Self.hostSelection]
    preempts = reader[Self.preempts]
    startsCold = reader[Self.startsCold]
    leaderElection = LeaderElectionConfiguration(&reader)
    delaysCache = reader[Self.delaysCache]
    coscheduling = reader.optionalSection(Self.coscheduling)
    costs = SchedulerCosts(&reader)
    for (name, weight) in priorities.pairs + scorePlugins.pairs where !(0...1_000).contains(weight)
    {
      reader.fail(nil, "the weight of '\(name)' is \(weight); weights lie between 0 and 1,000")
    }
    for name in priorities.pairs.map(\.key) where SchedulerScore.priorities[name] == nil {
      reader.fail(
        Self.priorities, "no priority function is called '\(name)'",
        hint: SchedulerScore.priorities.keys.sorted().joined(separator: ", "))
    }
    for name in scorePlugins.pairs.map(\.key) where SchedulerScore.plugins[name] == nil {
      reader.fail(
        Self.scorePlugins, "no score plugin is called '\(name)'",
        hint: SchedulerScore.plugins.keys.sorted().joined(separator: ", "))
    }
    if maxBackoff < initialBackoff {
      reader.fail(Self.maxBackoff, "the longest back-off is shorter than the first")
    }
  }
}

/// How pods wait for their turn.
package enum SchedulingQueueKind: String, KnobChoice, Codable, Sendable {
  case fifo
  case priority
}

/// `NodeResourcesFitArgs.scoringStrategy.type`.
package enum ScoringStrategy: String, KnobChoice, Codable, Sendable {
  case leastAllocated = "LeastAllocated"
  case mostAllocated = "MostAllocated"
}

/// Which of several best nodes is taken.
package enum HostSelection: String, KnobChoice, Codable, Sendable {
  case random
  case inTurn = "in-turn"
}
