// Light and dark: the system's choice until the reader makes one.
const theme = {
  listeners: [],
  current() {
    const chosen = document.documentElement.dataset.theme;
    return chosen || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  },
  set(name) {
    document.documentElement.dataset.theme = name;
    memory.set("theme", name);
    this.tell();
  },
  toggle() { this.set(this.current() === "dark" ? "light" : "dark"); },
  tell() {
    const other = this.current() === "dark" ? "light" : "dark";
    const button = byId("theme");
    button.textContent = this.current() === "dark" ? "☾ Dark" : "☀ Light";
    button.setAttribute("aria-label", `Colours: ${this.current()}; switch to ${other}`);
    for (const listener of this.listeners) listener();
  },
  start() {
    const kept = memory.get("theme");
    if (kept === "dark" || kept === "light") document.documentElement.dataset.theme = kept;
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.tell());
    byId("theme").addEventListener("click", () => this.toggle());
    this.tell();
  },
};

/// What pictures are drawn on and with.
const PAPER = {
  light: { text: "#1d1a16", faint: "#5b554c", edge: "#ffffff", rest: "#d9d5cd", match: "#d63ad0",
    matchText: "#ffffff", focus: "#111111", hatch: "#00000038" },
  dark: { text: "#f4f1ea", faint: "#b9b3a8", edge: "#17181b", rest: "#3a3b3e", match: "#c428be",
    matchText: "#ffffff", focus: "#ffffff", hatch: "#ffffff40" },
};

