// SPDX-License-Identifier: Apache-2.0
import Experiments
import Measurement
import Scenario

// Parts of result.json. A number that makes no sense for a metric, or has no samples, is null.

extension ExperimentSource {
  var json: JSONValue {
    .object([
      "post": post.map { .string($0) }, "experiment": experiment.map { .string($0) },
      "url": url.map { .string($0) },
    ])
  }
}

extension PointResult.Engine {
  var json: JSONValue {
    .object([
      "events": .integer(Int(clamping: events)), "cpuSeconds": .number(cpuSeconds),
      "wallSeconds": .number(wallSeconds), "eventsPerSecond": .number(eventsPerSecond),
      "peakResidentBytes": .integer(peakResidentBytes),
    ])
  }
}

extension ResultInterval {
  var json: JSONValue {
    var members: [(String, JSONValue)] = [
      ("lower", .number(lower)), ("upper", .number(upper)), ("level", .number(Self.level)),
      ("method", .string(method.name)),
    ]
    if case .batchMeans(let batches, let areCorrelated) = method {
      members += [("batches", .integer(batches)), ("correlated", .boolean(areCorrelated))]
    }
    return .object(members: members)
  }
}

extension MetricResult {
  var json: JSONValue {
    .object([
      "name": .string(summary.name),
      "labels": .object(members: labels.map { ($0.name, .string($0.value)) }),
      "unit": .string(summary.unit.symbol),
      "help": .string(summary.help),
      "kind": .string(summary.kind.rawValue),
      "count": .integer(summary.count),
      "mean": .optional(summary.mean),
      "min": .optional(summary.min),
      "p50": .optional(summary.p50),
      "p90": .optional(summary.p90),
      "p95": .optional(summary.p95),
      "p99": .optional(summary.p99),
      "p999": .optional(summary.p999),
      "max": .optional(summary.max),
      "rate": .optional(summary.rate),
      "total": .optional(summary.total),
      "last": .optional(summary.last),
      "peak": .optional(summary.peak),
      "firstNonZeroSeconds": .optional(firstNonZeroSeconds),
      "interval": interval?.json ?? .null,
      "replications": replicated.isEmpty
        ? nil : .object(members: replicated.map { ($0.statistic.rawValue, $0.json) }),
      // Counters and gauges have the one above only.
      "intervals": batched.count < 2
        ? nil : .object(members: batched.map { ($0.statistic.rawValue, $0.interval.json) }),
    ])
  }
}

extension Figure {
  /// At one of the points; nil where it has no value there.
  func json(at point: Int) -> JSONValue? {
    guard let value = values[point] else { return nil }
    return .object([
      "name": .string(name), "unit": .string(unit?.symbol ?? ""), "rate": .boolean(isRate),
      "better": better.map { .string($0.rawValue) } ?? .null, "value": .number(value),
      "replications": .array(replicated[point].map { .optional($0) }),
      "interval": intervals[point]?.json ?? .null,
    ])
  }
}

extension ReplicatedStatistic {
  var json: JSONValue {
    .object([
      "values": .array(values.map { .optional($0) }), "interval": interval?.json ?? .null,
    ])
  }
}

extension ExpectationResult {
  var json: JSONValue {
    .object([
      "id": .string(id),
      "experiment": experiment.map { .string($0) } ?? .null,
      "class": .string(toleranceClass.rawValue),
      "that": .string(that),
      "published": published.map { .string($0) } ?? .null,
      "simulated": .optional(finding.simulated),
      "unit": .string(finding.unit?.symbol ?? ""),
      "simulatedText": .string(finding.text),
      "interval": finding.interval?.json ?? .null,
      "verdict": .string(verdict.rawValue),
      "reason": .string(finding.reason),
      "because": because.map { .string($0) } ?? .null,
      "points": .array(points.map { .string($0) }),
    ])
  }
}

extension AccountResult {
  var json: JSONValue {
    .object([
      "cluster": .string(cluster),
      "class": .string(profile.name),
      "count": .integer(profile.count),
      "abandoned": .integer(profile.abandoned),
      "overall": overall?.json ?? .null,
      "aboveP99": aboveP99?.json ?? .null,
      "slowest": .array(slowest.map(\.json)),
    ])
  }
}

extension AccountBreakdown {
  var json: JSONValue {
    .object([
      "meanSeconds": .number(meanLatency),
      "parts": .array(
        ranked.map {
          .object([
            "resource": .string($0.resource), "phase": .string($0.phase.rawValue),
            "meanSeconds": .number($0.mean), "share": .number($0.share),
          ])
        }),
      "unaccountedShare": .number(unaccountedShare),
    ])
  }
}

extension AccountResult.Slow {
  var json: JSONValue {
    .object([
      "replication": .integer(replication), "openedSeconds": .number(openedSeconds),
      "seconds": .number(seconds),
      "parts": .array(
        parts.map {
          .object([
            "resource": .string($0.resource), "phase": .string($0.phase.rawValue),
            "seconds": .number($0.seconds),
          ])
        }),
    ])
  }
}

extension StationResult {
  var json: JSONValue {
    .object([
      "cluster": .string(cluster), "name": .string(name), "L": .number(meanInside),
      "lambdaW": .number(throughputTimesStay), "holds": .boolean(holds),
      "lambdaPerSecond": .number(departuresPerSecond), "WSeconds": .number(meanStaySeconds),
      "peak": .integer(peakInside),
    ])
  }
}

extension Bottleneck {
  /// `effect` and its interval come from `explain`, which runs the scenario again.
  var json: JSONValue {
    .object([
      "resource": .string(resource), "utilisation": .optional(utilisation),
      "waitShare": .number(waitShare), "serviceShare": .number(serviceShare),
      "effect": .null, "interval": .null,
    ])
  }
}

extension CalibratedValue {
  var json: JSONValue {
    .object(["key": .string(key), "because": .string(because)])
  }
}
