// The headline of a flame page, and what it says of its folding.

/// What was left out of this page to keep it small.
function foldedText(tree) {
  const { folded } = tree;
  if (folded.branches === 0) return null;
  const old = folded.old_count > 0 ? `, ${formatSum(folded.old_size, folded.old_count)} before` : "";
  return `${formatQuantity(folded.branches, "branch", "branches")} of at most ` +
    `${(100 * folded.largest_share).toPrecision(2)}% of the bytes or blocks each ${folded.branches === 1 ? "is" : "are"} folded: ` +
    `${formatSum(folded.size, folded.count)} (${formatShare(folded.size, tree.total.size[0])})${old}`;
}

/// What the figures are, by metric: the title of the page.
const SUBJECTS = {
  allocated: ["Allocations of", "Allocations"],
  calls: ["Allocations of", "Allocations"],
  temporary: ["Temporary allocations of", "Temporary allocations"],
  peak: ["Heap at the peak of", "Heap at the peak"],
};

function headline(model) {
  const [subject, short] = SUBJECTS[model.metric] || ["Live heap of", "Heap"];
  const now = model.snapshots[model.snapshots.length - 1], old = model.snapshots[0];
  if (!model.compared) {
    return {
      title: `${subject} ${exeName(now)}`,
      total: formatSum(now.total.size, now.total.count),
      more: now.metric in NOUNS ? "since recording began" : `peak ${formatSize(now.peak)}`,
    };
  }
  const size = now.total.size - old.total.size, count = now.total.count - old.total.count;
  return {
    title: exeName(old) === exeName(now) ? `${short} of ${exeName(now)}: what changed` : `${short}: ${exeName(old)} → ${exeName(now)}`,
    total: size === 0 && count === 0 ? "no change" : `${signed(size, formatSize)}, ${signed(count, formatBlocks)}`,
    more: `${formatSum(old.total.size, old.total.count)} → ${formatSum(now.total.size, now.total.count)}`,
    marks: ["old", "new"],
  };
}

