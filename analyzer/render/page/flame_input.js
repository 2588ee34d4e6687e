// Mouse, keyboard and controls of the flame page.

/// Neighbours in the drawn order; -1 where there is none.
const go = {
  parent: (node) => (node === 0 ? -1 : view.parent[node]),
  child: (node) => (layout.begin[node] < layout.begin[node + 1] ? layout.children[layout.begin[node]] : -1),
  sibling(node, step) {
    if (node === 0) return -1;
    const parent = view.parent[node];
    for (let at = layout.begin[parent]; at < layout.begin[parent + 1]; ++at) {
      if (layout.children[at] === node) {
        const next = at + step;
        return next >= layout.begin[parent] && next < layout.begin[parent + 1] ? layout.children[next] : -1;
      }
    }
    return -1;
  },
};

function moveFocus(node) {
  if (node < 0) return;
  focus = node;
  if (canvas.boxOf(node) === null) {
    change({ zoom: view.first[view.parent[node]] });  // too narrow to see: look closer
  } else {
    show();
  }
  canvas.reveal(node);
  canvas.paint();
}

/// The next node that the search found, in the order of the tree.
function moveToMatch(step) {
  if (!search) return;
  const order = drawnOrder(), from = order.indexOf(focus);
  for (let count = 1; count <= order.length; ++count) {
    const node = order[(from + step * count + order.length * 2) % order.length];
    if (search.nodes[node] === 1) {
      moveFocus(node);
      return;
    }
  }
}

function drawnOrder() {
  const order = [], open = [0];
  while (open.length > 0) {
    const node = open.pop();
    order.push(node);
    for (let next = layout.begin[node + 1]; next-- > layout.begin[node];) open.push(layout.children[next]);
  }
  return order;
}

function canvasKey(event) {
  const down = settings.flame ? go.parent : go.child, up = settings.flame ? go.child : go.parent;
  const moves = {
    ArrowDown: () => moveFocus(down(focus)),
    ArrowUp: () => moveFocus(up(focus)),
    ArrowLeft: () => moveFocus(go.sibling(focus, -1)),
    ArrowRight: () => moveFocus(go.sibling(focus, 1)),
    Home: () => moveFocus(0),
    Enter: () => zoomTo(focus),
    " ": () => zoomTo(focus),
    Backspace: () => zoomTo(view.parent[zoomed()]),
  };
  if (!moves[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  moves[event.key]();
}

const KEYS = {
  "/": () => byId("search").focus(),
  n: () => moveToMatch(1),
  N: () => moveToMatch(-1),
  b: () => change({ measure: settings.measure === "size" ? "count" : "size" }),
  i: () => change({ flame: !settings.flame }),
  c: () => change({ order: settings.order === "callers" ? "callees" : "callers" }),
  f: () => change({ lines: !settings.lines }),
  w: () => byId("wrappers").click(),
  s: () => change({ system: !settings.system }),
  d: () => {
    if (!model.compared) return;
    const all = Object.keys(WIDTHS);
    change({ width: all[(all.indexOf(settings.width) + 1) % all.length] });
  },
  t: () => theme.toggle(),
  "?": () => toggleDialog(byId("help")),
  0: () => zoomTo(0),
};

/// Out of the search box, then out of the search, then out of the zoom.
function escapeKey(event) {
  if (event.key !== "Escape" || byId("help").open) return;
  if (document.activeElement === byId("search")) byId("canvas").focus();
  else if (settings.search !== "") change({ search: "" });
  else zoomTo(0);
}

function watchPointer() {
  const area = byId("canvas");
  area.addEventListener("mousemove", (event) => {
    const node = canvas.nodeAt(event.clientX, event.clientY);
    area.style.cursor = node >= 0 ? "pointer" : "default";
    if (node < 0) tooltip.hide();
    else tooltip.show(model, names, view, node, event.clientX, event.clientY);
  });
  area.addEventListener("mouseleave", () => tooltip.hide());
  area.addEventListener("click", (event) => {
    const node = canvas.nodeAt(event.clientX, event.clientY);
    tooltip.hide();
    if (node >= 0) zoomTo(node);
  });
  byId("scroller").addEventListener("scroll", () => canvas.paint());
}

function watchControls() {
  const onClick = (id, use) => byId(id).addEventListener("click", use);
  onClick("by-size", () => change({ measure: "size" }));
  onClick("by-count", () => change({ measure: "count" }));
  onClick("as-icicle", () => change({ flame: false }));
  onClick("as-flame", () => change({ flame: true }));
  onClick("callers", () => change({ order: "callers" }));
  onClick("callees", () => change({ order: "callees" }));
  onClick("lines", () => change({ lines: true }));
  onClick("functions", () => change({ lines: false }));
  onClick("wrappers", () => change({ wrappers: !settings.wrappers }));
  onClick("system", () => change({ system: !settings.system }));
  onClick("zoom-out", () => zoomTo(0));
  byId("width").addEventListener("change", (event) => change({ width: event.target.value }));
  byId("search").addEventListener("input", (event) => change({ search: event.target.value }, false));
  byId("search").addEventListener("keydown", (event) => {
    if (event.key === "Enter") moveToMatch(event.shiftKey ? -1 : 1);
  });
}

theme.listeners.push(() => paintLegend(theme.current() === "dark"), () => { if (view) canvas.paint(); });
startPage(model, headline(model), KEYS);
byId("by-count").textContent = countTerm(model);
byId("comparison").hidden = !model.compared;
byId("legend-plain").hidden = model.compared;
byId("legend-change").hidden = !model.compared;
watchPointer();
watchControls();
document.addEventListener("keydown", (event) => {
  if (event.target === document.body || event.target === byId("canvas")) canvasKey(event);
});
document.addEventListener("keydown", escapeKey);
const followLink = () => {
  settings = readHash(location.hash, model, defaults);
  update();
  focus = zoomed();
  show();
};
window.addEventListener("hashchange", followLink);
window.addEventListener("popstate", followLink);
new ResizeObserver(() => { if (view) show(); }).observe(byId("figure"));
followLink();
