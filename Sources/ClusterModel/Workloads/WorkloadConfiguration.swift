// SPDX-License-Identifier: Apache-2.0
package import Scenario

/// An entry of `workload`: a name and exactly one kind of load.
package struct WorkloadConfiguration: Configurable {
  package var path: KnobPath
  package var cluster: String?
  package var kind: Kind

  package enum Kind: Sendable {
    case agents(AgentsConfiguration)
    case requests(RequestLoadConfiguration)
    case jobs(JobsConfiguration)
    /// Only while a scenario is read: becomes the jobs of its classes.
    case jobMix(JobMixConfiguration)
    case cronJob(CronJobConfiguration)
    case deployment(DeploymentConfiguration)
    case statefulSet(StatefulSetConfiguration)
    case daemonSet(DaemonSetConfiguration)
    case diskWriter(DiskWriterConfiguration)
    case storeClients(StoreClientsConfiguration)
    case storeWatchers(StoreWatchersConfiguration)
    case lookups(LookupsConfiguration)
    case connections(ConnectionsConfiguration)
    case transfers(TransfersConfiguration)
    case downloads(DownloadsConfiguration)
    case nodeServices(NodeServicesConfiguration)
    case trainingJobs(TrainingJobsConfiguration)
    /// The entry is broken; an error has been reported.
    case none
  }

  /// The workload whose pods it talks to.
  package var podsOf: String? {
    switch kind {
    case .connections(let connections): connections.target
    case .transfers(let transfers): transfers.podsOf
    case .downloads(let downloads): downloads.podsOf
    default: nil
    }
  }

  /// The store that it talks to without an API server between.
  package var storeOfClients: String? {
    switch kind {
    case .storeClients(let clients): clients.store
    case .storeWatchers(let watchers): watchers.store
    default: nil
    }
  }

  /// The section that its pods are described in.
  var podsPath: KnobPath? {
    switch kind {
    case .jobs(let jobs): jobs.path
    case .cronJob(let cronJob): cronJob.path
    case .deployment(let deployment): deployment.path
    case .statefulSet(let set): set.path
    case .daemonSet(let set): set.path
    default: nil
    }
  }

  /// What it says of its pods; `nil` for a load that makes none.
  package var podTemplate: PodTemplateConfiguration? {
    switch kind {
    case .jobs(let jobs): jobs.spec.template
    case .jobMix(let mix): mix.template
    case .cronJob(let cronJob): cronJob.spec.template
    case .deployment(let deployment): deployment.template
    case .statefulSet(let set): set.template
    case .daemonSet(let set): set.template
    case .trainingJobs(let jobs): jobs.pods?.template
    case .agents, .requests, .diskWriter, .storeClients, .storeWatchers, .lookups, .connections,
      .transfers, .downloads, .nodeServices, .none:
      nil
    }
  }

  package static let cluster = Knob<String?>(
    optional: "in-cluster", help: "Name of the cluster; absent: the first.",
    source: "stated by the scenario")
  package static let agents = OptionalSubsection<AgentsConfiguration>("agents")
  package static let requests = OptionalSubsection<RequestLoadConfiguration>("requests")
  package static let jobs = OptionalSubsection<JobsConfiguration>("jobs")
  package static let jobMix = OptionalSubsection<JobMixConfiguration>("job-mix")
  package static let cronJob = OptionalSubsection<CronJobConfiguration>("cron-job")
  package static let deployment = OptionalSubsection<DeploymentConfiguration>("deployment")
  package static let statefulSet = OptionalSubsection<StatefulSetConfiguration>("stateful-set")
  package static let daemonSet = OptionalSubsection<DaemonSetConfiguration>("daemon-set")
  package static let diskWriter = OptionalSubsection<DiskWriterConfiguration>("disk-writer")
  package static let storeClients = OptionalSubsection<StoreClientsConfiguration>("etcd-clients")
  package static let storeWatchers = OptionalSubsection<StoreWatchersConfiguration>(
    "etcd-watchers")

  package static let lookups = OptionalSubsection<LookupsConfiguration>("lookups")
  package static let connections = OptionalSubsection<ConnectionsConfiguration>("connections")
  package static let transfers = OptionalSubsection<TransfersConfiguration>("transfers")
  package static let downloads = OptionalSubsection<DownloadsConfiguration>("downloads")
  package static let nodeServices = OptionalSubsection<NodeServicesConfiguration>("node-services")
  package static let trainingJobs = OptionalSubsection<TrainingJobsConfiguration>("training-jobs")

  package static let declaration = SectionDeclaration(
    "workload", help: "A load on the cluster: a name and exactly one kind."
  ) {
    cluster
    OneOf {
      agents
      requests
      jobs
      jobMix
      cronJob
      deployment
      statefulSet
      daemonSet
      diskWriter
      storeClients
      storeWatchers
      lookups
      connections
      transfers
      downloads
      nodeServices
      trainingJobs
    }
  }

  package init(_ reader: inout SectionReader) {
    path = reader.path
    cluster = reader[Self.cluster]
    let agents = reader.optionalSection(Self.agents)
    let requests = reader.optionalSection(Self.requests)
    let jobs = reader.optionalSection(Self.jobs)
    let jobMix = reader.optionalSection(Self.jobMix)
    let cronJob = reader.optionalSection(Self.cronJob)
    let deployment = reader.optionalSection(Self.deployment)
    let statefulSet = reader.optionalSection(Self.statefulSet)
    let daemonSet = reader.optionalSection(Self.daemonSet)
    let diskWriter = reader.optionalSection(Self.diskWriter)
    let storeClients = reader.optionalSection(Self.storeClients)
    let storeWatchers = reader.optionalSection(Self.storeWatchers)
    let lookups = reader.optionalSection(Self.lookups)
    let connections = reader.optionalSection(Self.connections)
    let transfers = reader.optionalSection(Self.transfers)
    let downloads = reader.optionalSection(Self.downloads)
    let nodeServices = reader.optionalSection(Self.nodeServices)
    let trainingJobs = reader.optionalSection(Self.trainingJobs)
    if let agents {
      kind = .agents(agents)
    } else if let requests {
      kind = .requests(requests)
    } else if let jobs {
      kind = .jobs(jobs)
    } else if let jobMix {
      kind = .jobMix(jobMix)
    } else if let cronJob {
      kind = .cronJob(cronJob)
    } else if let deployment {
      kind = .deployment(deployment)
    } else if let statefulSet {
      kind = .statefulSet(statefulSet)
    } else if let daemonSet {
      kind = .daemonSet(daemonSet)
    } else if let diskWriter {
      kind = .diskWriter(diskWriter)
    } else if let storeClients {
      kind = .storeClients(storeClients)
    } else if let storeWatchers {
      kind = .storeWatchers(storeWatchers)
    } else if let lookups {
      kind = .lookups(lookups)
    } else if let connections {
      kind = .connections(connections)
    } else if let transfers {
      kind = .transfers(transfers)
    } else if let downloads {
      kind = .downloads(downloads)
    } else if let nodeServices {
      kind = .nodeServices(nodeServices)
    } else if let trainingJobs {
      kind = .trainingJobs(trainingJobs)
    } else {
      kind = .none
    }
  }
}

extension Named<WorkloadConfiguration> {
  /// The workloads that an entry stands for: a mix of jobs for one of each class.
  var expanded: [Named<WorkloadConfiguration>] {
    guard case .jobMix(let mix) = value.kind else { return [self] }
    return mix.jobsOfClasses.map { entry in
      var workload = value
      workload.kind = .jobs(entry.value)
      return Named(name: "\(name)/\(entry.name)", value: workload)
    }
  }
}
