// SPDX-License-Identifier: Apache-2.0
package import Measurement

/// Every metric that the model can record: what `orrery list metrics` shows and expectations may
/// speak of.
package enum MetricCatalogue {
  package static let all: [MetricDeclaration] =
    [
      .etcdWalFsync, .etcdBackendCommit, .etcdWalSyncs, .etcdBackendCommits,
      .etcdProposalsCommitted, .etcdProposalsPending, .etcdReadsPending, .etcdFileBytes,
      .etcdBytesInUse, .etcdQuotaBytes, .etcdNoSpaceAlarm, .etcdSentBytes, .etcdRefusedWrites,
      .etcdHasLeader, .etcdIsLeader, .etcdLeaderChanges, .etcdSnapshotsSent,
      .etcdDefragmentation, .etcdCompaction, .etcdLeasesExpired, .etcdWatchers, .etcdSlowWatchers,
      .etcdPendingEvents, .etcdWatchEvents, .etcdWatchRevisionsRead, .etcdWatchersCompacted,
      .etcdWatchDelivery, .storeClientOperations,
      .storeRequestDuration, .storeClientPuts, .diskTimeUtilisation, .diskOperationsUtilisation,
      .diskWriterOperations, .diskWriterDuration, .apiserverDuration, .apiserverRequests,
      .apiserverTooLate, .apiserverInstanceRequests, .apiserverInflight, .apiserverDropped,
      .apiserverResponseBytes,
      .apiserverGoaways, .apiserverWatchEvents, .clientDuration, .clientRequests, .machinesUp,
      .machinesRefused,
      .kubeletRuntimeOperations, .podStart, .podStartTotal, .podStatusFailures, .podPhase,
      .nodeMarksInFlight, .unknownNodes,
      .heartbeatAge, .nodeEvictions,
      .autoscalerRounds, .autoscalerDeadNodes, .autoscalerTerminated, .autoscalerRefused,
      .autoscalerProvisioned, .agentOfferedBytes, .jobsActive, .jobsCompleted, .jobDuration,
      .usefulWork, .lostWork,
      .lostPods, .jobsFailed, .jobPodsFailed, .replicasReady, .eventsRecorded, .eventsDropped,
      .imagePullErrors, .containerRestarts, .imageExtraction,
      .sandboxErrors,
    ] + MetricDeclaration.requestPath + MetricDeclaration.scheduling
    + MetricDeclaration.clusterAutoscaler + MetricDeclaration.podNetwork + MetricDeclaration.fabric
    + MetricDeclaration.watching + MetricDeclaration.controllers
    + MetricDeclaration.faults + MetricDeclaration.training
    + MetricDeclaration.nodeHealth + MetricDeclaration.gpuTesting
    + MetricDeclaration.addresses + MetricDeclaration.monitoring
}
