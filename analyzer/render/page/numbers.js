// Numbers for people, as the terminal reports write them.
const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"];

function formatSize(bytes) {
  let unit = 0;
  for (;;) {
    const magnitude = Math.abs(bytes);
    if (magnitude < 100 && unit !== 0) return `${bytes.toFixed(1)} ${UNITS[unit]}`;
    if (magnitude < 10240 || unit + 1 === UNITS.length) return `${bytes.toFixed(0)} ${UNITS[unit]}`;
    bytes /= 1024;
    ++unit;
  }
}

function formatCount(count) {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}

function formatQuantity(count, one, many) {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/// What counts are of, by the metric of the page.
const NOUNS = {
  allocated: ["allocation", "allocations"],
  calls: ["allocation", "allocations"],
  temporary: ["temporary allocation", "temporary allocations"],
};
let countNouns = ["block", "blocks"];

function formatBlocks(count) {
  return formatQuantity(count, ...countNouns);
}

/// "12.3 MiB in 45,678 blocks"
function formatSum(size, count) {
  return `${formatSize(size)} in ${formatBlocks(count)}`;
}

/// The text of a magnitude behind its sign; a real minus, as wide as the plus.
function signed(number, format) {
  return (number < 0 ? "−" : "+") + format(Math.abs(number));
}

function formatShare(part, whole) {
  if (whole === 0) return "–";
  const percent = (100 * part) / whole;
  return percent !== 0 && percent < 0.05 ? "<0.1%" : `${percent.toFixed(1)}%`;
}

function changeText(now, old, format) {
  return now === old ? "no change" : signed(now - old, format);
}

