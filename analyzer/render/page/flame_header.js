// What stands above the picture: how much, of which process, when, and what the figures do not hold.

function exeName(snapshot) {
  return printable(baseName(snapshot.exe || "program"));
}

function momentOf(snapshot) {
  const reasons = { exit: "at exit", signal: "on a signal" };
  return `${snapshot.taken.replace("T", " ").replace(/(\.\d+)?Z$/, " UTC")}, snapshot ${snapshot.number}, ` +
    (reasons[snapshot.reason] || snapshot.reason);
}

function processLine(snapshot) {
  const line = element("div", { class: "process" },
    element("code", { title: printable(snapshot.command_line.join(" ")) },
      printable(snapshot.command_line.join(" ") || snapshot.exe)),
    element("span", {}, `pid ${snapshot.pid} on ${printable(snapshot.host)}`),
    element("span", {}, momentOf(snapshot)));
  return line;
}

/// Everything that is missing or cut, one line each.
function gapsOf(model, snapshot) {
  const gaps = snapshot.losses.filter((loss) => loss.count > 0)
    .map((loss) => `missed: ${printable(loss.reason)}, ${formatCount(loss.count)} times`);
  if (snapshot.cut_tracebacks > 0) {
    gaps.push(`${formatCount(snapshot.cut_tracebacks)} of ${formatQuantity(snapshot.tracebacks, "stack was", "stacks were")} ` +
      `deeper than ${snapshot.nframe} frames: their callers are not known (record with more)`);
  }
  if (snapshot.unfinished_tracebacks > 0) {
    gaps.push(`${formatCount(snapshot.unfinished_tracebacks)} stacks ended early: the unwinder found no way on`);
  }
  if (snapshot.consistent === false) gaps.push("the threads did not stand still: figures may disagree a little");
  return gaps.concat(snapshot.warnings.map(printable));
}

/// What was left out of this page to keep it small.
function foldedText(tree) {
  const { folded } = tree;
  if (folded.branches === 0) return null;
  const old = folded.old_count > 0 ? `, ${formatSum(folded.old_size, folded.old_count)} before` : "";
  return `${formatQuantity(folded.branches, "branch", "branches")} of at most ` +
    `${(100 * folded.largest_share).toPrecision(2)}% of the bytes or blocks each ${folded.branches === 1 ? "is" : "are"} folded: ` +
    `${formatSum(folded.size, folded.count)} (${formatShare(folded.size, tree.total.size[0])})${old}`;
}

function headline(model) {
  const now = model.snapshots[model.snapshots.length - 1], old = model.snapshots[0];
  if (!model.compared) {
    return [`Live heap of ${exeName(now)}`, formatSum(now.total.size, now.total.count), `peak ${formatSize(now.peak)}`];
  }
  const size = now.total.size - old.total.size, count = now.total.count - old.total.count;
  return [
    exeName(old) === exeName(now) ? `Heap of ${exeName(now)}: what changed` : `Heap: ${exeName(old)} → ${exeName(now)}`,
    size === 0 && count === 0 ? "no change" : `${signed(size, formatSize)}, ${signed(count, formatBlocks)}`,
    `${formatSum(old.total.size, old.total.count)} → ${formatSum(now.total.size, now.total.count)}`,
  ];
}

function showHeader(model) {
  const [title, total, more] = headline(model);
  document.title = `${title} – ${total}`;
  byId("title").textContent = title;
  byId("total").textContent = total;
  byId("more").textContent = more + (model.filtered ? " · filtered" : "");
  byId("processes").replaceChildren(...model.snapshots.map((snapshot, at) => {
    const line = processLine(snapshot);
    if (model.compared) line.prepend(element("b", {}, at === 0 ? "old" : "new"));
    return line;
  }));
  const gaps = model.snapshots.flatMap((snapshot, at) => gapsOf(model, snapshot)
    .map((gap) => (model.compared ? `${at === 0 ? "old" : "new"}: ${gap}` : gap)));
  byId("gaps").hidden = gaps.length === 0;
  byId("gaps-brief").textContent = `Not in these figures: ${gaps.length === 1 ? gaps[0] : formatQuantity(gaps.length, "thing", "things")}`;
  byId("gaps-list").replaceChildren(...gaps.map((gap) => element("li", {}, gap)));
}

