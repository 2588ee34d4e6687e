// What the reader has chosen, and the part of it that a link carries behind "#".

function defaultSettings(model) {
  return {
    order: "callers",     // or "callees"
    measure: model.metric === "calls" || model.metric === "temporary" ? "count" : "size",
    flame: false,         // roots at the bottom
    lines: true,          // one box a line; false: one a function
    wrappers: !model.hideSetAside,
    system: true,
    width: "larger",      // see WIDTHS
    search: "",
    zoom: 0,              // a raw node of the tree of `order`
  };
}

function writeHash(settings, defaults) {
  const words = new URLSearchParams();
  for (const [key, value] of Object.entries(settings)) {
    if (value !== defaults[key]) words.set(key, value === true ? "yes" : value === false ? "no" : value);
  }
  return words.toString();
}

/// Reads what writeHash wrote. A link made by hand may say anything: what is not possible is left out.
function readHash(hash, model, defaults) {
  const settings = { ...defaults };
  const words = new URLSearchParams(hash.replace(/^#/, ""));
  const choices = { order: ["callers", "callees"], measure: ["size", "count"], width: Object.keys(WIDTHS) };
  for (const [key, value] of words) {
    if (!Object.hasOwn(defaults, key)) continue;
    if (Object.hasOwn(choices, key)) {
      if (choices[key].includes(value)) settings[key] = value;
    } else if (typeof defaults[key] === "boolean") {
      if (value === "yes" || value === "no") settings[key] = value === "yes";
    } else if (key === "search") {
      settings.search = value;
    }
  }
  if (!model.compared) settings.width = "larger";
  const zoom = Number(words.get("zoom"));
  if (Number.isInteger(zoom) && zoom > 0 && zoom < model.trees[settings.order].n) settings.zoom = zoom;
  return settings;
}

