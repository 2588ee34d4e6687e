// The page of a timeline: settings → picture and table.
const model = readTimeline();
const canvas = makeTimelineCanvas(byId("canvas"), byId("figure"));
const last = model.snapshots.length - 1;
const defaults = { measure: "size", by: model.groupings[0].by, at: last };
let settings = { ...defaults };
let focusSeries = -1;

const grouping = () => model.groupings.find((each) => each.by === settings.by);

/// All series, with the rest as the last one when there is any.
function seriesOf() {
  const { series, rest } = grouping();
  const label = `${formatQuantity(rest.keys, "more", "more")}`;
  return rest.keys > 0 ? [...series, { ...rest, label }] : series;
}

function linesOf(dark) {
  if (settings.measure !== "size") return [];
  return [
    { values: model.snapshots.map((snapshot) => snapshot.peak), colour: lineColour("peak", dark), dash: [6, 4] },
    { values: model.snapshots.map((snapshot) => snapshot.rss_bytes), colour: lineColour("resident", dark), dash: [2, 3] },
  ];
}

function lineColour(name, dark) {
  if (name === "peak") return dark ? "#ff9e80" : "#b3261e";
  return dark ? "#9ecbff" : "#1558b0";
}

function show() {
  const dark = theme.current() === "dark";
  const series = seriesOf(), all = grouping().series.length;
  canvas.show({
    seconds: model.seconds, layers: series.length > 0 ? series.map((each) => each[settings.measure]) : [model.snapshots.map(() => 0)],
    lines: linesOf(dark), colour: (at) => seriesColour(at, all, dark), focus: settings.at, focusSeries,
    format: settings.measure === "size" ? formatSize : formatCount,
  });
  showTable(series, all, dark);
  for (const [id, on] of Object.entries({ "by-size": settings.measure === "size", "by-count": settings.measure === "count" })) {
    byId(id).setAttribute("aria-pressed", String(on));
  }
  for (const button of byId("groupings").children) {
    button.setAttribute("aria-pressed", String(button.dataset.by === settings.by));
  }
  byId("lines-legend").hidden = settings.measure !== "size";
  document.querySelector(".line.traced-peak").style.borderColor = lineColour("peak", dark);
  document.querySelector(".line.resident").style.borderColor = lineColour("resident", dark);
}

function showTable(series, all, dark) {
  const format = settings.measure === "size" ? formatSize : formatCount;
  const snapshot = model.snapshots[settings.at], total = snapshot.total[settings.measure];
  byId("moment").textContent = `${momentOf(snapshot)} (${formatSeconds(model.seconds[settings.at])} after the first): ` +
    formatSum(snapshot.total.size, snapshot.total.count);
  byId("spoken").textContent = `${byId("moment").textContent}, peak ${formatSize(snapshot.peak)}, resident ${formatSize(snapshot.rss_bytes)}`;
  byId("series-name").textContent = GROUPING_NAMES[settings.by];
  const row = (colour, label, values, at) => {
    const swatch = element("i", { class: "swatch" });
    swatch.style.background = colour;
    const made = element("tr", {}, element("td", {}, swatch), element("td", { class: "name" }, label),
      ...[format(values[settings.at]), formatShare(values[settings.at], total),
        changeText(values[settings.at], values[0], format), format(Math.max(...values))]
        .map((text) => element("td", { class: "number" }, text)));
    if (at >= 0) {
      made.addEventListener("mouseenter", () => { focusSeries = at; canvas.show(shown(at)); });
      made.addEventListener("mouseleave", () => { focusSeries = -1; canvas.show(shown(-1)); });
    }
    return made;
  };
  const rows = series.map((each, at) => row(seriesColour(at, all, dark), each.label, each[settings.measure], at));
  rows.push(row("transparent", "all", model.snapshots.map((each) => each.total[settings.measure]), -1));
  if (settings.measure === "size") {
    rows.push(row(lineColour("peak", dark), "peak so far", model.snapshots.map((each) => each.peak), -1));
    rows.push(row(lineColour("resident", dark), "resident memory", model.snapshots.map((each) => each.rss_bytes), -1));
    for (const extra of rows.slice(-2)) extra.children[3].textContent = "";
  }
  byId("series").tBodies[0].replaceChildren(...rows);

  function shown(at) {
    return { seconds: model.seconds, layers: series.map((each) => each[settings.measure]), lines: linesOf(dark),
      colour: (layer) => seriesColour(layer, all, dark), focus: settings.at, focusSeries: at, format };
  }
}

function change(changes) {
  settings = { ...settings, ...changes };
  settings.at = Math.max(0, Math.min(last, settings.at));
  show();
  const words = new URLSearchParams();
  for (const [key, value] of Object.entries(settings)) if (value !== defaults[key]) words.set(key, value);
  history.replaceState(null, "", words.size > 0 ? `#${words}` : location.href.split("#")[0]);
}

function readLink() {
  const words = new URLSearchParams(location.hash.replace(/^#/, ""));
  settings = { ...defaults };
  if (["size", "count"].includes(words.get("measure"))) settings.measure = words.get("measure");
  if (model.groupings.some((each) => each.by === words.get("by"))) settings.by = words.get("by");
  const at = Number(words.get("at") ?? last);
  if (Number.isInteger(at) && at >= 0 && at <= last) settings.at = at;
  show();
}

const nextGrouping = () => {
  const at = model.groupings.findIndex((each) => each.by === settings.by);
  change({ by: model.groupings[(at + 1) % model.groupings.length].by });
};

const KEYS = {
  ArrowLeft: () => change({ at: settings.at - 1 }),
  ArrowRight: () => change({ at: settings.at + 1 }),
  Home: () => change({ at: 0 }),
  End: () => change({ at: last }),
  b: () => change({ measure: settings.measure === "size" ? "count" : "size" }),
  g: nextGrouping,
  t: () => theme.toggle(),
  "?": () => toggleDialog(byId("help")),
};

byId("groupings").replaceChildren(...model.groupings.map((each) => {
  const button = element("button", { type: "button" }, GROUPING_NAMES[each.by]);
  button.dataset.by = each.by;
  button.addEventListener("click", () => change({ by: each.by }));
  return button;
}));
byId("by-size").addEventListener("click", () => change({ measure: "size" }));
byId("by-count").addEventListener("click", () => change({ measure: "count" }));
byId("canvas").addEventListener("mousemove", (event) => {
  const at = canvas.momentAt(event.clientX);
  if (at !== settings.at) change({ at });
});
startPage(model, {
  title: `Heap of ${exeName(model.snapshots[0])} over ${formatSeconds(model.seconds[last])}`,
  total: `${formatSize(model.snapshots[0].total.size)} → ${formatSize(model.snapshots[last].total.size)}`,
  more: `${formatQuantity(last + 1, "snapshot", "snapshots")} · peak ${formatSize(Math.max(...model.snapshots.map((each) => each.peak)))}`,
}, KEYS);
theme.listeners.push(show);
window.addEventListener("hashchange", readLink);
new ResizeObserver(() => canvas.paint()).observe(byId("figure"));
readLink();
