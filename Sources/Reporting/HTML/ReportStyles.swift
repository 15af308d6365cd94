// SPDX-License-Identifier: Apache-2.0

/// How a report looks: light and dark, wide and narrow, on paper.
enum ReportStyles {
  /// Hues of the resources in account bars, far apart for neighbours.
  private static let hues = [210, 25, 150, 330, 55, 190, 270, 0, 110, 235, 300, 80]

  static var css: String {
    let resources = hues.enumerated().map { index, hue in
      ".r\(index){fill:hsl(\(hue) 62% var(--deep));background:hsl(\(hue) 62% var(--deep))}"
    }
    let steps = (1...9).map { step in ".s\(step){fill-opacity:\(Double(step * 11 + 1) / 100)}" }
    return [
      rules, lineColors.joined(), resources.joined(), steps.joined(), media, NodeMapStyles.css,
      LinePlotStyles.css, ComparisonStyles.css,
    ].joined(separator: "\n") + "\n"
  }

  /// Colours of the page and of lines, for drawings that stand alone too.
  static var colors: String {
    ":root{\(light)}@media (prefers-color-scheme:dark){:root{\(dark)}}"
      + lineColors.joined() + "\n"
  }

  private static var lineColors: [String] {
    (0..<6).map { index in ".c\(index){--c:var(--line\(index))}" }
  }

  private static let light = """
    --bg:#fff;--fg:#1b1f24;--dim:#59636e;--rule:#d5dae0;--soft:#f3f5f7;--link:#0b57b0;
    --good:#137333;--bad:#b3261e;--unsure:#8a5a00;--deep:42%;--cell:#0b57b0;
    --line0:#0062a8;--line1:#c2500a;--line2:#00805c;--line3:#a23b85;--line4:#7a6200;--line5:#5a6b7b
    """
  private static let dark = """
    --bg:#14171a;--fg:#e4e7ea;--dim:#9ba5af;--rule:#363d44;
    --soft:#20252a;--link:#7fb4f5;--good:#6fcf8a;--bad:#ff8a80;--unsure:#f0bd5b;--deep:60%;--cell:#7fb4f5;
    --line0:#6bb2f0;--line1:#f2965a;--line2:#4fc79f;--line3:#e08cc8;--line4:#d6bd4e;--line5:#a9b7c4
    """

  private static let rules = """
    :root{\(light)}
    *{box-sizing:border-box}
    body{margin:0 auto;max-width:1180px;padding:1rem;background:var(--bg);color:var(--fg);
    font:15px/1.45 system-ui,"DejaVu Sans",sans-serif;overflow-wrap:anywhere}
    h1{font-size:1.5rem;line-height:1.2;margin:.2rem 0}h2{font-size:1.15rem;margin:2rem 0 .5rem;
    border-bottom:1px solid var(--rule);padding-bottom:.2rem}h3{font-size:1rem;margin:1.2rem 0 .3rem}
    h4{font-size:.9rem;margin:.8rem 0 .1rem}p{margin:.4rem 0}small,.at{color:var(--dim);font-size:.82rem}
    a{color:var(--link)}nav a{display:inline-block;margin:.2rem .8rem .2rem 0}code{font-size:.85em}
    table{border-collapse:collapse;width:100%;margin:.5rem 0;font-size:.88rem}
    th,td{text-align:left;vertical-align:top;padding:.25rem .6rem .25rem 0;border-bottom:1px solid var(--rule)}
    th{color:var(--dim);font-weight:600;overflow-wrap:break-word}.table{overflow-x:auto}
    .verdict{font-weight:700;white-space:nowrap}.met{color:var(--good)}.missed{color:var(--bad)}
    .cannot-tell{color:var(--unsure)}.fitted,.not-applicable{color:var(--dim)}
    details{margin:.5rem 0}summary{cursor:pointer;color:var(--link);padding:.15rem 0}
    .tools{position:sticky;top:0;z-index:2;background:var(--bg);padding:.3rem 0;display:none}
    .scripted .tools{display:block}button{font:inherit;font-size:.85rem;padding:.25rem .7rem;
    border:1px solid var(--rule);border-radius:4px;background:var(--soft);color:var(--fg)}
    .charts{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,32rem),1fr));gap:1rem 1.6rem}
    figure{margin:0;min-width:0;break-inside:avoid}figcaption{font-size:.88rem}.at{margin-left:.6rem}
    .plot{position:relative;height:190px;margin:.3rem 1.2rem 1.5rem 4.6rem;touch-action:pan-y;
    border-left:1px solid var(--rule);outline-offset:3px}
    .plot svg{width:100%;height:100%;display:block;overflow:hidden}
    .line path,.grid{vector-effect:non-scaling-stroke;fill:none}
    .grid{stroke:var(--rule);stroke-width:1}.line .last{stroke:var(--c);stroke-width:1.4}
    .line .band{fill:var(--c);fill-opacity:.2;stroke:var(--c);stroke-opacity:.3;stroke-width:.6}
    .c1 .last,.c3 .last,.c5 .last{stroke-dasharray:7 4}.line .dots{stroke:var(--c);stroke-width:6;stroke-linecap:round}
    .yt span,.xt span{position:absolute;font-size:.72rem;color:var(--dim);white-space:nowrap}
    .yt span{right:calc(100% + .4rem);transform:translateY(-50%)}
    .xt span{top:calc(100% + .2rem);transform:translateX(-50%)}
    .cross{position:absolute;top:0;bottom:0;width:1px;background:var(--fg);opacity:.6;pointer-events:none}
    .chosen{position:absolute;top:0;bottom:0;background:var(--link);opacity:.18;pointer-events:none}
    .keys{list-style:none;margin:.2rem 0 .6rem;padding:0;font-size:.8rem}
    .keys li{padding-left:1.1rem;text-indent:-1.1rem;font-variant-numeric:tabular-nums}
    .keys i{display:inline-block;width:.7rem;height:.7rem;margin-right:.4rem;border-radius:2px;
    text-indent:0;vertical-align:-1px}.keys i[class^=c]{background:var(--c)}
    .resources{display:flex;flex-wrap:wrap;gap:.1rem 1rem}
    .bar{display:grid;grid-template-columns:4.6rem 5.2rem minmax(6rem,1fr) minmax(0,26rem);gap:.1rem .6rem;
    align-items:center;font-size:.82rem;break-inside:avoid}
    .bar svg{width:100%;height:.95rem;background:var(--soft);display:block}.service{fill-opacity:.42}
    .state{display:grid;grid-template-columns:minmax(0,24rem) minmax(8rem,1fr);gap:0 .8rem;align-items:center;
    font-size:.82rem;break-inside:avoid}
    .cells{width:100%;height:1.15rem;background:var(--soft);display:block;margin:1px 0;fill:var(--cell)}
    .state span{padding:.05rem 0}.knobs td:first-child,code{font-family:ui-monospace,"DejaVu Sans Mono",monospace}
    .knobs{font-size:.8rem}.share{display:inline-block;height:.55rem;background:var(--link);opacity:.75;
    margin-right:.35rem;min-width:1px}
    """

  private static let media = """
    @media (prefers-color-scheme:dark){:root{\(dark)}}
    @media (max-width:640px){body{padding:.7rem}.plot{margin-left:3.9rem;height:170px}
    .bar{grid-template-columns:4.6rem 1fr}.bar svg,.bar small{grid-column:1/-1}
    .state{grid-template-columns:1fr;margin-bottom:.35rem}
    thead{position:absolute;left:-9999px}tr{display:block;padding:.35rem 0;border-bottom:1px solid var(--rule)}
    td{display:block;border:0;padding:.05rem 0}td:empty{display:none}
    td[data-h]:before{content:attr(data-h) ": ";color:var(--dim);font-weight:600}}
    @media print{:root{--bg:#fff;--fg:#000;--dim:#444;--rule:#bbb;--soft:#eee;--link:#0b57b0;--good:#137333;
    --bad:#b3261e;--unsure:#8a5a00;--deep:42%;--cell:#0b57b0;--line0:#0062a8;--line1:#c2500a;--line2:#00805c;
    --line3:#a23b85;--line4:#7a6200;--line5:#5a6b7b}
    *{print-color-adjust:exact;-webkit-print-color-adjust:exact}
    body{max-width:none;padding:0;font-size:11px}.tools,nav{display:none!important}h2,h3,h4,summary{break-after:avoid}.charts{grid-template-columns:1fr 1fr}}
    """
}
