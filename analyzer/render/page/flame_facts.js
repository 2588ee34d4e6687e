// What is told of one node: beside the pointer, and below the picture for the one in focus.

function nameOf(model, names, view, node) {
  const raw = view.first[node], kind = view.tree.kind[raw];
  return kind === KIND.FRAME ? names.function(view.tree.frame[raw]) || names.place(view.tree.frame[raw])
    : KIND_NAMES[kind];
}

/// Words for what a frame is, other than plain.
function rolesOf(model, view, node) {
  const raw = view.first[node];
  if (view.tree.kind[raw] !== KIND.FRAME) return [];
  const flags = model.frames.flags[view.tree.frame[raw]];
  return [
    view.tree.setAside[raw] ? "passes the allocation on" : null,
    (flags & FLAG.INLINED) !== 0 ? "inlined" : null,
    (flags & FLAG.SYSTEM) !== 0 ? "system" : null,
  ].filter((word) => word !== null);
}

/// Lines of one function that a node joins, at most a few of them.
function placesOf(names, view, node) {
  const raw = view.first[node];
  if (view.tree.kind[raw] !== KIND.FRAME) return [];
  const places = new Set();
  for (let at = raw; at < view.tree.n; ++at) {
    if (view.seen[at] === node && view.first[view.seen[at]] === raw &&
        view.tree.kind[at] === KIND.FRAME && sameFunction(names, view, raw, at)) {
      places.add(names.place(view.tree.frame[at]));
    }
  }
  return [...places];
}

function sameFunction(names, view, a, b) {
  return names.function(view.tree.frame[a]) === names.function(view.tree.frame[b]);
}

function countTerm(model) {
  return model.metric in NOUNS ? "Calls" : "Blocks";
}

/// Behind an estimate: two standard errors. Nothing behind what is exact.
function errorText(variance, format) {
  return variance > 0 ? ` ±${format(Math.round(2 * Math.sqrt(variance)))}` : "";
}

/// [term, text] pairs of a node.
function factsOf(model, view, node) {
  const { own, total } = view;
  const size = total.size[node], count = total.count[node];
  if (model.compared) return changesOf(model, view, node);
  return [
    ["Bytes", `${formatSize(size)}${errorText(total.sizeVariance[node], formatSize)} · ` +
      `${formatShare(size, total.size[0])} of all (${formatCount(size)})`],
    [countTerm(model), `${formatCount(count)}${errorText(total.countVariance[node], formatCount)} · ` +
      `${formatShare(count, total.count[0])} of all` +
      (count > 0 ? ` · average ${formatSize(size / count)}` : "")],
    // Bottom up a stack ends at its outermost caller, which has allocated nothing itself.
    ...(view.order === "callers"
      ? [["Of its own", own.count[node] > 0 ? formatSum(own.size[node], own.count[node]) : "nothing"]] : []),
    ["Stacks", formatCount(total.stacks[node])],
  ];
}

/// By how much, of what was: a percentage, or a factor where that would be a long number.
function growthText(now, old) {
  if (old === 0 || now === 0 || now === old) return "";
  if (now / old >= 10) return ` · × ${formatCount(Math.round(now / old))}`;
  return ` · ${signed((100 * (now - old)) / old, (percent) => `${percent.toFixed(1)}%`)}`;
}

function changesOf(model, view, node) {
  const { total } = view;
  const line = (now, old, format) => {
    return `${changeText(now, old, format)}${growthText(now, old)} · ${format(old)} → ${format(now)}`;
  };
  const isNew = total.oldCount[node] === 0, isGone = total.count[node] === 0;
  return [
    ["Bytes", `${line(total.size[node], total.oldSize[node], formatSize)} ` +
      `(${formatCount(total.oldSize[node])} → ${formatCount(total.size[node])})`],
    [countTerm(model), line(total.count[node], total.oldCount[node], formatCount)],
    ["State", isNew ? "new" : isGone ? "gone" : total.size[node] > total.oldSize[node] ? "grown"
      : total.size[node] < total.oldSize[node] ? "shrunk" : "unchanged in bytes"],
    ["Stacks", formatCount(total.stacks[node])],
  ];
}

/// The same facts as one spoken line.
function spokenFacts(model, names, view, node) {
  const facts = factsOf(model, view, node).slice(0, 2).map(([term, text]) => `${term} ${text}`);
  return [nameOf(model, names, view, node), ...rolesOf(model, view, node), ...facts].join(", ");
}

function factList(model, names, view, node) {
  const places = placesOf(names, view, node);
  const shown = places.slice(0, 6);
  if (places.length > shown.length) shown.push(`and ${places.length - shown.length} more`);
  const raw = view.first[node];
  const module = view.tree.kind[raw] === KIND.FRAME ? names.module(view.tree.frame[raw]) : "";
  const roles = rolesOf(model, view, node);
  const list = element("dl", {});
  const add = (term, ...values) => list.append(element("dt", {}, term),
    element("dd", {}, ...values.map((value) => element("div", {}, value))));
  if (shown.length > 0) add(shown.length > 1 ? "Lines" : "Place", ...shown);
  if (module !== "" && !(shown[0] || "").startsWith(module)) add("Module", module);
  for (const [term, text] of factsOf(model, view, node)) add(term, text);
  if (roles.length > 0) add("Kind", roles.join(", "));
  return list;
}

function makeTooltip(box) {
  return {
    show(model, names, view, node, x, y) {
      box.replaceChildren(element("strong", {}, nameOf(model, names, view, node)),
        factList(model, names, view, node));
      box.hidden = false;
      const { width, height } = box.getBoundingClientRect();
      const right = x + 16 + width > window.innerWidth;
      const below = y + 20 + height > window.innerHeight;
      box.style.left = `${Math.max(4, right ? x - width - 12 : x + 16)}px`;
      box.style.top = `${Math.max(4, below ? y - height - 12 : y + 20)}px`;
    },
    hide() { box.hidden = true; },
  };
}

