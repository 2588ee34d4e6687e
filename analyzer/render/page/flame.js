// The page: settings → view → layout → picture, and what the reader does to the settings.
const model = readData();
const names = makeNames(model);
const defaults = defaultSettings(model);
const canvas = makeCanvas(byId("canvas"), byId("scroller"), byId("spacer"));
const tooltip = makeTooltip(byId("tooltip"));
const source = makeSource(model, names);

let settings = readHash(location.hash, model, defaults);
let view = null, viewKey = "";
let layout = null;
let search = null;
let focus = 0;

/// The view's node that is zoomed to.
const zoomed = () => view.seen[settings.zoom];

function lookOf(node) {
  const dark = theme.current() === "dark", paper = PAPER[theme.current()];
  if (node < 0) return { fill: paper.rest, label: "" };
  const { tree } = view, raw = view.first[node], kind = tree.kind[raw], frame = tree.frame[raw];
  const now = view.total[settings.measure][node];
  const old = view.total[settings.measure === "size" ? "oldSize" : "oldCount"][node];
  const format = settings.measure === "size" ? formatSize : formatCount;
  const look = { label: KIND_NAMES[kind], fill: paper.rest, hatched: kind === KIND.CUT || kind === KIND.FOLDED };
  if (kind === KIND.FRAME) {
    look.label = names.short(frame);
    look.detail = names.function(frame) === "" ? "" : settings.lines ? names.shortPlace(frame) : "";
    look.inlined = (model.frames.flags[frame] & FLAG.INLINED) !== 0;
    look.fill = frameColour(model, names, frame, tree.setAside[raw] === 1, dark);
  }
  if (kind === KIND.ROOT) look.detail = formatSum(view.total.size[0], view.total.count[0]);
  if (model.compared) {
    look.fill = changeColour(changeShare(now, old), dark);
    look.hatched = now === 0;
    look.text = PAPER[theme.current()].text;
    look.strong = old === 0 && now > 0;
    look.detail = changeText(now, old, format) + (now === 0 ? ", gone" : old === 0 ? ", new" : "");
  }
  if (search) {
    const hit = search.nodes[node] === 1;
    look.faded = !hit && node !== 0;
    if (hit && model.compared) look.outline = true;
    else if (hit) Object.assign(look, { fill: paper.match, text: paper.matchText });
  }
  return look;
}

function update() {
  const key = [settings.order, settings.lines, settings.wrappers, settings.system].join();
  if (key !== viewKey) {
    view = makeView(model, settings);
    viewKey = key;
  }
  layout = layOut(view, settings);
  updateSearch();
  focus = Math.min(focus, view.n - 1);
  show();
  showControls();
}

function updateSearch() {
  const box = byId("search");
  search = null;
  try {
    const matcher = makeMatcher(settings.search);
    if (matcher) search = runSearch(model, view, names, settings, matcher);
    box.setCustomValidity("");
  } catch (error) {
    box.setCustomValidity(error.message);
  }
  if (box.value !== settings.search) box.value = settings.search;
  byId("found").textContent = box.validationMessage || (search ? foundText() : "");
}

function foundText() {
  const { found, hidden } = search;
  const { folded } = view.tree;
  const parts = [model.compared
    ? `${signed(found.size - found.oldSize, formatSize)}: ${formatSum(found.oldSize, found.oldCount)} → ${formatSum(found.size, found.count)}`
    : `${formatSum(found.size, found.count)} · ${formatShare(found.size, view.total.size[0])} of bytes, ` +
      `${formatShare(found.count, view.total.count[0])} of ${countNouns[1]}`,
  formatQuantity(found.stacks, "stack", "stacks")];
  if (hidden.stacks > 0) parts.push(`${formatSum(hidden.size, hidden.count)} more in hidden frames`);
  if (folded.branches > 0) parts.push("folded branches are not searched");
  return parts.join(" · ");
}

function show() {
  canvas.show({ view, layout, zoom: zoomed(), focus, flame: settings.flame, look: lookOf });
  showFocus();
}

function showFocus() {
  byId("focus-name").textContent = nameOf(model, names, view, focus);
  byId("focus-facts").replaceChildren(factList(model, names, view, focus));
  byId("spoken").textContent = spokenFacts(model, names, view, focus);
  byId("zoom-out").hidden = zoomed() === 0;
  byId("hint").hidden = zoomed() !== 0 || settings.search !== "";
  byId("zoomed").textContent = zoomed() === 0 ? "" : `Zoomed to ${nameOf(model, names, view, zoomed())}`;
  const raw = view.first[focus];
  source.show(view.tree.kind[raw] === KIND.FRAME ? view.tree.frame[raw] : -1);
}

function showControls() {
  for (const [id, on] of Object.entries({
    "by-size": settings.measure === "size", "by-count": settings.measure === "count",
    "as-icicle": !settings.flame, "as-flame": settings.flame,
    "callers": settings.order === "callers", "callees": settings.order === "callees",
    "lines": settings.lines, "functions": !settings.lines,
    "wrappers": settings.wrappers, "system": settings.system,
  })) byId(id).setAttribute("aria-pressed", String(on));
  byId("wrappers").disabled = settings.order === "callees" && model.hideSetAside;
  byId("width").value = settings.width;
  byId("folded").textContent = foldedText(view.tree) || "";
  byId("folded").hidden = view.tree.folded.branches === 0;
}

/// Every change of the settings goes through here; the link follows.
function change(changes, keepHistory = true) {
  const mapped = changes.order && changes.order !== settings.order ? { zoom: 0 } : {};
  if (mapped.zoom === 0) focus = 0;
  const anchor = view.first[focus];
  settings = { ...settings, ...mapped, ...changes };
  update();
  if (mapped.zoom !== 0) focus = view.seen[anchor];
  show();
  const hash = writeHash(settings, defaults);
  const place = hash === "" ? location.href.split("#")[0] : `#${hash}`;
  if (keepHistory) history.pushState(null, "", place);
  else history.replaceState(null, "", place);
}

function zoomTo(node) {
  focus = node;
  change({ zoom: view.first[node] });
}

