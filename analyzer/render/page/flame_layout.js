// A view → where its nodes lie: `x` and `width` in units of the measure, siblings from the widest
// on. In a comparison the width may be the larger of both sums, so that what is gone is seen too.

/// What one stack is wide: (now, old) → number.
const WIDTHS = {
  larger: (now, old) => Math.max(now, old),
  now: (now) => now,
  old: (now, old) => old,
  change: (now, old) => Math.abs(now - old),
};

function layOut(view, settings) {
  const now = view.own[settings.measure];
  const old = view.own[settings.measure === "size" ? "oldSize" : "oldCount"];
  const measure = WIDTHS[settings.width];
  const width = new Float64Array(view.n);
  for (let at = 0; at < view.n; ++at) width[at] = measure(now[at], old[at]);
  for (let at = view.n; at-- > 1;) width[view.parent[at]] += width[at];
  const layout = { width, x: new Float64Array(view.n), ...childLists(view, width) };
  for (let at = 0; at < view.n; ++at) {
    let x = layout.x[at];
    for (let next = layout.begin[at]; next < layout.begin[at + 1]; ++next) {
      const child = layout.children[next];
      layout.x[child] = x;
      x += width[child];
    }
  }
  return layout;
}

/// Children of node i: children[begin[i]] to children[begin[i + 1] - 1], the widest first.
function childLists(view, width) {
  const begin = new Int32Array(view.n + 1);
  for (let at = 1; at < view.n; ++at) ++begin[view.parent[at] + 1];
  for (let at = 0; at < view.n; ++at) begin[at + 1] += begin[at];
  const fill = begin.slice(), children = new Int32Array(Math.max(view.n - 1, 0));
  for (let at = 1; at < view.n; ++at) children[fill[view.parent[at]]++] = at;
  for (let at = 0; at < view.n; ++at) {
    if (begin[at + 1] - begin[at] > 1) {
      children.subarray(begin[at], begin[at + 1]).sort((a, b) => width[b] - width[a] || a - b);
    }
  }
  return { begin, children };
}

