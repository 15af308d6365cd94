// SPDX-License-Identifier: Apache-2.0

/// How far the pull is that a pod waits for.
enum PullStage: Sendable, Hashable {
  /// Behind other pulls of its node.
  case queued
  /// Begun; the registry or a download slot is waited for.
  case waiting
  case downloading
  case extracting
}
