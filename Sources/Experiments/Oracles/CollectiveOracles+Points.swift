// SPDX-License-Identifier: Apache-2.0

extension OracleCatalogue {
  /// Bus bandwidth of collectives as published, GB/s.
  ///
  /// Sources by series: nccl-tests issue 290 (8 x H100, 2 x 8 H100), SkyPilot's NCCL example (2 x 8,
  /// InfiniBand; the GPU is not named and taken for H100), an Azure VM log (8 x H200 at 8 GiB) and
  /// stas00/ml-engineering at 744d01e, network/benchmarks (the rest; the share of all-gather and
  /// reduce-scatter is the middle of 80 and 82 % of 450 GB/s; the message of 8 x A100 is not stated and
  /// taken for 16 GiB). A series of four nodes of unnamed hardware in the last one is left out: there is
  /// nothing to simulate.
  ///
  /// The 2 x 8 H100 series on NDR comes from a fabric that its reporter and NVIDIA thought badly tuned:
  /// `degraded`, never judged.
  static let busBandwidthPoints = """
    series,use,machine,nodes,gpus,collective,algorithm,mib,busbw
    8 x H100,,nvidia/DGX-H100,1,8,all-reduce,,128,383
    8 x H100,,nvidia/DGX-H100,1,8,all-reduce,,256,412
    8 x H100,,nvidia/DGX-H100,1,8,all-reduce,,512,432
    8 x H100,,nvidia/DGX-H100,1,8,all-reduce,,1024,465
    8 x H100,,nvidia/DGX-H100,1,8,all-reduce,,2048,469
    8 x H100,fitted,nvidia/DGX-H100,1,8,all-reduce,,4096,474
    8 x H200,,azure/ND96isr_H200_v5,1,8,all-reduce,,8192,477
    2 x 8 InfiniBand,,nvidia/DGX-H100,2,8,all-reduce,,512,414
    2 x 8 InfiniBand,,nvidia/DGX-H100,2,8,all-reduce,,1024,445
    2 x 8 InfiniBand,,nvidia/DGX-H100,2,8,all-reduce,,2048,458
    2 x 8 InfiniBand,,nvidia/DGX-H100,2,8,all-reduce,,4096,463
    2 x 8 InfiniBand,,nvidia/DGX-H100,2,8,all-reduce,,8192,467
    2 x 8 H100 degraded,degraded,nvidia/DGX-H100,2,8,all-reduce,,8,73
    2 x 8 H100 degraded,degraded,nvidia/DGX-H100,2,8,all-reduce,,16,120
    2 x 8 H100 degraded,degraded,nvidia/DGX-H100,2,8,all-reduce,,32,143
    2 x 8 H100 degraded,degraded,nvidia/DGX-H100,2,8,all-reduce,,64,137
    2 x 8 H100 degraded,degraded,nvidia/DGX-H100,2,8,all-reduce,,128,160
    2 x 8 H100 degraded,degraded,nvidia/DGX-H100,2,8,all-reduce,,256,166
    2 x 8 H100 degraded,degraded,nvidia/DGX-H100,2,8,all-reduce,,512,144
    2 x 8 H100 degraded,degraded,nvidia/DGX-H100,2,8,all-reduce,,1024,150
    2 x 8 H100 degraded,degraded,nvidia/DGX-H100,2,8,all-reduce,,4096,155
    2 x 8 H100 degraded,degraded,nvidia/DGX-H100,2,8,all-reduce,,8192,156
    5 x H200,,aws/p5en,1,5,all-reduce,nvls,8192,414
    6 x H200,,aws/p5en,1,6,all-reduce,nvls,8192,436
    7 x H200,,aws/p5en,1,7,all-reduce,nvls,8192,460
    8 x H200,,aws/p5en,1,8,all-reduce,nvls,8192,473
    5 x H200,,aws/p5en,1,5,all-reduce,ring,8192,364
    6 x H200,,aws/p5en,1,6,all-reduce,ring,8192,365
    7 x H200,,aws/p5en,1,7,all-reduce,ring,8192,366
    8 x H200,,aws/p5en,1,8,all-reduce,ring,8192,366
    8 x H200,,aws/p5en,1,8,all-reduce,nvls,16384,480
    8 x H200,,aws/p5en,1,8,all-reduce,ring,16384,367
    8 x H200,,aws/p5en,1,8,all-gather,ring,16384,364.5
    8 x H200,,aws/p5en,1,8,reduce-scatter,ring,16384,364.5
    8 x B200,,aws/p6-b200,1,8,all-reduce,,0.03125,1.20
    8 x B200,,aws/p6-b200,1,8,all-reduce,,0.125,4.86
    8 x B200,,aws/p6-b200,1,8,all-reduce,,0.5,18.71
    8 x B200,,aws/p6-b200,1,8,all-reduce,,1,36.06
    8 x B200,,aws/p6-b200,1,8,all-reduce,,2,63.09
    8 x B200,,aws/p6-b200,1,8,all-reduce,,4,76.48
    8 x B200,,aws/p6-b200,1,8,all-reduce,,8,126.49
    8 x B200,,aws/p6-b200,1,8,all-reduce,,16,254.96
    8 x B200,,aws/p6-b200,1,8,all-reduce,,32,325.97
    8 x B200,,aws/p6-b200,1,8,all-reduce,,64,400.60
    8 x B200,,aws/p6-b200,1,8,all-reduce,,128,568.38
    8 x B200,,aws/p6-b200,1,8,all-reduce,,256,646.11
    8 x B200,,aws/p6-b200,1,8,all-reduce,,512,688.99
    8 x B200,,aws/p6-b200,1,8,all-reduce,,1024,723.34
    8 x B200,,aws/p6-b200,1,8,all-reduce,,4096,740.64
    8 x B200,fitted,aws/p6-b200,1,8,all-reduce,,16384,845.67
    4 x 8 B200,,aws/p6-b200,4,8,all-reduce,,0.03125,0.01
    4 x 8 B200,,aws/p6-b200,4,8,all-reduce,,0.125,0.45
    4 x 8 B200,,aws/p6-b200,4,8,all-reduce,,0.5,2.84
    4 x 8 B200,,aws/p6-b200,4,8,all-reduce,,1,5.37
    4 x 8 B200,,aws/p6-b200,4,8,all-reduce,,2,10.38
    4 x 8 B200,,aws/p6-b200,4,8,all-reduce,,4,18.90
    4 x 8 B200,,aws/p6-b200,4,8,all-reduce,,8,35.12
    4 x 8 B200,,aws/p6-b200,4,8,all-reduce,,16,64.43
    4 x 8 B200,,aws/p6-b200,4,8,all-reduce,,32,91.19
    4 x 8 B200,,aws/p6-b200,4,8,all-reduce,,64,156.74
    4 x 8 B200,,aws/p6-b200,4,8,all-reduce,,128,197.94
    4 x 8 B200,,aws/p6-b200,4,8,all-reduce,,256,229.09
    4 x 8 B200,,aws/p6-b200,4,8,all-reduce,,512,326.90
    4 x 8 B200,,aws/p6-b200,4,8,all-reduce,,1024,361.99
    4 x 8 B200,,aws/p6-b200,4,8,all-reduce,,4096,377.34
    4 x 8 B200,fitted,aws/p6-b200,4,8,all-reduce,,16384,381.80
    4 x 8 H200,,aws/p5en,4,8,all-reduce,ring,4096,364.65
    8 x A100,fitted,azure/ND96asr_v4,1,8,all-reduce,ring,16384,235
    """
}
