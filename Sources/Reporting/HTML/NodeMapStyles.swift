// SPDX-License-Identifier: Apache-2.0

/// How maps of nodes look.
enum NodeMapStyles {
  static let css =
    """
    :root{\(light)}
    .views{margin:.4rem 0;display:none}.scripted .views{display:block}
    .views button[aria-pressed=true]{background:var(--link);color:var(--bg);border-color:var(--link)}
    .heat{margin-bottom:1rem}.heat figure{margin-top:.6rem}
    .plot.field{margin-left:9rem;outline:1px solid var(--rule);border:0}
    .field .cells{height:100%;margin:0;background:none;shape-rendering:crispEdges}
    .field .yt span{max-width:8.4rem;overflow:hidden;text-overflow:ellipsis}
    .u0{fill:var(--soft);background:var(--soft)}
    \((1...5).map { ".n\($0){fill:var(--n\($0));background:var(--n\($0))}" }.joined())
    .border{stroke:var(--dim);stroke-width:1;vector-effect:non-scaling-stroke;fill:none}
    .q1{fill-opacity:.4}.q2{fill-opacity:.7}
    \(zip(1...5, [35, 50, 65, 82, 100]).map { step, share in
      ".f\(step){fill:var(--bad);background:color-mix(in srgb,var(--bad) \(share)%,transparent);"
        + "fill-opacity:\(Double(share) / 100)}"
    }.joined())
    \((1...9).map { step in
      ".keys .s\(step){background:color-mix(in srgb,var(--cell) \(step * 11 + 1)%,transparent)}"
    }.joined())
    .keys .u0{outline:1px solid var(--rule)}
    .tip{position:absolute;z-index:3;pointer-events:none;max-width:17rem;padding:.25rem .5rem;
    border:1px solid var(--rule);border-radius:4px;background:var(--bg);color:var(--fg);font-size:.8rem;
    box-shadow:0 1px 4px #0004;width:max-content}
    @media (prefers-color-scheme:dark){:root{\(dark)}}
    @media (max-width:640px){.plot.field{margin-left:5.6rem;margin-right:.6rem}
    .field .yt span{max-width:5.2rem}}
    @media print{:root{\(light)}.heat figure[hidden]{display:block}.views{display:none!important}}

    """

  private static let light =
    "--n1:#c9e2d0;--n2:#4a90d0;--n3:#d99a00;--n4:#8a3fb0;--n5:#b3261e"
  private static let dark =
    "--n1:#234a31;--n2:#5ba4e6;--n3:#e0b030;--n4:#c58af0;--n5:#ff6b5e"
}
