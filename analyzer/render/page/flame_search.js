// What a search finds: text anywhere in function, file:line or module, or /a regular expression/.
// Each stack counts once, however many of its frames match.

/// Text → test, or null for nothing to look for. Throws on a bad expression.
function makeMatcher(text) {
  if (text === "") return null;
  const expression = /^\/(.+)\/$/.exec(text);
  if (expression) {
    const pattern = new RegExp(expression[1], "i");
    return (name) => pattern.test(name);
  }
  const wanted = text.toLowerCase();
  return (name) => name.toLowerCase().includes(wanted);
}

function sumOfNothing() {
  return Object.fromEntries(SUMS.map((sum) => [sum, 0]));
}

/// {nodes: which of the view match, found: sums, hidden: sums of stacks that match only in hidden
/// frames, folded: sums that cannot be searched}
function runSearch(model, view, names, settings, matcher) {
  const { tree } = view;
  const isHidden = hiddenIn(model, tree, settings);
  const frameMatches = model.frames.function.map((_, at) => matcher(names.searched(at)));
  const result = { nodes: new Uint8Array(view.n), found: sumOfNothing(), hidden: sumOfNothing() };
  const matched = new Uint8Array(tree.n);  // 1: in a hidden frame, 2: in one that is shown
  for (let at = 1; at < tree.n; ++at) {
    const hit = tree.kind[at] === KIND.FRAME && frameMatches[tree.frame[at]];
    const shown = hit && !isHidden(at);
    if (shown) result.nodes[view.seen[at]] = 1;
    matched[at] = Math.max(matched[tree.parent[at]], shown ? 2 : hit ? 1 : 0);
  }
  for (let at = 1; at < tree.n; ++at) {
    if (matched[at] === 0) continue;
    const into = matched[at] === 2 ? result.found : result.hidden;
    for (const sum of SUMS) into[sum] += tree.own[sum][at];
  }
  return result;
}

