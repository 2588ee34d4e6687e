// Raw tree → the tree to draw. Hidden frames hand their sums and their children to the nearest
// frame that is shown; equal frames that meet there become one. Sums are conserved.
//
// A view's nodes come parents first, in columns like those of a raw tree, and with `first`: one raw
// node that lies in it, and `seen`: raw node → the view's node that holds it.

/// Whether a raw node is left out under these settings.
function hiddenIn(model, tree, settings) {
  const { flags } = model.frames;
  return (at) => tree.kind[at] === KIND.FRAME &&
    ((!settings.wrappers && tree.setAside[at] === 1) ||
     (!settings.system && (flags[tree.frame[at]] & FLAG.SYSTEM) !== 0));
}

/// Equal numbers are drawn as one node below the same parent: frames by place, or by function.
function frameKeys(model, settings) {
  const { frames } = model;
  const keys = new Map();
  return frames.function.map((name, at) => {
    const place = settings.lines
      ? `${name} ${frames.file[at]} ${frames.line[at]} ${frames.flags[at] & FLAG.INLINED}` : `${name}`;
    const key = name !== 0 || frames.file[at] !== 0 ? place
      : `${frames.module[at]} + ${frames.offset[at]}`;
    const full = frames.file[at] === 0 ? `${frames.module[at]} ${key}` : key;
    if (!keys.has(full)) keys.set(full, keys.size);
    return keys.get(full);
  });
}

function makeView(model, settings) {
  const tree = model.trees[settings.order];
  const isHidden = hiddenIn(model, tree, settings);
  const keys = frameKeys(model, settings);
  const seen = new Int32Array(tree.n);
  const first = [0], parent = [0], edges = new Map();
  for (let at = 1; at < tree.n; ++at) {
    const above = seen[tree.parent[at]];
    if (isHidden(at)) {
      seen[at] = above;
      continue;
    }
    const key = tree.kind[at] === KIND.FRAME
      ? keys[tree.frame[at]] * 2 + tree.setAside[at] : -tree.kind[at];
    const edge = above * 4194304 + key + 4;
    const known = edges.get(edge);
    seen[at] = known === undefined ? first.length : known;
    if (known === undefined) {
      edges.set(edge, first.length);
      first.push(at);
      parent.push(above);
    }
  }
  return sumView(tree, { n: first.length, order: settings.order, tree, seen, first, parent, own: {}, total: {} });
}

function sumView(tree, view) {
  for (const sum of SUMS) {
    const own = new Float64Array(view.n), raw = tree.own[sum];
    for (let at = 0; at < tree.n; ++at) own[view.seen[at]] += raw[at];
    const total = Float64Array.from(own);
    for (let at = view.n; at-- > 1;) total[view.parent[at]] += total[at];
    view.own[sum] = own;
    view.total[sum] = total;
  }
  view.depth = new Int32Array(view.n);
  for (let at = 1; at < view.n; ++at) view.depth[at] = view.depth[view.parent[at]] + 1;
  return view;
}

