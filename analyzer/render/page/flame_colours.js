// Colours of boxes, for either theme. Frames of the program are warm, those of the system cool, what
// only passes an allocation on is grey. In a comparison colour tells the change, red for growth and
// blue for shrinkage, and texture what is new or gone, for readers who do not tell them apart.

function hashOf(text) {
  let hash = 2166136261;
  for (let at = 0; at < text.length; ++at) hash = Math.imul(hash ^ text.charCodeAt(at), 16777619);
  return (hash >>> 0) / 4294967296;
}

function frameColour(model, names, at, setAside, dark) {
  const flags = model.frames.flags[at];
  const lift = (flags & FLAG.INLINED) !== 0 ? (dark ? -7 : 9) : 0;
  if (setAside) return dark ? `hsl(40 3% ${31 + lift}%)` : `hsl(40 6% ${78 + lift}%)`;
  const vary = hashOf(names.short(at));
  if ((flags & FLAG.SYSTEM) !== 0) {
    const hue = 190 + 50 * hashOf(names.module(at) || names.place(at));
    return dark ? `hsl(${hue} 24% ${31 + 5 * vary + lift}%)` : `hsl(${hue} 38% ${76 + 6 * vary + lift}%)`;
  }
  const hue = 14 + 28 * vary;
  return dark ? `hsl(${hue} 62% ${34 + 5 * vary + lift}%)` : `hsl(${hue} 86% ${68 + 7 * vary + lift}%)`;
}

/// The boxes of the legend.
function paintLegend(dark) {
  const colours = {
    program: dark ? "hsl(28 62% 36%)" : "hsl(28 86% 71%)",
    inlined: dark ? "hsl(28 62% 29%)" : "hsl(28 86% 80%)",
    system: dark ? "hsl(215 24% 33%)" : "hsl(215 38% 79%)",
    wrapper: dark ? "hsl(40 3% 31%)" : "hsl(40 6% 78%)",
    shrunk: changeColour(-0.7, dark), gone: changeColour(-1, dark), same: changeColour(0, dark),
    grown: changeColour(0.7, dark), new: changeColour(1, dark),
  };
  for (const [name, colour] of Object.entries(colours)) {
    for (const box of document.querySelectorAll(`.swatch.${name}`)) box.style.backgroundColor = colour;
  }
}

/// `share`: -1 all is gone … 0 unchanged … 1 all is new, of the larger sum.
function changeColour(share, dark) {
  if (share === 0) return dark ? "hsl(40 2% 33%)" : "hsl(40 8% 86%)";
  const strength = Math.sqrt(Math.abs(share));
  const hue = share > 0 ? 6 : 214;
  return dark ? `hsl(${hue} ${30 + 40 * strength}% ${34 + 12 * strength}%)`
    : `hsl(${hue} ${50 + 30 * strength}% ${90 - 24 * strength}%)`;
}

/// The change of a node as a share of its larger sum.
function changeShare(now, old) {
  const larger = Math.max(now, old);
  return larger === 0 ? 0 : (now - old) / larger;
}

