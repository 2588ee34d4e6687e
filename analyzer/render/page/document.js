// The document: elements by id, text that is only ever text, a few words kept between visits.
const byId = (id) => document.getElementById(id);

/// An element with text and children. Nothing here is parsed as HTML.
function element(name, properties, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties || {})) {
    if (key === "class") made.className = value;
    else if (key in made) made[key] = value;
    else made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

/// Control characters, and those that turn the writing direction, made visible.
function printable(text) {
  return String(text).replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\u2028\u2029]/g,
    (sign) => `\\x${sign.codePointAt(0).toString(16).padStart(2, "0")}`);
}

/// Where the browser keeps nothing for files, nothing is kept.
const memory = {
  get(key) {
    try { return localStorage.getItem(`tmtool.${key}`); } catch { return null; }
  },
  set(key, value) {
    try {
      if (value === null) localStorage.removeItem(`tmtool.${key}`);
      else localStorage.setItem(`tmtool.${key}`, value);
    } catch { /* as above */ }
  },
};

/// A dialog that the page holds, opened and closed by key and by button.
function toggleDialog(dialog) {
  if (dialog.open) dialog.close();
  else dialog.showModal();
}

