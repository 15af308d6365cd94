// SPDX-License-Identifier: Apache-2.0
import Stochastics
import Testing

@testable import Experiments

/// A few rows of the measurements that have no test of their own elsewhere, as they were measured, so
/// that a clone without the data is guarded too.
struct OracleLiteralTests {
  private static func verdicts(_ name: String, _ rows: String) throws -> [String: Verdict] {
    let oracle = try #require(OracleCatalogue.all.first { $0.name == name })
    let compared = try oracle.compare(try OracleTable(text: rows))
    return Dictionary(uniqueKeysWithValues: compared.map { ($0.figure, $0.verdict) })
  }

  /// data/real-control-plane/etcd_compaction.csv (3.4.23).
  @Test func compaction() throws {
    let verdicts = try Self.verdicts(
      "etcd-compaction",
      """
      value_bytes,revisions,db_in_use_after,compact_physical_wall_ms
      1024,5000,2220032,206.7
      1024,20000,6348800,528.2
      10240,5000,13103104,248.3
      """)
    #expect(verdicts["compaction, 5000 revisions of 1024 B"] == .met)
    #expect(verdicts["compaction, 20000 revisions of 1024 B"] == .met)
    #expect(verdicts["compaction, 5000 revisions of 10240 B"] == .met)
    #expect(verdicts["in use afterwards, 20000 revisions of 1024 B"] == .met)
    #expect(verdicts["in use afterwards, 5000 revisions of 10240 B"] == .met)
  }

  /// data/real-control-plane/k8s_ops.csv (Kubernetes 1.36.2, etcd 3.6.8).
  @Test func storeCost() throws {
    let verdicts = try Self.verdicts(
      "apiserver-etcd-cost",
      """
      tag,op,content_type,cluster_nodes,workers,ops_per_s,etcd_cpu_us_per_op
      exempt-user,getlease,proto,1000,1,420.3,438
      exempt-user,getnode,proto,1000,1,345.4,579
      exempt-user,patchnode,proto,1000,1,84.8,1698
      create,mkleases,proto,1000,8,259.7,633
      create,mknodes,proto,1000,8,93.0,1233
      """)
    #expect(verdicts["exempt-user getnode proto, 1 workers, 1000 nodes"] == .met)
    #expect(verdicts["exempt-user patchnode proto, 1 workers, 1000 nodes"] == .met)
    #expect(verdicts["mknodes with 8 workers, median of 1 rows"] == .met)
  }

  /// data/real-control-plane/k8s_list.csv (Kubernetes 1.36.2, etcd 3.6.8): the constant is taken from
  /// the first and the last, so only the second is judged.
  @Test func revisionCost() throws {
    let verdicts = try Self.verdicts(
      "etcd-revision-cost",
      """
      tag,objects_in_collection,etcd_cpu_us_per_op
      pods-consistent-onenode,2000,709
      pods-consistent-onenode,10000,702
      pods-consistent-onenode,30000,1474
      """)
    #expect(verdicts["pods-consistent-onenode, 10000 pods"] == .met)
    #expect(verdicts["pods-consistent-onenode, 2000 pods"] == .fitted)
    #expect(verdicts["pods-consistent-onenode, 30000 pods"] == .fitted)
  }

  /// Published by nccl-tests issue 290, SkyPilot and stas00/ml-engineering at 744d01e. The efficiencies
  /// are taken from other points.
  @Test func busBandwidth() throws {
    let verdicts = try Self.verdicts(
      "collectives-busbw",
      """
      series,use,machine,nodes,gpus,collective,algorithm,mib,busbw
      8 x H100,,nvidia/DGX-H100,1,8,all-reduce,,1024,465
      2 x 8 InfiniBand,,nvidia/DGX-H100,2,8,all-reduce,,1024,445
      5 x H200,,aws/p5en,1,5,all-reduce,nvls,8192,414
      8 x H200,,aws/p5en,1,8,all-reduce,ring,16384,367
      4 x 8 H200,,aws/p5en,4,8,all-reduce,ring,4096,364.65
      4 x 8 B200,,aws/p6-b200,4,8,all-reduce,,1024,361.99
      """)
    #expect(verdicts.count == 6 && verdicts.values.allSatisfy { $0 == .met })
  }
}
