// What stands above every picture: how much, of which process, when, and what the figures do not hold.

function baseName(path) {
  return path.slice(path.lastIndexOf("/") + 1) || path;
}

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
  if (snapshot.sampling) line.append(element("span", {}, estimateOf(snapshot)));
  return line;
}

/// What the figures of a sampled snapshot are, in words.
function estimateOf(snapshot) {
  const { sampled_blocks: blocks, exact_blocks: exact, least_mean_bytes: least, most_mean_bytes: most } = snapshot.sampling;
  const mean = least === most ? formatSize(most) : `${formatSize(least)} to ${formatSize(most)}`;
  return `estimated from ${formatQuantity(blocks, "sampled block", "sampled blocks")}, one for each ${mean} on average` +
    (exact > 0 ? `, and ${formatQuantity(exact, "exact one", "exact ones")}` : "") +
    `; the total is sure to ±${formatSize(Math.round(2 * snapshot.total.size_error))} (two standard errors)`;
}

/// Everything that is missing or cut, one line each.
function gapsOf(snapshot) {
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

/// The head of a page, its buttons and keys. `marks`: what tells its snapshots apart, or null.
function startPage(model, { title, total, more, marks = null }, keys) {
  document.title = `${title} – ${total}`;
  byId("title").textContent = title;
  byId("total").textContent = total;
  byId("more").textContent = more + (model.filtered ? " · filtered" : "");
  showProcesses(model.snapshots, marks);
  showGaps(model.snapshots, marks);
  theme.start();
  byId("help-button").addEventListener("click", () => toggleDialog(byId("help")));
  byId("help-close").addEventListener("click", () => byId("help").close());
  document.addEventListener("keydown", (event) => {
    const isWriting = event.target.closest("input, select, textarea");
    if (isWriting || event.ctrlKey || event.metaKey || event.altKey || !Object.hasOwn(keys, event.key)) return;
    event.preventDefault();
    keys[event.key]();
  });
}

/// All of them when they have marks; else the last one.
function showProcesses(snapshots, marks) {
  const shown = marks ? snapshots : snapshots.slice(-1);
  byId("processes").replaceChildren(...shown.map((snapshot, at) => {
    const line = processLine(snapshot);
    if (marks) line.prepend(element("b", {}, marks[at]));
    return line;
  }));
}

function showGaps(snapshots, marks) {
  const mark = (snapshot, at) => (marks ? `${marks[at]}: ` : snapshots.length > 1 ? `snapshot ${snapshot.number}: ` : "");
  const gaps = snapshots.flatMap((snapshot, at) => gapsOf(snapshot).map((gap) => mark(snapshot, at) + gap));
  byId("gaps").hidden = gaps.length === 0;
  byId("gaps-brief").textContent = `Not in these figures: ${gaps.length === 1 ? gaps[0] : formatQuantity(gaps.length, "thing", "things")}`;
  byId("gaps-list").replaceChildren(...gaps.map((gap) => element("li", {}, gap)));
}

