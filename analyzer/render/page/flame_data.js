// The data block as typed columns. A raw tree is as the file holds it; see flame_page.cpp for the
// encoding. Sums are exact up to 2^53 bytes.
const KIND = { FRAME: 0, ROOT: 1, CUT: 2, FOLDED: 3 };
const FLAG = { INLINED: 1, SYSTEM: 2 };
const SUMS = ["size", "count", "oldSize", "oldCount", "sizeVariance", "countVariance", "stacks"];

function readTree(data) {
  const n = data.depth.length;
  const tree = {
    n,
    parent: new Int32Array(n),
    end: new Int32Array(n),
    kind: new Uint8Array(n),
    frame: new Int32Array(n),
    setAside: new Uint8Array(n),
    folded: data.folded,
    own: {},
    total: {},
  };
  const path = [];
  for (let at = 0; at < n; ++at) {
    const depth = data.depth[at];
    for (let level = path.length; level-- > depth;) tree.end[path[level]] = at;
    path.length = depth;
    tree.parent[at] = depth === 0 ? 0 : path[depth - 1];
    path.push(at);
    const frame = data.frame[at];
    tree.kind[at] = frame >= 0 ? KIND.FRAME : -frame;
    tree.frame[at] = frame >= 0 ? frame >> 1 : -1;
    tree.setAside[at] = frame >= 0 ? frame & 1 : 0;
  }
  for (const at of path) tree.end[at] = n;
  readSums(tree, data);
  return tree;
}

function readSums(tree, data) {
  const { n, own, total } = tree;
  const none = new Float64Array(n);
  const column = (numbers) => (numbers ? Float64Array.from(numbers) : none);
  own.size = column(data.size);
  own.count = column(data.count);
  own.oldSize = column(data.old_size);
  own.oldCount = column(data.old_count);
  own.sizeVariance = column(data.size_variance);
  own.countVariance = column(data.count_variance);
  own.stacks = new Float64Array(n);
  let folded = 0;
  for (let at = 0; at < n; ++at) {
    own.stacks[at] = tree.kind[at] === KIND.FOLDED ? data.stacks[folded++]
      : own.count[at] + own.oldCount[at] > 0 ? 1 : 0;
  }
  for (const sum of SUMS) {
    const column = Float64Array.from(own[sum]);
    for (let at = n; at-- > 1;) column[tree.parent[at]] += column[at];
    total[sum] = column;
  }
}

/// Each tree is read when it is first looked at.
function lazily(data) {
  const trees = {};
  for (const order of Object.keys(data)) {
    Object.defineProperty(trees, order, {
      configurable: true,
      get() {
        const tree = readTree(data[order]);
        Object.defineProperty(trees, order, { value: tree });
        return tree;
      },
    });
  }
  return trees;
}

function readData() {
  const data = JSON.parse(byId("data").textContent);
  const { metric } = data.snapshots[data.snapshots.length - 1];
  countNouns = NOUNS[metric] || countNouns;
  return {
    snapshots: data.snapshots,
    compared: data.snapshots.length > 1,
    filtered: data.filtered,
    metric,
    hideSetAside: data.hide_set_aside,
    texts: data.texts,
    frames: data.frames,
    sources: data.sources || [],
    trees: lazily(data.trees),
  };
}

