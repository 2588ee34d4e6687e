// What a frame is called: in a box, in full, and for the search.

const OPERATOR = /^operator(?:\(\)|[<>=\-!]*)/;
const ANONYMOUS = "(anonymous namespace)";

/// Each outermost pair of brackets, with what is inside, becomes `instead`.
function foldBrackets(name, open, close, instead) {
  let out = "", depth = 0;
  for (let at = 0; at < name.length;) {
    const rest = name.slice(at, at + 24);
    const word = at > 0 && /\w/.test(name[at - 1]) ? null : OPERATOR.exec(rest);
    const step = word ? word[0].length : rest.startsWith(ANONYMOUS) ? ANONYMOUS.length : 0;
    if (step === 0 && name[at] === open) ++depth;
    else if (step === 0 && name[at] === close && depth > 0) {
      if (--depth === 0) out += instead;
    } else if (depth === 0) out += name.slice(at, at + (step || 1));
    at += step || 1;
  }
  return depth === 0 ? out : name;
}

function makeNames(model) {
  const { texts, frames } = model;
  const short = [], search = [];
  const place = (at, name) => {
    if (frames.file[at] !== 0) {
      return name(texts[frames.file[at]]) + (frames.line[at] !== 0 ? `:${frames.line[at]}` : "");
    }
    const where = frames.module[at] !== 0 ? name(texts[frames.module[at]]) : "unknown memory";
    return frames.offset[at] !== 0 ? `${where}+0x${frames.offset[at].toString(16)}` : where;
  };
  return {
    function: (at) => texts[frames.function[at]],
    module: (at) => texts[frames.module[at]],
    /// "/src/a.c:12", or the module with an offset
    place: (at) => place(at, (path) => path),
    shortPlace: (at) => place(at, baseName),
    /// The function without parameters and template arguments; without a function the place.
    short(at) {
      if (short[at] === undefined) {
        const name = texts[frames.function[at]];
        short[at] = name === "" ? place(at, baseName)
          : foldBrackets(foldBrackets(name, "(", ")", ""), "<", ">", "<…>");
      }
      return short[at];
    },
    /// What a search looks at.
    searched(at) {
      if (search[at] === undefined) {
        search[at] = `${texts[frames.function[at]]} ${place(at, (path) => path)} ${texts[frames.module[at]]}`;
      }
      return search[at];
    },
  };
}

/// Nodes that are no frame.
const KIND_NAMES = {
  [KIND.ROOT]: "all",
  [KIND.CUT]: "not captured: deeper than the frame limit",
  [KIND.FOLDED]: "small branches, folded",
};

