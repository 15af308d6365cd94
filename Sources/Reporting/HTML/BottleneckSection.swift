// SPDX-License-Identifier: Apache-2.0
import Experiments

/// Which resources cost the requests their time.
struct BottleneckSection {
  let points: [ReportPoint]

  /// In the order of the first point that names them.
  private var resources: [String] {
    var names: [String] = []
    for bottleneck in points.flatMap(\.result.bottlenecks)
    where !names.contains(bottleneck.resource) {
      names.append(bottleneck.resource)
    }
    return names
  }

  var html: HTML {
    guard !resources.isEmpty else { return "<p>No request closed a time account.</p>" }
    return """
      <p>Shares of the time of all requests. A share says where to look; that relieving a resource \
      helps is shown only by running again with it relieved. Busy: share of the time in which the \
      busiest of its machines worked, where the model reports it.</p>
      \(points.count == 1 ? single(points[0]) : several)
      """
  }

  private func single(_ point: ReportPoint) -> HTML {
    var table = HTMLTable(["resource", "waiting for it", "in its service", "busy"])
    for bottleneck in point.result.bottlenecks {
      table.add([
        "\(bottleneck.resource)", share(bottleneck.waitShare), share(bottleneck.serviceShare),
        "\(bottleneck.utilisation.map(ShareText.percent) ?? "")",
      ])
    }
    return table.html
  }

  private var several: HTML {
    var table = HTMLTable(["waiting for"] + points.map(\.name))
    for resource in resources {
      table.add(
        ["\(resource)"]
          + points.map { point in
            guard let own = point.result.bottlenecks.first(where: { $0.resource == resource })
            else { return "–" }
            let busy = own.utilisation.map { ", busy \(ShareText.percent($0))" } ?? ""
            return """
              \(share(own.waitShare)) <small>service \(ShareText.percent(own.serviceShare))\
              \(busy)</small>
              """
          })
    }
    return table.html
  }

  /// A number with a bar of up to six letters' width.
  private func share(_ value: Double) -> HTML {
    let width = String((min(max(value, 0), 1) * 600).rounded() / 100)
    return "<i class=\"share\" style=\"width:\(width)em\"></i>\(ShareText.percent(value))"
  }
}
