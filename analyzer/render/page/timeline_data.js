// The data block of a timeline, and numbers for its axes.

function readTimeline() {
  const data = JSON.parse(byId("data").textContent);
  const start = data.snapshots[0].taken_unix_ns;
  return {
    snapshots: data.snapshots,
    filtered: data.filtered,
    groupings: data.groupings,
    /// Seconds since the first snapshot. They are told in nanoseconds, beyond what a number holds
    /// exactly; a microsecond is enough here.
    seconds: data.snapshots.map((snapshot) => (snapshot.taken_unix_ns - start) / 1e9),
  };
}

const GROUPING_NAMES = { lineno: "Line", function: "Function", filename: "File", module: "Module" };

/// Round steps for an axis up to `most`, about `wanted` of them.
function ticksOf(most, wanted, isBytes) {
  if (most <= 0) return [0];
  const base = isBytes ? 1024 ** Math.min(4, Math.floor(Math.log(most) / Math.log(1024))) : 1;
  const rough = most / base / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((each) => each * power).find((each) => each >= rough) * base;
  const ticks = [];
  for (let at = 0; at <= most * 1.0001; at += step) ticks.push(at);
  return ticks;
}

function formatSeconds(seconds) {
  if (seconds === 0) return "0";
  if (seconds < 0.001) return `${(seconds * 1e6).toFixed(0)} µs`;
  if (seconds < 1) return `${(seconds * 1000).toPrecision(3)} ms`;
  if (seconds < 120) return `${Number(seconds.toPrecision(4))} s`;
  if (seconds < 7200) return `${Number((seconds / 60).toPrecision(4))} min`;
  if (seconds < 172800) return `${Number((seconds / 3600).toPrecision(4))} h`;
  return `${Number((seconds / 86400).toPrecision(4))} days`;
}

