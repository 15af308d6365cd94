// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement

/// Services of which every node is a member, such as `kubelet` and `node-exporter`, and the label of
/// headless services.
extension EndpointControllers {
  /// Services of all nodes.
  package mutating func add(
    _ configuration: NodeServicesConfiguration, name: String, _ context: inout ClusterContext
  ) {
    for number in 0..<configuration.count {
      let label = configuration.count == 1 ? name : "\(name)-\(number)"
      let addresses = context.instruments.gauge(
        .endpointAddresses, [MetricLabel("endpoint", label)])
      appendService(
        Service(
          workload: nil, list: slices.appendList(),
          isHeadless: number < configuration.headless, addresses: addresses))
      guard number < configuration.headless, let classes else { continue }
      let resource = context.classes[classes.createEndpoints.index].resource
      context.objects.label(resource, UInt32(services.count - 1))
    }
  }

  /// A slice has its service's label.
  func labelSlice(_ slice: UInt32, of index: Int, _ context: inout ClusterContext) {
    guard services[index].isHeadless, let classes else { return }
    context.objects.label(context.classes[classes.createSlice.index].resource, slice)
  }

  /// The nodes of the beginning are members, and their addresses are in the store; hands out each
  /// stored object: its resource, number and bytes.
  package mutating func adoptNodes(
    _ context: inout ClusterContext,
    _ store: (inout ClusterContext, ResourceID, UInt32, Int) -> Void
  ) {
    guard let classes, services.contains(where: { $0.workload == nil }) else { return }
    let endpoints = context.classes[classes.createEndpoints.index].resource
    let slicesResource = context.classes[classes.createSlice.index].resource
    var nodes: [NodeID] = []
    for node in context.nodes.ids where context.nodes[node].isRegistered { nodes.append(node) }
    for node in nodes { note(node, isIn: true) }
    for index in services.indices where services[index].workload == nil && !nodes.isEmpty {
      services[index].ready = nodes.count
      services[index].hasObject = true
      context.instruments.set(nodes.count, services[index].addresses, at: .zero)
      let addresses = min(nodes.count, settings.endpointsCapacity ?? .max)
      store(&context, endpoints, UInt32(index), bytes(of: addresses))
      guard settings.writesSlices else { continue }
      let list = services[index].list
      slices.reconcile(
        index, adding: nodes.map { ServiceMember($0, list: list) }, removing: [])
      while let next = slices.nextWrite(of: index) {
        slices.begin(next.slice)
        slices.end(next.slice, next.write, succeeded: true, in: index)
        labelSlice(next.slice, of: index, &context)
        store(&context, slicesResource, next.slice, bytes(of: slices.endpoints(in: next.slice)))
      }
    }
    context.instruments.set(slices.storedCount, sliceCount, at: .zero)
  }

  private mutating func note(_ node: NodeID, isIn: Bool) {
    while isMember.count <= node.index { isMember.append(false) }
    isMember[node.index] = isIn
  }

  /// A node has come or gone. Whoever keeps such a service (the operator of the monitoring) is taken to
  /// act at once, as the controllers do for pods.
  package mutating func observed(
    _ change: ObjectChange, _ node: NodeID, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    let isIn = change != .deleted
    guard services.contains(where: { $0.workload == nil }),
      (node.index < isMember.count && isMember[node.index]) != isIn
    else { return }
    note(node, isIn: isIn)
    for index in services.indices where services[index].workload == nil {
      let member = ServiceMember(node, list: services[index].list)
      self.change(index, member, isIn: isIn, &context, &agenda)
    }
  }
}
