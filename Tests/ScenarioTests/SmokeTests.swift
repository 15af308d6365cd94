// SPDX-License-Identifier: Apache-2.0

import Scenario
import Testing

@Test func smoke() throws {
  print(findings("""
    orrery: 1
    titel: x
    site:
      bays:
        - { name: a, count: 2, tank: mian, wax: {} , arrivals: 400, service: 'lognorml(median: 1s)'}
        - name: b
          count: -3
          open: yes
          limit: 0
          wax: {amount: .nan}
          shampoo:
          prices: [1, x]
      shop: {cofee: 1}
      shifts: [{at: 1hh, people: 3}]
    tanks: { main: { size: 2GB, leak: 150% } }
    run: {duration: 1m, warmUp: 2m}
    sweep: { site.bays.c.count: [1] , site.bays.a.count: [1, 5000]}
    variants: { x: {tanks.main.sizee: 1GiB, queueing: shortest-jb} }
    """))
}
