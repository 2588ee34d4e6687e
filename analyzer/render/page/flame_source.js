// Source lines with what they hold, for the files that came with the page. Figures are of the whole
// snapshot, also where the picture is zoomed or folded.

function makeSource(model, names) {
  const byFile = new Map(model.sources.map((source, at) => [source.file, at]));
  const chooser = byId("source-file");
  chooser.replaceChildren(...model.sources.map((source, at) => element("option", { value: String(at) }, source.file)));
  let shown = -1;
  chooser.addEventListener("change", () => showFile(Number(chooser.value), 0));
  byId("source").hidden = model.sources.length === 0;

  function showFile(at, line) {
    if (at !== shown) {
      byId("source-lines").replaceChildren(...rowsOf(model, model.sources[at]));
      byId("source-remarks").textContent = model.sources[at].remarks.join("; ");
      chooser.value = String(at);
      shown = at;
    }
    const list = byId("source-lines");
    list.querySelector(".here")?.classList.remove("here");
    const row = line > 0 ? list.querySelector(`[data-line="${line}"]`) : null;
    row?.classList.add("here");
    const scroller = list.closest(".source-scroll");
    if (row) scroller.scrollTop = row.offsetTop - scroller.clientHeight / 2;
    else scroller.scrollTop = 0;
  }

  if (model.sources.length > 0) showFile(0, 0);
  return {
    /// Follows the frame in focus, when its file is here.
    show(frame) {
      if (frame < 0) return;
      const at = byFile.get(model.texts[model.frames.file[frame]]);
      if (at !== undefined) showFile(at, model.frames.line[frame]);
    },
  };
}

function rowsOf(model, source) {
  const uses = new Map(source.lines.map((line) => [line[0], line]));
  const rows = [], largest = Math.max(1, ...source.lines.map((line) => Math.max(line[3], line[7] || 0)));
  let next = 1;
  const gap = () => element("tr", { class: "gap" }, element("td", { colSpan: 5 }, "⋮"));
  const windows = source.text.length > 0 ? source.text
    : source.lines.filter((line) => line[0] !== 0).map((line) => [line[0], [""]]);
  for (const [from, lines] of windows) {
    if (from > next && rows.length > 0) rows.push(gap());
    lines.forEach((text, at) => rows.push(sourceRow(model, from + at, text, uses.get(from + at), largest)));
    next = from + lines.length;
  }
  if (uses.has(0)) rows.unshift(sourceRow(model, 0, "(lines that are not known)", uses.get(0), largest));
  return rows;
}

function sourceRow(model, number, text, use, largest) {
  const cells = use ? sourceCells(model, use) : ["", "", ""];
  const row = element("tr", { "data-line": String(number) },
    ...cells.map((cell) => element("td", { class: "number" }, cell)),
    element("td", { class: "lineno" }, number === 0 ? "" : String(number)),
    element("td", { class: "code" }, text));
  if (use) {
    row.className = "used";
    row.style.setProperty("--share", `${(100 * Math.max(use[3], use[7] || 0)) / largest}%`);
  }
  return row;
}

/// Own bytes, bytes with calls, blocks with calls; their changes in a comparison.
function sourceCells(model, use) {
  const [, ownSize, ownCount, size, count, oldOwnSize, oldOwnCount, oldSize, oldCount] = use;
  if (!model.compared) return [ownCount > 0 ? formatSize(ownSize) : "", formatSize(size), formatCount(count)];
  return [
    ownCount + oldOwnCount > 0 ? changeText(ownSize, oldOwnSize, formatSize) : "",
    changeText(size, oldSize, formatSize), changeText(count, oldCount, formatCount)];
}

