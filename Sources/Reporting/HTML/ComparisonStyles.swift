// SPDX-License-Identifier: Apache-2.0

/// How changes with their intervals look.
enum ComparisonStyles {
  static let css = """
    .better{color:var(--good);fill:var(--good)}.worse{color:var(--bad);fill:var(--bad)}
    .moved{color:var(--link);fill:var(--link)}.unclear{color:var(--dim);fill:var(--dim)}
    .change{width:100%;min-width:11rem;height:1.1rem;display:block;background:var(--soft)}
    .change rect{fill-opacity:.45}.change .zero{stroke:var(--fg);stroke-width:1;opacity:.6;
    vector-effect:non-scaling-stroke}.change .at-dot{stroke:currentColor;stroke-width:3;
    vector-effect:non-scaling-stroke}
    .changes th:last-child{width:26%}

    """
}
