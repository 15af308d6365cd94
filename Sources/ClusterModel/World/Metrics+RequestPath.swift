// SPDX-License-Identifier: Apache-2.0
package import Measurement

extension MetricCatalogue {
  /// Priority and Fairness, admission and audit.
  package static let requestPath: [MetricDeclaration] = [
    .flowControlNominalSeats, .flowControlCurrentSeats, .flowControlExecutingSeats,
    .flowControlInQueue, .flowControlDispatched, .flowControlWait, .flowControlRejected,
    .webhookDuration, .webhookRejections, .webhookFailedOpen, .auditEvents, .auditBytes,
  ]
}
